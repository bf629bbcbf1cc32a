"""USR2: another program takes over, on the same sockets, and no request pays for it."""

import os
import re
import signal

import pytest
from control import Control
from crowd import Crowd
from load import Load
from server import children_of, eventually, is_alive


class Masters:
    """The masters that follow each other in one server's place. Ended by the server: it knows their pids."""

    def __init__(self, server, pidfile):
        self.server = server
        self.pidfile = pidfile
        self.second = pidfile.with_name(pidfile.name + ".2")
        self.old = server.pid
        self.new = None

    def start(self, workers):
        """USR2, and wait for the new one's workers."""
        os.kill(self.old, signal.SIGUSR2)
        self.new = int(eventually(lambda: self.second.exists() and self.second.read_text(), what="no second pidfile"))
        self.server.seen_pids.add(self.new)
        self.server.wait_log(rf"\[{self.new}\] \[DEBUG\] Master: STARTING -> SERVING")
        eventually(lambda: len(children_of(self.new)) == workers)
        self.server.seen_pids.update(children_of(self.new))

    def finish(self):
        """TERM to the old one; the new one is the old one then."""
        os.kill(self.old, signal.SIGTERM)
        if self.old == self.server.pid:
            assert self.server.wait_exit() == 0
        eventually(lambda: not is_alive(self.old))
        self.server.wait_log(rf"\[{self.new}\] \[INFO\] Master has been promoted\.")
        eventually(lambda: not self.second.exists())
        assert self.pidfile.read_text() == f"{self.new}\n"
        self.old = self.new

    def stop(self):
        workers = children_of(self.old)
        os.kill(self.old, signal.SIGTERM)
        eventually(lambda: not is_alive(self.old) and not any(map(is_alive, workers)))


@pytest.fixture
def masters(narwhal, tmp_path, app):
    def start(*args, workers=1, bind=None):
        pidfile = tmp_path / "narwhal.pid"
        server = narwhal(app("hello"), "--pid", pidfile, "--log-level", "debug", *args, workers=workers, domain=None,
                         bind=bind)
        return Masters(server, pidfile)

    return start


def ask(connection):
    return connection.get("/hello/you")


def test_twenty_upgrades_lose_no_request(masters):
    them = masters(workers=2)
    with Crowd(them.server.address) as crowd:
        for _ in range(20):
            them.start(workers=2)
            crowd.wait_done(100)
            them.finish()
        crowd.wait_done(100)
    assert crowd.failures == []
    assert crowd.n_connections > 64 * 5
    them.stop()
    assert not them.pidfile.exists()


def test_only_one_upgrade_at_a_time(masters):
    them = masters()
    them.start(workers=1)
    os.kill(them.old, signal.SIGUSR2)
    them.server.wait_log(rf"\[{them.old}\] .*USR2 signal ignored\. Child exists\.")
    os.kill(them.new, signal.SIGUSR2)
    them.server.wait_log(rf"\[{them.new}\] .*USR2 signal ignored\. Parent exists\.")
    them.finish()
    them.start(workers=1)
    them.finish()
    them.stop()


def test_an_upgrade_is_taken_back(masters):
    """WINCH to the old one, and then HUP to it and TERM to the new one."""
    them = masters(workers=2)
    server = them.server
    them.start(workers=2)
    with Load(server, ask, threads=2) as load:
        os.kill(them.old, signal.SIGWINCH)
        eventually(lambda: children_of(them.old) == [them.new])
        os.kill(them.old, signal.SIGHUP)
        eventually(lambda: len(children_of(them.old)) == 3)
        server.wait_log(rf"\[{them.old}\] \[INFO\] Reloaded: generation 2")
        os.kill(them.new, signal.SIGTERM)
        eventually(lambda: not is_alive(them.new))
        server.wait_log(r"new master \(pid:\d+\) exited with code 0, going on as we are")
        assert not them.second.exists()
        n = load.n_done
        eventually(lambda: load.n_done > n + 20 or load.failures)
    assert load.failures == []
    assert them.pidfile.read_text() == f"{them.old}\n"
    them.start(workers=2)
    them.finish()
    them.stop()


