"""Processes and signals: what Gunicorn's users know, and that no request pays for it."""

import os
import signal
import threading

import pytest
from client import Connection
from crowd import Crowd
from load import Load
from server import eventually, free_port, is_alive


def get_hello(connection):
    return connection.get("/hello")


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_signal_ends_master_and_workers(narwhal, sig):
    server = narwhal(workers=2)
    pids = server.wait_workers(2)
    server.signal(sig)
    assert server.wait_exit() == 0
    assert not any(map(is_alive, pids))
    assert "Shutting down: Master" in server.log


def test_log_tells_a_gunicorn_users_story(narwhal):
    server = narwhal(workers=2)
    server.wait_log(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[INFO\] Starting narwhal \d")
    server.wait_log(rf"Listening at: {server.url} \({server.pid}\)")
    server.wait_log(r"Booting worker with pid: \d+", count=2)


def test_pidfile_lives_as_long_as_the_master(narwhal, tmp_path):
    path = tmp_path / "narwhal.pid"
    server = narwhal("--pid", path)
    assert path.read_text() == f"{server.pid}\n"
    server.stop()
    assert not path.exists()


@pytest.mark.threads
def test_term_answers_what_is_in_flight_and_what_waits_to_be_accepted(narwhal, app):
    server = narwhal(app("misc"), app("hello"), domain=None)
    with server.connect() as slow, server.connect() as blocking, server.connect() as idle:
        idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        assert idle.read_response().status == 200
        slow.send("GET /sleep/1500 HTTP/1.1\r\nHost: a\r\n\r\n")
        eventually_in_flight(server)
        blocking.send("GET /block/700 HTTP/1.1\r\nHost: a\r\n\r\n")
        with server.connect() as queued:  # the loop is blocked: nobody accepts it
            queued.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            server.signal(signal.SIGTERM)
            assert blocking.read_response().status == 200
            assert queued.read_response().status == 200
        assert slow.read_response().status == 200
        assert idle.at_end()
    assert server.wait_exit() == 0


def eventually_in_flight(server):
    """The request before was read: an answer to a later one on the same worker shows it."""
    assert server.get("/hello").status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_term_answers_a_client_that_connected_and_has_not_spoken_yet(narwhal, app, host):
    """The kernel holds such a connection back for a second: it is in no queue that a worker could empty."""
    address = (host.strip("[]"), free_port())
    server = narwhal("--bind", f"{host}:{address[1]}", app("hello"), domain=None, workers=2)
    with Connection(address) as silent:
        server.signal(signal.SIGTERM)
        server.wait_log("Worker exiting|have not spoken yet")
        silent.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        assert silent.read_response().status == 200
    assert server.wait_exit() == 0


def test_who_connects_after_term_is_refused_while_others_are_answered(narwhal, app):
    """And does not wait in a queue that nobody takes."""
    server = narwhal(app("misc"), app("hello"), domain=None, workers=2)
    with server.connect() as slow:
        slow.send("GET /sleep/1500 HTTP/1.1\r\nHost: a\r\n\r\n")
        eventually_in_flight(server)
        server.signal(signal.SIGTERM)
        eventually(lambda: not is_accepting(server))
        assert slow.read_response().status == 200
    assert server.wait_exit() == 0


def is_accepting(server):
    try:
        return server.get("/hello").status == 200
    except ConnectionRefusedError:
        return False


@pytest.mark.threads
def test_term_loses_no_connection_that_was_made(narwhal, app):
    """Of clients that come all the time: each is answered or refused, none is reset."""
    server = narwhal(app("hello"), domain=None, workers=2)
    lost, n_done = [], [0] * 8

    def run(i):
        try:
            while is_accepting(server):
                n_done[i] += 1
        except Exception as error:  # noqa: BLE001: whatever it was, the test has to see it
            lost.append(repr(error))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(n_done))]
    for thread in threads:
        thread.start()
    eventually(lambda: min(n_done) > 5, what="too few answers")
    server.signal(signal.SIGTERM)
    assert server.wait_exit() == 0
    for thread in threads:
        thread.join()
    assert not lost


@pytest.mark.threads
def test_drain_delay_fails_no_request_of_a_proxy_that_watches_whether_a_server_is_ready(narwhal, app):
    servers = [narwhal("--drain-delay", "1", app("hello"), domain=None, workers=2) for _ in range(2)]
    chosen = servers[0]
    with Crowd(lambda: chosen.address) as crowd:
        crowd.wait_done(200)
        assert crowd.n_connections == 64
        servers[0].signal(signal.SIGTERM)
        eventually(lambda: servers[0].admin.get("/readyz").status == 503, what="still ready")
        crowd.wait_done(500)  # it has not heard of it yet
        assert crowd.n_connections > 128
        chosen = servers[1]
        assert servers[0].wait_exit() == 0
        crowd.wait_done(200)
    assert crowd.failures == []
    servers[1].signal(signal.SIGINT)


def test_int_cuts_the_drain_delay_short(narwhal):
    server = narwhal("--drain-delay", "600")
    server.signal(signal.SIGTERM)
    server.wait_log("drain_delay")
    assert server.get("/people").header("connection") == "close"
    server.signal(signal.SIGINT)
    assert server.wait_exit() == 0


def test_int_does_not_wait_for_what_is_in_flight(narwhal, app):
    server = narwhal(app("misc"), app("hello"), domain=None)
    with server.connect() as slow:
        slow.send("GET /sleep/20000 HTTP/1.1\r\nHost: a\r\n\r\n")
        eventually_in_flight(server)
        server.signal(signal.SIGINT)
        assert server.wait_exit(timeout=10) == 0


