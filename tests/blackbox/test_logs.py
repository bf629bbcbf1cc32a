"""Where lines and figures go: syslog, JSON, statsd."""

import json
import os
import re
import signal
import socket

import pytest

from server import APPS, eventually

HELLO = APPS / "hello.so"


class Datagrams:
    """A socket that keeps what is sent to it; read only when asked, as a slow receiver would."""

    def __init__(self, path=None):
        self.socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(str(path) if path else ("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.got = []

    @property
    def port(self):
        return self.socket.getsockname()[1]

    def read(self):
        """All that came so far."""
        try:
            while True:
                self.got.append(self.socket.recv(65536).decode())
        except BlockingIOError:
            return self.got

    def wait(self, pattern):
        """The first message that matches; what came before it stays."""
        def find():
            return next((m for m in (re.search(pattern, text, re.S) for text in self.read()) if m), None)

        return eventually(find, what=f"no {pattern!r} in {self.got}")


@pytest.fixture
def udp():
    receiver = Datagrams()
    yield receiver
    receiver.socket.close()


@pytest.fixture
def at_path(tmp_path):
    receiver = Datagrams(tmp_path / "dgram.sock")
    yield receiver
    receiver.socket.close()


def test_both_logs_go_to_syslog(narwhal, udp):
    pod = narwhal(HELLO, "--log-syslog", "--log-syslog-to", f"udp://127.0.0.1:{udp.port}", "--name", "shop:web",
                  "--log-syslog-facility", "local3", domain=None)
    assert pod.get("/hello").status == 200
    udp.wait(rf"\A<158>gunicorn\.shop\.web\.error: \[{pod.pid}\] Listening at: {pod.url} \({pod.pid}\)\0\Z")
    udp.wait(r'\A<158>gunicorn\.shop\.web\.access: 127\.0\.0\.1 - - \[.*\] "GET /hello HTTP/1\.1" 200 .*\0\Z')
    worker = pod.worker_pids()[0]
    assert pod.stop() == 0
    udp.wait(rf"\[{worker}\] Worker exiting")
    assert "Listening at" in pod.log


def test_the_access_log_can_be_kept_out_of_syslog(narwhal, at_path, tmp_path):
    access = tmp_path / "access.log"
    pod = narwhal(HELLO, "--log-syslog", "--log-syslog-to", f"unix://{tmp_path}/dgram.sock", "--log-syslog-prefix", "x",
                  "--disable-redirect-access-to-syslog", "--access-logfile", access, domain=None)
    assert pod.get("/hello").status == 200
    eventually(access.read_text)
    assert pod.stop() == 0
    at_path.wait(r"gunicorn\.x\.error: .*Shutting down: Master")
    assert not [text for text in at_path.got if ".access: " in text]


def test_a_syslog_that_is_gone_or_asleep_holds_nothing_up(narwhal, at_path, tmp_path):
    """Nobody reads the socket: its queue is full after some lines. Then it is gone altogether."""
    pod = narwhal(HELLO, "--log-syslog", "--log-syslog-to", f"unix://{tmp_path}/dgram.sock", domain=None)
    with pod.connect() as connection:
        for _ in range(1000):
            assert connection.request("GET", "/hello").status == 200
        at_path.socket.close()
        for _ in range(10):
            assert connection.request("GET", "/hello").status == 200
    pod.signal(signal.SIGUSR1)
    pod.wait_log(r"\[WARNING\] syslog: .*lines are missing there")
    assert pod.stop() == 0


def test_a_stream_to_syslog_is_each_processs_own(narwhal, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        port = listener.getsockname()[1]
        pod = narwhal(HELLO, "--log-syslog", "--log-syslog-to", f"tcp://127.0.0.1:{port}", domain=None)
        assert pod.get("/hello").status == 200
        streams = [listener.accept()[0] for _ in range(2)]
        assert pod.stop() == 0
        messages = []
        for stream in streams:
            stream.settimeout(10)
            with stream, stream.makefile("rb") as file:
                messages += [text for text in file.read().decode().split("\0") if text]
    assert all(re.match(r"<\d+>gunicorn\.\S+\.(error|access): ", text) for text in messages), messages
    assert any("GET /hello HTTP/1.1" in text for text in messages)
    assert any("Shutting down: Master" in text for text in messages)


def test_a_wrong_address_is_refused_with_what_to_write(run):
    done = run("--log-syslog-to", "localhost", "--log-syslog", HELLO)
    assert done.returncode == 1
    assert "syslog_addr: 'localhost' is not udp://HOST:PORT, tcp://HOST:PORT or unix://PATH" in done.stderr


def test_as_json_each_line_is_an_object(narwhal):
    pod = narwhal(HELLO, "--access-logfile", "-", "--access-logformat", "json", domain=None)
    answer = pod.get("/hello?q=%22%F0", headers={"User-Agent": 'a "b"\\ \u00e9'})
    with pod.connect() as connection:
        connection.send(b"\x16\x03\x01\xff\r\n\r\n")
        pod.stdout.wait('"status":400')
    first, refused = [json.loads(line) for line in pod.stdout.text().splitlines()]
    assert first["request_id"] == answer.headers["x-request-id"]
    assert (first["method"], first["path"], first["status"]) == ("GET", "/hello", 200)
    assert first["user_agent"].startswith('a "b"\\ ')
    assert first["bytes"] == int(answer.headers["content-length"]) and 0 <= first["duration"] < 10
    assert first.keys() == refused.keys() and refused["method"] is None


def test_statsd_gets_gunicorns_figures(narwhal, udp):
    pod = narwhal(HELLO, "--statsd-host", f"127.0.0.1:{udp.port}", "--statsd-prefix", "shop..", "--dogstatsd-tags",
                  "a:1,b", "--enable-backlog-metric", domain=None, workers=2)
    udp.wait(r"\Ashop\.gunicorn\.workers:2\|g\|#a:1,b\Z")
    assert pod.get("/hello").status == 200
    udp.wait(r"\Ashop\.gunicorn\.requests:1\|c\|@1\.0\|#a:1,b\Z")
    udp.wait(r"\Ashop\.gunicorn\.request\.duration:\d+\.\d{3}\|ms\|#a:1,b\Z")
    udp.wait(r"\Ashop\.gunicorn\.request\.status\.200:1\|c\|@1\.0\|#a:1,b\Z")
    udp.wait(r"\Ashop\.gunicorn\.backlog:\d+\|h\|#a:1,b\Z")
    with pod.connect() as connection:
        connection.send(b"no request\r\n\r\n")
        udp.wait(r"\Ashop\.gunicorn\.request\.status\.400:")
    udp.wait(r"\Ashop\.gunicorn\.log\.warning:1\|c\|@1\.0")
    pod.signal(signal.SIGTTOU)
    udp.wait(r"\Ashop\.gunicorn\.workers:1\|g")


def test_a_statsd_that_is_gone_is_no_harm(narwhal, tmp_path):
    pod = narwhal(HELLO, "--statsd-host", f"unix://{tmp_path}/nobody", domain=None)
    with pod.connect() as connection:
        for _ in range(10):
            assert connection.request("GET", "/hello").status == 200
    late = Datagrams(tmp_path / "nobody")
    try:
        assert pod.get("/hello").status == 200
        late.wait(r"\Agunicorn\.request\.status\.200:1\|c\|@1\.0\Z")
    finally:
        late.socket.close()


def test_what_apps_print_is_in_the_error_log(narwhal, tmp_path):
    log, config = tmp_path / "error.log", tmp_path / "n.conf.py"
    config.write_text("capture_output = True\n")
    pod = narwhal("--config", config, "--error-logfile", log, APPS / "misc.so", domain=None, ready=False)
    eventually(lambda: log.exists() and "Listening at" in log.read_text())

    def say(word):
        assert pod.get(f"/print/{word}").status == 200

    def is_in(path, *words):
        return eventually(lambda: all(f"{word}\n" in path.read_text() for word in words))

    say("one")
    is_in(log, "out: one", "err: one")
    log.rename(tmp_path / "old.log")
    pod.signal(signal.SIGUSR1)
    [pid] = pod.wait_workers(1)
    eventually(lambda: log.exists() and os.path.samefile(f"/proc/{pid}/fd/1", log))
    say("two")
    is_in(log, "out: two", "err: two")
    pod.signal(signal.SIGHUP)
    is_in(log, "[INFO] Reloaded: generation 2 serves")
    pod.wait_workers(1)
    say("three")
    is_in(log, "out: three", "err: three")
    assert "two" not in (tmp_path / "old.log").read_text() and pod.log == ""
    # And back again.
    config.write_text("")
    pod.signal(signal.SIGHUP)
    is_in(log, "[INFO] Reloaded: generation 3 serves")
    pod.wait_workers(1)
    say("four")
    pod.wait_log("err: four")
    assert "four" not in log.read_text()
