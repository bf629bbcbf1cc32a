"""Files as answers, in parts and in codings: the same from --static, from the loop and from a handler thread."""

import email
import gzip
import os
import random
import re
from urllib.parse import quote

import pytest
from client import encode_request
from server import eventually

MADE_AT = 1_700_000_000
MADE = "Tue, 14 Nov 2023 22:13:20 GMT"
LATER = "Tue, 14 Nov 2023 22:13:21 GMT"
TEXT = b"".join(b"line %04d\n" % i for i in range(300))
BIG = 5_000_000


def write(path, data, at=MADE_AT):
    path.write_bytes(data)
    os.utime(path, (at, at))


@pytest.fixture
def web(tmp_path):
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "sub").mkdir()
    write(folder / "text.txt", TEXT)
    write(folder / "big.bin", random.Random(5).randbytes(BIG))
    write(folder / "empty.txt", b"")
    write(folder / "photo.png", b"png")
    write(folder / "photo.png.gz", b"not looked at")
    write(folder / "assets/index-BxYz12_-.js", b"let plain = 1\n" * 100)
    write(folder / "assets/index-BxYz12_-.js.br", b"the coded one, by brotli" * 3)
    write(folder / "assets/index-BxYz12_-.js.gz", gzip.compress(b"let plain = 1\n" * 100))
    write(folder / "stale.css", b"new", MADE_AT + 5)
    write(folder / "stale.css.br", b"old", MADE_AT + 4)
    write(tmp_path / "secret.txt", b"SECRET")
    (folder / ".env").write_bytes(b"SECRET")
    return folder


@pytest.fixture
def server(narwhal, web, app):
    return narwhal(app("files"), "--static", f"/static={web}", domain=None)


@pytest.fixture(params=["/static", "/inline", "/thread"])
def base(request):
    return request.param


def parts_of(response):
    """[(Content-Range, Content-Type, body)] of a multipart/byteranges."""
    kind = response.header("content-type")
    boundary = re.fullmatch(r"multipart/byteranges; boundary=([0-9a-f]{32})", kind)[1].encode()
    sections = response.body.split(b"--" + boundary)
    assert sections[0] == b"" and sections[-1] == b"--\r\n"
    out = []
    for section in sections[1:-1]:
        assert section.startswith(b"\r\n") and section.endswith(b"\r\n")
        head, body = section[2:-2].split(b"\r\n\r\n", 1)
        fields = email.message_from_bytes(head + b"\r\n\r\n")
        out.append((fields["Content-Range"], fields["Content-Type"], body))
    return out


def test_a_range_is_a_part_of_the_file(server, base):
    size = len(TEXT)
    with server.connect() as connection:
        whole = connection.get(f"{base}/text.txt")
        assert whole.status == 200 and whole.body == TEXT and whole.header("accept-ranges") == "bytes"
        for asked, first, last in (
            ("0-0", 0, 0), ("10-19", 10, 19), ("2990-", 2990, size - 1), ("-7", size - 7, size - 1),
            ("0-", 0, size - 1), ("2999-999999", 2999, size - 1), ("-999999", 0, size - 1), ("5-9,8-12", 5, 12),
        ):
            part = connection.get(f"{base}/text.txt", {"Range": f"bytes={asked}"})
            assert part.status == 206 and part.body == TEXT[first:last + 1], asked
            assert part.header("content-range") == f"bytes {first}-{last}/{size}"
            assert part.header("content-length") == str(last - first + 1)
            assert part.header("etag") == whole.header("etag") and part.header("last-modified") == MADE
            assert part.header("content-type") == "text/plain; charset=utf-8"


def test_several_ranges_are_several_parts(server, base):
    response = server.get(f"{base}/text.txt", {"Range": "bytes=100-109, -5,0-4,2-6,5000-"})
    assert response.status == 206 and response.header("content-range") == ""
    assert response.header("content-length") == str(len(response.body))
    kind, size = "text/plain; charset=utf-8", len(TEXT)
    assert parts_of(response) == [
        (f"bytes 100-109/{size}", kind, TEXT[100:110]),
        (f"bytes {size - 5}-{size - 1}/{size}", kind, TEXT[-5:]),
        (f"bytes 0-6/{size}", kind, TEXT[:7]),
    ]


