"""What an operator does to a server: other users, rotated logs, releases behind a link, signals at any time."""

import os
import resource
import shutil
import signal
from pathlib import Path

import pytest
from fixtures import PEOPLE
from server import children_of, eventually


def soft_limit_of_files(pid):
    for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
        if line.startswith("Max open files"):
            return int(line.split()[3])
    raise AssertionError("no such limit")


def test_preloaded_apps_survive_reload_and_stop(narwhal):
    server = narwhal("--preload", workers=2)
    old = server.wait_workers(2)
    server.signal(signal.SIGHUP)
    server.wait_workers(2, without=old)
    assert server.get("/people").status == 200
    assert server.stop() == 0
    assert "SIGABRT" not in server.log and "double free" not in server.log, server.log


def test_closed_standard_streams_do_not_become_sockets(narwhal, tmp_path, monkeypatch):
    launcher = tmp_path / "launch"
    launcher.write_text("#!/bin/sh\nexec 0<&- 1>&-\nexec \"$@\"\n")
    launcher.chmod(0o755)
    monkeypatch.setenv("NARWHAL_WRAPPER", str(launcher))
    server = narwhal()
    for pid in [server.pid, *server.wait_workers(1)]:
        for fd in (0, 1):
            assert os.readlink(f"/proc/{pid}/fd/{fd}") == "/dev/null"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can switch to another user")
def test_logs_of_another_user_in_roots_directory(narwhal, app, tmp_path):
    for folder in [tmp_path, *tmp_path.parents[:-2]]:
        folder.chmod(folder.stat().st_mode | 0o055)
    module = tmp_path / "hello.so"
    shutil.copy(app("hello"), module)
    access = tmp_path / "access.log"
    store = tmp_path / "store"
    store.mkdir(mode=0o777)
    store.chmod(0o777)
    server = narwhal(
        "--user", "nobody", "--access-logfile", access, module, domain=None, store=f"sqlite:{store}/x.db", workers=1
    )
    [pid] = server.wait_workers(1)
    assert os.stat(f"/proc/{pid}").st_uid != 0
    assert server.get("/hello?one").status == 200
    eventually(lambda: "/hello?one" in access.read_text())
    access.rename(tmp_path / "access.log.1")
    server.signal(signal.SIGUSR1)

    def logged_anew():
        assert server.get("/hello?two").status == 200
        return access.exists() and "/hello?two" in access.read_text()

    eventually(logged_anew)
    assert server.wait_workers(1) == [pid]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can switch to another user")
def test_error_log_and_pidfile_of_another_user_in_roots_directory(narwhal, app, tmp_path):
    for folder in [tmp_path, *tmp_path.parents[:-2]]:
        folder.chmod(folder.stat().st_mode | 0o055)
    module = tmp_path / "misc.so"
    shutil.copy(app("misc"), module)
    log, pidfile, config = tmp_path / "error.log", tmp_path / "pid", tmp_path / "n.conf.py"
    config.write_text(f"pidfile = '{pidfile}'\n")
    store = tmp_path / "store"
    store.mkdir()
    store.chmod(0o777)
    server = narwhal("--config", config, "--user", "nobody", "--error-logfile", log, "--capture-output", module,
                     domain=None, store=f"sqlite:{store}/x.db", ready=False)
    eventually(lambda: log.exists() and "Listening at" in log.read_text())
    [worker] = server.wait_workers(1)
    nobody = os.stat(f"/proc/{worker}").st_uid
    assert (nobody, log.stat().st_uid, pidfile.stat().st_uid) == (nobody, nobody, 0) and nobody != 0
    log.rename(tmp_path / "error.log.1")
    server.signal(signal.SIGUSR1)
    eventually(lambda: log.exists() and os.path.samefile(f"/proc/{worker}/fd/1", log))
    assert log.stat().st_uid == nobody
    assert server.get("/print/hello").status == 200
    eventually(lambda: "out: hello" in log.read_text())
    # The next generation has another name for both.
    other, moved = tmp_path / "other.log", tmp_path / "moved"
    config.write_text(f"pidfile = '{moved}'\n")
    log.rename(other)
    server.signal(signal.SIGHUP)
    eventually(lambda: log.exists() and "Reloaded: generation 2 serves" in log.read_text())
    assert log.stat().st_uid == nobody and moved.read_text() == f"{server.pid}\n" and not pidfile.exists()
    assert server.stop() == 0
    assert not moved.exists()


