#!/usr/bin/env python3
"""
How kept connections spread over two workers that accept from one socket: the larger share, of 64 and of 512 clients
that come at once, several times; and requests that fail while the pod reloads under connections of one request.
"""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request

from pod import HELLO, ask, ask_until_answered, free_port, narwhal, need

TIMES = 8
RELOADS = 5


def connections(admin):
    with urllib.request.urlopen(f"http://127.0.0.1:{admin}/status", timeout=5) as answer:
        return [worker["connections"] for worker in json.load(answer)["workers"]]


def share(port, admin, clients):
    load = subprocess.Popen(["wrk", "-t1", f"-c{clients}", "-d1s", f"http://127.0.0.1:{port}/hello"],
                            stdout=subprocess.DEVNULL)
    end = time.monotonic() + 5
    while sum(held := connections(admin)) < clients and time.monotonic() < end:
        pass
    load.wait()
    return max(held) / sum(held)


def reload_under_load(process, port):
    """(failed, all) of requests on connections of their own."""
    answers, is_over = [], threading.Event()

    def client():
        while not is_over.is_set():
            answers.append(ask(port, "/hello") == 200)

    clients = [threading.Thread(target=client) for _ in range(8)]
    for thread in clients:
        thread.start()
    for _ in range(RELOADS):
        time.sleep(1)  # of load on this generation
        process.send_signal(signal.SIGHUP)
    time.sleep(1)
    is_over.set()
    for thread in clients:
        thread.join()
    return answers.count(False), len(answers)


def main():
    need(HELLO)
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed")
    admin = free_port()
    with narwhal("--admin-bind", f"127.0.0.1:{admin}", HELLO) as (process, port):
        ask_until_answered(port, "/hello")
        for clients in (64, 512):
            shares = [share(port, admin, clients) for _ in range(TIMES)]
            print(f"{clients} kept connections: the larger share of two workers is {max(shares):.2f} at most, "
                  f"{sum(shares) / TIMES:.2f} in the middle")
        print("reloads under load: %d of %d requests failed" % reload_under_load(process, port))


if __name__ == "__main__":
    main()
