"""Who the client is, said by a proxy that passes bytes on (the PROXY protocol)."""

import socket
import struct

import pytest

from client import Closed, encode_request

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LINE = b"PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"
PLAIN = encode_request("GET", "/inline/echo")


def binary(command=0x21, family=0x11, rest=None):
    if rest is None:
        rest = socket.inet_aton("192.0.2.7") + socket.inet_aton("198.51.100.1") + struct.pack(">HH", 1, 2)
    return SIGNATURE + struct.pack(">BBH", command, family, len(rest)) + rest


@pytest.fixture
def serve(narwhal, app):
    return lambda *args, **more: narwhal("--proxy-protocol", *args, app("misc"), domain=None, **more)


def peers(server, begin, n=2):
    """Who the client of each of @n requests is."""
    with server.connect() as connection:
        connection.send(begin + PLAIN)
        answers = [connection.read_response()]
        for _ in range(n - 1):
            connection.send(PLAIN)
            answers.append(connection.read_response())
        return [answer.body["peer"] for answer in answers]


def test_the_client_of_all_requests_is_whom_the_header_names(serve):
    """Gunicorn's second request had the proxy's address again."""
    server = serve("auto")
    assert peers(server, LINE) == ["192.0.2.1"] * 2
    assert peers(server, binary()) == ["192.0.2.7"] * 2
    assert peers(server, b"PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n") == ["2001:db8::1"] * 2


def test_a_header_that_names_nobody_leaves_the_peer(serve):
    server = serve("auto")
    for begin in (b"", b"PROXY UNKNOWN\r\n", binary(command=0x20), binary(family=0, rest=b"")):
        assert peers(server, begin) == ["127.0.0.1"] * 2


def test_a_header_may_come_byte_by_byte(serve):
    server = serve("auto")
    for begin in (LINE, binary()):
        with server.connect() as connection:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in begin + PLAIN:
                connection.send(bytes([byte]))
            assert connection.read_response().body["peer"].startswith("192.0.2.")


def test_a_bad_header_is_refused(serve):
    server = serve("auto")
    for begin in (b"PROXY TCP5 x\r\n", LINE.replace(b"443", b"70000"), binary(family=0x31), binary(command=0x11)):
        with server.connect() as connection:
            connection.send(begin + PLAIN)
            assert connection.read_response().status == 400
            with pytest.raises(Closed):
                connection.read_response()


def test_a_peer_that_may_not_send_one_is_told_so_and_served_without(serve):
    server = serve("v1", "--proxy-allow-from", "10.0.0.0/8")
    assert peers(server, b"") == ["127.0.0.1"] * 2
    with server.connect() as connection:
        connection.send(LINE + PLAIN)
        assert connection.read_response().status == 403


def test_only_the_version_that_is_wanted_is_looked_for(serve):
    server = serve("v2")
    with server.connect() as connection:
        connection.send(LINE + PLAIN)
        assert connection.read_response().status == 400
    assert peers(server, binary()) == ["192.0.2.7"] * 2


def test_without_the_setting_it_is_no_request(narwhal, app):
    server = narwhal(app("misc"), domain=None)
    with server.connect() as connection:
        connection.send(LINE + PLAIN)
        assert connection.read_response().status == 400


def test_a_proxy_on_a_unix_socket_may_send_one(serve, tmp_path):
    server = serve("auto", "--proxy-allow-from", "10.0.0.0/8", bind=f"unix:{tmp_path}/socket")
    assert peers(server, LINE) == ["192.0.2.1"] * 2


def test_the_access_log_names_that_client(serve, tmp_path):
    log = tmp_path / "access.log"
    server = serve("auto", "--access-logfile", log, "--access-logformat", "%(h)s %(r)s")
    peers(server, LINE)
    peers(server, binary(command=0x20))  # a check of the proxy's own, for which Gunicorn logs "None"
    server.stop()
    clients = ["192.0.2.1"] * 2 + ["127.0.0.1"] * 2
    assert log.read_text().splitlines() == [f"{client} GET /inline/echo HTTP/1.1" for client in clients]


def test_whom_a_header_names_is_not_believed_for_it(serve):
    """Trust in what is forwarded goes by the socket's peer: a client cannot lend itself a trusted address."""
    server = serve("auto", "--forwarded-allow-ips", "192.0.2.1")
    with server.connect() as connection:
        connection.send(LINE + encode_request("GET", "/inline/trace", headers={"X-Forwarded-Proto": "https"}))
        body = connection.read_response().body
    assert body["is_trusted"] is False and body["scheme"] == "http"


@pytest.mark.parametrize(("allowed", "client"), [
    ("127.0.0.1", "192.0.2.1"),  # the balancer is believed, and the bytes behind its header are the client's
    ("127.0.0.1,192.0.2.1", "203.0.113.5"),  # a proxy in front of a balancer
])
def test_a_client_that_a_header_names_forwards_for_nobody(serve, allowed, client):
    server = serve("auto", "--forwarded-allow-ips", allowed)
    with server.connect() as connection:
        connection.send(LINE + encode_request("GET", "/inline/trace", headers={"X-Forwarded-For": "203.0.113.5"}))
        assert connection.read_response().body["client"] == client


def test_a_client_that_leaves_within_the_header_leaves_nothing(serve):
    server = serve("auto", workers=1)
    for begin in (LINE[:20], binary()[:14]):
        with server.connect() as connection:
            connection.send(begin)
            connection.sock.shutdown(socket.SHUT_WR)
            assert connection.at_end()
    assert peers(server, LINE) == ["192.0.2.1"] * 2
