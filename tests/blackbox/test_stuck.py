"""A worker that hangs or crashes, and what the log tells of it."""

import fcntl
import os
import signal
import struct

from client import encode_request
from server import eventually


def wait_busy(server, n):
    eventually(lambda: server.admin.gauge("narwhal_threads_busy") == n, what=f"not {n} busy threads")


def test_a_timeout_names_what_the_loop_and_the_threads_were_doing(narwhal, app):
    server = narwhal("--timeout", 1, app("misc"), domain=None)
    with server.connect() as sleeper, server.connect() as blocker:
        sleeper.send(encode_request("GET", "/sleep/60000", headers={"X-Request-ID": "id-of-the-sleeper"}))
        wait_busy(server, 1)
        blocker.send(encode_request("GET", "/block/60000"))
        server.wait_log(r"\[CRITICAL\] WORKER TIMEOUT \(pid:\d+\)")
        server.wait_log(r"\[CRITICAL\] Worker \(pid:\d+\), event loop \d+: GET /block/<int:ms>, in the handler")
        server.wait_log(r"Worker \(pid:\d+\), handler thread \d+: GET /sleep/<int:ms> "
                        r"\(request id id-of-the-sleeper\) for \d+\.\d s, in the handler")
        server.wait_log("no other busy thread, 3 handler threads idle, 0 requests queued, 2 in flight")
    assert server.get("/pid").status == 200


def test_a_stuck_loop_says_where_it_is(narwhal, app):
    server = narwhal("--timeout", 1, app("misc"), domain=None)
    with server.connect() as connection:
        connection.send(encode_request("GET", "/block/60000?any", headers={"X-Request-ID": "the-id"}))
        server.wait_log(r"\[CRITICAL\] SIGABRT in the event loop: GET /block/60000 \(request id the-id\)")
        server.wait_log(r"\[CRITICAL\]   #\d+ \S+/misc.so 0x[0-9a-f]+$")
        server.wait_log(r"Worker \(pid:\d+\) was sent SIGABRT!")


def test_a_crash_in_a_handler_thread_names_the_request(narwhal, app):
    server = narwhal(app("misc"), domain=None)
    with server.connect() as connection:
        connection.send(encode_request("GET", "/crash", headers={"X-Request-ID": "the-id"}))
        server.wait_log(r"\[CRITICAL\] SIGABRT in a handler thread: GET /crash \(request id the-id\)")
        server.wait_log(r"\[CRITICAL\]   #\d+ \S+/misc.so 0x[0-9a-f]+$")
        server.wait_log(r"\[ERROR\] Worker \(pid:\d+\), handler thread \d+: GET /crash \(request id the-id\)")


def test_a_killed_worker_is_known_to_have_waited_for_the_store(narwhal, app, tmp_path):
    server = narwhal(app("notes"), domain=None)
    [pid] = server.wait_workers(1)
    with open(tmp_path / "test.db-lock", "r+b") as lock, server.connect() as connection:
        # As another process does that writes for long.
        fcntl.fcntl(lock, fcntl.F_OFD_SETLK, struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0))
        connection.send(encode_request("POST", "/notes", {"text": "a note"}))
        wait_busy(server, 1)
        os.kill(pid, signal.SIGKILL)
        server.wait_log(rf"\[ERROR\] Worker \(pid:{pid}\), handler thread \d+: POST /notes \(request id \w{{32}}\) "
                        r"for \d+\.\d s, in the store: insert into 'notes' for \d+\.\d s")
        server.wait_log(rf"\(pid:{pid}\), store thread \d+: in the store: insert into 'notes' for")