def test_a_new_master_that_fails_changes_nothing(masters, tmp_path):
    them = masters()
    server = them.server
    (tmp_path / "gunicorn.conf.py").write_text("workerz = 3\n")
    os.kill(them.old, signal.SIGWINCH)
    eventually(lambda: not children_of(them.old))
    os.kill(them.old, signal.SIGUSR2)
    server.wait_log(r"\[ERROR\] Upgrade: new master \(pid:\d+\) exited with code 1, going on as we are")
    assert "workerz" in server.log
    server.wait_workers(1)  # nobody else would serve
    assert server.get("/hello/you").status == 200
    (tmp_path / "gunicorn.conf.py").unlink()
    them.start(workers=1)
    them.finish()
    them.stop()


def test_unix_sockets_stay_where_they_are(masters, tmp_path):
    path = tmp_path / "s"
    them = masters(bind=f"unix:{path}")
    before = path.stat().st_ino
    for _ in range(2):
        them.start(workers=1)
        them.finish()
        assert path.stat().st_ino == before
        assert them.server.get("/hello/you").status == 200
    them.stop()
    assert not path.exists()


def asked_of(server):
    """The master whose workers answer at the admin listener."""
    return server.admin.get("/status").body["pid"]


def test_the_admin_listener_is_of_one_master_at_a_time(masters):
    """The old one's until the new one serves; then the new one's, until that is taken back."""
    them = masters(workers=2)
    server = them.server
    for _ in range(5):
        assert server.get("/hello/you").status == 200
    before = server.admin.gauge("narwhal_http_connections_accepted_total")
    them.start(workers=2)
    server.wait_log(rf"\[{them.old}\] .*new master \(pid:{them.new}\) serves, and answers at")
    eventually(lambda: all(asked_of(server) == them.new for _ in range(20)))
    assert server.admin.gauge("narwhal_http_connections_accepted_total") < before
    assert all(server.admin.get("/readyz").status == 200 for _ in range(20))
    os.kill(them.old, signal.SIGHUP)  # what it forks now leaves the listener alone, too
    server.wait_log(rf"\[{them.old}\] \[INFO\] Reloaded: generation 2")
    eventually(lambda: len(children_of(them.old)) == 3)
    eventually(lambda: all(asked_of(server) == them.new for _ in range(20)))
    os.kill(them.new, signal.SIGTERM)
    server.wait_log(r"new master \(pid:\d+\) exited with code 0, going on as we are")
    eventually(lambda: asked_of(server) == them.old)
    them.start(workers=2)
    them.finish()
    assert asked_of(server) == them.new
    them.stop()


def test_the_admin_listener_stays_with_the_old_master_until_the_new_one_serves(masters, tmp_path):
    """A new master whose workers do not come up answers nobody: it would say that nothing serves."""
    them = masters()
    server = them.server
    (tmp_path / "gunicorn.conf.py").write_text("tmp_upload_dir = '/nosuch'\n")
    os.kill(them.old, signal.SIGUSR2)
    server.wait_log("Worker failed to boot|/nosuch")
    for _ in range(20):
        assert server.admin.get("/readyz").status == 200
        assert asked_of(server) == them.old
    (tmp_path / "gunicorn.conf.py").unlink()
    new = int(them.second.read_text()) if them.second.exists() else None
    if new:
        server.seen_pids.add(new)
        os.kill(new, signal.SIGTERM)
    server.wait_log(r"new master \(pid:\d+\) (exited|was)")
    them.stop()


def test_a_control_socket_with_a_path_changes_hands(masters, tmp_path):
    """Nobody's exit removes the socket of another: Gunicorn's old master takes the new one's away."""
    path = tmp_path / "ctl"
    them = masters("--control-socket", path)
    with Control(path) as control:
        them.start(workers=1)
        assert control.data("show stats")["pid"] == them.old
        them.finish()
        them.server.wait_log(rf"\[{them.new}\] \[INFO\] Control socket listening at {path}")
    with Control(path) as control:
        assert control.data("show stats")["pid"] == them.new
    assert len(re.findall("Failed to start control socket", them.server.stderr.text())) == 1
    them.stop()
    assert not path.exists()
