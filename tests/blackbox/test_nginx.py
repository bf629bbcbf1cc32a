"""frontend/nginx: the real nginx with the real nginx.conf, a name server and back ends of the test's own."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from client import encode_request
from crowd import Crowd
from fake_dns import FakeDns
from fixtures import clean_environment
from server import BINARY, ROOT, TIMEOUT, eventually, free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
START = BINARY.parents[1] / "frontend/nginx/start"
NAME = "service-backend.test"

needs_nginx = pytest.mark.skipif(not NGINX or not Path("/etc/nginx/mime.types").exists(), reason="no nginx")


def start(tmp_path, backend):
    """What the program writes for nginx, and what it says."""
    conf = tmp_path / "backend.conf"
    done = subprocess.run([START, conf, "/bin/cat", conf], env=clean_environment({"NARWHAL_BACKEND": backend}),
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("backend", "expected"), [
    ("127.0.0.1", "127.0.0.1:8888"), ("127.0.0.1:9", "127.0.0.1:9"), ("[::1]", "[::1]:8888"), ("[::1]:9", "[::1]:9"),
])
def test_start_takes_addresses_as_they_are(tmp_path, backend, expected):
    code, text, said = start(tmp_path, backend)
    assert (code, said) == (0, "")
    assert f'set $backend "{expected}";' in text and re.match(r"resolver \S+", text)


def test_start_goes_on_with_a_name_that_is_not_there_yet(tmp_path):
    code, text, said = start(tmp_path, "narwhal.invalid.")
    assert code == 0 and 'set $backend "narwhal.invalid:8888";' in text and "waiting for narwhal.invalid" in said


@pytest.mark.parametrize("backend", ["a b", 'a";}', "a:b", "a:0", "a:65536", ":1", "[::1", "[a]:1", "x" * 300])
def test_start_lets_nothing_else_into_the_configuration(tmp_path, backend):
    code, text, said = start(tmp_path, backend)
    assert code == 2 and text == "" and backend in said


# In namespaces of its own: a name server that hears and never answers, then `start` as process 1, as in a container.
FIRST_PROCESS = """
import os, socket, subprocess, sys
folder, program = sys.argv[1:]
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["mount", "--bind", f"{folder}/resolv.conf", "/etc/resolv.conf"], check=True)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
if os.fork() == 0:
    server.recv(512)
    print("asked", flush=True)
    server.recv(512)
