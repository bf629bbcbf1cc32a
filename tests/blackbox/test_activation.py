"""Sockets that somebody else opened: a service manager, or whoever started us."""

import os
import signal
import socket
import sys

import pytest
from server import children_of, eventually, is_alive

# What systemd does: the sockets become 3, 4, ..., and the process says that they are meant for it.
LAUNCHER = """
import os, sys
fds, names, command = sys.argv[1].split(","), sys.argv[2], sys.argv[3:]
for i, fd in enumerate(map(int, fds)):
    os.dup2(fd, 100 + i)
for i in range(len(fds)):
    os.dup2(100 + i, 3 + i)
    os.close(100 + i)
if names != "-":
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(fds)), LISTEN_FDNAMES=names)
os.execv(command[0], command)
"""


@pytest.fixture
def activated(narwhal, monkeypatch, app, tmp_path):
    """activated([socket], names, *args) -> the server, which has them as 3, 4, ..."""
    passed = []
    monkeypatch.setattr("server.subprocess.Popen.__init__", _keeping(passed))

    def start(sockets, names, *args, bind=None):
        fds = ",".join(str(sock.fileno()) for sock in sockets)
        passed[:] = [sock.fileno() for sock in sockets]
        launcher = tmp_path / "launcher.py"
        launcher.write_text(LAUNCHER)
        monkeypatch.setenv("NARWHAL_WRAPPER", f"{sys.executable} {launcher} {fds} {names}")
        server = narwhal(app("hello"), "--log-level", "debug", "--pid", "pid", *args, domain=None, ready=False,
                         admin=False, bind=bind)
        server.wait_log("STARTING -> SERVING")
        return server

    return start


def _keeping(fds):
    import subprocess

    original = subprocess.Popen.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **{**kwargs, "pass_fds": tuple(fds)})

    return init


def listening(family=socket.AF_INET, address=("127.0.0.1", 0)):
    sock = socket.socket(family)
    sock.bind(address)
    sock.listen(16)
    return sock


def hello(server, address):
    server.address = address
    return server.get("/hello/you").status


def test_handed_over_sockets_take_the_place_of_bind(activated, tmp_path):
    path = tmp_path / "given"
    with listening() as tcp, listening(socket.AF_UNIX, str(path)) as unix:
        server = activated([tcp, unix], "web:local")
        port = tcp.getsockname()[1]
        server.wait_log(rf"Listening at: http://127\.0\.0\.1:{port},unix:{path} ")
        assert hello(server, ("127.0.0.1", port)) == 200
        assert hello(server, str(path)) == 200
        with socket.socket() as refused:
            assert refused.connect_ex(("127.0.0.1", server.port)) != 0
        server.signal(signal.SIGHUP)
        server.wait_log("Reloaded: generation 2")
        assert hello(server, str(path)) == 200
        assert server.stop() == 0
        assert path.exists()  # it is not ours


def test_the_socket_named_admin_is_the_admin_listener(activated):
    with listening() as tcp, listening() as admin:
        server = activated([admin, tcp], "admin:web")
        server.address = admin.getsockname()
        assert server.get("/livez").status == 200
        assert hello(server, tcp.getsockname()) == 200


def test_an_upgrade_hands_them_on(activated, tmp_path):
    """Gunicorn's new process looks for them where they are no more."""
    path = tmp_path / "given"
    with listening() as tcp, listening() as admin, listening(socket.AF_UNIX, str(path)) as unix:
        server = activated([tcp, admin, unix], "web:admin:web")
        old = server.pid
        for _ in range(2):
            os.kill(old, signal.SIGUSR2)
            second = tmp_path / "pid.2"
            new = int(eventually(lambda: second.exists() and second.read_text()))  # noqa: B023
            server.seen_pids.add(new)
            server.wait_log(rf"\[{new}\] \[DEBUG\] Master: STARTING -> SERVING")
            server.seen_pids.update(children_of(new))
            os.kill(old, signal.SIGTERM)
            eventually(lambda: server.process.poll() is not None and not is_alive(old))  # noqa: B023
            server.wait_log(rf"\[{new}\] \[INFO\] Master has been promoted")
            assert hello(server, tcp.getsockname()) == 200
            assert hello(server, str(path)) == 200
            server.address = admin.getsockname()
            assert server.get("/livez").status == 200
            old = new
        workers = children_of(old)
        os.kill(old, signal.SIGTERM)
        eventually(lambda: not is_alive(old) and not any(map(is_alive, workers)))
        assert path.exists()


def test_a_socket_is_named_by_its_number(activated):
    with listening() as tcp:
        server = activated([tcp], "-", bind="fd://3")
        assert hello(server, tcp.getsockname()) == 200
        server.signal(signal.SIGHUP)
        server.wait_log("Reloaded: generation 2")
        assert hello(server, tcp.getsockname()) == 200


def test_variables_for_another_process_mean_nothing(narwhal, app):
    server = narwhal(app("hello"), domain=None, env={"LISTEN_PID": "1", "LISTEN_FDS": "2", "GUNICORN_PID": "1"})
    assert server.get("/hello/you").status == 200


def test_what_is_no_socket_is_refused_by_its_number(run, app):
    result = run("--bind", "fd://77", app("hello"))
    assert result.returncode == 1
    assert "'fd://77': no socket was handed over with that number" in result.stderr


def test_a_start_waits_for_the_one_before_it(narwhal, app):
    with listening() as before:
        port = before.getsockname()[1]
        server = narwhal(app("hello"), domain=None, ready=False, admin=False, bind=f"127.0.0.1:{port}")
        server.wait_log(rf"Connection in use: http://127\.0\.0\.1:{port}, trying again in 1 s")
    server.wait_log("Listening at")
    assert hello(server, ("127.0.0.1", port)) == 200


def test_a_signal_ends_the_waiting(narwhal, app):
    with listening() as before:
        port = before.getsockname()[1]
        server = narwhal(app("hello"), domain=None, ready=False, admin=False, bind=f"127.0.0.1:{port}")
        server.wait_log("Connection in use")
        server.signal(signal.SIGTERM)
        assert server.wait_exit(4) == 1
        assert f"Can't connect to http://127.0.0.1:{port}" in server.log
