#!/usr/bin/env python3
"""
Instructions in user space that one GET /hello costs, kept alive, counted by callgrind as the difference of two runs,
for the headers that wrk sends and for those of a browser; of nginx answering the same bytes, too. No clock is in it:
the figures are the same on a busy machine.
"""

import contextlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pod import BINARY, HELLO, NGINX, ask_until_answered, free_port, need, nginx_config

FEW, MANY = 500, 2500

WRK = "GET /hello HTTP/1.1\r\nHost: 127.0.0.1:8888\r\n\r\n"
BROWSER = """GET /hello HTTP/1.1
Host: 127.0.0.1:8888
Connection: keep-alive
Cache-Control: max-age=0
sec-ch-ua: "Chromium";v="130", "Google Chrome";v="130", "Not?A_Brand";v="99"
sec-ch-ua-mobile: ?0
sec-ch-ua-platform: "Linux"
Upgrade-Insecure-Requests: 1
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8
Sec-Fetch-Site: none
Sec-Fetch-Mode: navigate
Sec-Fetch-User: ?1
Sec-Fetch-Dest: document
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: en-US,en;q=0.9,de;q=0.8
Cookie: session=abcdef0123456789; theme=dark

""".replace("\n", "\r\n")


def total(folder, master):
    """Of the process that ran the most, but for the master if there are others: the worker."""
    paths = list(folder.glob("callgrind.*"))
    workers = [path for path in paths if path.suffix != f".{master}"]
    texts = [path.read_text(errors="replace") for path in workers or paths]
    return max(int(re.search(r"^(?:totals|summary): (\d+)", text, re.M)[1]) for text in texts)


@contextlib.contextmanager
def counted(command, folder, port):
    process = subprocess.Popen(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.%p", *map(str, command)],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ask_until_answered(port, "/hello", 60)
        time.sleep(0.5)  # what a start has left to do
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def run(command, request, n):
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        with counted(command(folder, port), folder, port) as master:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as sock:
                for _ in range(n):
                    sock.sendall(request.encode())
                    if not sock.recv(4096).startswith(b"HTTP/1.1 200"):
                        sys.exit("a request was not answered")
        return total(folder, master)


def each(command, request):
    return (run(command, request, MANY) - run(command, request, FEW)) / (MANY - FEW)


def ours(folder, port):
    return [BINARY, "--bind", f"127.0.0.1:{port}", "--store", "sqlite:bench.db", "--log-level", "error", HELLO]


def theirs(folder, port):
    config = folder / "nginx.conf"
    config.write_text(nginx_config(folder, port, '{"hello":"world"}', extra="master_process off;"))
    return [NGINX, "-c", config, "-p", folder]


def main():
    need(HELLO)
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not installed")
    for what, request, most in (("wrk's headers", WRK, 2300), ("a browser's headers", BROWSER, 6500)):
        print(f"{what:20} narwhal {each(ours, request):7.0f} instructions a request (wanted: {most})", flush=True)
        if NGINX:
            print(f"{what:20} nginx   {each(theirs, request):7.0f}", flush=True)


if __name__ == "__main__":
    main()
