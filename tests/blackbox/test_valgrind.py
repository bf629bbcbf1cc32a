"""Under valgrind: nothing leaks, nothing reads what was never written, and a kept connection allocates nothing."""

import os
import re
import shutil
import signal

import pytest
from client import encode_request
from server import IS_SANITIZED

pytestmark = [
    pytest.mark.valgrind,
    pytest.mark.skipif(not shutil.which("valgrind"), reason="no valgrind"),
    pytest.mark.skipif(IS_SANITIZED, reason="valgrind cannot run a sanitized binary"),
]


@pytest.fixture
def checked(narwhal, tmp_path, monkeypatch):
    """narwhal() under valgrind; .reports() after its end: pid -> text."""
    monkeypatch.setenv(
        "NARWHAL_WRAPPER",
        f"valgrind --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect "
        f"--num-callers=20 --log-file={tmp_path}/valgrind.%p",
    )

    def start(*args, **options):
        server = narwhal("--timeout", "0", *args, **options)
        server.reports = lambda: {int(path.suffix[1:]): path.read_text() for path in tmp_path.glob("valgrind.*")}
        return server

    return start


def assert_clean(server, n_processes):
    assert server.stop(timeout=60) == 0, server.log
    reports = server.reports()
    assert len(reports) == n_processes, reports
    for text in reports.values():
        assert "ERROR SUMMARY: 0 errors" in text, text
        for kind in ("definitely", "indirectly"):
            lost = re.search(rf"{kind} lost: (\S+) bytes", text)
            assert not lost or lost[1] == "0", text


def test_nothing_leaks_in_10000_requests(checked):
    server = checked()
    with server.connect() as connection:
        ids = []
        for n in range(200):
            created = connection.request("POST", "/people", {"lastname": f"p{n}", "age": n % 150})
            assert created.status == 201, created
            ids.append((created.body["_id"], created.body["_etag"]))
        for n in range(9000):
            assert connection.get(f"/people/{ids[n % len(ids)][0]}").status == 200
        for n in range(100):
            assert connection.get(f"/people?sort=-age&max_results=10&page={n % 20 + 1}").status == 200
            assert connection.get('/people?where={%22age%22:{%22$gt%22:100}}').status == 200
            assert connection.request("POST", "/people", {"age": -1, "zz": 1}).status == 422
            assert connection.get("/nosuch").status == 404
            assert connection.request("POST", "/people", '{"lastname":', {"Content-Type": "text/json"}).status >= 400
        for id_, etag in ids:
            changed = connection.request("PATCH", f"/people/{id_}", {"age": 7}, {"If-Match": etag})
            assert changed.status == 200
            deleted = connection.request("DELETE", f"/people/{id_}", None, {"If-Match": changed.body["_etag"]})
            assert deleted.status == 204
    for _ in range(20):
        with server.connect() as connection:
            connection.send(b"POST /people HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
            assert connection.read_response().status == 400
        with server.connect() as connection:
            connection.send(b"POST /people HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ncut off")
    assert_clean(server, 2)


def test_nothing_leaks_in_a_reload_and_a_crash(checked, app):
    server = checked(app("hello"), domain=None)
    [first] = server.wait_workers(1)
    server.signal(signal.SIGHUP)
    [second] = server.wait_workers(1, without=[first], timeout=60)
    assert server.get("/hello").status == 200
    os.kill(second, signal.SIGKILL)
    server.wait_workers(1, without=[first, second], timeout=60)
    assert server.get("/hello").status == 200
    server.stop(timeout=60)
    for pid, text in server.reports().items():
        assert pid == second or "ERROR SUMMARY: 0 errors" in text, text
