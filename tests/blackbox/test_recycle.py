"""Workers that others take the place of: by requests, age and memory."""

import shutil

from control import Control
from load import Load
from server import eventually


def get_hello(connection):
    return connection.get("/hello")


def control_path(server):
    return server.wait_log(r"Control socket listening at (\S+)")[1]


def ended(server):
    """By the master's own word: a worker that leaves may take a connection to the admin listener with it."""
    with Control(control_path(server)) as control:
        return control.data("show stats")["totals"]["workers_ended"]


def test_who_cannot_be_replaced_serves_on(narwhal, app, tmp_path):
    """A deployment that broke the app without a HUP ends no service when workers have had their max_requests."""
    module = tmp_path / "mine.so"
    shutil.copy(app("hello"), module)
    server = narwhal("--max-requests", "20", module, domain=None)
    old = server.wait_workers(1)
    broken = tmp_path / "broken.so"
    broken.write_text("this is not a shared object")
    broken.rename(module)
    with Load(server, get_hello) as load:
        server.wait_log("failed to boot")
        eventually(lambda: load.n_done > 200, what="too few answers")
    assert not load.failures
    assert old[0] in server.worker_pids()
    assert ended(server)["requests"] == 0 and ended(server)["boot"] >= 1
    good = tmp_path / "good.so"
    shutil.copy(app("hello"), good)
    good.rename(module)
    server.wait_workers(1, without=old)
    eventually(lambda: ended(server)["requests"] == 1)
    assert server.admin.counters()['narwhal_worker_exits_total{reason="requests"}'] == 1


def test_all_workers_wish_it_at_once_and_one_goes_at_a_time(narwhal, app):
    server = narwhal("--max-requests", "30", app("hello"), domain=None, workers=4)
    least = most = 4
    with Load(server, get_hello, threads=8) as load, Control(control_path(server)) as control:
        while control.data("show stats")["totals"]["workers_ended"]["requests"] < 4:
            states = [worker["state"] for worker in control.data("show workers")["workers"]]
            least, most = min(least, states.count("serving")), max(most, len(states))
    assert not load.failures
    assert least == 4 and most == 5, (least, most)


def test_worker_that_holds_too_much_memory_is_replaced(narwhal, app):
    server = narwhal("--max-worker-memory", "128MiB", app("misc"), domain=None)
    [old] = server.wait_workers(1)
    assert server.get("/hold/200").status == 200
    server.wait_log(rf"Worker \(pid:{old}\) has [\d.]+ MiB \(max_worker_memory\)")
    server.wait_workers(1, without=[old])
    eventually(lambda: ended(server)["memory"] == 1)
