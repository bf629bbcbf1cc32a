#!/usr/bin/env python3
"""
1,000 clients that send or take one byte a second, a third of them in a head, in a body and in reading an answer, while
64 normal ones work: what that does to the normal ones, when each slow one is ended, and the memory meanwhile.
"""

import multiprocessing
import resource
import select
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from pod import BODIES, HELLO, ask_until_answered, narwhal, need, pod_kib, wrk

CLIENTS = 1000
LARGE = 64 << 20  # bytes of an answer that no socket buffer holds
SECONDS = 8  # of each measurement

HEAD = b"GET /hello HTTP/1.1\r\nHost: bench\r\nX-Slow: " + b"x" * 4000
BODY = b"POST /whole HTTP/1.1\r\nHost: bench\r\nContent-Length: 100000\r\n\r\n"
READ = b"GET /large.bin HTTP/1.1\r\nHost: bench\r\n\r\n"
KINDS = ("head", "body", "answer")


class Slow:
    """One client."""

    def __init__(self, port, kind):
        self.kind, self.began, self.ended, self.said = kind, time.monotonic(), None, b""
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.connect(("127.0.0.1", port))
        self.left = HEAD if kind == "head" else b"x" * 100_000
        if kind != "head":
            self.sock.sendall(BODY if kind == "body" else READ)
        self.sock.setblocking(False)

    def step(self, is_readable):
        try:
            if is_readable:
                got = self.sock.recv(1 if self.kind == "answer" else 4096)
                self.said += got[:100]
                if not got:
                    self.end()
            if self.kind != "answer" and not self.said and not self.ended:
                self.left = self.left[self.sock.send(self.left[:1]):]
        except BlockingIOError:
            pass
        except OSError:
            self.end()

    def end(self):
        self.ended = time.monotonic()
        self.sock.close()


def crowd(port, limit, pipe):
    """All of them, until the last one is ended or @limit seconds are over; how each kind fared goes to @pipe."""
    clients = [Slow(port, KINDS[i % 3]) for i in range(CLIENTS)]
    pipe.send("connected")
    end = time.monotonic() + limit
    while time.monotonic() < end and any(c.ended is None for c in clients):
        time.sleep(1)  # the pace of these clients
        poll = select.poll()
        alive = {c.sock.fileno(): c for c in clients if c.ended is None}
        for fd in alive:
            poll.register(fd, select.POLLIN)
        ready = dict(poll.poll(0))
        for fd, client in alive.items():
            if client.kind == "answer" and ready.get(fd, 0) & select.POLLERR:
                client.end()  # cut off, whatever it has yet to read of what had arrived
            else:
                client.step(fd in ready)
    for kind in KINDS:
        mine = [c for c in clients if c.kind == kind]
        times = [c.ended - c.began for c in mine if c.ended]
        said = sum(c.said.startswith(b"HTTP/1.1 408") for c in mine)
        pipe.send(f"  {kind:7} {len(times)} of {len(mine)} ended, the last after {max(times, default=0):.0f} s, "
                  f"{said} told 408")
    pipe.send(None)


def main():
    need(HELLO)
    need(BODIES)
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        with Path(folder, "large.bin").open("wb") as file:
            file.truncate(LARGE)
        measure(folder)


def measure(folder):
    options = ("--static", f"/={folder}", "--worker-connections", 2000, "--log-level", "error")
    with narwhal(*options, HELLO, BODIES) as (process, port):
        ask_until_answered(port, "/hello")
        alone = wrk(process, port, "/hello", seconds=SECONDS)
        before = pod_kib(process) / 1024
        ours, theirs = multiprocessing.Pipe()
        crowding = multiprocessing.Process(target=crowd, args=(port, 120, theirs))
        crowding.start()
        ours.recv()
        among = wrk(process, port, "/hello", seconds=SECONDS)
        during = pod_kib(process) / 1024
        for line in iter(ours.recv, None):
            print(line, flush=True)
        crowding.join()
        again = wrk(process, port, "/hello", seconds=SECONDS)
        print(f"p99 of 64 normal clients: {alone.p99:.2f} ms alone, {among.p99:.2f} ms among {CLIENTS} slow ones, "
              f"{again.p99:.2f} ms alone again: {among.p99 / ((alone.p99 + again.p99) / 2):.2f}")
        print(f"memory: {before:.1f} MiB before, {during:.1f} MiB during, {pod_kib(process) / 1024:.1f} MiB after")


if __name__ == "__main__":
    main()