def test_graceful_timeout_bounds_the_wait(narwhal, app):
    server = narwhal("--graceful-timeout", "1", app("misc"), app("hello"), domain=None)
    with server.connect() as slow:
        slow.send("GET /sleep/20000 HTTP/1.1\r\nHost: a\r\n\r\n")
        eventually_in_flight(server)
        assert server.stop(timeout=10) == 0


def test_ttin_and_ttou_change_the_number_of_workers(narwhal):
    server = narwhal(workers=1)
    server.wait_workers(1)
    server.signal(signal.SIGTTIN)
    server.wait_workers(2)
    server.signal(signal.SIGTTOU)
    server.wait_workers(1)
    server.signal(signal.SIGTTOU)  # never below one
    server.wait_log("SIGTTOU|ttou", count=2)
    server.wait_workers(1)
    assert server.get("/people").status == 200


@pytest.mark.threads
def test_100_reloads_under_load_fail_no_request(narwhal, app):
    server = narwhal(app("hello"), domain=None, workers=2)
    with Crowd(server.address) as crowd:
        for _ in range(100):
            old = server.wait_workers(2)
            server.signal(signal.SIGHUP)
            server.wait_workers(2, without=old)
    assert crowd.failures == []
    assert crowd.n_connections > 64 * 10


def test_100_changes_of_scale_under_load_fail_no_request(narwhal, app):
    server = narwhal(app("hello"), domain=None, workers=1)
    with Crowd(server.address) as crowd:
        for _ in range(25):
            for n, sig in ((2, signal.SIGTTIN), (3, signal.SIGTTIN), (2, signal.SIGTTOU), (1, signal.SIGTTOU)):
                server.signal(sig)
                server.wait_workers(n)
    assert crowd.failures == []
    assert crowd.n_connections > 64


@pytest.mark.threads
def test_reload_under_writes_loses_none(narwhal, store_uri):
    server = narwhal(store=store_uri, workers=2)
    numbers = iter(range(10**9))
    lock = threading.Lock()

    def write(connection):
        with lock:
            n = next(numbers)
        response = connection.request("POST", "/people", {"lastname": f"p{n}"})
        assert response.status == 201, response
        return response

    with Load(server, write) as load:
        for _ in range(3):
            old = server.wait_workers(2)
            server.signal(signal.SIGHUP)
            server.wait_workers(2, without=old)
    assert not load.failures
    assert server.get("/people").body["_meta"]["total"] == load.n_done


def test_usr1_opens_the_logs_anew(narwhal, app, tmp_path):
    access, error = tmp_path / "access.log", tmp_path / "error.log"
    server = narwhal("--access-logfile", access, "--error-logfile", error, app("hello"), domain=None, ready=False)
    eventually(lambda: error.exists() and "Listening at" in error.read_text())
    assert server.get("/hello").status == 200
    for path in (access, error):
        path.rename(path.with_suffix(".1"))
    server.signal(signal.SIGUSR1)

    def logged_anew():
        assert server.get("/hello?after").status == 200
        return access.exists() and "/hello?after" in access.read_text() and error.exists()

    eventually(logged_anew)
    assert "/hello" in access.with_suffix(".1").read_text()


def test_rotation_under_load_fails_no_request_and_loses_no_line(narwhal, app, tmp_path):
    access = tmp_path / "access.log"
    server = narwhal("--access-logfile", access, app("hello"), domain=None, workers=2)
    with Crowd(server.address) as crowd:
        for i in range(20):
            crowd.wait_done(200)
            access.rename(tmp_path / f"access.log.{i}")
            server.signal(signal.SIGUSR1)
            eventually(lambda: access.exists() and access.stat().st_size > 0, what="no new file")
    assert crowd.failures == []
    assert server.stop() == 0
    assert sum(path.read_text().count("\n") for path in tmp_path.glob("access.log*")) == crowd.n_done


def test_worker_ignores_a_hangup_meant_for_the_master(narwhal):
    server = narwhal()
    [pid] = server.wait_workers(1)
    os.kill(pid, signal.SIGHUP)
    assert server.get("/people").status == 200
    assert server.wait_workers(1) == [pid]


def test_heartbeat_that_stops_gets_the_worker_replaced(narwhal, app):
    server = narwhal("--timeout", "2", app("misc"), app("hello"), domain=None)
    [pid] = server.wait_workers(1)
    with server.connect() as blocking:
        blocking.send("GET /block/60000 HTTP/1.1\r\nHost: a\r\n\r\n")
        server.wait_log(rf"\[CRITICAL\] WORKER TIMEOUT \(pid:\s?{pid}\)")
        server.wait_workers(1, without=[pid])
    assert server.get("/hello").status == 200


def test_max_requests_replaces_workers_and_fails_no_request(narwhal, app):
    server = narwhal("--max-requests", "50", "--max-requests-jitter", "20", app("hello"), domain=None, workers=2)
    first = server.wait_workers(2)
    with Crowd(server.address) as crowd:
        eventually(lambda: not set(first) & set(server.worker_pids()), what="workers not replaced")
        crowd.wait_done(2000)
        server.wait_log("(?i)restarting worker after current request", count=10)
    assert crowd.failures == []


def test_nobody_gets_another_s_answer_when_workers_are_replaced(narwhal, app):
    server = narwhal("--max-requests", "3", app("hello"), domain=None, workers=2)
    wrong = []

    def ask(connection):
        name = f"{threading.get_ident()}-{id(connection)}"
        response = connection.request("GET", f"/hello/{name}", headers={"Connection": "close"})
        if response.body != f"Hello, {name}\n".encode():
            wrong.append((name, response.body))
        return response

    with Load(server, ask, threads=16) as load:
        eventually(lambda: load.n_done >= 500, what="too few answers")
    assert not load.failures
    assert not wrong