def test_release_behind_a_symbolic_link_is_taken_by_a_reload(narwhal, tmp_path, monkeypatch):
    for name, resource_name in (("one", "people"), ("two", "persons")):
        release = tmp_path / name
        release.mkdir()
        (release / "domain.json").write_text(PEOPLE.read_text().replace('"people"', f'"{resource_name}"'))
    current = tmp_path / "current"
    current.symlink_to("one")
    launcher = tmp_path / "launch"
    launcher.write_text(f"#!/bin/sh\ncd -L {current}\nexec \"$@\"\n")
    launcher.chmod(0o755)
    monkeypatch.setenv("NARWHAL_WRAPPER", str(launcher))
    server = narwhal(domain=None, store=f"sqlite:{tmp_path}/x.db")
    assert server.get("/people").status == 200
    old = server.wait_workers(1)
    new = tmp_path / "new"
    new.symlink_to("two")
    new.rename(current)
    server.signal(signal.SIGHUP)
    server.wait_workers(1, without=old)
    assert server.get("/persons").status == 200
    assert server.get("/people").status == 404


def test_a_second_term_does_not_kill_a_worker_that_closes_its_store(narwhal):
    server = narwhal(workers=1)
    for n in range(10):
        [pid] = server.wait_workers(1)
        assert server.post("/people", {"lastname": f"x{n}"}).status == 201
        try:
            while True:
                os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        server.wait_workers(1, without=[pid])
    assert "SIGTERM" not in server.log, server.log


@pytest.mark.threads
def test_worker_leaves_by_itself_when_graceful_timeout_is_over(narwhal, app):
    server = narwhal("--graceful-timeout", "1", app("misc"), app("hello"), domain=None)
    with server.connect() as slow:
        slow.send("GET /sleep/20000 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert server.get("/hello").status == 200
        assert server.stop(timeout=10) == 0
    server.wait_log("The time to leave is over: 1 requests? in flight")
    assert "SIGKILL" not in server.log


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGHUP])
def test_signal_waits_while_the_master_preloads(narwhal, tmp_path, sig):
    domain, pidfile = tmp_path / "fifo.json", tmp_path / "pid"
    os.mkfifo(domain)
    server = narwhal("--preload", "--pid", pidfile, domain=domain, ready=False)
    eventually(pidfile.exists)
    server.signal(sig)
    domain.write_text(PEOPLE.read_text())  # as soon as somebody reads it
    if sig == signal.SIGHUP:
        server.wait_log("Handling signal: hup")
        domain.write_text(PEOPLE.read_text())
        server.wait_log("Reloaded")
        server.signal(signal.SIGTERM)
    assert server.wait_exit() == 0
    assert not pidfile.exists()


def test_limit_of_open_files_is_raised_for_connections(narwhal, monkeypatch):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    monkeypatch.setenv("NARWHAL_WRAPPER", "prlimit --nofile=256:")
    server = narwhal("--worker-connections", "2000")
    [pid] = server.wait_workers(1)
    assert soft_limit_of_files(pid) >= min(2000, hard)
    assert "worker_connections" not in server.log


def test_limit_of_open_files_that_is_too_low_is_told_and_lived_with(narwhal, app, monkeypatch):
    monkeypatch.setenv("NARWHAL_WRAPPER", "prlimit --nofile=64:64")
    server = narwhal("--worker-connections", "2000", app("hello"), domain=None)
    server.wait_log(r"\[WARNING\] worker_connections: 2000 need .* the limit is 64")
    held = [server.connect() for _ in range(100)]
    for connection in held:
        connection.close()
    assert server.get("/hello").status == 200


def test_descriptors_do_not_grow_with_reloads(narwhal, tmp_path):
    server = narwhal(workers=2)

    def n_open():
        return len(os.listdir(f"/proc/{server.pid}/fd"))

    def reload():
        old = server.wait_workers(2)
        server.signal(signal.SIGHUP)
        server.wait_workers(2, without=old)

    reload()
    before = eventually(lambda: n_open() if len(children_of(server.pid)) == 2 else 0)
    for _ in range(5):
        reload()
    eventually(lambda: n_open() == before, what=f"{n_open()} descriptors, not {before}")


def test_refused_request_is_told_in_the_error_log(narwhal):
    server = narwhal("--limit-request-line", "100")
    assert server.get("/" + "x" * 200).status == 414
    server.wait_log(r"\[WARNING\] Invalid request from ip=127\.0\.0\.1: 414 URI Too Long")
