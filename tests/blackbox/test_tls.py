"""HTTPS: handshakes of all kinds, and that what is true of plain connections is true of these."""

import hashlib
import os
import random
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile

import pytest
from certificates import Pair, make
from client import Closed, Connection, encode_request, open_socket
from load import Load
from server import eventually

BIG = 5_000_000
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
LINE = b"PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"
BINARY = (b"\r\n\r\n\0\r\nQUIT\n" + struct.pack(">BBH", 0x21, 0x11, 12) + socket.inet_aton("192.0.2.7") +
          socket.inet_aton("198.51.100.1") + struct.pack(">HH", 1, 2))


@pytest.fixture(scope="session")
def certs(tmp_path_factory):
    """An authority, a server and a client of its, and a client of another's."""
    folder = tmp_path_factory.mktemp("certs")
    made = {"ca": make(folder, "ca", "/CN=Test CA"), "other_ca": make(folder, "other_ca", "/CN=Other CA")}
    made["server"] = make(folder, "server", issuer=made["ca"])
    made["renewed"] = make(folder, "renewed", "/CN=renewed", issuer=made["ca"])
    made["client"] = make(folder, "client", "/O=Example/CN=alice \\+ \"bob\"", issuer=made["ca"])
    made["stranger"] = make(folder, "stranger", "/CN=mallory", issuer=made["other_ca"])
    return made


@pytest.fixture
def serve(narwhal, app, certs):
    def start(*args, apps=("misc",), **more):
        pair = certs["server"]
        return narwhal("--certfile", pair.cert, "--keyfile", pair.key, *args, *map(app, apps), domain=None, **more)

    return start


@pytest.fixture
def context(certs):
    """context(version=None, client=None) -> one that believes the authority."""

    def make_context(version=None, client=None, alpn=("http/1.1",)):
        made = ssl.create_default_context(cafile=certs["ca"].cert)
        if version:
            made.minimum_version = made.maximum_version = version
        if client:
            made.load_cert_chain(certs[client].cert, certs[client].key)
        made.set_alpn_protocols(list(alpn))
        return made

    return make_context


class Secure(Connection):
    """A connection that speaks TLS from its first byte on, or behind @before."""

    def __init__(self, server, context, before=b"", session=None):
        self.sock, self.rest = open_socket(server.address), b""
        self.sock.sendall(before)
        self.sock = context.wrap_socket(self.sock, server_hostname="127.0.0.1", session=session,
                                        suppress_ragged_eofs=False)


class Handshake:
    """A client whose bytes the test carries."""

    def __init__(self, context):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="127.0.0.1")

    def step(self):
        """What is to be sent next; b"": it is over."""
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return self.outgoing.read()


@pytest.fixture(params=VERSIONS, ids=["1.2", "1.3"])
def version(request):
    return request.param


def test_both_versions_are_spoken(serve, context, version):
    server = serve()
    server.wait_log(rf"Listening at: https://127.0.0.1:{server.port} ")
    with Secure(server, context(version)) as connection:
        assert connection.sock.version() == ("TLSv1.2" if version == VERSIONS[0] else "TLSv1.3")
        assert connection.sock.selected_alpn_protocol() == "http/1.1"
        for _ in range(3):
            body = connection.get("/inline/trace").body
            assert body["scheme"] == "https" and body["certificate"] == ""
        assert connection.get("/trace").body["scheme"] == "https"


def test_older_versions_are_not(serve, context):
    server = serve()
    with pytest.deprecated_call():
        old = context(ssl.TLSVersion.TLSv1_1)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError), Secure(server, old):
        pass


def test_ciphers_are_those_of_the_setting(serve, context):
    """One that clients of OpenSSL would not choose if there were others."""
    server = serve("--ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305")
    with Secure(server, context(ssl.TLSVersion.TLSv1_2)) as connection:
        assert connection.sock.cipher()[0] == "ECDHE-ECDSA-CHACHA20-POLY1305"
        assert connection.get("/inline/trace").status == 200


