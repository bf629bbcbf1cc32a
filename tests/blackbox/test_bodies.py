"""Large, slow and unwanted request bodies, and more clients than a worker may hold, seen from outside."""

import os
import random
import re
import signal
import socket
import threading
import zlib
from pathlib import Path

import pytest
from client import Closed, encode_request
from server import IS_SANITIZED, eventually

MIB = 1024 * 1024
DATA = random.Random(5).randbytes(MIB)


@pytest.fixture
def bodies(narwhal, app, tmp_path):
    """bodies(*args) -> Server with the app that takes bodies; they lie in the folder tmp_path / "bodies"."""
    (tmp_path / "bodies").mkdir()

    def start(*args, **options):
        options.setdefault("domain", None)
        return narwhal("--limit-request-body", "200M", "--tmp-upload-dir", tmp_path / "bodies", app("bodies"), *args,
                       **options)

    return start


def head(target, *fields, method="POST"):
    lines = "".join(f"{field}\r\n" for field in fields)
    return f"{method} {target} HTTP/1.1\r\nHost: a\r\n{lines}\r\n"


def summary(n_mib):
    crc = 0
    for _ in range(n_mib):
        crc = zlib.crc32(DATA, crc)
    return f"{n_mib * MIB} {crc:08x}\n".encode()


def upload(connection, target, n_mib, is_chunked):
    if is_chunked:
        connection.send(head(target, "Transfer-Encoding: chunked"))
    else:
        connection.send(head(target, f"Content-Length: {n_mib * MIB}"))
    for _ in range(n_mib):
        connection.send(b"%x;x=y\r\n%s\r\n" % (MIB, DATA) if is_chunked else DATA)
    if is_chunked:
        connection.send("0\r\nX-Trailer: y\r\n\r\n")
    return connection.read_response()


def memory_kib(pid, name):
    return int(re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)[1])


def open_bodies(pid):
    """Descriptors of files in the folder for bodies."""
    links = []
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(os.readlink(fd))
        except FileNotFoundError:
            pass
    return sum("/bodies/" in link for link in links)


