"""Answers that are made bit by bit: from handler threads and from the loop, as clients see them."""

import re
import signal
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from client import Closed, encode_request
from server import eventually


@pytest.fixture
def stream(narwhal, app):
    return narwhal("--threads", "4", app("stream"), domain=None)


def letters(n):
    return (b"abcdefghijklmnopqrstuvwxyz" * (n // 26 + 1))[:n]


def read_chunk(connection):
    size = int(connection._until(b"\r\n"), 16)
    data = connection._exactly(size)
    assert connection._exactly(2) == b"\r\n"
    return data


def begin(connection, target, headers=None):
    """Ask for a stream; its status and headers, once they are there."""
    connection.send(encode_request("GET", target, headers=headers))
    return connection._read_head()


def event(connection):
    """The next event or comment of a chunked stream; an event is one chunk, because each is written at once."""
    return read_chunk(connection).decode()


def reset(connection):
    """Close it so that the other side is told that nobody is there."""
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


# --- framing


@pytest.mark.threads
@pytest.mark.parametrize("where", ["", "/inline"])
@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 3_000_000])
def test_a_stream_arrives_whole_and_the_connection_goes_on(stream, where, size):
    with stream.connect() as connection:
        for _ in range(3):
            response = connection.get(f"{where}/count/{size}?piece=9999")
            assert (response.status, response.body) == (200, letters(size))
            assert response.header("x-after") == "ran"
            has_length, is_chunked = "content-length" in response.headers, "transfer-encoding" in response.headers
            assert has_length != is_chunked
            # From a thread, what comes together before it has to go out is a plain answer.
            assert has_length == (size <= 65536 if not where else size == 0)


def test_a_known_length_is_sent(stream):
    with stream.connect() as connection:
        for size in (100, 300_000):
            response = connection.get(f"/count/{size}?length={size}")
            assert response.header("content-length") == str(size) and response.body == letters(size)


