#!/usr/bin/env python3
"""
A body of 1 GiB up and down by curl, two at a time through 2 workers: whether it is the same at the other end, how fast,
and how much memory the workers take meanwhile. SIZE_MIB in the environment: another size.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

from pod import BODIES, ask_until_answered, narwhal, need, tree

SIZE_MIB = int(os.environ.get("SIZE_MIB", 1024))
CLIENTS = 2
MIB = 1 << 20


def write_file(path):
    """The CRC of what it holds."""
    block, crc = os.urandom(MIB - 8), 0
    with path.open("wb") as file:
        for i in range(SIZE_MIB):
            piece = i.to_bytes(8, "big") + block
            crc = zlib.crc32(piece, crc)
            file.write(piece)
    return crc


def crc_of(pipe):
    crc = size = 0
    while piece := pipe.read(MIB):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
    return f"{size} {crc:08x}\n"


class Memory(threading.Thread):
    """The most that the workers have of their own (anonymous) and in all (files that are mapped, too), in KiB."""

    def __init__(self, pids):
        super().__init__(daemon=True)
        self.pids = pids
        self.over = threading.Event()
        self.first = self.peak = self.sample()

    def sample(self):
        texts = [Path(f"/proc/{pid}/status").read_text() for pid in self.pids]
        return [sum(int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1]) for text in texts)
                for name in ("RssAnon", "VmRSS")]

    def run(self):
        while not self.over.wait(0.02):
            self.peak = [max(pair) for pair in zip(self.peak, self.sample())]

    def grown(self):
        self.over.set()
        self.join()
        return [(most - first) / 1024 for most, first in zip(self.peak, self.first)]


def measure(what, pids, expected, *curl):
    """Run CLIENTS times curl at once; what comes is compared by its size and CRC, or is those of what went."""
    is_upload = "-T" in curl
    memory = Memory(pids)
    memory.start()
    began = time.monotonic()
    clients = [subprocess.Popen(["curl", "-sS", "--fail", *map(str, curl)], stdout=subprocess.PIPE)
               for _ in range(CLIENTS)]
    found = [None] * CLIENTS

    def take(i):
        found[i] = clients[i].stdout.read().decode() if is_upload else crc_of(clients[i].stdout)

    takers = [threading.Thread(target=take, args=(i,)) for i in range(CLIENTS)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    codes = [client.wait() for client in clients]
    seconds = time.monotonic() - began
    own, resident = memory.grown()
    is_right = codes == [0] * CLIENTS and found == [expected] * CLIENTS
    print(f"{what:24} {CLIENTS * SIZE_MIB / seconds:7.0f} MiB/s, workers' memory +{own:.1f} MiB "
          f"(+{resident:.1f} with mapped files), checksum {'right' if is_right else f'WRONG: {codes} {found}'}")
    return is_right


def main():
    need(BODIES)
    if not shutil.which("curl"):
        sys.exit("curl is not installed")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "files").mkdir()
        file = Path(folder) / "files/large.bin"
        expected = f"{SIZE_MIB * MIB} {write_file(file):08x}\n"
        options = ("--limit-request-body", f"{SIZE_MIB}MiB", "--tmp-upload-dir", folder,
                   "--static", f"/files={folder}/files", BODIES)
        with narwhal(*options) as (process, port):
            ask_until_answered(port, "/")
            workers, url = tree(process.pid)[1:], f"http://127.0.0.1:{port}"
            chunked = ("-H", "Transfer-Encoding: chunked")
            results = [
                measure("up, streamed", workers, expected, "-T", file, f"{url}/stream"),
                measure("up, streamed, chunked", workers, expected, "-T", file, *chunked, f"{url}/stream"),
                measure("up, whole", workers, expected, "-T", file, f"{url}/whole"),
                measure("down, a static file", workers, expected, f"{url}/files/large.bin"),
            ]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
