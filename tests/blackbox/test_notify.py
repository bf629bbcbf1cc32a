"""What a service manager is told (sd_notify(3))."""

import os
import signal
import socket

import pytest
from client import TIMEOUT
from server import children_of, eventually, is_alive


class Manager:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, path):
        self.path = str(path)
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.path)
        self.sock.settimeout(TIMEOUT)

    def hear(self, word):
        """The next message that has @word, as a dict. Those before it are passed over."""
        while True:
            message = dict(line.split("=", 1) for line in self.sock.recv(4096).decode().split("\n"))
            if word in message:
                return message


@pytest.fixture
def manager(tmp_path):
    one = Manager(tmp_path / "notify")
    with one.sock:
        yield one


def test_each_state_is_told(narwhal, app, manager, tmp_path):
    server = narwhal(app("hello"), domain=None, env={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "4000000"})
    first = manager.hear("READY")
    assert first["MAINPID"] == str(server.pid)
    assert f"serves at {server.url}" in first["STATUS"]
    assert manager.hear("WATCHDOG") == {"WATCHDOG": "1"}
    server.signal(signal.SIGHUP)
    assert int(manager.hear("RELOADING")["MONOTONIC_USEC"]) > 0
    assert "Generation 2 serves" in manager.hear("READY")["STATUS"]
    (tmp_path / "gunicorn.conf.py").write_text("workerz = 3\n")
    server.signal(signal.SIGHUP)
    manager.hear("RELOADING")
    assert "Generation 2 serves" in manager.hear("READY")["STATUS"]  # so that nobody waits for it
    assert manager.hear("STATUS")["STATUS"].startswith("Reload failed, generation 2 serves")
    server.signal(signal.SIGTERM)
    assert manager.hear("STOPPING")["STOPPING"] == "1"
    assert server.wait_exit() == 0


def test_an_old_master_names_the_new_one_before_it_leaves(narwhal, app, manager, tmp_path):
    server = narwhal(app("hello"), "--pid", "pid", "--log-level", "debug", domain=None,
                     env={"NOTIFY_SOCKET": manager.path})
    manager.hear("READY")
    server.signal(signal.SIGUSR2)
    second = tmp_path / "pid.2"
    new = int(eventually(lambda: second.exists() and second.read_text()))
    server.seen_pids.add(new)
    server.wait_log(rf"\[{new}\] \[DEBUG\] Master: STARTING -> SERVING")
    server.seen_pids.update(children_of(new))
    server.signal(signal.SIGTERM)
    told = manager.hear("MAINPID")
    assert told["MAINPID"] == str(new)
    assert "READY" not in told  # so it is the old one that says so
    assert manager.hear("READY")["MAINPID"] == str(new)
    os.kill(new, signal.SIGTERM)
    manager.hear("STOPPING")
    eventually(lambda: not is_alive(new))