def test_http_1_0_gets_no_chunks(stream):
    with stream.connect() as connection:
        connection.send("GET /count/300000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        response = connection.read_response()
        assert response.header("connection") == "close" and "transfer-encoding" not in response.headers
        assert response.body == letters(300_000)
    with stream.connect() as connection:
        connection.send("GET /count/300000?length=300000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        response = connection.read_response()
        assert response.header("connection") == "keep-alive" and response.body == letters(300_000)
        connection.send("GET /count/1 HTTP/1.0\r\n\r\n")
        assert connection.read_response().body == b"a"
        assert connection.at_end()


@pytest.mark.parametrize("target", [
    "/count/100", "/count/300000", "/count/300000?length=300000", "/inline/count/300000", "/events", "/status/204",
])
def test_head_has_no_body(stream, target):
    with stream.connect() as connection:
        response = connection.request("HEAD", target)
        assert response.status == (204 if "204" in target else 200) and response.body == b""
        assert "transfer-encoding" not in response.headers
        assert connection.get("/count/3").body == b"abc"  # nothing was left on the wire


@pytest.mark.parametrize("status", [204, 205, 304])
def test_statuses_without_a_body_have_none(stream, status):
    with stream.connect() as connection:
        connection.send(encode_request("GET", f"/status/{status}"))
        got, headers = connection._read_head()
        assert got == status and "transfer-encoding" not in headers
        assert headers.get("content-length", "0") == "0"
        assert connection.get("/count/3").body == b"abc"


def test_an_answer_of_another_length_never_shifts_the_next_one(stream):
    for target in ("/count/100?length=99", "/count/100?length=101"):
        response = stream.get(target)  # nothing had gone out
        assert response.status == 500
    stream.wait_log("its body is longer than its Content-Length")
    stream.wait_log("its body is shorter than its Content-Length")
    with stream.connect() as connection:
        connection.send(encode_request("GET", "/count/300000?length=300001") + encode_request("GET", "/count/3"))
        with pytest.raises(Closed):
            connection.read_response()
    with stream.connect() as connection:
        connection.send(encode_request("GET", "/count/300000?length=299999") + encode_request("GET", "/count/3"))
        assert connection.read_response().body == letters(299_999)
        assert connection.at_end()


def test_the_access_log_has_what_a_client_got_of_a_failed_answer(narwhal, app):
    """Behind the head the status is out: the bytes are those that went, and the error log names the request."""
    form = "%(r)s %(U)s %(s)s %(b)s %({x-request-id}o)s"
    server = narwhal("--access-logfile", "-", "--access-logformat", form, app("stream"), domain=None)
    assert server.get("/error").status == 500
    server.stdout.wait(r"^GET /error HTTP/1\.1 /error 500 [1-9]\d* ")
    with server.connect() as connection:
        connection.send(encode_request("GET", "/count/300000?fail=200000"))
        with pytest.raises((Closed, ConnectionResetError)):
            connection.read_response()
    found = server.stdout.wait(r"^GET /count/300000\S+ HTTP/1\.1 /count/300000 200 (\d+) (\w+)$")
    assert int(found[1]) < 300_000
    server.wait_log(rf"Error handling request GET /count/300000: .* broken off \(request id {found[2]}\)")
    server.stop()
    server.stdout.wait_end()
    assert len(server.stdout.lines) == 2


@pytest.mark.parametrize("target", [
    "/count/300000?fail=200000", "/error?flush=1", "/header", "/inline/error",
])
def test_a_failure_behind_the_head_is_seen_by_the_client(stream, target):
    for old in (False, True):
        with stream.connect() as connection:
            connection.send(f"GET {target} HTTP/1.0\r\n\r\n" if old else encode_request("GET", target))
            with pytest.raises((Closed, ConnectionResetError)):
                assert connection.read_response().status == 200
    stream.wait_log(r"\[ERROR\] Error handling request GET .*; the answer had begun and is broken off", count=2)


def test_a_failure_before_the_head_is_a_clean_answer(stream):
    with stream.connect() as connection:
        response = connection.get("/error")
        assert response.status == 500 and response.body["detail"] == "the source ran dry"
        assert connection.get("/count/3").body == b"abc"


def test_an_after_hook_may_take_its_place(stream):
    for target in ("/count/100", "/count/300000", "/inline/count/300000"):
        response = stream.get(target, {"X-Replace": "1"})
        assert (response.status, response.body) == (203, b"replaced\n")
        assert stream.get(target, {"X-Fail-After": "1"}).status == 500


# --- early hints


@pytest.mark.parametrize("target", ["/hints", "/inline/hints"])
def test_early_hints_come_before_the_answer(stream, target):
    with stream.connect() as connection:
        connection.send(encode_request("GET", target))
        assert connection._read_head() == (103, {"link": "</style.css>; rel=preload; as=style"})
        assert connection._read_head() == (103, {"link": "</script.js>; rel=preload; as=script"})
        response = connection.read_response()
        assert (response.status, response.body) == (200, b"page\n") and "link" not in response.headers
        connection.send(f"GET {target} HTTP/1.0\r\n\r\n")
        assert connection._read_head()[0] == 200


def test_nothing_of_an_app_splits_the_answer(stream):
    response = stream.get("/hints?value=a%0d%0aSet-Cookie:%20evil=1")
    assert response.status == 500 and "set-cookie" not in response.headers
    stream.wait_log("Error handling request GET /hints: an early hint")
    assert stream.get("/event?name=a%0adata:%20evil").status == 500
    stream.wait_log("Error handling request GET /event: Invalid argument")


# --- in time


@pytest.mark.threads
def test_what_is_flushed_arrives_while_the_handler_goes_on(stream):
    with stream.connect() as connection:
        status, headers = begin(connection, "/steps")
        assert status == 200 and headers["transfer-encoding"] == "chunked"
        assert read_chunk(connection) == b"one\n"
        assert stream.post("/publish", "go").status == 200
        assert read_chunk(connection) == b"two\n"
        assert read_chunk(connection) == b""


def test_pipelined_requests_wait_behind_a_stream(stream):
    with stream.connect() as connection:
        begin(connection, "/steps")
        connection.send(encode_request("GET", "/count/3") * 3)
        assert read_chunk(connection) == b"one\n"
        stream.post("/publish", "go")
        assert read_chunk(connection) + read_chunk(connection) == b"two\n"
        assert [connection.read_response().body for _ in range(3)] == [b"abc"] * 3


@pytest.mark.threads
def test_events_reach_everybody(stream):
    listeners = [stream.connect() for _ in range(3)]
    for one in listeners:
        status, headers = begin(one, "/events")
        assert status == 200 and headers["content-type"] == "text/event-stream"
        assert headers["cache-control"] == "no-cache" and headers["x-accel-buffering"] == "no"
        assert event(one) == ": hello\n\n"
    for i, text in enumerate(["first", "two\nlines", "last"], 1):
        assert stream.post("/publish", text).body == b"3\n"
        lines = "".join(f"data: {line}\n" for line in text.split("\n"))
        for one in listeners:
            assert event(one) == f"event: news\nid: {i}\n{lines}\n"
    for one in listeners:
        one.close()


def test_heartbeats_find_a_client_that_left(stream):
    with stream.connect() as connection:
        begin(connection, "/events?beat=20")
        assert event(connection) == ": hello\n\n"
        assert event(connection) == ": still here\n\n"
    stream.wait_log("events: over, client gone")


@pytest.mark.threads
def test_a_client_that_leaves_ends_the_wait(stream):
    for _ in range(10):  # more than there are threads
        connection = stream.connect()
        begin(connection, "/events")
        assert event(connection) == ": hello\n\n"
        reset(connection)
    stream.wait_log("events: over, client gone", count=10)
    assert stream.get("/count/3").body == b"abc"


def test_streams_of_the_loop_are_fed_by_other_requests(stream):
    listeners = [stream.connect() for _ in range(20)]  # they cost no thread
    for one in listeners:
        assert begin(one, "/feed")[0] == 200
    assert stream.post("/feed", "hello").body == b"20\n"
    assert [event(one) for one in listeners] == ["data: hello\n\n"] * 20
    reset(listeners.pop())
    stream.wait_log("feed: over, client gone")
    assert stream.post("/feed", "end").body == b"19\n"
    for one in listeners:
        assert read_chunk(one) == b""
        assert one.get("/count/3").body == b"abc"
        one.close()


# --- clients that are slow, or leave


@pytest.mark.threads
@pytest.mark.parametrize("where", ["", "/inline"])
def test_a_slow_reader_gets_all_of_it(stream, where):
    size = 6_000_000
    with stream.connect() as slow:
        slow.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 200_000)
        slow.send(encode_request("GET", f"{where}/count/{size}?piece=50000"))
        with ThreadPoolExecutor(4) as pool:  # and holds up nobody meanwhile
            assert all(pool.map(lambda _: stream.get("/count/3").body == b"abc", range(20)))
        assert slow.read_response().body == letters(size)


@pytest.mark.release
@pytest.mark.parametrize("where, n", [("", 4), ("/inline", 50)])
def test_who_takes_nothing_costs_little_memory(stream, where, n):
    before = stream.pss_kib()
    slow = [stream.connect() for _ in range(n)]
    for one in slow:
        begin(one, f"{where}/count/1000000000?piece=50000")
    stat, seen = Path(f"/proc/{stream.worker_pids()[0]}/stat"), []

    def is_idle():
        """All of them are stuck once the worker spends no time any more."""
        seen.append(stat.read_text().rsplit(")", 1)[1].split()[11:13])
        return len(seen) > 20 and seen[-20:] == seen[-1:] * 20

    eventually(is_idle)
    assert stream.pss_kib() - before < n * 400 + 2000
    for one in slow:
        reset(one)
    assert stream.get("/count/3").body == b"abc"


@pytest.mark.threads
@pytest.mark.parametrize("where", ["", "/inline"])
def test_a_client_that_leaves_in_the_middle_harms_nobody(stream, where):
    for i in range(20):
        with stream.connect() as connection:
            connection.send(encode_request("GET", f"{where}/count/100000000?piece=50000"))
            if i % 2 == 0:
                connection._read_head()
            reset(connection)
    eventually(lambda: stream.get("/count/3").body == b"abc")
    assert "ERROR" not in stream.log


# --- leaving


@pytest.mark.threads
@pytest.mark.parametrize("target", ["/events", "/feed"])
def test_streams_end_themselves_when_the_worker_leaves(stream, target):
    with stream.connect() as connection:
        begin(connection, target)
        if target == "/events":
            assert event(connection) == ": hello\n\n"
        stream.signal(signal.SIGTERM)
        if target == "/events":
            assert event(connection) == "event: bye\nretry: 100\ndata: \n\n"
        else:
            assert re.fullmatch(r"retry: \d+\n\n", event(connection))  # it says nothing of that itself
        assert read_chunk(connection) == b""
    stream.wait_log("over, leaving")
    assert stream.wait_exit() == 0
    assert "The time to leave is over" not in stream.log


def test_a_stream_goes_on_through_a_reload(stream):
    with stream.connect() as connection:
        begin(connection, "/inline/count/30000000")
        old = stream.worker_pids()
        stream.signal(signal.SIGHUP)
        stream.wait_log("Booting worker", count=2)
        body = b"".join(iter(lambda: read_chunk(connection), b""))
        assert body == letters(30_000_000)
    stream.wait_workers(1, without=old)


def test_a_stream_without_end_is_cut_off_by_graceful_timeout(narwhal, app):
    server = narwhal("--graceful-timeout", "1", app("stream"), domain=None)
    with server.connect() as connection:
        begin(connection, "/count/1000000000")
        server.signal(signal.SIGTERM)
        assert server.wait_exit() == 0
        server.wait_log("The time to leave is over")
        with pytest.raises((Closed, ConnectionResetError)):
            while read_chunk(connection):
                pass
