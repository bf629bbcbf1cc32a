"""The real binary, started for one test: its processes, its log, its sockets."""

import os
import re
import shlex
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from admin import Admin
from client import TIMEOUT, Connection

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("NARWHAL", ROOT / "build/master/narwhal"))
APPS = BINARY.parent.parent / "tests/apps"
SANITIZER = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:|LeakSanitizer")
IS_SANITIZED = BINARY.parent.parent.name != "build"


def eventually(check, timeout=TIMEOUT, what="it did not come true"):
    """Poll @check until it is true; returns what it returned."""
    deadline = time.monotonic() + timeout
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} within {timeout} s"
        time.sleep(0.005)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def is_alive(pid):
    """A zombie is not alive: it serves nobody, and somebody else has to reap it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def children_of(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def pss_kib(pid):
    """The process's share of memory: its own pages, and of shared ones its part."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.M)[1])


class Stream:
    """Lines of one pipe, read by a thread so that the server never blocks on it."""

    def __init__(self, pipe):
        self.lines = []
        self.changed = threading.Condition()
        self.ended = False
        self.thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self.thread.start()

    def _read(self, pipe):
        with pipe:
            for line in pipe:
                with self.changed:
                    self.lines.append(line.decode(errors="replace"))
                    self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_end(self, timeout=TIMEOUT):
        """Until all that was ever written to the pipe is in lines."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.ended, timeout), "somebody still holds the pipe"

    def text(self, begin=0):
        with self.changed:
            return "".join(self.lines[begin:])

    def wait(self, pattern, timeout=TIMEOUT, begin=0, count=1):
        """Until @count lines match; returns the last match. Stops waiting when the pipe has ended."""
        found = []

        def enough():
            found[:] = [m for m in (re.search(pattern, line) for line in self.lines[begin:]) if m]
            return len(found) >= count or self.ended

        with self.changed:
            self.changed.wait_for(enough, timeout)
        assert len(found) >= count, f"no line {pattern!r} in:\n{self.text(begin)}"
        return found[count - 1]


class Server:
    """A master and its workers. Made by the `narwhal` fixture, which ends it."""

    def __init__(self, args, cwd, env, bind=None, admin=None):
        self.admin = Admin(str(admin)) if admin else None
        self.port = None if bind else free_port()
        self.address = bind[len("unix:"):] if bind else ("127.0.0.1", self.port)
        self.url = f"http://127.0.0.1:{self.port}" if self.port else None
        wrapper = shlex.split(os.environ.get("NARWHAL_WRAPPER", ""))
        command = [*wrapper, str(BINARY), "--bind", bind or f"127.0.0.1:{self.port}"]
        command += ["--admin-bind", f"unix:{admin}"] if admin else []
        command += map(str, args)
        self.process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.pid = self.process.pid
        self.seen_pids = set()
        self.stderr = Stream(self.process.stderr)
        self.stdout = Stream(self.process.stdout)

    # --- log

    @property
    def log(self):
        """What it has said so far; all of it once it has ended, which may be before the pipe is read to its end."""
        if self.process.poll() is not None:
            self.stderr.wait_end()
        return self.stderr.text()

    def mark(self):
        """A place in the log, for wait_log(begin=...)."""
        return len(self.stderr.lines)

    def wait_log(self, pattern, timeout=TIMEOUT, begin=0, count=1):
        return self.stderr.wait(pattern, timeout, begin, count)

    def wait_ready(self, workers):
        """Listening by its own word and by a connection, and every worker up."""
        self.wait_log("Listening at")
        with self.connect():
            pass
        if self.admin:
            self.wait_workers(workers)

    # --- processes

    def worker_pids(self):
        pids = children_of(self.pid)
        self.seen_pids.update(pids)
        return pids

    def wait_workers(self, n, without=(), timeout=TIMEOUT):
        """Until exactly @n workers are there, all of them serving, none of them in @without."""
        def settled():
            pids = [pid for pid in self.worker_pids() if is_alive(pid)]
            if len(pids) != n or set(pids) & set(without):
                return None
            return pids if self.admin is None or self.admin.n_serving() == n else None

        return eventually(settled, timeout, f"not {n} workers")

    def signal(self, sig):
        os.kill(self.pid, sig)

    def wait_exit(self, timeout=TIMEOUT):
        """The exit code of the master."""
        return self.process.wait(timeout)

    def stop(self, timeout=TIMEOUT):
        """Gracefully; returns the exit code."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait_exit(timeout)

    def end(self):
        """Whatever state it is in, nothing of it is left."""
        self.worker_pids()
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.worker_pids()
                self.process.kill()
                self.process.wait()
        for pid in self.seen_pids:
            if is_alive(pid) and Path(f"/proc/{pid}/exe").resolve() == BINARY.resolve():
                os.kill(pid, signal.SIGKILL)
        for stream in (self.stderr, self.stdout):
            stream.thread.join(5)

    def pss_kib(self):
        return sum(pss_kib(pid) for pid in [self.pid, *self.worker_pids()])

    # --- requests

    def connect(self):
        return Connection(self.address)

    def request(self, method, target, body=None, headers=None):
        """One request on a connection of its own."""
        with self.connect() as connection:
            return connection.request(method, target, body, {"Connection": "close", **(headers or {})})

    def get(self, target, headers=None):
        return self.request("GET", target, None, headers)

    def post(self, target, body, headers=None):
        return self.request("POST", target, body, headers)


def run(args, cwd, env, timeout=TIMEOUT):
    """Run the binary until it ends by itself."""
    return subprocess.run(
        [str(BINARY), *map(str, args)], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=timeout, check=False,
    )
