"""What the pod is doing, as JSON: on the admin listener, and where the main one is told to show it."""

import os
import signal

from server import eventually

WORKER = {
    "pid", "generation", "state", "uptime_seconds", "heartbeat_age_seconds", "connections", "in_flight",
    "threads", "threads_busy", "threads_queued", "requests", "resident_bytes",
}
POD = {
    "version", "host", "pid", "uptime_seconds", "generation", "workers_target", "bucket_seconds", "workers", "totals",
}


def test_status_shows_every_worker_and_the_totals(narwhal):
    server = narwhal(workers=2)
    for _ in range(10):
        server.get("/people")
    response = server.admin.get("/status")
    assert response.status == 200 and response.header("cache-control") == "no-store"
    status = response.body
    assert set(status) == POD
    assert status["pid"] == server.pid and status["generation"] == 1 and status["workers_target"] == 2
    assert {worker["pid"] for worker in status["workers"]} == set(server.worker_pids())
    for worker in status["workers"]:
        assert set(worker) == WORKER
        assert worker["state"] == "serving" and worker["generation"] == 1
        assert worker["resident_bytes"] > 1024 * 1024
    totals = status["totals"]
    assert totals["requests"] == sum(worker["requests"] for worker in status["workers"]) == 10
    assert totals["status"] == {"none": 0, "1xx": 0, "2xx": 10, "3xx": 0, "4xx": 0, "5xx": 0}
    assert sum(totals["latency"]) == 10
    assert len(totals["latency"]) == len(status["bucket_seconds"]) + 1
    assert totals["workers_spawned"] == 2 and totals["workers_died"] == 0


def test_status_counts_the_dead_and_the_reloads(narwhal):
    server = narwhal(workers=1)
    server.get("/people")
    old = server.wait_workers(1)
    os.kill(old[0], signal.SIGKILL)
    new = server.wait_workers(1, without=old)
    server.signal(signal.SIGHUP)
    server.wait_workers(1, without=new)
    status = eventually(lambda: [s for s in [server.admin.get("/status").body] if s["totals"]["reloads_ok"]])[0]
    assert status["totals"]["requests"] == 1
    assert status["totals"]["workers_died"] == 1 and status["totals"]["workers_spawned"] == 3
    assert status["generation"] == 2


def test_memory_of_the_workers_is_a_metric(narwhal):
    server = narwhal(workers=2)
    text = server.admin.get("/metrics").body.decode()
    line = next(line for line in text.splitlines() if line.startswith("narwhal_workers_resident_bytes "))
    assert int(line.split()[1]) > 2 * 1024 * 1024


def test_main_listener_has_no_status_unless_told(narwhal):
    server = narwhal()
    assert server.get("/status").status == 404


def test_status_path_serves_the_same_at_exactly_that_path(narwhal):
    server = narwhal("--status-path", "/people/status")
    response = server.get("/people/status?x=1")
    assert response.status == 200 and set(response.body) == POD
    assert response.header("cache-control") == "no-store"
    assert server.get("/people/status/").status == 404
    head = server.request("HEAD", "/people/status")
    assert head.status == 200 and head.body == b"" and int(head.header("content-length")) > 100
    posted = server.post("/people/status", {"a": 1})
    assert posted.status == 405 and posted.header("allow") == "GET, HEAD"


def test_status_path_goes_before_an_apps_route(narwhal):
    server = narwhal("--status-path", "/people")
    assert set(server.get("/people").body) == POD


def test_reload_moves_the_status_path(narwhal, tmp_path):
    config = tmp_path / "n.conf.py"
    config.write_text("status_path = '/old'\n")
    server = narwhal("--config", config)
    assert server.get("/old").status == 200
    old = server.wait_workers(1)
    config.write_text("status_path = '/new'\n")
    server.signal(signal.SIGHUP)
    server.wait_workers(1, without=old)
    assert server.get("/new").status == 200
    assert server.get("/old").status == 404


def test_a_bad_status_path_is_refused(run):
    for path in ("status", "/a?b", "/a//b", "/ä", "/../x"):
        done = run("--status-path", path, "--check-config")
        assert done.returncode == 1, path
        assert "status_path" in done.stderr and "begins with '/'" in done.stderr
