"""A write that was answered is on disk, and a dead process is replaced."""

import os
import random
import shutil
import signal
import time

from client import Closed
from load import Writer, all_items, is_whole
from server import IS_SANITIZED, eventually, is_alive

BACK_WITHIN = 5.0 if IS_SANITIZED else 1.0  # seconds


def seconds_until_served(server):
    began = time.monotonic()
    while True:
        try:
            if server.get("/people?max_results=1").status == 200:
                return time.monotonic() - began
        except (Closed, OSError):
            pass
        assert time.monotonic() - began < 20, server.log


def test_20_killed_workers_lose_no_acknowledged_document(narwhal, store_uri):
    server = narwhal(store=store_uri, workers=2)
    writers = [Writer(server, f"w{n}") for n in range(4)]
    for writer in writers:
        writer.start()
    slowest, killed = 0.0, []
    for _ in range(20):
        pids = server.wait_workers(2, without=killed)
        at_least = sum(len(writer.acknowledged) for writer in writers) + random.randint(5, 30)
        eventually(lambda: sum(len(writer.acknowledged) for writer in writers) >= at_least, what="no writes go on")
        killed.append(random.choice(pids))
        os.kill(killed[-1], signal.SIGKILL)
        slowest = max(slowest, seconds_until_served(server))
    for writer in writers:
        writer.end()
    server.wait_workers(2)

    stored = {item["lastname"]: item for item in all_items(server, "/people")}
    acknowledged = {name: id_ for writer in writers for name, id_ in writer.acknowledged.items()}
    assert not [writer.refused for writer in writers if writer.refused]
    assert len(acknowledged) > 100
    assert {name: stored[name]["_id"] if name in stored else None for name in acknowledged} == acknowledged
    assert all(is_whole(item) for item in stored.values())
    assert slowest < BACK_WITHIN


def test_only_worker_is_back_within_a_second(narwhal):
    server = narwhal(workers=1)
    for _ in range(3):
        [pid] = server.wait_workers(1)
        os.kill(pid, signal.SIGKILL)
        assert seconds_until_served(server) < BACK_WITHIN
    server.wait_log("SIGKILL", count=3)


def test_workers_leave_within_2_seconds_of_the_masters_death(narwhal):
    server = narwhal(workers=2)
    pids = server.wait_workers(2)
    server.signal(signal.SIGKILL)
    server.wait_exit()
    eventually(lambda: not any(map(is_alive, pids)), timeout=2.0, what="workers did not leave")


def test_documents_survive_the_masters_death(narwhal):
    server = narwhal(workers=2)
    stored = server.post("/people", {"lastname": "Survivor"}).body
    server.signal(signal.SIGKILL)
    server.wait_exit()
    again = narwhal(workers=2)
    assert again.get(f"/people/{stored['_id']}").body["lastname"] == "Survivor"


def test_crashed_worker_is_replaced_and_the_log_says_what_it_died_of(narwhal, app):
    server = narwhal(app("hello"), domain=None)
    for _ in range(2):
        [pid] = server.wait_workers(1)
        os.kill(pid, signal.SIGABRT)  # a sanitizer would take SIGSEGV for itself
        server.wait_workers(1, without=[pid])
    assert server.get("/hello").status == 200
    server.wait_log("SIGABRT", count=2)


def test_worker_that_cannot_boot_is_not_tried_without_end(narwhal, tmp_path, app):
    """After a good start: tried again, ever more seldom, and mended as soon as its cause is."""
    module = tmp_path / "mine.so"
    shutil.copy(app("hello"), module)
    server = narwhal(module, domain=None)
    [pid] = server.wait_workers(1)
    broken = tmp_path / "broken.so"
    broken.write_text("this is not a shared object")
    broken.rename(module)
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    server.wait_log("Booting worker", count=4)
    assert time.monotonic() - began > 1, "two failures within a second"
    good = tmp_path / "good.so"
    shutil.copy(app("hello"), good)
    good.rename(module)
    server.wait_workers(1)
    assert server.get("/hello").status == 200
