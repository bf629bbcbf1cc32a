"""Health and metrics, on a listener of their own."""

import os
import re
import signal

from client import Closed, Connection


def test_alive_and_ready(narwhal):
    server = narwhal(workers=2)
    assert server.admin.get("/livez").status == 200
    assert server.admin.get("/readyz").status == 200


def test_health_is_not_on_the_public_listener(narwhal):
    server = narwhal()
    for path in ("/livez", "/readyz", "/metrics"):
        assert server.get(path).status == 404
    assert server.admin.get("/people").status == 404


def test_metrics_are_prometheus_text(narwhal):
    server = narwhal()
    response = server.admin.get("/metrics")
    assert response.status == 200
    assert response.header("content-type").startswith("text/plain")
    for line in response.body.decode().splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) \w+ .+|\w+(\{\w+=\"[^\"]*\"(,\w+=\"[^\"]*\")*\})? \S+", line), line


def test_every_request_is_counted(narwhal):
    server = narwhal(workers=2)
    before = server.admin.counters()
    for _ in range(30):
        server.get("/people")
    after = server.admin.counters()
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert [name for name, n in grown.items() if "requests" in name and n == 30], grown


def test_counters_never_go_back_when_workers_die(narwhal):
    server = narwhal(workers=2)
    before = server.admin.counters()
    for _ in range(5):
        for _ in range(20):
            server.get("/people")
        pids = server.wait_workers(2)
        os.kill(pids[0], signal.SIGKILL)
        server.wait_workers(2, without=pids[:1])
        after = server.admin.counters()
        assert set(before) <= set(after)
        assert not [name for name in before if after[name] < before[name]]
        before = after
    old = server.wait_workers(2)
    server.signal(signal.SIGHUP)
    server.wait_workers(2, without=old)
    after = server.admin.counters()
    assert not [name for name in before if after[name] < before[name]]


def test_draining_worker_says_that_it_is_not_ready(narwhal, app):
    server = narwhal(app("misc"), app("hello"), domain=None)
    with server.connect() as slow, Connection(server.admin.address) as kept:
        slow.send("GET /sleep/1500 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert server.get("/hello").status == 200
        assert kept.get("/readyz").status == 200
        server.signal(signal.SIGTERM)
        answers = []
        try:
            while not answers or answers[-1] == 200:
                answers.append(kept.get("/readyz").status)
        except (Closed, OSError):
            answers.append("closed")
        assert answers[-1] in (503, "closed"), answers
        assert slow.read_response().status == 200
    assert server.wait_exit() == 0


def route_counters(server):
    """(method, route, status class) -> requests."""
    found = re.compile(
        r'narwhal_route_request_duration_seconds_count\{method="([^"]*)",route="([^"]*)",status="([^"]*)"\}'
    )
    return {found.fullmatch(name).groups(): n for name, n in server.admin.counters().items() if found.fullmatch(name)}


def test_requests_are_counted_by_route(narwhal, app):
    server = narwhal(app("misc"), domain=None, workers=2)
    for i in range(6):
        server.get(f"/error/{404 + i % 2}?{i}")
        server.request("POST", "/echo", "x")
    server.request("HEAD", "/pid")
    server.get("/nowhere")
    server.request("DELETE", "/pid")
    expected = {
        ("GET", "/error/<int:status>", "4xx"): 6,
        ("GET, POST, PUT, PATCH, DELETE", "/echo", "2xx"): 6,
        ("GET", "/pid", "2xx"): 1,
        ("", "", "4xx"): 2,
    }
    assert route_counters(server) == expected
    old = server.wait_workers(2)
    server.signal(signal.SIGHUP)
    server.wait_workers(2, without=old)
    server.get("/pid")
    assert route_counters(server) == {**expected, ("GET", "/pid", "2xx"): 2}


def test_routes_of_resources_are_counted(narwhal):
    server = narwhal()
    server.post("/people", {"lastname": "x"})
    server.get("/people?where={}")
    assert {("POST", "/people", "2xx"): 1, ("GET", "/people", "2xx"): 1}.items() <= route_counters(server).items()
