"""Forms and their files, and QUERY: what browsers, curl and Python send, and what nobody should."""

import json
import os
import subprocess
import threading

import pytest

BOUNDARY = "----test-b0undary"
TYPE = f'multipart/form-data; boundary="{BOUNDARY}"'


def fnv(data):
    value = 14695981039346656037
    for byte in data:
        value = (value ^ byte) * 1099511628211 % 2**64
    return f"{value:016x}"


def quoted(name):
    """As browsers and urllib3 write it (WHATWG HTML)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def part(name, data, filename=None, type_=None):
    head = f'Content-Disposition: form-data; name="{quoted(name)}"'
    if filename is not None:
        head += f'; filename="{quoted(filename)}"'
    if type_ is not None:
        head += f"\r\nContent-Type: {type_}"
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + data + b"\r\n"


def form(*parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def upload(narwhal, app, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    server = narwhal(app("upload"), domain=None, env={"UPLOAD_FOLDER": str(folder)})
    server.folder = folder
    return server


def send(server, body, type_=TYPE, path="/form", method="POST"):
    return server.request(method, path, body, {"Content-Type": type_})


def curl(server, *args):
    host, port = server.address
    command = ["curl", "--silent", "--show-error", "--max-time", "60", "--write-out", "\n%{http_code}", *args]
    output = subprocess.run([*command[:-1], f"http://{host}:{port}{args[-1]}"], check=True, capture_output=True).stdout
    body, status = output.decode().rsplit("\n", 1)
    return int(status), body


def test_fields_and_files_of_a_browser(upload):
    data = bytes(range(256)) * 300
    filename = 'Ferien "am" Meer ☀.png'
    answer = send(upload, form(
        part("title", "Größe \"x\"\r\nline".encode()),
        part("photo", data, filename, "Image/PNG"),
        part("photo", b"", "", "application/octet-stream"),
        part('odd "name"', b"", "empty.bin"),
        part("title", b"again"),
    ))
    assert answer.status == 200
    assert answer.body["fields"] == [["title", "Größe \"x\"\r\nline"], ["title", "again"]]
    assert answer.body["files"] == [
        {"name": "photo", "filename": filename, "type": "image/png", "len": len(data), "sum": fnv(data)},
        {"name": "photo", "filename": "", "type": "application/octet-stream", "len": 0, "sum": fnv(b"")},
        {"name": 'odd "name"', "filename": "empty.bin", "type": "", "len": 0, "sum": fnv(b"")},
    ]
    assert send(upload, form(part("a", b"1")), path="/inline/form").body["fields"] == [["a", "1"]]


def test_curl_sends_several_files(upload, tmp_path):
    first, second, empty = tmp_path / "first.txt", tmp_path / 'se"c\\ond é.bin', tmp_path / "empty"
    first.write_bytes(b"one\r\n")
    second.write_bytes(os.urandom(200_000))
    empty.write_bytes(b"")
    for escape in ([], ["--form-escape"]):
        status, body = curl(
            upload, *escape, "-F", "text=a b&c=d", "-F", f"file=@{first};type=text/x-one", "-F",
            'file=@"{}"'.format(str(second).replace("\\", "\\\\").replace('"', '\\"')), "-F", f"none=@{empty}", "/form",
        )
        assert status == 200, body
        answer = json.loads(body)
        assert answer["fields"] == [["text", "a b&c=d"]]
        assert [(f["name"], f["type"], f["len"], f["sum"]) for f in answer["files"]] == [
            ("file", "text/x-one", 5, fnv(b"one\r\n")),
            ("file", "application/octet-stream", 200_000, fnv(second.read_bytes())),
            ("none", "application/octet-stream", 0, fnv(b"")),
        ]
        # What lies before a backslash is cut off, as if it were a folder of Windows.
        assert [f["filename"] for f in answer["files"]] == ["first.txt", "ond é.bin", "empty"]


def test_a_file_is_kept_once_and_replaced_when_asked(upload):
    body = form(part("file", b"first", "../../evil.txt"))
    assert send(upload, body, path="/files/a.txt").status == 201
    assert send(upload, form(part("file", b"second", "x")), path="/files/a.txt").status == 409
    assert (upload.folder / "a.txt").read_bytes() == b"first"
    assert send(upload, form(part("file", b"second", "x")), path="/files/a.txt", method="PUT").status == 201
    assert (upload.folder / "a.txt").read_bytes() == b"second"
    assert send(upload, form(part("other", b"", "x")), path="/files/b.txt").status == 400
    assert [p.name for p in upload.folder.iterdir()] == ["a.txt"]


def test_writers_of_one_name_at_once_leave_one_whole_file(upload):
    contents = [bytes([65 + i]) * 50_000 for i in range(8)]
    statuses = []

    def keep(content):
        statuses.append(send(upload, form(part("file", content, "x")), path="/files/one").status)

    threads = [threading.Thread(target=keep, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [409] * 7
    assert (upload.folder / "one").read_bytes() in contents
    assert [p.name for p in upload.folder.iterdir()] == ["one"]


def test_a_large_file_comes_whole(narwhal, app):
    server = narwhal(app("upload"), "--limit-request-body", "8MiB", domain=None)
    data = os.urandom(1 << 16) * 96
    answer = send(server, form(part("a", b"1"), part("file", data, "large"), part("b", b"2")))
    assert answer.status == 200
    assert answer.body["fields"] == [["a", "1"], ["b", "2"]]
    assert [(f["len"], f["sum"]) for f in answer.body["files"]] == [(len(data), fnv(data))]
    assert send(server, form(part("file", bytes(9 << 20), "too large"))).status == 413
    assert send(server, form(part("a", b"1"))).status == 200


def test_many_parts(upload):
    fields = [part(f"f{i}", str(i).encode()) for i in range(600)]
    files = [part("files", str(i).encode(), f"{i}.txt") for i in range(400)]
    answer = send(upload, form(*fields, *files))
    assert answer.body["fields"] == [[f"f{i}", str(i)] for i in range(600)]
    assert [f["filename"] for f in answer.body["files"]] == [f"{i}.txt" for i in range(400)]


def test_what_looks_like_the_boundary_is_data(upload):
    b = BOUNDARY.encode()
    data = b"\r\n--" + b[:-1] + b"\r\n--" + b + b"x\r\n--" + b + b"-\r\n" + b"--" + b + b"--\r\n--" + b + b"\n"
    data = data.replace(b"--" + b + b"--\r\n", b"--" + b + b"--x\r\n")
    answer = send(upload, form(part("f", data, "f"), part("t", b"\r\n\r\n")))
    assert answer.body["files"][0]["sum"] == fnv(data)
    assert answer.body["fields"] == [["t", "\r\n\r\n"]]


def test_what_is_around_the_parts_is_passed_over(upload):
    whole = b"This is a message.\r\n\r\n" + form(part("a", b"1"))[:-2] + b" \t\r\nepilogue\r\n" + form(part("b", b"2"))
    assert send(upload, whole).body["fields"] == [["a", "1"]]
    assert send(upload, form()).body == {"files": [], "fields": []}


def test_a_body_cut_anywhere_is_refused(upload):
    body = form(part("a", b"1"), part("b", b"2", "f"))
    whole = len(body) - 2  # the last CRLF may be missing
    with upload.connect() as connection:
        for cut in range(0, whole + 1, 7):
            answer = connection.request("POST", "/form", body[:cut], {"Content-Type": TYPE})
            assert answer.status == 400, cut
        assert connection.request("POST", "/form", body[:whole], {"Content-Type": TYPE}).status == 200


B = f"--{BOUNDARY}\r\n".encode()
END = f"\r\n--{BOUNDARY}--".encode()
HEAD = b'Content-Disposition: form-data; name="a"'


@pytest.mark.parametrize("body, status, words", [
    (b"", 400, "does not have the boundary"),
    (b"nothing of the kind", 400, "does not have the boundary"),
    (B + HEAD + b"\r\n\r\n1\r\n", 400, "ends before its last boundary"),
    (B + b"\r\n1" + END, 400, "no header field|no empty line"),
    (B + b"Content-Type: text/plain\r\n\r\n1" + END, 400, "no Content-Disposition"),
    (B + b"Content-Disposition: form-data\r\n\r\n1" + END, 400, "has no name"),
    (B + HEAD + b'; name="b"\r\n\r\n1' + END, 400, "has a name twice"),
    (B + HEAD + b"; filename*=UTF-8''x\r\n\r\n1" + END, 400, "no 'filename'"),
    (B + HEAD + b"\n\n1" + END, 400, "no empty line|no header field"),
    (B + HEAD + b"\r\nX: a\x00b\r\n\r\n1" + END, 400, "no header field"),
    (B + HEAD + b"\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==" + END, 400, "Content-Transfer-Encoding"),
    (B + HEAD + b"\r\nX: " + b"x" * 9000 + b"\r\n\r\n1" + END, 413, "longer than 8192"),
    (B + HEAD.replace(b'"a"', b'"' + b"a" * 1025 + b'"') + b"\r\n\r\n1" + END, 413, "longer than 1024"),
    (B + HEAD + b"\r\n\r\n" + b"1" * (1 << 20) + END, 413, "longer than 1048576"),
    (form(*[part("a", b"")] * 1001), 413, "more than 1000 parts"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_broken_and_oversized_forms_are_refused_in_words(upload, body, status, words):
    answer = send(upload, body)
    assert answer.status == status
    assert any(word in answer.body["detail"] for word in words.split("|")), answer.body
    assert send(upload, form(part("a", b"1"))).status == 200


@pytest.mark.parametrize("type_, words", [
    ("multipart/form-data", "names no boundary"),
    ("multipart/form-data; boundary=", "cannot be read"),
    ("multipart/form-data; boundary=a; boundary=b", "there are two"),
    (f"multipart/form-data; boundary={'x' * 71}", "1 to 70 bytes"),
    ("multipart/form-data; boundary=a\xe9", "1 to 70 bytes"),
])
def test_a_boundary_that_cannot_be_is_refused(upload, type_, words):
    with upload.connect() as connection:
        head = f"POST /form HTTP/1.1\r\nHost: t\r\nContent-Type: {type_}\r\nContent-Length: 7\r\n\r\n--a--\r\n"
        connection.send(head.encode("latin-1"))
        answer = connection.read_response()
    assert answer.status == 400 and words in answer.body["detail"]


def test_urlencoded_forms_have_limits_too(upload):
    type_ = "application/x-www-form-urlencoded"
    assert send(upload, "&".join(f"a{i}={i}" for i in range(1000)), type_).status == 200
    for body, words in (("a&" * 1000, "1000 fields"), ("a" * 1025, "1024"), ("a=" + "1" * (1 << 20), "1048576")):
        answer = send(upload, body, type_)
        assert answer.status == 413 and words in answer.body["detail"]


def test_a_form_in_chunks_is_the_same_form(upload):
    body = form(part("a", b"1"), part("f", b"data" * 1000, "f"))
    pieces = (body[:1], body[1:60], body[60:])
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    head = f"POST /form HTTP/1.1\r\nHost: t\r\nContent-Type: {TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with upload.connect() as connection:
        connection.send(head.encode() + chunks)
        answer = connection.read_response()
    assert answer.body["fields"] == [["a", "1"]] and answer.body["files"][0]["sum"] == fnv(b"data" * 1000)


def test_query_is_a_method_with_a_body(upload):
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = upload.request("QUERY", "/search", "part=nar", urlencoded)
    assert (answer.status, answer.body) == (200, ["narwhal", "narrow"])
    status, body = curl(upload, "-X", "QUERY", "--data-urlencode", "part=whal", "/search")
    assert (status, body) == (200, '["narwhal","whale"]')
    assert upload.request("QUERY", "/search", None, urlencoded).body == []


def test_query_says_what_its_body_is(upload):
    answer = upload.request("QUERY", "/search", "part=nar")
    assert answer.status == 400 and "Content-Type" in answer.body["detail"]
    answer = upload.request("QUERY", "/search", {"part": "nar"})
    assert answer.status == 415 and answer.header("accept-query") == '"application/x-www-form-urlencoded"'


def test_query_is_among_the_methods_of_its_path(upload):
    assert upload.request("OPTIONS", "/search").header("allow") == "QUERY, OPTIONS"
    answer = upload.get("/search")
    assert answer.status == 405 and answer.header("allow") == "QUERY, OPTIONS"
    answer = upload.request("QUERY", "/form", "a=1", {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 405 and answer.header("allow") == "POST, OPTIONS"


def test_query_reads_and_so_passes_where_only_reading_may(narwhal, app):
    server = narwhal(app("upload"), "data", "--read-only")
    answer = server.request("QUERY", "/search", "part=w", {"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.body) == (200, ["narwhal", "narrow", "whale"])
    assert server.post("/people", {"firstname": "a", "lastname": "b"}).status == 405
