"""What the benchmarks share: the release binary, started and stopped; sums over its processes."""

import collections
import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("NARWHAL", ROOT / "build/master/narwhal"))
HELLO = BINARY.parent.parent / "tests/apps/hello.so"
BODIES = BINARY.parent.parent / "tests/apps/bodies.so"
DOMAIN = ROOT / "manifests/domain.json"
HOME = "/api"  # of that domain
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")  # None: there is none


def need(path):
    if not Path(path).exists():
        sys.exit(f"{path} is not there: run it by ./dev bench")


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def ask(port, path):
    """The status of one GET; None: nobody answers yet."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
            answer = sock.recv(4096)
            return int(answer.split()[1]) if answer else None
    except OSError:
        return None


def ask_until_answered(port, path, seconds=10):
    deadline = time.monotonic() + seconds
    while ask(port, path) is None:
        if time.monotonic() > deadline:
            sys.exit(f"no answer on port {port} within {seconds} s")


@contextlib.contextmanager
def narwhal(*args, workers=2):
    """(process, port) of a pod with a store of its own; may not answer yet."""
    need(BINARY)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [BINARY, "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--log-level", "warning",
                   "--store", "sqlite:bench.db", *map(str, args)]
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL)
        try:
            yield process, port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def nginx_config(folder, port, body, workers=2, keepalive=75, extra=""):
    """Of an nginx in the foreground that answers every request with @body."""
    return (
        f"worker_processes {workers}; daemon off; {extra} pid {folder}/pid; error_log stderr crit;\n"
        "events { worker_connections 16384; }\n"
        f"http {{ access_log off; keepalive_requests 100000000; keepalive_timeout {keepalive}; "
        f"client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};\n"
        f"uwsgi_temp_path {folder}; scgi_temp_path {folder};\n"
        f"server {{ listen 127.0.0.1:{port}; default_type application/json; "
        f"location / {{ return 200 '{body}'; }} }} }}\n"
    )


@contextlib.contextmanager
def nginx(body, **how):
    """(process, port) of an nginx that answers every request with @body; None: there is no nginx."""
    if not NGINX:
        yield None
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "nginx.conf")
        config.write_text(nginx_config(folder, port, body, **how))
        process = subprocess.Popen([NGINX, "-c", config, "-p", folder], stdin=subprocess.DEVNULL)
        try:
            ask_until_answered(port, "/")
            yield process, port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


# Requests a second; microseconds of CPU a request; milliseconds that 99 % of the requests took at most.
Figures = collections.namedtuple("Figures", "rate cost p99")


def milliseconds(text):
    """Of wrk's "1.23ms", "45.00us", "1.02s"."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(process, port, path, seconds=4, connections=64, script=None, headers=()):
    """Figures of @process under load on @path, kept alive unless a header says otherwise."""
    more = [*(["-s", script] if script else []), *(word for line in headers for word in ("-H", line))]
    command = ["wrk", "--latency", "-t1", f"-c{connections}", f"-d{seconds}s", *more, f"http://127.0.0.1:{port}{path}"]
    before = cpu_seconds(process.pid)
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(process.pid) - before
    if "Non-2xx" in done or "Socket errors" in done:
        sys.exit(done)
    n = int(re.search(r"(\d+) requests in", done)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])
    return Figures(rate, used / n * 1e6, milliseconds(re.search(r"^ +99% +(\S+)", done, re.M)[1]))


def alike(rounds, peers, measure):
    """{name: [figures]} of @measure(peer) in turn, so that what else the machine does hits all."""
    figures = {name: [] for name in peers}
    for _ in range(rounds):
        for name, peer in peers.items():
            figures[name].append(measure(peer))
    return figures


def show(name, figures):
    """One line of the medians of several wrk() results; returns them."""
    middle = Figures(*(statistics.median(column) for column in zip(*figures)))
    print(f"{name:16} {middle.rate:9.0f} requests/s   {middle.cost:6.2f} us of CPU a request   "
          f"p99 {middle.p99:6.2f} ms", flush=True)
    return middle


def tree(pid):
    """A process and its children."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [pid, *map(int, text.split())]


def pss_kib(pid):
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.M)[1])


def pod_kib(process):
    """PSS of a pod: what its processes share counts once."""
    return sum(map(pss_kib, tree(process.pid)))


def cpu_seconds(pid):
    """User and system time of a process and its children."""
    total = 0
    for one in tree(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