def test_a_range_that_is_not_there_is_416(server, base):
    response = server.get(f"{base}/text.txt", {"Range": f"bytes={len(TEXT)}-,-0"})
    assert response.status == 416 and response.header("content-range") == f"bytes */{len(TEXT)}"
    assert response.body["_error"]["code"] == 416 and response.header("etag") == ""


def test_what_is_no_range_is_answered_with_all(server, base):
    many = "bytes=" + ",".join(f"{i * 2}-{i * 2}" for i in range(33))
    for value in ("bytes=9-5", "lines=0-1", "bytes=x", "bytes=", many):
        response = server.get(f"{base}/text.txt", {"Range": value})
        assert response.status == 200 and response.body == TEXT, value
    with server.connect() as connection:
        connection.send(f"GET {base}/text.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nRange: bytes=2-3\r\n\r\n")
        assert connection.read_response().body == TEXT
    assert server.get(f"{base}/empty.txt", {"Range": "bytes=0-"}).status == 200


def test_no_byte_is_sent_twice(server, base):
    """So that nobody can have more work done than there are bytes."""
    asked = ",".join(["0-"] * 31 + ["-1"])
    response = server.get(f"{base}/big.bin", {"Range": f"bytes={asked}"})
    assert response.status == 206 and response.header("content-range") == f"bytes 0-{BIG - 1}/{BIG}"
    assert len(response.body) == BIG


def test_head_is_of_the_whole(server, base):
    with server.connect() as connection:
        for name, size in (("text.txt", len(TEXT)), ("big.bin", BIG), ("empty.txt", 0)):
            response = connection.request("HEAD", f"{base}/{name}", None, {"Range": "bytes=0-1"})
            assert response.status == 200 and response.header("content-length") == str(size), name
        assert connection.get(f"{base}/text.txt").body == TEXT


def test_any_ranges_of_a_large_file(server, base, web):
    data, dice = (web / "big.bin").read_bytes(), random.Random(7)
    with server.connect() as connection:
        assert connection.get(f"{base}/big.bin").body == data
        for _ in range(25):
            wanted = []
            for _ in range(dice.randrange(1, 6)):
                first = dice.randrange(BIG)
                wanted.append((first, min(BIG - 1, first + dice.randrange(dice.choice((10, 20_000, 900_000))))))
            value = "bytes=" + ",".join(f"{a}-{b}" for a, b in wanted)
            response = connection.get(f"{base}/big.bin", {"Range": value})
            assert response.status == 206
            if response.header("content-range"):
                parts = [(response.header("content-range"), "", response.body)]
            else:
                parts = parts_of(response)
            got = set()
            for where, _, body in parts:
                first, last = map(int, re.fullmatch(rf"bytes (\d+)-(\d+)/{BIG}", where).groups())
                assert body == data[first:last + 1], value
                got.add((first, last))
            for first, last in wanted:
                assert any(a <= first and last <= b for a, b in got), (value, got)


def test_if_range_joins_parts_of_one_content_only(server, base, web):
    part = {"Range": "bytes=0-3"}
    etag = server.get(f"{base}/text.txt").header("etag")
    for value in (etag, MADE):
        assert server.get(f"{base}/text.txt", {**part, "If-Range": value}).status == 206, value
    for value in (f"W/{etag}", '"x"', LATER, "Tue, 14 Nov 2023 22:13:19 GMT"):
        response = server.get(f"{base}/text.txt", {**part, "If-Range": value})
        assert response.status == 200 and response.body == TEXT, value
    write(web / "new", TEXT.upper(), MADE_AT + 1)
    (web / "new").rename(web / "text.txt")
    for value in (etag, MADE):
        response = server.get(f"{base}/text.txt", {**part, "If-Range": value})
        assert response.status == 200 and response.body == TEXT.upper(), value


