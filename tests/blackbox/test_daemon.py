"""--daemon: who started it is told what became of it, and it lives on without a terminal."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

import server
from client import Connection
from fixtures import PEOPLE, clean_environment


class Daemon:
    """Started by a process that has ended since."""

    def __init__(self, tmp_path):
        self.dir = tmp_path
        self.pid = self.result = None
        self.port = server.free_port()
        self.log = tmp_path / "error.log"
        self.pidfile = tmp_path / "pid"

    def run(self, *args, output=subprocess.PIPE, env=None):
        command = [server.BINARY, "--daemon", "--bind", f"127.0.0.1:{self.port}", "--pid", self.pidfile,
                   "--store", "sqlite:d.db", "--domain", PEOPLE, "--error-logfile", self.log, "--no-control-socket",
                   *args]
        try:
            self.result = subprocess.run(list(map(str, command)), cwd=self.dir, env=clean_environment(env),
                                         stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=30,
                                         check=False)
        finally:
            if self.pidfile.exists():
                self.pid = int(self.pidfile.read_text())

    def get(self, path):
        with Connection(("127.0.0.1", self.port)) as connection:
            return connection.get(path)

    def end(self):
        if self.pid and server.is_alive(self.pid):
            os.kill(self.pid, signal.SIGTERM)
            server.eventually(lambda: not server.is_alive(self.pid))


@pytest.fixture
def daemon(tmp_path):
    started = []

    def start(*args, **kwargs):
        started.append(Daemon(tmp_path))
        started[-1].run(*args, **kwargs)
        return started[-1]

    yield start
    for one in started:
        one.end()


def status_of(pid, name):
    return dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())[name].strip()


def stat_of(pid):
    """ppid, pgrp, session, tty, ... as in proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1:]


def test_it_serves_by_the_time_its_starter_ends(daemon):
    one = daemon()
    assert (one.result.returncode, one.result.stdout, one.result.stderr) == (0, b"", b"")
    assert one.get("/people").status == 200
    _, _, session, tty = map(int, stat_of(one.pid)[:4])
    assert tty == 0 and session not in (one.pid, os.getsid(0)), "of a session of its own, which it does not lead"
    assert status_of(one.pid, "Umask") == "0022"
    assert {os.readlink(f"/proc/{one.pid}/fd/{fd}") for fd in range(3)} == {"/dev/null"}
    assert os.readlink(f"/proc/{one.pid}/cwd") == str(one.dir)
    assert stat.S_IMODE(one.log.stat().st_mode) == 0o644
    one.end()
    assert "Shutting down: Master" in one.log.read_text()
    assert not one.pidfile.exists()


def test_a_reload_and_an_upgrade_stay_in_the_background(daemon):
    one = daemon()
    os.kill(one.pid, signal.SIGHUP)
    server.eventually(lambda: "Reloaded: generation 2" in one.log.read_text())
    os.kill(one.pid, signal.SIGUSR2)
    second = Path(f"{one.pidfile}.2")
    server.eventually(second.exists)
    newer = int(second.read_text())
    server.eventually(lambda: one.log.read_text().count("Booting worker") == 3)
    assert int(stat_of(newer)[0]) == one.pid, "it is no daemon of its own"
    one.end()
    one.pid = newer
    server.eventually(lambda: "Master has been promoted" in one.log.read_text())
    assert one.get("/people").status == 200


def test_its_starter_tells_why_it_could_not(daemon, tmp_path):
    one = daemon("--bind", "unix:no/such/directory")
    assert one.result.returncode == 1 and b"no/such/directory" in one.result.stderr
    (tmp_path / "broken.json").write_text('{"domain": 1}')
    one = daemon("--domain", tmp_path / "broken.json")
    assert one.result.returncode == 3
    assert one.result.stderr.startswith(b"Error: ") and b"broken.json" in one.result.stderr
    assert not one.pidfile.exists()
    one = daemon("./there-is-none.so")
    assert one.result.returncode == 4 and b"there-is-none.so" in one.result.stderr


def test_standard_output_can_be_inherited(daemon, tmp_path):
    with open(tmp_path / "inherited", "wb") as file:
        one = daemon("--enable-stdio-inheritance", "--error-logfile", "-", output=file)
    assert os.readlink(f"/proc/{one.pid}/fd/0") == "/dev/null"
    assert os.readlink(f"/proc/{one.pid}/fd/2") == str(tmp_path / "inherited")
    assert b"Booting worker" in (tmp_path / "inherited").read_bytes()


def test_who_runs_it_under_a_service_manager_is_warned(daemon, tmp_path):
    one = daemon(env={"NOTIFY_SOCKET": str(tmp_path / "notify")})
    assert one.result.returncode == 0
    assert b"you shouldn't specify `daemon = True`" in one.result.stderr