@pytest.mark.parametrize("is_chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("target", ["/whole", "/stream"])
def test_large_body_arrives_whole_with_memory_flat(bodies, tmp_path, target, is_chunked):
    server = bodies()
    [worker] = server.worker_pids()
    with server.connect() as connection:
        assert upload(connection, target, 2, is_chunked).body == summary(2)
        Path(f"/proc/{worker}/clear_refs").write_text("5")  # VmHWM begins anew
        before, anonymous = memory_kib(worker, "VmHWM"), memory_kib(worker, "RssAnon")
        assert upload(connection, target, 64, is_chunked).body == summary(64)
        if not IS_SANITIZED:
            assert memory_kib(worker, "RssAnon") - anonymous < 4096
            if target == "/stream":
                assert memory_kib(worker, "VmHWM") - before < 4096
        assert connection.request("POST", "/whole", "abc").body == b"3 352441c2\n"
    eventually(lambda: open_bodies(worker) == 0, what="the file is still open")
    assert list((tmp_path / "bodies").iterdir()) == []


def test_large_body_is_a_file_while_it_comes_and_goes_with_its_client(bodies):
    server = bodies()
    [worker] = server.worker_pids()
    with server.connect() as connection:
        connection.send(head("/whole", f"Content-Length: {8 * MIB}"))
        connection.send(DATA + DATA)
        eventually(lambda: open_bodies(worker) == 1, what="no file was made")
    eventually(lambda: open_bodies(worker) == 0, what="the file is still open")


def test_full_folder_is_507_and_in_the_log(bodies, monkeypatch):
    monkeypatch.setenv("NARWHAL_WRAPPER", f"{os.environ.get('NARWHAL_WRAPPER', '')} prlimit --fsize={3 * MIB}")
    server = bodies()
    with server.connect() as connection:
        assert upload(connection, "/whole", 2, False).status == 200
        connection.send(head("/whole", f"Content-Length: {8 * MIB}"))
        connection.send(DATA * 4)
        answer = connection.read_response()
        assert (answer.status, answer.header("connection")) == (507, "close")
    server.wait_log(r"\[ERROR\] tmp_upload_dir: cannot keep a body in '.*/bodies': File too large, refusing")
    assert server.get("/none").status == 404


def test_folder_that_cannot_be_used_is_named(run, narwhal, app, tmp_path):
    (tmp_path / "file").write_text("")
    for folder, why in {"nowhere": "No such file or directory", "file": "Not a directory"}.items():
        words = f"tmp_upload_dir: cannot make a file in '{tmp_path / folder}': {why}\n"
        done = run("--tmp-upload-dir", tmp_path / folder, app("bodies"), "--check-config")
        assert (done.returncode, done.stderr) == (1, f"Error: {words}")
        done = run("--tmp-upload-dir", tmp_path / folder, app("bodies"), "--bind", "127.0.0.1:0", "--workers", "2")
        assert done.returncode != 0 and words in done.stderr
    assert run("--tmp-upload-dir", tmp_path, app("bodies"), "--check-config").returncode == 0


def test_folder_that_is_lost_is_missed_by_large_bodies_alone(narwhal, app, tmp_path):
    folder = tmp_path / "bodies"
    folder.mkdir()
    server = narwhal("--tmp-upload-dir", folder, app("bodies"), domain=None, workers=1)
    folder.rmdir()
    old = server.wait_workers(1)
    server.signal(signal.SIGHUP)
    server.wait_log("tmp_upload_dir: cannot make a file in '.*/bodies': No such file or directory")
    server.wait_log("keeping old configuration")
    os.kill(old[0], signal.SIGKILL)
    server.wait_workers(1, without=old)
    assert server.request("POST", "/whole", "abc").status == 200
    with server.connect() as connection:
        assert upload(connection, "/whole", 2, False).status == 500
    server.wait_log(r"\[ERROR\] tmp_upload_dir: cannot keep a body in")


UNWANTED = {
    "no such route": (head("/nowhere", "Content-Length: 99999999", "Expect: 100-continue"), 404),
    "wrong method": (head("/whole", "Content-Length: 99999999", "Expect: 100-continue", method="PATCH"), 405),
    "too large": (head("/whole", "Content-Length: 999999999", "Expect: 100-continue"), 413),
    "denied": (head("/stream", "Content-Length: 99999999", "Expect: 100-continue", "X-Deny: 1"), 403),
    "nothing read": (head("/stream?most=0", "Content-Length: 99999999", "Expect: 100-continue"), 200),
    "chunked": (head("/nowhere", "Transfer-Encoding: chunked"), 404),
    "status": (head("/state", "Content-Length: 10"), 405),
}


@pytest.mark.parametrize("case", UNWANTED)
def test_unwanted_body_is_answered_for_before_it_is_read(bodies, case):
    request, status = UNWANTED[case]
    server = bodies("--status-path", "/state")
    with server.connect() as connection:
        connection.send(request)
        assert connection.read_interim() == status  # and not 100
    with server.connect() as connection:
        connection.send(request)
        answer = connection.read_response()
        assert (answer.status, answer.header("connection")) == (status, "close")
        connection.send(DATA)  # is taken and thrown away: no reset
        assert connection.at_end()


@pytest.mark.parametrize("target", ["/whole", "/stream"])
def test_wanted_body_is_asked_for(bodies, target):
    server = bodies()
    with server.connect() as connection:
        for _ in range(2):
            connection.send(head(target, f"Content-Length: {MIB}", "Expect: 100-continue"))
            assert connection.read_interim() == 100
            connection.send(DATA)
            assert connection.read_response().body == summary(1)


def test_full_queue_answers_503_before_the_body(bodies, app):
    server = bodies(app("misc"), "--threads", "1")
    sleepers = [server.connect() for _ in range(200)]
    try:
        for sleeper in sleepers:
            sleeper.send(encode_request("GET", "/sleep/1000"))
        refused = "narwhal_threads_queue_full_total"
        eventually(lambda: server.admin.counters()[refused] > 0, what="the queue is not full")
        for target in ("/whole", "/stream"):
            with server.connect() as connection:
                connection.send(head(target, "Content-Length: 99999999", "Expect: 100-continue"))
                answer = connection.read_response()
                assert (answer.status, answer.header("retry-after")) == (503, "1")
    finally:
        for sleeper in sleepers:
            sleeper.close()
    server.signal(signal.SIGINT)


def test_stream_is_read_as_far_as_it_is_wanted(bodies):
    server = bodies()
    with server.connect() as connection:
        connection.send(head("/stream?most=1000", f"Content-Length: {MIB}"))
        connection.send(DATA)
        answer = connection.read_response()
        assert answer.body == f"1000 {zlib.crc32(DATA[:1000]):08x}\n".encode()
        assert answer.header("connection") == "close"
        assert connection.at_end()


def test_streamed_body_that_is_wrong_is_the_client_s_error(bodies):
    server = bodies()
    cases = [("Transfer-Encoding: chunked", "5\r\nabc", "x" * 5, 400), ("Content-Length: 10", "abc", None, 400),
             ("Transfer-Encoding: chunked", "5\r\nabcde\r\n", "fffffffff\r\n", 413)]
    for framing, begin, go_on, status in cases:
        with server.connect() as connection:
            connection.send(head("/stream", framing) + begin)
            if go_on is None:
                connection.sock.shutdown(socket.SHUT_WR)
            else:
                connection.send(go_on)
            answer = connection.read_response()
            assert (answer.status, answer.body["status"]) == (status, status)
            assert connection.at_end()
    with server.connect() as connection:
        connection.send(head("/stream", "Content-Length: 10") + "abc")
    assert server.request("POST", "/stream", "abc").status == 200
    assert "rror handling request" not in server.log


def test_answer_may_go_out_while_the_body_comes(bodies):
    n_mib = 16
    server = bodies()
    with server.connect() as connection:
        connection.send(head("/through", "Transfer-Encoding: chunked"))

        def send():
            for _ in range(n_mib):
                connection.send(b"%x\r\n%s\r\n" % (MIB, DATA))
            connection.send("0\r\n\r\n")

        sender = threading.Thread(target=send)
        sender.start()
        answer = connection.read_response()
        sender.join()
        assert answer.status == 200
        assert answer.body == DATA * n_mib
        assert answer.header("transfer-encoding") == "chunked"
        assert answer.header("connection") == "close"  # it had begun when nobody knew whether the body would be read


def test_answer_under_way_is_broken_off_with_its_body(bodies):
    server = bodies()
    with server.connect() as connection:
        connection.send(head("/through", f"Content-Length: {4 * MIB}"))
        connection.send(DATA)
        connection.sock.shutdown(socket.SHUT_WR)
        with pytest.raises(Closed):
            connection.read_response()
    assert server.request("POST", "/through", "abc").body == b"abc"
    assert "rror handling request" not in server.log


def test_who_takes_no_answer_is_not_read_from(bodies):
    server = bodies("--send-timeout", "1")
    with server.connect() as connection:
        connection.sock.settimeout(0.5)
        connection.send(head("/through", f"Content-Length: {100 * MIB}"))
        with pytest.raises((TimeoutError, socket.timeout, ConnectionError)):
            for _ in range(100):
                connection.send(DATA)
        eventually(lambda: server.admin.gauge("narwhal_http_connections") == 0, what="it is still held")


@pytest.mark.parametrize("target", ["/whole", "/stream"])
def test_body_that_does_not_come_is_408(bodies, target):
    server = bodies("--client-body-timeout", "1", "--client-header-timeout", "600")
    with server.connect() as connection:
        connection.send(head(target, "Content-Length: 10") + "abc")
        answer = connection.read_response()
        assert (answer.status, answer.header("connection")) == (408, "close")
        assert connection.at_end()


def test_head_that_does_not_come_is_408(bodies):
    server = bodies("--client-header-timeout", "1", "--client-body-timeout", "600")
    with server.connect() as connection:
        connection.send("GET / HT")
        assert connection.read_response().status == 408
        assert connection.at_end()


def test_client_that_takes_no_answer_is_closed(narwhal, app):
    server = narwhal("--send-timeout", "1", app("misc"), domain=None)
    with server.connect() as connection:
        connection.send(encode_request("GET", "/big/50000000"))
        eventually(lambda: server.admin.gauge("narwhal_http_connections") == 1, what="it is not there")
        eventually(lambda: server.admin.gauge("narwhal_http_connections") == 0, what="it is still held")
        with pytest.raises(Closed, match="reset"):  # nothing more of it is kept for him
            connection.read_response()


def test_slow_bodies_hold_nobody_up(bodies):
    server = bodies("--worker-connections", "400")
    slow = [server.connect() for _ in range(200)]
    try:
        for i, connection in enumerate(slow):
            connection.send(head("/whole", "Content-Length: 1000000") + "a" * i)
        with server.connect() as connection:
            for _ in range(20):
                assert connection.request("POST", "/whole", "abc").status == 200
    finally:
        for connection in slow:
            connection.close()


def test_stream_under_way_is_finished_when_the_server_stops(bodies):
    server = bodies(workers=2)
    with server.connect() as connection:
        connection.send(head("/stream", f"Content-Length: {4 * MIB}"))
        connection.send(DATA * 2)
        server.signal(signal.SIGTERM)
        eventually(lambda: server.admin.n_serving() == 0, what="not told")
        connection.send(DATA * 2)
        answer = connection.read_response()
        assert (answer.body, answer.header("connection")) == (summary(4), "close")
    assert server.wait_exit() == 0


# --- more clients than a worker may hold


PATIENT = ("--keep-alive", "600", "--client-header-timeout", "2")


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def crowd(server, n, served_at_once):
    """Have @n clients ask one after the other, while all those before stay. All are answered, those that there was no
    room for once others left, and waiting costs no processor time."""
    [worker] = server.worker_pids()
    clients = [server.connect() for _ in range(n)]
    answered = 0
    try:
        for client in clients:
            client.send(encode_request("GET", "/pid"))
        for client in clients[:served_at_once]:
            assert client.read_response().status == 200
        before = cpu_seconds(worker)
        clients[0].send("GET / HT")  # its end, two seconds from here, is the event to wait for
        assert clients[0].read_response().status == 408
        assert cpu_seconds(worker) - before < 0.5, "it spins"
        for i, client in enumerate(clients):
            if i >= served_at_once:
                assert client.read_response().status == 200
            client.close()
            answered += 1
    finally:
        for client in clients:
            client.close()
    assert answered == n


def test_more_clients_than_worker_connections_wait_and_are_answered(narwhal, app):
    server = narwhal("--worker-connections", "20", *PATIENT, app("misc"), domain=None)
    crowd(server, 60, 20)


def test_more_clients_than_descriptors_wait_and_are_answered(narwhal, app, monkeypatch):
    monkeypatch.setenv("NARWHAL_WRAPPER", f"{os.environ.get('NARWHAL_WRAPPER', '')} prlimit --nofile=64:64")
    server = narwhal(*PATIENT, app("misc"), domain=None)
    server.wait_log(r"worker_connections: 1000 need about 1256 open files, the limit is 64")
    crowd(server, 120, 20)
    server.wait_log(r"\[WARNING\] Cannot accept a connection: Too many open files, with \d+ open: others wait")
    assert len(re.findall("Cannot accept", server.log)) == 1


def test_who_waits_for_a_descriptor_when_the_server_stops_is_answered(narwhal, app, monkeypatch):
    monkeypatch.setenv("NARWHAL_WRAPPER", f"{os.environ.get('NARWHAL_WRAPPER', '')} prlimit --nofile=64:64")
    server = narwhal("--keep-alive", "600", app("misc"), domain=None)
    clients = [server.connect() for _ in range(120)]
    try:
        for client in clients:
            client.send(encode_request("GET", "/pid"))
        server.wait_log("Cannot accept a connection")
        server.signal(signal.SIGTERM)
        for client in clients:
            assert client.read_response().status == 200
            client.close()
        assert server.wait_exit() == 0
    finally:
        for client in clients:
            client.close()