def test_preconditions_are_met_or_not(server, base):
    first = server.get(f"{base}/text.txt")
    etag = first.header("etag")
    assert re.fullmatch(r'"[0-9a-f-]+"', etag) and first.header("last-modified") == MADE
    for fields, status in (
        ({"If-Match": etag}, 200), ({"If-Match": "*"}, 200), ({"If-Match": f'"x", {etag}'}, 200),
        ({"If-Match": '"x"'}, 412), ({"If-Match": f"W/{etag}"}, 412),
        ({"If-Unmodified-Since": MADE}, 200), ({"If-Unmodified-Since": "Tue, 14 Nov 2023 22:13:19 GMT"}, 412),
        ({"If-None-Match": etag}, 304), ({"If-None-Match": f"W/{etag}"}, 304), ({"If-None-Match": '"x"'}, 200),
        ({"If-Modified-Since": MADE}, 304), ({"If-Modified-Since": LATER}, 200),
        ({"If-None-Match": etag, "Range": "bytes=0-1"}, 304), ({"If-Match": '"x"', "Range": "bytes=0-1"}, 412),
        ({"If-Match": etag, "Range": "bytes=0-1"}, 206),
    ):
        for method in ("GET", "HEAD"):
            want = 200 if status == 206 and method == "HEAD" else status
            response = server.request(method, f"{base}/text.txt", None, fields)
            assert response.status == want, (method, fields)
            if want == 304:
                assert response.header("etag") == etag and response.header("cache-control") == "no-cache"
                assert response.header("vary") == "Accept-Encoding" and response.header("content-type") == ""


def test_a_date_that_may_change_its_meaning_is_not_given(server, base, web):
    """While the second is not over, the file may change again within it."""
    os.utime(web / "text.txt", (2**32, 2**32))
    response = server.get(f"{base}/text.txt")
    assert response.status == 200 and response.header("last-modified") == "" and response.header("etag")
    again = server.get(f"{base}/text.txt", {"If-Modified-Since": "Sun, 07 Feb 2106 06:28:16 GMT"})
    assert again.status == 200


def test_a_variant_beside_the_file_goes_to_who_takes_it(server, base, web):
    path = f"{base}/assets/index-BxYz12_-.js"
    file = web / "assets/index-BxYz12_-.js"
    etags = {}
    for accepted, coding in (
        (None, ""), ("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0.1, gzip", "gzip"), ("br;q=0", ""),
        ("*", "br"), ("identity", ""), ("gzip;q=0, *;q=0.5", "br"),
    ):
        response = server.get(path, {"Accept-Encoding": accepted})
        suffix = {"": "", "br": ".br", "gzip": ".gz"}[coding]
        want = (web / f"assets/index-BxYz12_-.js{suffix}").read_bytes()
        assert response.status == 200 and response.body == want, accepted
        assert response.header("content-encoding") == coding and response.header("vary") == "Accept-Encoding"
        assert response.header("content-type") == "text/javascript; charset=utf-8"
        assert response.header("cache-control") == "public, max-age=31536000, immutable"
        assert etags.setdefault(coding, response.header("etag")) == response.header("etag")
    assert len(set(etags.values())) == 3
    br = {"Accept-Encoding": "br"}
    assert server.get(path, {**br, "If-None-Match": etags["br"]}).status == 304
    assert server.get(path, {**br, "If-None-Match": etags[""]}).status == 200
    assert server.get(path, {**br, "If-Range": etags[""], "Range": "bytes=0-1"}).status == 200
    part = server.get(path, {**br, "If-Range": etags["br"], "Range": "bytes=4-8"})
    assert part.status == 206 and part.body == b"coded" and part.header("content-encoding") == "br"
    file.unlink()
    assert server.get(path, br).status == 404


def test_a_variant_is_not_used_when_it_is_older_or_gains_nothing(server, base):
    accepted = {"Accept-Encoding": "gzip, br"}
    response = server.get(f"{base}/stale.css", accepted)
    assert response.body == b"new" and response.header("vary") == "Accept-Encoding"
    response = server.get(f"{base}/photo.png", accepted)
    assert response.body == b"png" and response.header("vary") == ""
    response = server.get(f"{base}/assets/index-BxYz12_-.js.gz", accepted)
    assert response.header("content-type") == "application/gzip" and response.header("content-encoding") == ""