os.execv(program, [program, f"{folder}/backend.conf", "/bin/true"])
"""
UNSHARE = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--mount", "--fork"]


def may_unshare():
    return shutil.which("ip") and subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_start_ends_when_it_is_told_while_the_name_server_is_silent(tmp_path, number):
    if not may_unshare():
        pytest.skip("no namespaces for this user, or no ip")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    command = [*UNSHARE, sys.executable, "-c", FIRST_PROCESS, str(tmp_path), str(START)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as outer:
        assert outer.stdout.readline() == b"asked\n"
        [first] = Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
        os.kill(int(first), number)
        assert outer.wait(TIMEOUT) == 128 + number


TEXT = b"[" + b"1, " * 2000 + b"1]"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.seen.append((self.command, self.path, self.rfile.read(length)))
        if self.path.startswith("/api/lost"):
            self.close_connection = True
        elif self.path == "/api/events":
            self.events()
        elif self.path.startswith("/api/coded"):
            self.coded()
        else:
            self.tell()

    def tell(self):
        body = json.dumps({"by": self.server.server_address[0], "path": self.path, "version": self.request_version,
                           **{name.lower(): value for name, value in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def coded(self):
        """Long text; with a coding for whom /api/coded/CODING is asked for."""
        coding = self.path[len("/api/coded/"):]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(TEXT)))
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("ETag", 'W/"a"' if coding else '"a"')
        if coding:
            self.send_header("Content-Encoding", coding)
        self.end_headers()
        self.wfile.write(TEXT)

    def events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(b"data: one\n\n")
        assert self.server.may_go_on.wait(TIMEOUT)
        self.wfile.write(b"data: two\n\n")

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Backend(ThreadingHTTPServer):
    def __init__(self, address, port):
        super().__init__((address, port), Handler)
        self.seen = []
        self.may_go_on = threading.Event()
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self):
        self.shutdown()
        self.thread.join()
        self.server_close()


class Front:
    """nginx on a port of its own, and what stands behind it."""

    def __init__(self, folder):
        self.port, self.backend_port = free_port(), free_port()
        self.dns, self.backends, self.process = FakeDns(), {}, None
        self.folder = folder
        (folder / "www").mkdir()
        (folder / "www/index.html").write_text("the application")
        (folder / "backend.conf").write_text(f"resolver 127.0.0.1:{self.dns.port} valid=1s;\nresolver_timeout 2s;\n"
                                             f'set $backend "{NAME}:{self.backend_port}";\n')
        text = (ROOT / "frontend/nginx/nginx.conf").read_text()
        for old, new in (("/tmp/", f"{folder}/"), ("/srv/www", f"{folder}/www"), ("/dev/stdout", f"{folder}/access"),
                         ("listen 8080;", f"listen 127.0.0.1:{self.port};"),
                         ("include mime.types", "include /etc/nginx/mime.types")):
            assert old in text
            text = text.replace(old, new)
        user = "user root;\n" if os.geteuid() == 0 else ""  # the folder is its owner's alone
        (folder / "nginx.conf").write_text(user + text)

    def start(self):
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen([NGINX, "-e", "stderr", "-c", self.folder / "nginx.conf"], stderr=log)
        eventually(lambda: self.ask("GET", "/healthz")[0] == 200, what=(self.folder / "log").read_text())

    def back(self, *addresses):
        for address in addresses:
            self.backends[address] = Backend(address, self.backend_port)

    def gone(self, address):
        self.backends.pop(address).close()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)

    def ask(self, method, path, body=None):
        connection = self.connect()
        try:
            connection.request(method, path, body)
            got = connection.getresponse()
            return got.status, got.read(), got.headers
        except OSError:
            return 0, b"", None
        finally:
            connection.close()

    def tell(self, method="GET", path="/api/x", body=None):
        status, text, _ = self.ask(method, path, body)
        return json.loads(text) if status == 200 else {"status": status}

    def close(self):
        for address in list(self.backends):
            self.gone(address)
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            assert self.process.wait(TIMEOUT) == 0
        self.dns.close()


@pytest.fixture
def front(tmp_path):
    front = Front(tmp_path)
    try:
        front.start()
        yield front
    finally:
        front.close()


@needs_nginx
def test_the_application_is_served_before_the_back_end_has_a_name(front):
    assert front.ask("GET", "/r/sites")[:2] == (200, b"the application")
    status, body, headers = front.ask("GET", "/api/sites")
    assert (status, headers["Content-Type"], headers["Retry-After"]) == (502, "application/json", "1")
    assert json.loads(body)["_error"]["code"] == 502
    front.back("127.0.0.2")
    front.dns.names[NAME] = ["127.0.0.2"]
    eventually(lambda: front.tell().get("by") == "127.0.0.2")


@needs_nginx
def test_a_back_end_that_moved_is_found(front):
    front.back("127.0.0.2")
    front.dns.names[NAME] = ["127.0.0.2"]
    eventually(lambda: front.tell().get("by") == "127.0.0.2")
    front.back("127.0.0.3")
    front.dns.names[NAME] = ["127.0.0.3"]
    eventually(lambda: front.tell().get("by") == "127.0.0.3")


@needs_nginx
def test_all_back_ends_serve_and_one_that_is_away_costs_nothing(front):
    addresses = {"127.0.0.2", "127.0.0.3", "127.0.0.4"}
    front.back(*addresses)
    front.dns.names[NAME] = sorted(addresses)
    seen = set()
    eventually(lambda: seen.add(front.tell().get("by")) or seen == addresses)
    front.gone("127.0.0.3")
    for _ in range(12):
        assert front.tell("GET")["by"] != "127.0.0.3"
        assert front.tell("POST", body=b"{}")["by"] != "127.0.0.3"


@needs_nginx
def test_a_post_that_was_sent_is_not_sent_again_and_a_get_is(front):
    front.back("127.0.0.2", "127.0.0.3")
    front.dns.names[NAME] = ["127.0.0.2", "127.0.0.3"]

    def count(method):
        return sum(one[0] == method for backend in front.backends.values() for one in backend.seen)

    assert front.ask("POST", "/api/lost", b"{}")[0] == 502 and count("POST") == 1
    assert front.ask("GET", "/api/lost")[0] == 502 and count("GET") == 2


@needs_nginx
def test_what_the_back_end_compressed_or_did_not_goes_on_as_it_is(front):
    front.back("127.0.0.2")
    front.dns.names[NAME] = ["127.0.0.2"]
    eventually(lambda: front.tell().get("by") == "127.0.0.2")
    for coding, etag in (("br", 'W/"a"'), ("gzip", 'W/"a"'), ("", '"a"')):
        connection = front.connect()
        connection.request("GET", f"/api/coded/{coding}".rstrip("/"), headers={"Accept-Encoding": "br;q=0.7, gzip"})
        got = connection.getresponse()
        assert (got.status, got.read()) == (200, TEXT)
        assert (got.headers["Content-Encoding"] or "", got.headers["ETag"]) == (coding, etag)
        assert got.headers.get_all("Vary") == ["Accept-Encoding"]
        connection.close()
    connection = front.connect()
    connection.request("GET", "/api/x", headers={"Accept-Encoding": "br;q=0.7, gzip"})
    assert json.loads(connection.getresponse().read())["accept-encoding"] == "br;q=0.7, gzip"
    connection.close()


@needs_nginx
def test_a_request_that_does_not_fit_is_told_in_the_apis_words(front):
    (front.folder / "body").rename(front.folder / "no-body")
    (front.folder / "body").touch()
    status, body, _ = front.ask("POST", "/api/sites", b"x" * (1 << 20))
    assert status == 500 and json.loads(body)["_error"] == {
        "code": 500, "message": "The front end has no room for the request."}


@needs_nginx
def test_the_back_end_learns_who_asked_and_for_what(front):
    front.back("127.0.0.2")
    front.dns.names[NAME] = ["127.0.0.2"]
    told = front.tell(path="/api/sites?where=%7B%22a%22:1%7D")
    assert told["path"] == "/api/sites?where=%7B%22a%22:1%7D" and told["version"] == "HTTP/1.1"
    assert told["host"] == told["x-forwarded-host"] == f"127.0.0.1:{front.port}"
    assert (told["x-forwarded-for"], told["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert re.fullmatch("[0-9a-f]{32}", told["x-request-id"]) and told["x-request-id"] in eventually(
        (front.folder / "access").read_text)


@needs_nginx
def test_events_pass_as_they_come(front):
    front.back("127.0.0.2")
    front.dns.names[NAME] = ["127.0.0.2"]
    connection = front.connect()
    connection.request("GET", "/api/events")
    got = connection.getresponse()
    assert got.readline() == b"data: one\n"
    front.backends["127.0.0.2"].may_go_on.set()
    assert got.read().endswith(b"data: two\n\n")
    connection.close()


@needs_nginx
def test_log_lines_are_json(front):
    front.ask("GET", '/a"b')
    line = eventually(lambda: [one for one in (front.folder / "access").read_text().splitlines() if "/a" in one])[0]
    assert json.loads(line)["uri"] == '/a"b'


@needs_nginx
@pytest.mark.parametrize("path", ["/api/files/a.json", "/api/notes/a.b.png?x=%2F", "/api/a%2Fb/c%20d", "/api", "/api/"])
def test_every_path_of_the_api_is_the_back_ends_and_passes_as_it_was_sent(front, path):
    front.back("127.0.0.2")
    front.dns.names[NAME] = ["127.0.0.2"]
    assert front.tell(path=path).get("path") == path


@needs_nginx
def test_back_ends_are_replaced_under_load_and_no_write_is_lost(front, narwhal):
    """Nginx sends no POST twice: each that a leaving back end takes has to be answered by it."""
    addresses = ("127.0.0.2", "127.0.0.3")
    front.dns.names[NAME] = list(addresses)

    def begin(address):
        return narwhal("--bind", f"{address}:{front.backend_port}", domain=ROOT / "manifests/domain.json", workers=2)

    servers = [begin(address) for address in addresses]
    device = encode_request("POST", "/api/devices", {"name": "a", "platform": "other"})
    with Crowd(("127.0.0.1", front.port), device, 201) as crowd:
        for i, address in enumerate(addresses):
            crowd.wait_done(50)
            assert servers[i].stop() == 0
            crowd.wait_done(50)
            servers[i] = begin(address)
        crowd.wait_done(50)
    assert crowd.failures == []
    assert servers[0].get("/api/devices").body["_meta"]["total"] == crowd.n_done
