"""Answers compressed on the way: as the client accepts it, of the same content, and with tags that stay of use."""

import json
import re
import subprocess
import zlib

import pytest
from client import Closed, encode_request
from coding import BROTLI, decode
from server import BINARY, eventually

LINE = b"the quick brown fox jumps over the lazy dog\n"
HELP = subprocess.run([BINARY, "--help"], capture_output=True, text=True, check=False).stdout
CODINGS = re.search(r"one or more of\s+(\S+)", HELP)[1].split(",")  # of this build
GZIP = {"Accept-Encoding": "gzip"}

needs_br = pytest.mark.skipif("br" not in CODINGS or not BROTLI, reason="a build without br")
each_coding = pytest.mark.parametrize("coding", ["gzip", pytest.param("br", marks=needs_br)])


def text(size):
    return (LINE * (size // len(LINE) + 1))[:size]


@pytest.fixture
def server(narwhal, app):
    return narwhal(app("text"), domain=None)


@each_coding
@pytest.mark.parametrize("place", ["/text", "/inline/text"])
def test_the_same_comes_out_whatever_the_size(server, place, coding):
    with server.connect() as connection:
        for size in (0, 1, 1023, 1024, 1025, 4096, 4097, 20000, 300000, 5000000):
            response = connection.get(f"{place}/{size}", {"Accept-Encoding": coding})
            assert response.status == 200
            assert response.header("content-encoding") == (coding if size >= 1024 else ""), size
            assert response.header("vary") == ("Accept-Encoding" if size >= 1024 else "")
            assert int(response.header("content-length")) == len(response.body)
            assert size < 1024 or len(response.body) < size / 4
            assert decode(response, size) == text(size)


def test_the_client_chooses(server):
    wishes = {"gzip": "gzip", "GZIP;q=0.1": "gzip", "*": CODINGS[0], "gzip, deflate, br, zstd": CODINGS[0],
              "br;q=0.2, gzip;q=0.3": "gzip", "gzip;q=0": "", "identity": "", "": "", None: "", "deflate": ""}
    for wish, coding in wishes.items():
        response = server.get("/text/5000", headers={"Accept-Encoding": wish})
        assert response.header("content-encoding") == coding, wish
        assert response.header("vary") == "Accept-Encoding"
        assert decode(response, 5000) == text(5000)


def test_only_what_may_be_compressed_is(server):
    for query, vary in {"type=image/png": "", "Cache-Control=no-transform": "", "Content-Encoding=zstd": "",
                        "Vary=Origin&Cache-Control=no-transform": "Origin"}.items():
        response = server.get(f"/text/5000?{query}", headers=GZIP)
        assert response.body == text(5000), query
        assert response.header("vary") == vary
    response = server.get("/text/5000?Vary=Origin", headers=GZIP)
    assert (response.header("content-encoding"), response.header("vary")) == ("gzip", "Origin, Accept-Encoding")


@pytest.mark.parametrize("place", ["/text", "/inline/text"])
def test_head_says_what_get_says(server, place):
    with server.connect() as connection:
        for size in (1000, 3000, 50000):
            said = []
            for method in ("GET", "HEAD"):
                headers = connection.request(method, f"{place}/{size}?ETag=%22a%22", headers=GZIP).headers
                said.append({name: value for name, value in headers.items() if name not in ("date", "x-request-id")})
            assert said[0] == said[1]


def test_answers_stay_in_order_when_a_thread_compresses_some(server):
    sizes = [100000, 10, 5000, 2000, 200000, 20]
    with server.connect() as connection:
        connection.send(b"".join(encode_request("GET", f"/inline/text/{size}", headers=GZIP) for size in sizes))
        for size in sizes:
            assert decode(connection.read_response(), size) == text(size)


def test_who_goes_away_meanwhile_is_forgotten(server):
    for _ in range(20):
        with server.connect() as connection:
            connection.send(encode_request("GET", "/inline/text/2000000", headers=GZIP))
    assert decode(server.get("/text/5000", headers=GZIP), 5000) == text(5000)


@pytest.mark.parametrize(("setting", "br", "gzip"), [("off", "", ""), ("gzip", "", "gzip")])
def test_a_setting_says_which_codings(narwhal, app, setting, br, gzip):
    server = narwhal("--compress", setting, app("text"), domain=None)
    assert server.get("/text/5000", headers={"Accept-Encoding": "br"}).header("content-encoding") == br
    response = server.get("/text/5000", headers=GZIP)
    assert response.header("content-encoding") == gzip
    assert response.header("vary") == ("" if setting == "off" else "Accept-Encoding")


def test_a_coding_that_is_not_there_is_refused(run):
    for value in ("zstd", "gzip,", "gzip,off", "GZIP"):
        done = run("--compress", value, "--check-config")
        assert done.returncode == 1
        assert "compress: " in done.stderr and "gzip" in done.stderr, done.stderr


# --- the data app


@pytest.fixture
def pod(narwhal, store_uri):
    return narwhal(store=store_uri)


def add(pod, notes):
    made = pod.post("/people", {"lastname": "Lovelace", "notes": notes})
    assert made.status == 201
    return f"/people/{made.body['_id']}", made.body["_etag"]


@pytest.mark.parametrize("size", [2000, 50000])  # on the loop, and elsewhere
def test_a_document_keeps_its_tag(pod, size):
    notes = text(size).decode()
    url, etag = add(pod, notes)
    plain, coded = pod.get(url), pod.get(url, headers=GZIP)
    document = json.loads(decode(coded, size + 1000))
    assert coded.header("content-encoding") == "gzip" and document == plain.body and document["notes"] == notes
    assert plain.header("etag") == f'"{etag}"' and coded.header("etag") == f'W/"{etag}"'
    assert plain.header("vary") == coded.header("vary") == "Accept-Encoding"
    for had in (plain, coded):
        again = pod.get(url, headers={**GZIP, "If-None-Match": had.header("etag")})
        assert again.status == 304 and again.body == b""
        assert (again.header("etag"), again.header("vary")) == (had.header("etag"), "Accept-Encoding")
    # A cache that has it coded must not give that to somebody who takes no coding.
    plain_again = pod.get(url, headers={"If-None-Match": coded.header("etag")})
    assert plain_again.status == 304 and plain_again.header("etag") == f'"{etag}"'


def test_a_weak_tag_is_good_for_a_change(pod):
    url, etag = add(pod, text(3000).decode())
    weak = pod.get(url, headers=GZIP).header("etag")
    assert weak == f'W/"{etag}"'
    changed = pod.request("PATCH", url, {"firstname": "Ada"}, {"If-Match": weak})
    assert changed.status == 200 and changed.body["_etag"] != etag
    for method, body in (("PATCH", {"firstname": "Eve"}), ("PUT", {"lastname": "Eve"}), ("DELETE", None)):
        assert pod.request(method, url, body, {"If-Match": weak}).status == 412
    replaced = pod.request("PUT", url, {"lastname": "King"}, {"If-Match": f'W/"{changed.body["_etag"]}"'})
    assert replaced.status == 200
    assert pod.request("DELETE", url, None, {"If-Match": f'W/"{replaced.body["_etag"]}"'}).status == 204


@each_coding
def test_lists_and_the_description_are_compressed(pod, coding):
    assert pod.post("/people", [{"lastname": f"n{i}", "notes": "x" * 100} for i in range(25)]).status == 201
    for path in ("/people", "/schema"):
        plain, coded = pod.get(path), pod.get(path, headers={"Accept-Encoding": coding})
        is_long = int(plain.header("content-length")) >= 1024
        assert coded.header("content-encoding") == (coding if is_long else "")
        assert (json.loads(decode(coded, 100000)) if is_long else coded.body) == plain.body


# --- streams, compressed on the threads that make them


@pytest.fixture
def streams(narwhal, app):
    return narwhal(app("stream"), domain=None)


def letters(size):
    return (b"abcdefghijklmnopqrstuvwxyz" * (size // 26 + 1))[:size]


@each_coding
def test_a_stream_is_compressed_on_its_way(streams, coding):
    with streams.connect() as connection:
        for size, piece in ((5000000, 1000), (5000000, 99999), (70000, 1), (65537, 65536), (200000, 65536)):
            response = connection.get(f"/count/{size}?piece={piece}", {"Accept-Encoding": coding})
            assert (response.status, response.header("content-encoding")) == (200, coding)
            assert (response.header("transfer-encoding"), response.header("vary")) == ("chunked", "Accept-Encoding")
            assert len(response.body) < size / 10
            assert decode(response, size) == letters(size)


def test_a_stream_that_ends_soon_is_a_whole_answer(streams):
    with streams.connect() as connection:
        for size in (0, 1000, 20000, 65536):
            response = connection.get(f"/count/{size}", GZIP)
            assert response.header("content-length") == str(len(response.body))
            assert response.header("content-encoding") == ("gzip" if size > 1024 else "")
            assert decode(response, size) == letters(size)


def test_a_stream_whose_length_is_said_keeps_it(streams):
    for size in (20000, 200000):
        response = streams.get(f"/count/{size}?length={size}", GZIP)
        assert (response.header("content-length"), response.header("content-encoding")) == (str(size), "")
        assert response.body == letters(size)


def test_the_loop_compresses_no_stream(streams):
    response = streams.get("/inline/count/200000", GZIP)
    assert (response.header("content-encoding"), response.header("vary"), response.body) == ("", "", letters(200000))


def test_of_a_stream_head_has_the_fields(streams):
    said = []
    with streams.connect() as connection:
        for method in ("GET", "HEAD"):
            headers = connection.request(method, "/count/200000", headers=GZIP).headers
            own = ("date", "x-request-id", "transfer-encoding")
            said.append({name: value for name, value in headers.items() if name not in own})
    assert said[0] == said[1] and said[0]["content-encoding"] == "gzip"


def test_a_client_of_http_1_0_reads_to_the_end(streams):
    with streams.connect() as connection:
        connection.send("GET /count/200000 HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n")
        response = connection.read_response()
    assert response.header("content-encoding") == "gzip" and decode(response, 200000) == letters(200000)


class Unpacking:
    """The body of a chunked answer with gzip, as far as it came."""

    def __init__(self, connection):
        self.connection, self.text, self.unpack = connection, b"", zlib.decompressobj(31)

    def until(self, mark):
        while mark not in self.text:
            size = int(self.connection._until(b"\r\n"), 16)
            assert size > 0, self.text
            self.text += self.unpack.decompress(self.connection._exactly(size))
            assert self.connection._exactly(2) == b"\r\n"


def test_what_is_flushed_can_be_read_at_once(streams):
    with streams.connect() as connection:
        connection.send(encode_request("GET", "/steps", headers=GZIP))
        assert connection._read_head()[1]["content-encoding"] == "gzip"
        body = Unpacking(connection)
        body.until(b"one\n")
        eventually(lambda: streams.post("/publish", "go").body == b"1\n")
        body.until(b"two\n")
        assert body.text == b"one\ntwo\n"


def test_events_come_as_they_are_sent(streams):
    with streams.connect() as connection:
        connection.send(encode_request("GET", "/events?beat=100", headers={**GZIP, "Accept": "text/event-stream"}))
        assert connection._read_head()[1]["content-encoding"] == "gzip"
        body = Unpacking(connection)
        body.until(b": hello\n\n")
        for i in range(20):
            assert streams.post("/publish", f"news {i}").body == b"1\n"
            body.until(b"data: news %d\n\n" % i)
    eventually(lambda: "events: over, client gone" in streams.log)


@pytest.mark.parametrize("fail", [70000, 3000000])
def test_a_stream_that_breaks_off_shows_it(streams, fail):
    with streams.connect() as connection, pytest.raises(Closed):
        connection.get(f"/count/5000000?fail={fail}", GZIP)
    eventually(lambda: "/count/5000000" in streams.log)
    assert decode(streams.get("/count/70000", GZIP), 70000) == letters(70000)
