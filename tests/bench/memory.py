#!/usr/bin/env python3
"""Memory (PSS) of a pod at rest, and of a kept-alive connection that idles."""

import resource
import socket
import time

from pod import DOMAIN, HOME, ask_until_answered, narwhal, pss_kib, tree

CONNECTIONS = 2000


def pod_kib(pid):
    return sum(map(pss_kib, tree(pid)))


def hold(port, n):
    held = []
    for _ in range(n):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.sendall(f"GET {HOME} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        sock.recv(4096)
        held.append(sock)
    return held


def main():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    n = CONNECTIONS if hard == resource.RLIM_INFINITY else min(CONNECTIONS, hard - 400)
    resource.setrlimit(resource.RLIMIT_NOFILE, (n + 300, hard))
    options = ("--domain", DOMAIN, "--keep-alive", 60, "--worker-connections", 2 * n)
    with narwhal(*options) as (process, port):
        ask_until_answered(port, HOME)
        time.sleep(1)  # at rest
        print(f"at rest, master and 2 workers: {pod_kib(process.pid) / 1024:.2f} MiB")
        for pid in tree(process.pid):
            print(f"  pid {pid}: {pss_kib(pid) / 1024:.2f} MiB")
        held = hold(port, 100)
        before = pod_kib(process.pid)
        held += hold(port, n)
        grown = (pod_kib(process.pid) - before) * 1024
        print(f"an idle kept-alive connection: {grown / n:.0f} bytes ({n} of them)")
        for sock in held:
            sock.close()


if __name__ == "__main__":
    main()