def test_requests_of_one_record_and_of_many_are_the_same(serve, context, version):
    server = serve()
    requests = b"".join(encode_request("GET", f"/echo/{i}/x") for i in range(40))
    with Secure(server, context(version)) as connection:
        connection.send(requests)
        assert [connection.read_response().body["params"]["id"] for _ in range(40)] == list(map(str, range(40)))
        for byte in encode_request("POST", "/inline/echo", "body"):
            connection.send(bytes([byte]))
        assert connection.read_response().status == 200


def test_only_http_1_1_is_negotiated(serve, context):
    server = serve()
    with Secure(server, context(alpn=("h2", "http/1.1"))) as connection:
        assert connection.sock.selected_alpn_protocol() == "http/1.1"
    with pytest.raises(ssl.SSLError, match="(?i)application.protocol"), Secure(server, context(alpn=("h2",))):
        pass


def test_plain_http_is_told_so_in_plain_http(serve):
    """Gunicorn closes the connection without a word."""
    server = serve()
    for data in (encode_request("GET", "/"), b"PUT / HTTP/1.1\r\n", b"d", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        with server.connect() as connection:
            connection.send(data)
            response = connection.read_response()
            assert response.status == 400 and "HTTPS is spoken here" in response.body["detail"]
            assert connection.at_end()


def test_garbage_gets_an_alert(serve):
    server = serve()
    for data in (b"\x16\x03\x01\x00\x05hello", b"\x00" * 100, b"\xff" * 5):
        with server.connect() as connection:
            connection.send(data)
            connection.sock.shutdown(socket.SHUT_WR)
            while connection._receive():
                pass
            assert connection.rest == b"" or connection.rest[0] == 0x15
    server.wait_log(r"\[WARNING\] TLS handshake with ip=127.0.0.1 failed: ")


def test_sessions_are_resumed_by_any_worker(serve, context, version):
    server = serve(workers=3)
    client, pids = context(version), set()
    with Secure(server, client) as connection:
        pids.add(connection.get("/pid").body)
        session = connection.sock.session
        assert not connection.sock.session_reused

    def another():
        with Secure(server, client, session=session) as connection:
            pids.add(connection.get("/pid").body)
            assert connection.sock.session_reused
        return len(pids) > 1

    eventually(another)


def test_a_slow_handshake_keeps_nobody_waiting(serve, context, version):
    server = serve()
    slow = Handshake(context(version))
    with server.connect() as connection:
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not slow.outgoing.pending and (data := slow.step()):
            for byte in data:
                connection.send(bytes([byte]))
            with Secure(server, context()) as other:
                assert other.get("/pid").status == 200
            if connection._receive():
                slow.incoming.write(connection.rest)
                connection.rest = b""
        slow.tls.write(encode_request("GET", "/pid"))
        connection.send(slow.outgoing.read())
        answer = b""
        while b"\r\n\r\n" not in answer:
            assert connection._receive()
            slow.incoming.write(connection.rest)
            connection.rest = b""
            try:
                answer += slow.tls.read(65536)
            except ssl.SSLWantReadError:
                pass


@pytest.mark.parametrize("part", [1, 60], ids=["a byte", "half a hello"])
def test_a_handshake_has_the_time_of_a_head(serve, context, part):
    server = serve("--client-header-timeout", "1")
    with server.connect() as connection:
        connection.send(Handshake(context()).step()[:part])
        assert connection.at_end()


def test_whoever_leaves_within_the_handshake_leaves_nothing(serve, context):
    server = serve()
    hello = Handshake(context()).step()
    for part in (1, 60, len(hello)):
        with server.connect() as connection:
            connection.send(hello[:part])
            connection.sock.shutdown(socket.SHUT_WR)
            while connection._receive():
                pass
    eventually(lambda: server.admin.gauge("narwhal_http_connections") == 0)
    assert "WARNING" not in server.log


def test_large_bodies_go_both_ways(serve, context, version, tmp_path):
    (tmp_path / "web").mkdir()
    data = random.Random(7).randbytes(BIG)
    (tmp_path / "web/big.bin").write_bytes(data)
    server = serve("--static", f"/static={tmp_path / 'web'}", "--limit-request-body", "1G", apps=("bodies", "stream"))
    with Secure(server, context(version)) as connection:
        assert connection.get("/static/big.bin").body == data
        part = connection.get("/static/big.bin", {"Range": "bytes=100000-4000000"})
        assert part.status == 206 and part.body == data[100000:4000001]
        counted = connection.get(f"/inline/count/{BIG}").body
        assert len(counted) == BIG and connection.get(f"/count/{BIG}").body == counted
        for way in ("/whole", "/stream"):
            assert connection.request("POST", way, data).status == 200
        assert connection.request("POST", "/through", data).body == data


def test_a_client_that_reads_late_gets_all_of_it(serve, context, tmp_path):
    (tmp_path / "web").mkdir()
    data = random.Random(8).randbytes(BIG)
    (tmp_path / "web/big.bin").write_bytes(data)
    server = serve("--static", f"/static={tmp_path / 'web'}")
    with Secure(server, context()) as connection, Secure(server, context()) as other:
        for _ in range(3):
            connection.send(encode_request("GET", "/static/big.bin"))
        assert other.get("/pid").status == 200
        for _ in range(3):
            assert hashlib.sha256(connection.read_response().body).digest() == hashlib.sha256(data).digest()


def test_an_end_is_said(serve, context):
    """close_notify, or a client could not tell an end from a cut."""
    server = serve()
    with Secure(server, context(VERSIONS[0])) as kept, Secure(server, context(VERSIONS[1])) as newer:
        for version in VERSIONS:
            with Secure(server, context(version)) as connection:
                assert connection.request("GET", "/pid", headers={"Connection": "close"}).status == 200
                assert connection.at_end()
        assert kept.get("/pid").status == 200 and newer.get("/pid").status == 200
        server.signal(signal.SIGTERM)
        assert kept.at_end() and newer.at_end()


def test_a_client_that_ended_its_side_is_answered(serve, context, version):
    server = serve()
    with Secure(server, context(version)) as connection:
        connection.send(encode_request("GET", "/sleep/50"))
        socket.socket.shutdown(connection.sock, socket.SHUT_WR)
        assert connection.read_response().status == 200


def test_a_broken_answer_does_not_look_whole(serve, context, version):
    server = serve(apps=("stream",))
    with Secure(server, context(version)) as connection:
        connection.send("GET /header HTTP/1.0\r\n\r\n")
        with pytest.raises((Closed, ConnectionError, ssl.SSLEOFError)):
            assert connection.read_response().status == 200


def test_renegotiation_is_refused(serve, certs):
    server = serve()
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_2", "-CAfile", certs["ca"].cert],
        input="R\n", capture_output=True, text=True, timeout=20, check=False)
    assert "no renegotiation" in done.stdout + done.stderr


