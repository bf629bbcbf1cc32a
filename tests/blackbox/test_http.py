"""HTTP/1.1 as bytes: keep-alive, pipelining, bodies, limits, refusals."""

import socket
import time

import pytest
from client import Connection, encode_request
from server import eventually


@pytest.fixture
def hello(narwhal, app):
    return narwhal(app("hello"), domain=None)


def test_kept_alive_connection_serves_many(hello):
    with hello.connect() as connection:
        for _ in range(50):
            response = connection.get("/hello")
            assert (response.status, response.body) == (200, {"hello": "world"})
            assert response.header("connection") in ("keep-alive", "")


def test_pipelined_requests_are_answered_in_order(narwhal):
    server = narwhal()
    with server.connect() as connection:
        connection.send(
            encode_request("GET", "/people") + encode_request("GET", "/nosuch") + encode_request("GET", "/")
        )
        first, second, third = (connection.read_response() for _ in range(3))
    assert (first.status, second.status, third.status) == (200, 404, 200)
    assert "_items" in first.body and "_links" in third.body


def test_a_request_sent_again_is_answered_again(hello):
    """Its head is not parsed, nor its route looked for, a second time."""
    targets = ["/hello", "/hello/ann", "/hello/bob", "/%68ello", "/nosuch", "/hello/", "/hello?x=1"]
    requests = [(method, target) for target in targets for method in ("GET", "HEAD", "POST", "OPTIONS")]
    with hello.connect() as connection:
        for method, target in requests:
            answers = []
            for _ in range(3):
                connection.send(encode_request(method, target))
                answers.append(connection.read_response(head=method == "HEAD"))
            shown = [(answer.status, answer.body, answer.header("Allow")) for answer in answers]
            assert shown[0] == shown[1] == shown[2], (method, target)


def test_request_cut_into_single_bytes_is_the_same_request(hello):
    with hello.connect() as connection:
        for byte in encode_request("GET", "/hello"):
            connection.send(bytes([byte]))
        assert connection.read_response().status == 200


def test_connection_close_is_honoured(hello):
    with hello.connect() as connection:
        response = connection.get("/hello", {"Connection": "close"})
        assert response.header("connection") == "close"
        assert connection.at_end()


def test_http_1_0_closes_unless_asked_otherwise(hello):
    with hello.connect() as connection:
        connection.send("GET /hello HTTP/1.0\r\n\r\n")
        assert connection.read_response().status == 200
        assert connection.at_end()


def test_head_has_the_length_and_no_body(hello):
    with hello.connect() as connection:
        length = connection.get("/hello").header("content-length")
        response = connection.request("HEAD", "/hello")
        assert (response.status, response.header("content-length"), response.body) == (200, length, b"")
        assert connection.get("/hello").status == 200  # nothing was left on the wire