@pytest.mark.parametrize("name", [
    "../secret.txt", "sub/../../secret.txt", "%2e%2e/secret.txt", ".env", "sub", "sub/", "nosuch", "text.txt/",
    "outside", "up/secret.txt", "fifo", "/text.txt", "/etc/passwd", "n" * 300, "..%2fsecret.txt",
])
def test_nothing_outside_is_ever_served(server, base, web, name):
    (web / "outside").symlink_to("../secret.txt")
    (web / "up").symlink_to("..")
    (web / "sub/plain.txt.br").symlink_to("../../secret.txt")
    write(web / "sub/plain.txt", b"plain")
    os.mkfifo(web / "fifo")
    response = server.get(f"{base}/{name}")
    assert response.status == 404 and b"SECRET" not in str(response.body).encode()
    assert server.get(f"{base}/sub/plain.txt", {"Accept-Encoding": "br"}).body == b"plain"


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_no_descriptor_is_kept(server, base):
    pid, = server.wait_workers(1)
    with server.connect() as connection:
        connection.get(f"{base}/text.txt")
        before = descriptors(pid)
        etag = connection.get(f"{base}/big.bin").header("etag")
        for fields in (
            {}, {"Range": "bytes=0-1"}, {"Range": "bytes=0-1,5-6"}, {"Range": f"bytes={BIG}-"},
            {"If-None-Match": etag}, {"If-Match": '"x"'}, {"Range": "bytes=1-2000000,3000000-4000000"},
        ):
            for _ in range(3):
                connection.get(f"{base}/big.bin", fields)
                connection.request("HEAD", f"{base}/big.bin", None, fields)
        eventually(lambda: descriptors(pid) == before)
    for _ in range(5):
        with server.connect() as gone:
            gone.send(encode_request("GET", f"{base}/big.bin"))
            eventually(lambda: gone.sock.recv(1))
    with server.connect() as connection:
        eventually(lambda: descriptors(pid) == before)


def test_an_app_names_any_file(server, web, tmp_path):
    path = quote(str(tmp_path / "secret.txt"))
    response = server.get(f"/one?path={path}")
    assert response.body == b"SECRET" and response.header("content-type") == "text/plain; charset=utf-8"
    assert response.header("content-disposition") == "" and response.header("cache-control") == "no-cache"
    response = server.get(f"/one?path={path}&type=text/x-odd&cache=private&as={quote('a b.txt')}")
    assert response.header("content-type") == "text/x-odd" and response.header("cache-control") == "private"
    assert response.header("content-disposition") == 'attachment; filename="a b.txt"'
    response = server.get(f"/one?path={path}&as={quote('für 5%.txt')}")
    assert response.header("content-disposition") == (
        "attachment; filename=\"f__r 5_.txt\"; filename*=UTF-8''f%C3%BCr%205%25.txt")
    assert server.get(f"/one?path={tmp_path}").status == 404
    assert server.get(f"/one?path={tmp_path}/nosuch").status == 404
    assert server.get(f"/one?path={path}&as=a%0d%0ab").status == 500
    server.wait_log(r"file option 'a\\x0D\\x0Ab' has control bytes")


def test_another_method_gets_it_whole(server, web):
    etag = server.get("/one?path=web/text.txt").header("etag")
    response = server.post("/one?path=web/text.txt", b"", {"If-None-Match": etag, "Range": "bytes=0-1"})
    assert response.status == 200 and response.body == TEXT


def test_what_belongs_to_the_file_goes_with_it(server, web):
    accepted = {"Accept-Encoding": "br", "Range": "bytes=0-1"}
    response = server.get("/replaced?path=web/assets/index-BxYz12_-.js", accepted)
    assert response.status == 200 and response.body == b"no file"
    for name in ("etag", "content-encoding", "content-range", "accept-ranges", "cache-control", "last-modified"):
        assert response.header(name) == "", name
    assert server.get("/own-type?path=web/text.txt").header("content-type") == "text/x-own"
    response = server.get("/own-type?path=web/text.txt", {"Range": "bytes=0-1,5-6"})
    assert len(parts_of(response)) == 2


def test_a_folder_that_is_not_there_is_named_in_the_log(server):
    assert server.get("/nothing/x").status == 500
    server.wait_log("GET /nothing/x: folder 'nosuch' cannot be opened: No such file or directory")


def test_the_access_log_counts_what_was_sent(narwhal, web, app):
    server = narwhal(app("files"), "--static", f"/static={web}", "--access-logfile", "-", domain=None)
    server.get("/static/big.bin", {"Range": "bytes=100-99999"})
    server.stdout.wait(r'"GET /static/big.bin HTTP/1.1" 206 99900 ')
    server.get("/inline/big.bin", {"Range": f"bytes={BIG}-"})
    server.stdout.wait(r'"GET /inline/big.bin HTTP/1.1" 416 ')