# --- certificates of clients


def test_certificates_of_clients_are_not_asked_for_by_default(serve, context):
    server = serve()
    with Secure(server, context(client="stranger")) as connection:
        assert connection.get("/trace").body["certificate"] == ""


@pytest.mark.parametrize("reqs", ["1", "2"])
def test_the_app_learns_who_the_client_is(serve, context, certs, version, reqs):
    server = serve("--cert-reqs", reqs, "--ca-certs", certs["ca"].cert)
    client, subject = context(version, client="client"), 'CN=alice \\+ \\"bob\\",O=Example'
    with Secure(server, client) as connection:
        assert connection.get("/inline/trace").body["certificate"] == subject
        assert connection.get("/trace").body["certificate"] == subject
        session = connection.sock.session
    with Secure(server, client, session=session) as connection:
        assert connection.sock.session_reused
        assert connection.get("/trace").body["certificate"] == subject


def refused(server, client):
    """TLS 1.3 tells the client only when it reads."""
    with pytest.raises((ssl.SSLError, ConnectionError)):
        with Secure(server, client) as connection:
            connection.get("/trace")


def test_a_certificate_may_be_asked_for_without_being_needed(serve, context, certs, version):
    server = serve("--cert-reqs", "1", "--ca-certs", certs["ca"].cert)
    with Secure(server, context(version)) as connection:
        assert connection.get("/trace").body["certificate"] == ""
    refused(server, context(version, client="stranger"))
    server.wait_log(r"TLS handshake with ip=127.0.0.1 failed: unable to get local issuer certificate")


