"""What a pod costs when it rests, and what a connection costs. Figures of the release binary only."""

import resource

import pytest

pytestmark = pytest.mark.release


def test_master_and_two_workers_fit_in_12_mib(narwhal, record_property):
    server = narwhal(workers=2, admin=False)
    server.wait_workers(2)
    for _ in range(20):
        assert server.get("/people").status == 200
    kib = server.pss_kib()
    record_property("pss_kib", kib)
    assert kib < 12 * 1024


def test_idle_kept_alive_connection_costs_less_than_a_kib(narwhal, app, record_property):
    n = 2000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < n + 200:
        pytest.skip(f"only {hard} file descriptors here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, n + 200), hard))
    server = narwhal("--keep-alive", "60", "--worker-connections", 2 * n, app("hello"), domain=None, admin=False)
    held = []

    def hold(count):
        for _ in range(count):
            connection = server.connect()
            held.append(connection)
            assert connection.get("/hello").status == 200

    try:
        hold(100)  # what is mapped and allocated once
        before = server.pss_kib()
        hold(n)
        grown = server.pss_kib() - before
        record_property("bytes_per_connection", grown * 1024 // n)
        assert grown * 1024 / n < 1024
        assert held[0].get("/hello").status == 200
    finally:
        for connection in held:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
