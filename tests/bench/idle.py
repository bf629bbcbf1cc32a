#!/usr/bin/env python3
"""
10,000 idle kept-alive connections on two workers: memory for each, ours and nginx's, and what 64 busy ones among them
get compared with what they get alone.
"""

import contextlib
import resource
import shutil
import socket
import statistics
import sys

from pod import HELLO, ask_until_answered, narwhal, need, nginx, pod_kib, wrk

CONNECTIONS = 10_000
WARM = 500
ROUNDS = 5
REQUEST = b"GET /hello HTTP/1.1\r\nHost: bench\r\n\r\n"


def hold(port, n):
    """@n connections that were answered once each."""
    held = []
    for _ in range(n):
        sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        sock.sendall(REQUEST)
        if not sock.recv(4096).startswith(b"HTTP/1.1 200"):
            sys.exit("a connection was not answered")
        held.append(sock)
    return held


@contextlib.contextmanager
def held(port, n):
    socks = hold(port, n)
    try:
        yield socks
    finally:
        for sock in socks:
            sock.close()


def still_answered(socks):
    for sock in socks[:: max(1, len(socks) // 200)]:
        sock.sendall(REQUEST)
        if not sock.recv(4096).startswith(b"HTTP/1.1 200"):
            return False
    return True


def bytes_each(process, port, n):
    """Growth of the pod's memory by @n idle connections; some come before, so that what is made once does not count."""
    with held(port, WARM):
        before = pod_kib(process)
        with held(port, n) as socks:
            grown = pod_kib(process) - before
            if not still_answered(socks):
                sys.exit("an idle connection was closed")
    return grown * 1024 / n


def among(process, port, n):
    """Requests a second of 64 busy connections alone and among @n idle ones, in turn."""
    alone, crowded = [], []
    for _ in range(ROUNDS):
        alone.append(wrk(process, port, "/hello", seconds=2).rate)
        with held(port, n):
            crowded.append(wrk(process, port, "/hello", seconds=2).rate)
    return statistics.median(alone), statistics.median(crowded)


def main():
    need(HELLO)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    n = CONNECTIONS if hard == resource.RLIM_INFINITY else min(CONNECTIONS, hard - WARM - 400)
    resource.setrlimit(resource.RLIMIT_NOFILE, (n + WARM + 300, hard))
    with narwhal("--keep-alive", 600, "--worker-connections", n + 2 * WARM, HELLO) as (process, port):
        ask_until_answered(port, "/hello")
        print(f"narwhal: an idle kept-alive connection: {bytes_each(process, port, n):.0f} bytes ({n} of them)")
        if shutil.which("wrk"):
            alone, crowded = among(process, port, n)
            print(f"narwhal: 64 busy connections: {alone:.0f} requests/s alone, {crowded:.0f} among {n} idle ones: "
                  f"{crowded / alone:.2f}")
    with nginx('{"hello":"world"}', keepalive=600) as peer:
        if peer:
            print(f"nginx: an idle kept-alive connection: {bytes_each(*peer, n):.0f} bytes")


if __name__ == "__main__":
    main()
