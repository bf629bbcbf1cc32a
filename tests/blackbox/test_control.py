"""The control socket as Gunicorn 27 has it, asked by hand and by Gunicorn's own client."""

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from client import TIMEOUT
from control import Control, raw_frame
from server import eventually

GUNICORNC = shutil.which("gunicornc", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


@pytest.fixture
def controlled(narwhal, tmp_path):
    """A server, and where its control socket is."""

    def start(*args, **more):
        server = narwhal("--control-socket", tmp_path / "ctl", *args, **more)
        server.wait_log("Control socket listening at")
        return server, tmp_path / "ctl"

    return start


# --- what is answered


def test_show_tells_of_master_workers_and_listeners(controlled):
    server, path = controlled("--threads", 3, workers=2)
    pids = set(server.wait_workers(2))
    server.get("/people")
    with Control(path) as control:
        every = control.data("show all")
        assert every["arbiter"] == {"pid": server.pid, "type": "arbiter", "role": "master"}
        assert {worker["pid"] for worker in every["web_workers"]} == pids
        assert {worker["type"] for worker in every["web_workers"]} == {"web"}
        assert every["web_worker_count"] == 2
        assert (every["dirty_arbiter"], every["dirty_workers"], every["dirty_worker_count"]) == (None, [], 0)
        shown = control.data("SHOW Workers surplus words")
        assert [worker["age"] for worker in shown["workers"]] == [1, 2]
        assert shown["count"] == 2
        assert all(w["booted"] and not w["aborted"] and w["last_heartbeat"] >= 0 for w in shown["workers"])
        assert sum(worker["requests"] for worker in shown["workers"]) >= 1
        stats = control.data("show stats")
        assert (stats["pid"], stats["workers_current"], stats["workers_target"]) == (server.pid, 2, 2)
        assert (stats["workers_spawned"], stats["workers_killed"], stats["reloads"]) == (2, 0, 0)
        assert stats["uptime"] > 0 and stats["dirty_arbiter_pid"] is None
        assert stats["totals"]["requests"] >= 1 and stats["threads"] == 3
        (listener,) = control.data("show listeners")["listeners"]
        assert listener["address"] == server.url and listener["type"] == "tcp" and listener["fd"] > 2
        config = control.data("show config")
        assert config["bind"] == [f"127.0.0.1:{server.port}"] and config["workers"] == 2
        assert config["control_socket"] == str(path) and config["control_socket_disable"] is False
        assert config["threads"] == 3 and config["pidfile"] is None and config["preload_app"] is False
        assert control.data("show dirty") == {"enabled": False, "pid": None, "workers": [], "apps": []}
        assert "worker kill <PID>" in control.data("help")["commands"]


def test_the_state_is_named_as_the_master_names_it(controlled):
    server, path = controlled("--drain-delay", "600")
    with Control(path) as control:
        assert control.data("show stats")["state"] == "serving"
        server.signal(signal.SIGTERM)
        server.wait_log(r"Leaving: .*drain_delay")
        assert control.data("show stats")["state"] == "departing"
    server.signal(signal.SIGINT)
    assert server.wait_exit() == 0


@pytest.mark.parametrize(("command", "error"), [
    ("", "Empty command"),
    ("foo", "Invalid argument: Unknown command: foo"),
    ("show", "Invalid argument: Missing show target (all|workers|dirty|config|stats|listeners)"),
    ("show foo", "Invalid argument: Unknown show target: foo"),
    ("worker", "Invalid argument: Missing worker action (add|remove|kill)"),
    ("worker foo", "Invalid argument: Unknown worker action: foo"),
    ("worker kill", "Invalid argument: Missing PID for worker kill"),
    ("worker kill x", "Invalid argument: invalid literal for int() with base 10: 'x'"),
    ("worker add x", "Invalid argument: invalid literal for int() with base 10: 'x'"),
    ("worker add 0", "Invalid argument: '0' is not a number of workers: 1 or more is"),
    ("dirty", "Invalid argument: Missing dirty action (add|remove)"),
    ("dirty foo", "Invalid argument: Unknown dirty action: foo"),
    ("show 'all", "Invalid argument: No closing quotation"),
    ("shutdown now", "Invalid argument: Unknown shutdown mode: 'now' (graceful|quick)"),
])
def test_what_is_wrong_is_said_as_gunicorn_says_it(controlled, command, error):
    _, path = controlled()
    with Control(path) as control:
        assert control.error(command).startswith(error)
        assert control.data("show workers")["count"] == 1  # and the connection goes on


def test_frames_back_to_back_are_answered_in_order_and_ids_come_back(controlled):
    _, path = controlled()
    with Control(path) as control:
        ids = [7, "seven", None, 1.5]
        control.send(b"".join(raw_frame(json.dumps({"id": i, "command": "help"}).encode()) for i in ids))
        assert [control.receive()["id"] for _ in ids] == ids
        control.send(raw_frame(b'{"command": "worker", "args": ["kill", 1]}'))
        answer = control.receive()
        assert answer["id"] == 0
        assert answer["data"] == {"success": False, "error": "Worker 1 not found"}
        for byte in raw_frame(b'{"id": 9, "command": "help"}'):
            control.send(bytes([byte]))
        assert control.receive()["id"] == 9


@pytest.mark.parametrize("data", [
    b"\0\0\0\0", raw_frame(b"{"), raw_frame(b"[]"), raw_frame(b'{"command": 1}'), raw_frame(b'{"command": "help"} x'),
    raw_frame(b"\xff\xfe"), raw_frame(b"[" * 5000), b"\x7f\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n",
])
def test_what_is_no_request_is_closed_without_an_answer(controlled, data):
    server, path = controlled()
    with Control(path) as control:
        control.send(data)
        assert control.receive() is None
    with Control(path) as control:
        assert control.data("show workers")["count"] == 1
    assert server.get("/people").status == 200


def test_client_that_takes_no_answers_holds_nobody_up(controlled):
    server, path = controlled()
    with Control(path) as deaf, Control(path) as control:
        deaf.socket.setblocking(False)
        frame = raw_frame(b'{"id": 1, "command": "help"}')
        with pytest.raises(BlockingIOError):
            for _ in range(200000):
                deaf.socket.send(frame * 100)
        assert control.data("show stats")["pid"] == server.pid
        assert server.get("/people").status == 200


def test_clients_that_say_nothing_keep_nobody_out(controlled):
    _, path = controlled()
    silent = [Control(path) for _ in range(32)]
    try:
        with Control(path) as control:
            assert control.data("show workers")["count"] == 1
        assert silent[0].receive() is None  # it was silent for the longest
        assert silent[31].data("show workers")["count"] == 1
    finally:
        for one in silent:
            one.socket.close()


def test_client_that_asks_without_end_is_answered_and_holds_nobody_up(controlled):
    """It takes its answers as fast as they come, so that nothing but the server's own measure stops it."""
    server, path = controlled(workers=2)
    frames = raw_frame(b'{"command": "show all"}') * 2000
    with Control(path) as flood, Control(path) as control:
        stop = threading.Event()

        def take():
            while not stop.is_set() and flood.socket.recv(1 << 20):
                pass

        def ask():
            with contextlib.suppress(OSError):
                while not stop.is_set():
                    flood.send(frames)

        threads = [threading.Thread(target=run, daemon=True) for run in (take, ask)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            assert control.data("show stats")["pid"] == server.pid
        server.signal(signal.SIGTTIN)
        server.wait_workers(3)
        assert control.data("worker remove") == {"removed": 1, "previous": 3, "total": 2}
        server.wait_workers(2)
        stop.set()
        flood.socket.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(TIMEOUT)
    assert server.stop() == 0


def test_socket_is_the_owners_alone_and_goes_with_the_server(controlled):
    server, path = controlled()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    server.signal(signal.SIGTERM)
    assert server.wait_exit() == 0
    assert not path.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_another_user_is_not_answered(controlled):
    server, path = controlled()
    path.chmod(0o666)
    path.parent.chmod(0o755)
    here = os.open(path.parent, os.O_PATH)  # its folders are closed to that user
    before = os.getcwd()
    try:
        os.fchdir(here)
        os.seteuid(65534)
        with Control("ctl") as control:
            os.seteuid(0)
            assert control.socket.recv(1) == b""
    finally:
        os.seteuid(0)
        os.close(here)
        os.chdir(before)
    server.wait_log("Control socket: refused user 65534")


def test_each_server_has_a_socket_of_its_own_by_default(narwhal, tmp_path):
    one, two = narwhal(workers=1), narwhal(workers=1)
    for server in (one, two):
        with Control(tmp_path / f"narwhal-{server.pid}.ctl") as control:
            assert control.data("show stats")["pid"] == server.pid


def test_start_removes_what_killed_servers_left(narwhal, tmp_path):
    killed, other = narwhal(), narwhal()
    killed.worker_pids()
    killed.process.kill()
    killed.wait_exit()
    left = tmp_path / f"narwhal-{killed.pid}.ctl"
    (tmp_path / "narwhal-mine.ctl").touch()
    assert left.exists()
    again = narwhal()
    again.wait_log("Removed 1 control sockets of masters that are gone")
    assert not left.exists()
    assert (tmp_path / "narwhal-mine.ctl").exists()
    for server in (other, again):
        with Control(tmp_path / f"narwhal-{server.pid}.ctl") as control:
            assert control.data("show stats")["pid"] == server.pid


def test_start_never_fails_for_it(narwhal, tmp_path):
    server = narwhal("--control-socket", tmp_path / "no/such/folder/ctl")
    server.wait_log("Failed to start control socket: .*no/such/folder")
    nowhere = narwhal(env={"XDG_RUNTIME_DIR": "", "HOME": "/nosuch"})
    nowhere.wait_log("Failed to start control socket")
    off = narwhal("--no-control-socket")
    assert off.get("/people").status == 200
    assert "ontrol socket" not in off.log


# --- what is done


def test_client_stays_connected_over_workers_reload_and_a_worker_that_dies(controlled):
    server, path = controlled(workers=1)
    first = server.wait_workers(1)
    with Control(path) as control:
        assert control.data("worker add 2") == {"added": 2, "previous": 1, "total": 3}
        pids = server.wait_workers(3)
        assert control.data("worker remove 9") == {"removed": 2, "previous": 3, "total": 1}
        server.wait_workers(1)
        (left,) = server.wait_workers(1)
        assert control.data(f"worker kill {left}") == {"success": True, "killed": left}
        server.wait_workers(1, without=[left])
        before = server.wait_workers(1)
        assert control.data("reload") == {"status": "reloading"}
        server.wait_workers(1, without=before)
        eventually(lambda: control.data("show stats")["reloads"] == 1)
        (worker,) = eventually(lambda: [w for w in control.data("show workers")["workers"]
                                        if w["state"] == "serving"])
        os.kill(worker["pid"], signal.SIGKILL)
        server.wait_workers(1, without=[worker["pid"]])
        stats = control.data("show stats")
        assert stats["workers_spawned"] == 6 and stats["workers_target"] == 1
        assert stats["workers_killed"] == 4  # two that were too many, one by its pid, the old generation's
        assert stats["totals"]["workers_died"] == 1
        assert control.data("show workers")["workers"][0]["age"] == 6
    assert len(set(first) | set(pids)) == 3


def test_reopen_opens_the_logs_anew(controlled, tmp_path):
    server, path = controlled("--access-logfile", tmp_path / "access.log")
    (tmp_path / "access.log").rename(tmp_path / "moved")
    with Control(path) as control:
        assert control.data("reopen") == {"status": "reopening"}
        eventually(lambda: (tmp_path / "access.log").exists())
        server.wait_log("reopen")


@pytest.mark.parametrize("mode", ["graceful", "quick"])
def test_shutdown_answers_first(controlled, mode):
    server, path = controlled(workers=2)
    with Control(path) as control:
        assert control.data(f"shutdown {mode}") == {"status": "shutting_down", "mode": mode}
        assert server.wait_exit() == 0
        assert control.receive() is None
    assert not path.exists()


def test_no_reload_is_promised_while_the_server_departs(controlled):
    server, path = controlled("--drain-delay", 600)
    with Control(path) as control:
        control.data("shutdown graceful")
        server.wait_log("Leaving: not ready any more")
        assert control.error("reload") == "Command failed: the server is stopping"
        control.data("shutdown quick")
        assert server.wait_exit() == 0


def test_reload_moves_the_socket(narwhal, tmp_path):
    config = tmp_path / "n.conf.py"
    config.write_text("control_socket = 'one.ctl'\n")
    server = narwhal("--config", config)
    with Control(tmp_path / "one.ctl") as control:
        config.write_text("control_socket = 'two.ctl'\ncontrol_socket_mode = 0o660\n")
        control.data("reload")
        server.wait_log("Control socket listening at .*two.ctl")
        assert control.data("show config")["control_socket"] == str(tmp_path / "two.ctl")
    assert not (tmp_path / "one.ctl").exists()
    assert stat.S_IMODE((tmp_path / "two.ctl").stat().st_mode) == 0o660


# --- Gunicorn's own client


@pytest.fixture
def gunicornc(controlled):
    if not GUNICORNC:
        pytest.skip("no gunicornc: ./dev test installs it")
    server, path = controlled(workers=1)

    def ask(command, *options):
        return subprocess.run([GUNICORNC, "-s", str(path), "-c", command, *options], capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)

    return server, ask


def test_gunicornc_shows_what_there_is(gunicornc):
    server, ask = gunicornc
    (pid,) = server.wait_workers(1)
    for command, expected in [
        ("show all", rf"PID: {server.pid}"), ("show workers", f"{pid}"), ("show workers", "Total: 1 workers"),
        ("show stats", "Workers current:  1"), ("show listeners", server.url), ("show config", "workers: 1"),
        ("show dirty", "Dirty arbiter not running"), ("help", "worker kill <PID>"),
    ]:
        done = ask(command)
        assert (done.returncode, done.stderr) == (0, "")
        assert expected in done.stdout
    assert json.loads(ask("show stats", "-j").stdout)["pid"] == server.pid
    wrong = ask("show nothing")
    assert (wrong.returncode, wrong.stderr) == (1, "Error: Invalid argument: Unknown show target: nothing\n")


def test_gunicornc_acts(gunicornc):
    server, ask = gunicornc
    assert json.loads(ask("worker add 2").stdout) == {"added": 2, "previous": 1, "total": 3}
    pids = server.wait_workers(3)
    assert json.loads(ask("worker remove").stdout) == {"removed": 1, "previous": 3, "total": 2}
    left = server.wait_workers(2)
    assert json.loads(ask(f"worker kill {left[0]}").stdout)["killed"] == left[0]
    server.wait_workers(2, without=[left[0]])
    assert json.loads(ask("reload").stdout) == {"status": "reloading"}
    server.wait_workers(1, without=pids)
    assert json.loads(ask("shutdown").stdout) == {"status": "shutting_down", "mode": "graceful"}
    assert server.wait_exit() == 0
