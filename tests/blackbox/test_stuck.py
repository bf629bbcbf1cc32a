"""A worker that hangs or crashes, and what the log tells of it."""

import fcntl
import os
import shlex
import signal
import struct
from contextlib import ExitStack
from pathlib import Path

import pytest
from client import encode_request
from control import Control
from server import eventually


def wait_busy(server, n):
    eventually(lambda: server.admin.gauge("narwhal_threads_busy") == n, what=f"not {n} busy threads")


def test_a_timeout_names_what_the_loop_and_the_threads_were_doing(narwhal, app):
    server = narwhal("--timeout", 1, app("misc"), domain=None)
    with server.connect() as sleeper, server.connect() as blocker:
        sleeper.send(encode_request("GET", "/sleep/60000", headers={"X-Request-ID": "id-of-the-sleeper"}))
        wait_busy(server, 1)
        blocker.send(encode_request("GET", "/block/60000", headers={"X-Request-ID": "id-of-the-blocker"}))
        server.wait_log(r"\[CRITICAL\] WORKER TIMEOUT \(pid:\d+\)")
        server.wait_log(r"\[CRITICAL\] Worker \(pid:\d+\), event loop \d+: GET /block/<int:ms>, in the handler")
        server.wait_log(r"Worker \(pid:\d+\), handler thread \d+: GET /sleep/<int:ms> "
                        r"\(request id id-of-the-sleeper\) for \d+\.\d s, in the handler")
        server.wait_log(r"\[CRITICAL\] SIGABRT in the event loop: GET /block/60000 \(request id id-of-the-blocker\)")
        server.wait_log(r"\[CRITICAL\]   #\d+ \S+/misc.so 0x[0-9a-f]+$")
        server.wait_log(r"Worker \(pid:\d+\) was sent SIGABRT!")
        server.wait_log("no other busy thread, 3 handler threads idle, 0 requests queued, 2 in flight")
    assert server.get("/pid").status == 200


def test_a_crash_in_a_handler_thread_names_the_request(narwhal, app):
    server = narwhal(app("misc"), domain=None)
    with server.connect() as connection:
        connection.send(encode_request("GET", "/crash", headers={"X-Request-ID": "the-id"}))
        server.wait_log(r"\[CRITICAL\] SIGABRT in a handler thread: GET /crash \(request id the-id\)")
        server.wait_log(r"\[CRITICAL\]   #\d+ \S+/misc.so 0x[0-9a-f]+$")
        server.wait_log(r"\[ERROR\] Worker \(pid:\d+\), handler thread \d+: GET /crash \(request id the-id\)")


@pytest.mark.threads
def test_a_handler_that_hangs_costs_its_own_request_and_no_other(narwhal, app):
    """More of them than threads: those behind them are answered all the same."""
    server = narwhal("--timeout", 1, "--threads", 2, app("misc"), domain=None)
    [pid] = server.wait_workers(1)
    with ExitStack() as stack:
        hanging = [stack.enter_context(server.connect()) for _ in range(2)]
        for connection in hanging:
            connection.send(encode_request("GET", "/sleep/60000", headers={"X-Request-ID": "hangs"}))
        wait_busy(server, 2)
        behind = stack.enter_context(server.connect())
        behind.send(encode_request("GET", "/trace"))
        for connection in hanging:
            response = connection.read_response()
            assert (response.status, response.header("Connection")) == (503, "close")
            assert response.body["detail"] == "The request took longer than it may."
            assert connection.at_end()
        assert behind.read_response().status == 200
    server.wait_log(rf"\[{pid}\] \[CRITICAL\] HANDLER TIMEOUT \(1.0 s\): handler thread \d+: GET /sleep/<int:ms> "
                    r"\(request id hangs\) for \d\.\d s, in the handler", count=2)
    server.wait_workers(1, without=[pid])
    assert server.admin.gauge("narwhal_handler_timeouts_total") == 2
    assert server.admin.gauge("narwhal_workers_died_total") == 0
    assert server.get("/trace").status == 200