def test_options_lists_the_methods(hello):
    response = hello.request("OPTIONS", "/hello")
    assert response.status in (200, 204)
    assert set(response.header("allow").split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_unknown_path_is_404_in_the_error_shape(hello):
    response = hello.get("/nosuch")
    assert response.status == 404
    assert response.body["_status"] == "ERR" and response.body["_error"]["code"] == 404
    assert response.body["status"] == 404 and response.body["title"] == "Not Found"


def test_wrong_method_is_405_with_allow(hello):
    response = hello.post("/hello", {})
    assert response.status == 405
    assert "GET" in response.header("allow")


def test_answers_carry_server_and_date(hello):
    response = hello.get("/hello")
    assert response.header("server").lower().startswith("narwhal")
    assert response.header("date").endswith(" GMT")


REFUSED = {
    "two words in the request line": (b"GET /hello\r\n\r\n", 400),
    "a bare LF": (b"GET /hello HTTP/1.1\nHost: a\n\n", 400),
    "a space before the colon": (b"GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    "two Host fields": (b"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "a folded field": (b"GET /hello HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400),
    "a signed length": (b"POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", 400),
    "two lengths": (b"POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400),
    "length and chunks": (
        b"POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
    ),
    "a chunk size that is no number": (
        b"POST /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", 400,
    ),
    "an unknown coding": (b"POST /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: rot13, chunked\r\n\r\n", 501),
    "another protocol's version": (b"GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", (400, 505)),
    "an expectation": (b"GET /hello HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
    "a long line": (b"GET /" + b"a" * 4094 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "a long line that never ends": (b"GET /" + b"a" * 9000, 414),
    "a long field": (b"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 8190 + b"\r\n\r\n", 431),
    "many fields": (b"GET /hello HTTP/1.1\r\nHost: a\r\n" + b"X: 1\r\n" * 100 + b"\r\n", 431),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(hello, name):
    data, status = REFUSED[name]
    with hello.connect() as connection:
        connection.send(data)
        response = connection.read_response()
        assert response.status in (status if isinstance(status, tuple) else (status,))
        assert response.header("connection") == "close"
        assert connection.at_end()
    assert hello.get("/hello").status == 200


def test_body_over_the_limit_is_413(narwhal):
    server = narwhal("--limit-request-body", "1000")
    assert server.post("/people", {"lastname": "A", "notes": "x" * 1000}).status == 413
    with server.connect() as connection:
        connection.send("POST /people HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                        "Content-Type: application/json\r\n\r\n3e9\r\n" + "x" * 1001)
        assert connection.read_response().status == 413
    assert server.post("/people", {"lastname": "A", "notes": "x" * 900}).status == 201


def test_who_looks_for_the_answer_only_behind_a_large_body_finds_413(narwhal):
    server = narwhal()
    response = server.post("/people", {"lastname": "A", "notes": "x" * (17 << 20)})
    assert response.status == 413


def test_chunked_body_is_put_together(narwhal):
    server = narwhal()
    with server.connect() as connection:
        connection.send("POST /people HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                        "Content-Type: application/json\r\n\r\n")
        for part in ('{"last', 'name":', '"Chun', 'ked"}'):
            connection.send(f"{len(part):x};x=y\r\n{part}\r\n")
        connection.send("0\r\nX-Trailer: 1\r\n\r\n" + encode_request("GET", "/people").decode())
        created = connection.read_response()
        assert created.status == 201, created
        assert connection.read_response().body["_items"][0]["lastname"] == "Chunked"


def test_expect_continue_is_answered_before_the_body(narwhal):
    server = narwhal()
    body = '{"lastname": "Patient"}'
    with server.connect() as connection:
        connection.send(f"POST /people HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n")
        assert connection.read_interim() == 100
        connection.send(body)
        assert connection.read_response().status == 201


def test_one_empty_line_before_a_request_is_passed_over(hello):
    with hello.connect() as connection:
        connection.send(b"\r\n" + encode_request("GET", "/hello") + b"\r\n" + encode_request("GET", "/hello"))
        assert [connection.read_response().status for _ in range(2)] == [200, 200]


def test_idle_connection_is_closed_after_keepalive(narwhal, app):
    server = narwhal("--keep-alive", "1", app("hello"), domain=None)
    with server.connect() as connection:
        assert connection.get("/hello").status == 200
        assert connection.at_end()


def test_keepalive_0_closes_after_each_answer(narwhal, app):
    server = narwhal("--keep-alive", "0", app("hello"), domain=None)
    with server.connect() as connection:
        assert connection.get("/hello").header("connection") == "close"
        assert connection.at_end()


@pytest.mark.parametrize("when", ["with the request", "after it was read"])
@pytest.mark.parametrize("path", ["/pid", "/sleep/300", "/offload/300", "/defer", "/big/3000000", "/people"])
def test_client_that_ends_its_side_gets_its_answer(narwhal, app, path, when):
    server = narwhal(app("misc"), "data")
    with server.connect() as connection:
        request = f"GET {path} HTTP/1.0\r\n\r\n"
        connection.send(request)
        if when == "after it was read":
            received = "narwhal_http_received_bytes_total"
            eventually(lambda: server.admin.counters()[received] >= len(request), what="the request was not read")
        connection.sock.shutdown(socket.SHUT_WR)
        assert connection.read_response().status == 200
        assert connection.at_end()


def test_serves_on_a_unix_socket(narwhal, app, tmp_path):
    path = tmp_path / "narwhal.sock"
    server = narwhal(app("hello"), domain=None, bind=f"unix:{path}")
    assert server.get("/hello").status == 200
    assert server.stop() == 0
    assert not path.exists()


def test_serves_on_several_addresses(narwhal, app, tmp_path):
    path = tmp_path / "second.sock"
    server = narwhal("--bind", f"unix:{path}", app("hello"), domain=None)
    assert server.get("/hello").status == 200
    with Connection(str(path)) as connection:
        assert connection.get("/hello").status == 200


def test_the_time_of_a_request_begins_with_its_first_byte(narwhal, app):
    """Gunicorn's begins when the head is there, so that the log shows a slow client as a fast one."""
    server = narwhal("--access-logfile", "-", "--access-logformat", "%(r)s %(D)s", app("hello"), domain=None)
    server.wait_workers(1)
    with server.connect() as connection, server.connect() as other:
        connection.send(b"GET /hello?slow HTTP/1.1\r\n")
        other.get("/hello")  # the first bytes are there by now
        until = time.monotonic() + 0.05
        eventually(lambda: time.monotonic() > until)
        connection.send(b"Host: a\r\n\r\n")
        assert connection.read_response().status == 200
    assert int(server.stdout.wait(r"^GET /hello\?slow HTTP/1\.1 (\d+)$")[1]) >= 50_000


def test_access_log_has_one_line_an_answer_refused_ones_too(narwhal, app):
    server = narwhal("--access-logfile", "-", app("hello"), domain=None)
    server.get("/hello?a=1", {"User-Agent": 'te"st', "Referer": "http://r"})
    with server.connect() as connection:
        connection.send(b"\x16\x03\x01\x02\x00\r\n\r\n")
        connection.read_response()
    server.stdout.wait(r'^127\.0\.0\.1 - - \[[^]]+\] "GET /hello\?a=1 HTTP/1\.1" 200 17 "http://r" "te\\"st"$')
    server.stdout.wait(r'^127\.0\.0\.1 - - \[[^]]+\] "[ -~]*" 400 \d+ "-" "-"$')
    server.stop()
    server.stdout.wait_end()
    assert len(server.stdout.lines) == 2, server.stdout.text()