def test_nobody_comes_in_without_a_certificate_that_is_needed(serve, context, certs, version):
    server = serve("--cert-reqs", "2", "--ca-certs", certs["ca"].cert)
    refused(server, context(version))
    refused(server, context(version, client="stranger"))
    server.wait_log(r"TLS handshake with ip=127.0.0.1 failed: peer did not return a certificate")
    with Secure(server, context(version, client="client")) as connection:
        assert connection.get("/trace").status == 200


# --- behind a proxy


@pytest.mark.parametrize("before, peer", [(b"", "127.0.0.1"), (LINE, "192.0.2.1"), (BINARY, "192.0.2.7")])
def test_a_proxy_header_comes_before_the_handshake(serve, context, version, before, peer):
    server = serve("--proxy-protocol", "auto")
    with Secure(server, context(version), before) as connection:
        for _ in range(2):
            assert connection.get("/echo").body["peer"] == peer


def test_a_proxy_header_may_come_byte_by_byte_or_with_the_hello(serve, context):
    server = serve("--proxy-protocol", "auto")
    hello = Handshake(context()).step()
    for header in (LINE, BINARY):
        for parts in ([bytes([byte]) for byte in header] + [hello], [header + hello]):
            with server.connect() as connection:
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for part in parts:
                    connection.send(part)
                assert connection._receive() and connection.rest[0] == 0x16  # ServerHello


def test_a_bad_proxy_header_is_refused_in_plain_http(serve):
    for args, data, status in (((), b"PROXY TCP5 x\r\n", 400),
                               (("--proxy-allow-from", "10.0.0.0/8"), LINE, 403), ((), LINE + LINE, 400)):
        server = serve("--proxy-protocol", "v1", *args)
        with server.connect() as connection:
            connection.send(data)
            assert connection.read_response().status == status
            assert connection.at_end()


def test_a_believed_proxy_may_say_that_its_client_spoke_http(serve, context):
    server = serve()
    with Secure(server, context()) as connection:
        for headers, scheme in (({"X-Forwarded-Proto": "http"}, "http"), ({"X-Forwarded-Proto": "https"}, "https"),
                                ({"X-Request-ID": "abc"}, "https")):
            assert connection.get("/trace", headers).body["scheme"] == scheme


# --- certificates of the server


@pytest.fixture
def own_pair(certs, tmp_path):
    """A copy of the server's, to be replaced."""
    pair = Pair(str(tmp_path / "own.pem"), str(tmp_path / "own.key"))
    replace(pair, certs["server"])
    return pair


def replace(pair, source):
    """As a certificate manager does: each file at once, one after the other."""
    for to, new in zip(pair, source):
        shutil.copy(new, f"{to}.new")
        os.rename(f"{to}.new", to)


def subject_of(server, context):
    with Secure(server, context) as connection:
        return dict(part[0] for part in connection.sock.getpeercert()["subject"])["commonName"]


class SecureLoad(Load):
    """Load by TLS."""

    def __init__(self, server, context, ask, threads=4):
        super().__init__(server, ask, threads)
        self.server = type("Tls", (), {"connect": lambda _: Secure(server, context)})()


def test_a_reload_takes_the_renewed_certificate_and_loses_no_request(narwhal, app, certs, own_pair, context):
    server = narwhal("--certfile", own_pair.cert, "--keyfile", own_pair.key, app("hello"), domain=None, workers=2)
    client = context()
    with SecureLoad(server, client, lambda connection: connection.get("/hello")) as load:
        for name in ("renewed", "server", "renewed"):
            replace(own_pair, certs[name])
            mark = server.mark()
            server.signal(signal.SIGHUP)
            server.wait_log("Reloaded: generation", begin=mark)
            expected = "renewed" if name == "renewed" else "localhost"
            eventually(lambda: subject_of(server, client) == expected)
        done = load.n_done
        eventually(lambda: load.n_done > done + 100)
    assert not load.failures


