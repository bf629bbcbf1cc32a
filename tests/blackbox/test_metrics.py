"""What /metrics tells about the parts of a pod, read as strictly as Prometheus does."""

import math
import os
import shutil
import signal
import subprocess
import time

import pytest
from client import encode_request
from prometheus_client.parser import text_string_to_metric_families
from server import eventually


def families(server):
    """name -> metric."""
    text = server.admin.get("/metrics").body.decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def values(server, name):
    """The labels of each line -> its value. Without labels: a number."""
    found = families(server)[name.removesuffix("_total")].samples
    lines = {tuple(sample.labels.values()): sample.value for sample in found if sample.name == name}
    return lines[()] if set(lines) == {()} else lines


def test_every_line_is_of_a_family_and_comes_once(narwhal, app):
    server = narwhal(app("misc"), domain=None, workers=2)
    for path in ("/pid", "/error/404", "/error/503", "/nowhere"):
        server.get(path)
    text = server.admin.get("/metrics").body.decode()
    seen, names = set(), []
    for family in text_string_to_metric_families(text):
        assert family.type in ("counter", "gauge", "histogram"), family
        assert family.documentation, family.name
        names.append(family.name)
        for sample in family.samples:
            key = (sample.name, *sorted(sample.labels.items()))
            assert key not in seen
            seen.add(key)
            assert math.isfinite(sample.value), key
            assert family.type == "gauge" or sample.name != family.name, f"{sample.name} needs a suffix"
    assert len(names) == len(set(names)), "a family comes in one piece"
    assert len(seen) == sum(1 for line in text.splitlines() if not line.startswith("#"))


@pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool here")
def test_prometheus_own_tool_finds_nothing_to_say(narwhal, app):
    server = narwhal(app("misc"), domain=None)
    server.get("/pid")
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=server.admin.get("/metrics").body, capture_output=True, timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_buckets_go_up_to_the_count(narwhal, app):
    server = narwhal(app("misc"), domain=None)
    for path in ("/pid", "/inline/echo", "/offload/30"):
        server.get(path)
    histograms = {}
    for family in families(server).values():
        if family.type == "histogram":
            for sample in family.samples:
                labels = dict(sample.labels)
                le = float(labels.pop("le", "nan"))
                key = (family.name, *sorted(labels.items()))
                histograms.setdefault(key, {})[sample.name.rpartition("_")[2], le] = sample.value
    assert len(histograms) == 1 + 3
    for key, lines in histograms.items():
        buckets = [value for (kind, _), value in sorted(lines.items()) if kind == "bucket"]
        assert buckets == sorted(buckets), key
        assert buckets[-1] == next(value for (kind, _), value in lines.items() if kind == "count") >= 1
        assert next(value for (kind, _), value in lines.items() if kind == "sum") >= 0
    slow = histograms[next(key for key in histograms if ("route", "/offload/<int:ms>") in key)]
    assert slow["bucket", 0.025] == 0 and slow["bucket", 5.0] == 1


def test_status_codes_are_told_apart(narwhal, app):
    server = narwhal(app("misc"), domain=None)
    for status in (404, 410, 410, 503):
        server.get(f"/error/{status}")
    assert values(server, "narwhal_http_responses_total") == {("404",): 1, ("410",): 2, ("503",): 1}


def test_each_worker_has_its_lines_and_a_new_one_takes_the_number(narwhal, app):
    server = narwhal("--threads", 3, app("misc"), domain=None, workers=2)
    pids = values(server, "narwhal_worker_pid")
    assert sorted(pids.values()) == sorted(server.wait_workers(2))
    assert set(pids) == {("0",), ("1",)}
    assert set(values(server, "narwhal_worker_generation").values()) == {1}
    assert {key for key, value in values(server, "narwhal_worker_state").items() if value} == {
        ("0", "serving"), ("1", "serving"),
    }
    assert all(value > 1024 * 1024 for value in values(server, "narwhal_worker_resident_bytes").values())
    assert values(server, "narwhal_threads") == 6
    with server.connect() as connection:
        pid = int(connection.get("/pid").body)
    [number] = [key for key, value in pids.items() if value == pid]
    assert values(server, "narwhal_worker_requests_total")[number] == 1
    os.kill(pid, signal.SIGKILL)
    server.wait_workers(2, without=[pid])
    assert set(values(server, "narwhal_worker_pid")) == {("0",), ("1",)}
    assert values(server, "narwhal_worker_requests_total")[number] == 0
    assert values(server, "narwhal_http_responses_total") == {("200",): 1}


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_who_waits_to_be_accepted_is_counted(narwhal, app, tmp_path, kind):
    bind = {} if kind == "tcp" else {"bind": f"unix:{tmp_path}/n.sock"}
    server = narwhal("--worker-connections", 1, "--backlog", 33, app("hello"), domain=None, workers=1, **bind)
    [(listener,)] = values(server, "narwhal_listener_waiting")
    assert listener == (f"unix:{tmp_path}/n.sock" if kind == "unix" else "http://{}:{}".format(*server.address))
    assert values(server, "narwhal_listener_backlog") == {(listener,): 33}
    with server.connect() as held:
        held.get("/hello")
        others = [server.connect() for _ in range(3)]
        for other in others:
            other.send(encode_request("GET", "/hello"))
        eventually(lambda: values(server, "narwhal_listener_waiting") == {(listener,): 3})
        for other in others:
            other.close()


def test_the_last_reload_is_told(narwhal, tmp_path):
    config = tmp_path / "c.py"
    config.write_text("threads = 2\n")
    server = narwhal("--config", config)
    begun = values(server, "narwhal_reload_last_timestamp_seconds")
    assert abs(begun - time.time()) < 60
    assert values(server, "narwhal_reload_last_successful") == 1
    assert values(server, "narwhal_reload_last_duration_seconds") == 0
    config.write_text("threads = many\n")
    server.signal(signal.SIGHUP)
    eventually(lambda: values(server, "narwhal_reloads_total")[("failed",)] == 1)
    assert values(server, "narwhal_reload_last_successful") == 0
    assert values(server, "narwhal_reload_last_timestamp_seconds") > begun
    config.write_text("threads = 3\n")
    old = server.worker_pids()
    server.signal(signal.SIGHUP)
    eventually(lambda: values(server, "narwhal_generation") == 2)
    server.wait_workers(1, without=old)
    assert values(server, "narwhal_reload_last_successful") == 1
    assert 0 < values(server, "narwhal_reload_last_duration_seconds") < 60
    eventually(lambda: values(server, "narwhal_threads") == 3)  # those of the old worker end with it


def test_the_store_tells_of_its_connections(narwhal):
    server = narwhal(workers=1)
    server.get("/people")
    eventually(lambda: values(server, "narwhal_store_connections") >= 1)  # as of the next heartbeat
    assert values(server, "narwhal_store_connections_busy") == 0
    assert values(server, "narwhal_store_connections_waiting") == 0
    assert values(server, "narwhal_store_connection_timeouts_total") == 0
