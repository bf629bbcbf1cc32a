"""Request ids, traces, scheme and timing: what a proxy in front says, whom it is believed, and who is told."""

import re

import pytest
from client import Closed, Connection
from server import eventually

MADE = re.compile(r"[0-9a-f]{32}")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
FORMAT = '%(h)s %({x-request-id}o)s %({wsgi.url_scheme}e)s %({traceparent}e)s "%(r)s" %(s)s'

SAID = {"X-Request-ID": "from-the-proxy", "X-Forwarded-Proto": "https", "traceparent": PARENT}


@pytest.fixture
def misc(narwhal, app):
    return lambda *args, **kwargs: narwhal(*args, app("misc"), domain=None, **kwargs)


def log_line(server, target):
    return eventually(lambda: [line for line in server.stdout.lines if f" {target} " in line])[0].strip()


@pytest.mark.parametrize("path", ["/trace", "/inline/trace"])
def test_a_believed_proxy_is_repeated_to_app_answer_and_log(misc, path):
    server = misc("--access-logfile", "-", "--access-logformat", FORMAT)
    response = server.get(path, SAID)
    assert response.header("x-request-id") == "from-the-proxy"
    version, trace, parent, flags = response.body["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert re.fullmatch("[0-9a-f]{16}", parent) and parent != "00f067aa0ba902b7"
    assert response.body == {
        "id": "from-the-proxy", "client": "127.0.0.1", "certificate": "", "scheme": "https", "is_trusted": True,
        "traceparent": response.body["traceparent"],
    }
    assert log_line(server, path) == (
        f'127.0.0.1 from-the-proxy https {response.body["traceparent"]} "GET {path} HTTP/1.1" 200'
    )


@pytest.mark.parametrize("path", ["/trace", "/inline/trace"])
def test_nobody_else_is(misc, path):
    server = misc("--access-logfile", "-", "--access-logformat", FORMAT, "--forwarded-allow-ips", "10.0.0.0/8,::1")
    response = server.get(path, SAID)
    made = response.header("x-request-id")
    assert MADE.fullmatch(made)
    assert response.body["id"] == made
    assert response.body["scheme"] == "http"
    assert response.body["is_trusted"] is False
    assert response.body["traceparent"] == f"00-{made}-{made[16:]}-01"
    assert log_line(server, path) == (
        f'127.0.0.1 {made} http {response.body["traceparent"]} "GET {path} HTTP/1.1" 200'
    )


@pytest.mark.parametrize("value", ["127.0.0.0/8", "*", "10.0.0.1, 127.0.0.1"])
def test_whom_to_believe_comes_from_the_environment_too(misc, value):
    server = misc(env={"FORWARDED_ALLOW_IPS": value})
    assert server.get("/trace", SAID).body["is_trusted"]


def test_peers_on_a_unix_socket_are_believed(narwhal, app, tmp_path):
    server = narwhal("--forwarded-allow-ips", "", app("misc"), domain=None, bind=f"unix:{tmp_path}/n.sock")
    assert server.get("/trace", SAID).body["id"] == "from-the-proxy"


CLIENT_FORMAT = "%(h)s %({narwhal.client}e)s %(U)s %(s)s"


@pytest.mark.parametrize(("args", "fields", "client"), [
    ([], [], "127.0.0.1"),
    ([], ["192.0.2.7"], "192.0.2.7"),
    ([], ["198.51.100.1, 192.0.2.7:4711, 127.0.0.1"], "192.0.2.7"),
    ([], ["198.51.100.1", "[2001:db8::7]:443"], "2001:db8::7"),
    ([], ["192.0.2.7, unknown"], "127.0.0.1"),
    (["--forwarded-allow-ips", "10.0.0.1"], ["192.0.2.7"], "127.0.0.1"),
    (["--forwarded-allow-ips", "*"], ["192.0.2.7, 10.0.0.1"], "192.0.2.7"),
])
def test_the_client_is_who_believed_proxies_say(misc, args, fields, client):
    """Gunicorn's trap: nothing of what a client wrote into X-Forwarded-For itself is taken."""
    server = misc("--access-logfile", "-", "--access-logformat", CLIENT_FORMAT, *args)
    lines = "".join(f"X-Forwarded-For: {value}\r\n" for value in fields)
    for path in ("/trace", "/inline/trace"):
        with server.connect() as connection:
            connection.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n{lines}\r\n")
            assert connection.read_response().body["client"] == client
        assert log_line(server, path) == f"127.0.0.1 {client} {path} 200"


def test_the_client_of_a_unix_socket(narwhal, app, tmp_path):
    server = narwhal(app("misc"), domain=None, bind=f"unix:{tmp_path}/n.sock")
    assert server.get("/trace").body["client"] == ""
    assert server.get("/trace", {"X-Forwarded-For": "::1, 2001:db8::7"}).body["client"] == "2001:db8::7"


def test_ids_never_repeat_over_connections_and_workers(narwhal, app):
    server = narwhal(app("hello"), domain=None, workers=2)
    seen = set()
    for _ in range(20):
        with server.connect() as connection:
            seen.update(connection.get("/hello").header("x-request-id") for _ in range(50))
    assert len(seen) == 1000
    assert all(MADE.fullmatch(one) for one in seen)
    assert len({one[:16] for one in seen}) <= 2


def test_an_id_that_is_none_is_replaced(misc):
    server = misc()
    for bad in ("", "a b", "x" * 129, "caf\xe9"):
        assert MADE.fullmatch(server.get("/trace", {"X-Request-ID": bad.encode("utf-8").decode("latin-1")}
                                         ).header("x-request-id"))
    with server.connect() as connection:
        connection.send("GET /trace HTTP/1.1\r\nHost: a\r\nX-Request-ID: one\r\nX-Request-ID: two\r\n\r\n")
        assert MADE.fullmatch(connection.read_response().header("x-request-id"))


def test_every_answer_has_one_id(narwhal, app, tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web/a.txt").write_text("a")
    server = narwhal(app("misc"), "--static", f"/={tmp_path}/web", "--status-path", "/status", domain=None)
    for target in ("/trace", "/a.txt", "/nowhere", "/status", "/fail", "/redirect", "/error/418"):
        assert MADE.fullmatch(server.get(target).header("x-request-id")), target
    assert MADE.fullmatch(server.request("DELETE", "/trace").header("x-request-id"))
    assert MADE.fullmatch(server.request("HEAD", "/trace").header("x-request-id"))
    with server.connect() as connection:
        connection.send("nonsense\r\n\r\n")
        assert MADE.fullmatch(connection.read_response().header("x-request-id"))


def test_an_app_cannot_answer_with_another_id(misc):
    server = misc()
    assert server.get("/inject?name=X-Request-ID&value=mine").status == 500
    server.wait_log(r"header 'X-Request-ID' is the server's to set \(request id [0-9a-f]{32}\)")


def test_the_error_log_names_the_request(misc):
    server = misc()
    server.get("/fail", {"X-Request-ID": "find-me"})
    server.wait_log(r"\[ERROR\] Error handling request GET /fail: Input/output error \(request id find-me\)$")
    with server.connect() as connection:
        connection.send("nonsense\r\n\r\n")
        made = connection.read_response().header("x-request-id")
    server.wait_log(rf"\[WARNING\] Invalid request from ip=127\.0\.0\.1: 400 Bad Request \(request id {made}\)$")


def test_proxies_that_contradict_themselves_are_refused(misc):
    server = misc("--access-logfile", "-")
    with server.connect() as connection:
        connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nX-Forwarded-SSL: off\r\n"
                        "X-Request-ID: torn\r\nContent-Length: 30\r\n\r\nGET /pid HTTP/1.1\r\nHost: a\r\n\r\n")
        response = connection.read_response()
        assert response.status == 400
        assert response.header("x-request-id") == "torn"
        assert response.body["detail"] == "Fields disagree about the scheme"
        with pytest.raises(Closed):
            connection.read_response()
    server.wait_log(r"Invalid request from ip=127\.0\.0\.1: 400 Bad Request \(request id torn\)")
    assert '"POST /echo HTTP/1.1" 400' in log_line(server, "/echo")


def test_scheme_headers_are_those_of_the_setting(misc, tmp_path):
    config = tmp_path / "c.py"
    config.write_text("secure_scheme_headers = {'X-Scheme': 'HTTPS', 'Front-End-Https': 'on'}\n")
    server = misc("--config", config)
    assert server.get("/trace", {"X-Forwarded-Proto": "https"}).body["scheme"] == "http"
    assert server.get("/trace", {"x-scheme": "HTTPS"}).body["scheme"] == "https"
    assert server.get("/trace", {"X-Scheme": "https"}).body["scheme"] == "http"
    assert server.get("/trace", {"front-end-https": "on"}).body["scheme"] == "https"


def test_location_has_the_clients_scheme(narwhal):
    server = narwhal()
    for scheme in ("http", "https"):
        response = server.post("/people", {"lastname": scheme}, {"X-Forwarded-Proto": scheme, "Host": "example.org"})
        assert response.status == 201, response
        assert response.header("location").startswith(f"{scheme}://example.org/people/")


def test_timing_is_told_when_it_is_to_be(misc):
    server = misc("--server-timing")
    number = r"\d+\.\d{3}"
    assert re.fullmatch(
        rf'app;dur={number}, queue;dur={number}, db;dur=1\.500;desc="two reads"',
        server.get("/trace").header("server-timing"),
    )
    assert re.fullmatch(
        rf'app;dur={number}, db;dur=1\.500;desc="two reads"', server.get("/inline/trace").header("server-timing")
    )
    app, queue = re.fullmatch(
        rf"app;dur=({number}), queue;dur=({number})", server.get("/offload/30").header("server-timing")
    ).groups()
    assert float(app) >= 30
    assert float(queue) >= 0
    assert re.fullmatch(rf"app;dur={number}", server.get("/defer").header("server-timing"))


def test_timing_is_not_told_otherwise(misc):
    server = misc()
    for path in ("/trace", "/inline/trace"):
        response = server.get(path)
        assert response.status == 200
        assert response.header("server-timing") == ""


def test_a_kept_connection_is_believed_for_all_its_requests(misc):
    server = misc()
    with Connection(server.address) as connection:
        for i in range(3):
            assert connection.get("/trace", {"X-Request-ID": f"n{i}"}).body["id"] == f"n{i}"
        assert MADE.fullmatch(connection.get("/trace").body["id"])


@pytest.mark.parametrize(("args", "kept"), [
    ([], {"SCRIPT_NAME"}),
    (["--forwarder-headers", "script_name,REMOTE_USER"], {"SCRIPT_NAME", "REMOTE_USER"}),
    (["--forwarder-headers", "*"], {"SCRIPT_NAME", "REMOTE_USER", "X_A"}),
    (["--forwarder-headers", ""], set()),
    (["--forwarded-allow-ips", "10.0.0.1"], set()),
    (["--forwarded-allow-ips", "10.0.0.1", "--header-map", "dangerous"], {"SCRIPT_NAME", "REMOTE_USER", "X_A"}),
])
def test_names_with_an_underscore_reach_the_app_as_the_settings_say(misc, args, kept):
    server = misc(*args)
    names = ["SCRIPT_NAME", "REMOTE_USER", "X_A"]
    query = "&".join(f"header={name}" for name in names)
    for path in ("/echo", "/inline/echo"):
        headers = server.get(f"{path}?{query}", {name: "/x" for name in names}).body["headers"]
        assert {name for name, value in headers.items() if value == "/x"} == kept