def test_a_change_of_the_files_is_a_reload(narwhal, app, certs, own_pair, context):
    server = narwhal("--certfile", own_pair.cert, "--keyfile", own_pair.key, app("hello"), domain=None)
    client = context()
    with SecureLoad(server, client, lambda connection: connection.get("/hello")) as load:
        replace(own_pair, certs["renewed"])
        eventually(lambda: subject_of(server, client) == "renewed")
        shutil.copy(certs["server"].cert, own_pair.cert)  # half of a renewal
        server.wait_log("keeping old configuration")
        assert subject_of(server, client) == "renewed"
        shutil.copy(certs["server"].key, own_pair.key)
        eventually(lambda: subject_of(server, client) == "localhost")
    assert not load.failures


def test_a_pair_that_does_not_fit_leaves_the_old_one_serving(narwhal, app, certs, own_pair, context):
    server = narwhal("--certfile", own_pair.cert, "--keyfile", own_pair.key, app("hello"), domain=None)
    shutil.copy(certs["renewed"].key, own_pair.key)
    server.wait_log("own.key': the key is not the certificate's")
    server.wait_log("keeping old configuration")
    assert subject_of(server, context()) == "localhost"


def test_check_config_looks_at_certificates(run, tmp_path, certs, app):
    server, renewed = certs["server"], certs["renewed"]
    encrypted = tmp_path / "encrypted.key"
    subprocess.run(["openssl", "ec", "-in", server.key, "-aes128", "-passout", "pass:x", "-out", encrypted],
                   check=True, capture_output=True)
    soon = make(tmp_path, "soon", issuer=certs["ca"], days=3)
    for args, code, said in (
        (("--certfile", server.cert, "--keyfile", server.key), 0, ""),
        (("--certfile", soon.cert, "--keyfile", soon.key), 0, "soon.pem': its certificate ends in "),
        (("--certfile", server.cert, "--keyfile", renewed.key), 1, "the key is not the certificate's"),
        (("--certfile", server.cert, "--keyfile", encrypted), 1, "encrypted.key': it is encrypted"),
        (("--certfile", server.cert), 1, "keyfile is not set: the key is looked for in certfile"),
        (("--certfile", "nosuch.pem"), 1, "certfile 'nosuch.pem': No such file or directory"),
        (("--keyfile", server.key), 1, "keyfile: there is no certificate to it"),
        (("--ca-certs", certs["ca"].cert), 1, "ca_certs: it is of TLS, and there is no certfile"),
        (("--certfile", server.cert, "--keyfile", server.key, "--cert-reqs", "2"), 1, "cert_reqs: "),
        (("--certfile", server.cert, "--keyfile", server.key, "--ciphers", "nosuch"), 1, "ciphers: "),
    ):
        done = run("--check-config", *args, app("hello"))
        assert done.returncode == code and said in done.stderr, (args, done)
        assert said or not done.stderr


def test_a_hook_that_makes_the_context_is_refused(run, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("def ssl_context(config, default):\n    return default()\n")
    done = run("--check-config")
    assert done.returncode == 1 and "ssl_context" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_workers_need_no_right_to_the_key(narwhal, app, own_pair, context):
    os.chmod(own_pair.key, 0o600)
    with tempfile.TemporaryDirectory() as theirs:
        os.chmod(theirs, 0o777)
        server = narwhal("--certfile", own_pair.cert, "--keyfile", own_pair.key, "--user", "nobody", app("hello"),
                         domain=None, store=f"sqlite:{theirs}/test.db")
        assert subject_of(server, context()) == "localhost"
        server.signal(signal.SIGHUP)
        server.wait_log("Reloaded: generation 2")
        assert subject_of(server, context()) == "localhost"
        server.stop()


def test_a_handler_that_hangs_costs_its_client_an_answer_over_tls_too(serve, context):
    server = serve("--timeout", 1)
    [pid] = server.wait_workers(1)
    with Secure(server, context()) as connection:
        connection.send(encode_request("GET", "/sleep/60000"))
        assert connection.read_response().status == 503
        assert connection.at_end()  # by close_notify, or this would raise
    server.wait_workers(1, without=[pid])