@pytest.mark.threads
def test_who_waits_for_its_client_goes_on_and_who_comes_back_late_breaks_nothing(narwhal, app):
    server = narwhal("--timeout", 1, app("bodies"), app("misc"), domain=None)
    [pid] = server.wait_workers(1)
    with server.connect() as upload, server.connect() as late:
        upload.send(encode_request("POST", "/stream", headers={"Content-Length": "4"}) + b"ab")
        wait_busy(server, 1)
        late.send(encode_request("GET", "/sleep/2100"))
        assert late.read_response().status == 503
        wait_busy(server, 1)  # it has come back
        upload.send(b"cd")
        assert upload.read_response().status == 200
    server.wait_workers(1, without=[pid])
    server.wait_log(f"misc: worker {pid} is done")  # all of its threads had come back: it left in the usual way
    assert server.log.count("HANDLER TIMEOUT") == 1


def test_a_killed_worker_is_known_to_have_waited_for_the_store(narwhal, app, tmp_path):
    path = tmp_path / "ctl"
    server = narwhal("--control-socket", path, app("notes"), domain=None)
    [pid] = server.wait_workers(1)
    with open(tmp_path / "test.db-lock", "r+b") as lock, server.connect() as connection:
        # As another process does that writes for long.
        fcntl.fcntl(lock, fcntl.F_OFD_SETLK, struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0))
        connection.send(encode_request("POST", "/notes", {"text": "a note"}))
        with Control(path) as control:
            eventually(lambda: {"handler", "store"} <= {
                thread["role"] for worker in control.data("show workers")["workers"] for thread in worker["running"]
            }, what="nobody in the store")
        os.kill(pid, signal.SIGKILL)
        server.wait_log(rf"\[ERROR\] Worker \(pid:{pid}\), handler thread \d+: POST /notes \(request id \w{{32}}\) "
                        r"for \d+\.\d s, in the store: insert into 'notes' for \d+\.\d s")
        server.wait_log(rf"\(pid:{pid}\), store thread \d+: in the store: insert into 'notes' for")


@pytest.fixture
def small_cgroup(monkeypatch):
    """What is started with it has 96 MiB and no more."""
    lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    found = {controllers: path for _, controllers, path in lines}
    is_old = "memory" in found
    root = Path("/sys/fs/cgroup/memory" if is_old else "/sys/fs/cgroup")
    folder = root / found["memory" if is_old else ""].lstrip("/") / f"narwhal-test-{os.getpid()}"
    try:
        folder.mkdir()
        (folder / ("memory.limit_in_bytes" if is_old else "memory.max")).write_text(str(96 << 20))
    except OSError as error:
        if folder.exists():
            folder.rmdir()
        pytest.skip(f"no cgroup of our own: {error}")
    enter = f'echo $$ > {folder}/cgroup.procs && exec "$@"'
    monkeypatch.setenv("NARWHAL_WRAPPER", f"sh -c {shlex.quote(enter)} sh")
    yield folder
    eventually(lambda: not (folder / "cgroup.procs").read_text())
    folder.rmdir()


@pytest.mark.release
def test_a_worker_that_the_kernel_killed_for_memory_is_told_from_others(small_cgroup, narwhal, app):
    server = narwhal(app("misc"), domain=None)
    [pid] = server.wait_workers(1)
    with server.connect() as connection:
        connection.send(encode_request("GET", f"/big/{256 << 20}"))
        server.wait_log(rf"Worker \(pid:{pid}\) was sent SIGKILL! Out of memory: the kernel ended it; it had \d+ MiB")
        server.wait_log(rf"\(pid:{pid}\), handler thread \d+: GET /big/<int:bytes>")
    [pid] = server.wait_workers(1, without=[pid])
    os.kill(pid, signal.SIGKILL)
    server.wait_log(rf"Worker \(pid:{pid}\) was sent SIGKILL! Not by the master, nor by the kernel")
    server.wait_workers(1, without=[pid])
    server.stop()
