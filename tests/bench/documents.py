#!/usr/bin/env python3
"""
Documents of the embedded store over HTTP: one by its id, a page of 25, and inserts that are on disk when they are
answered. Reads are compared with this server's own hello, inserts with SQLite making one transaction for each, on the
same disk and with the same durability (WAL, synchronous=FULL).
"""

import http.client
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from pod import HELLO, ask_until_answered, narwhal, need, show, wrk

ROUNDS = 3

DOMAIN = {
    "resource_methods": ["GET", "POST"],
    "domain": {"notes": {"schema": {"n": {"type": "integer"}, "text": {"type": "string"}}}},
}

INSERT = """
request = function()
  return wrk.format("POST", "/notes", {["Content-Type"] = "application/json"}, '{"n":1,"text":"%s"}')
end
"""

TEXT = "x" * 200


def insert_some(port, n):
    """Returns the id of one of them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    documents = [{"n": i, "text": TEXT} for i in range(n)]
    connection.request("POST", "/notes", json.dumps(documents), {"Content-Type": "application/json"})
    return json.loads(connection.getresponse().read())["_items"][n // 2]["_id"]


def transactions_a_second(seconds=2):
    """SQLite's own pace with one INSERT a transaction."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder, "peer.db"), isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, doc BLOB)")
        n, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            db.execute("INSERT INTO notes (doc) VALUES (?)", (TEXT,))
            n += 1
        db.close()
    return n / seconds


def main():
    need(HELLO)
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed")
    with tempfile.TemporaryDirectory() as folder:
        domain, script = Path(folder, "domain.json"), Path(folder, "insert.lua")
        domain.write_text(json.dumps(DOMAIN))
        script.write_text(INSERT % TEXT)
        with narwhal("--domain", domain, HELLO, "data") as pod:
            ask_until_answered(pod[1], "/hello")
            one = f"/notes/{insert_some(pod[1], 1000)}"
            figures = {"hello": [], "by id": [], "page of 25": [], "insert": []}
            alone = []
            for _ in range(ROUNDS):
                figures["hello"].append(wrk(*pod, "/hello"))
                figures["by id"].append(wrk(*pod, one))
                figures["page of 25"].append(wrk(*pod, "/notes?max_results=25"))
                figures["insert"].append(wrk(*pod, "/notes", script=script))
                alone.append(transactions_a_second())
    rate = {name: show(name, rows)[0] for name, rows in figures.items()}
    print(f"by id / hello: {rate['by id'] / rate['hello']:.2f}")
    print(f"insert / SQLite with one transaction each: {rate['insert'] / sorted(alone)[ROUNDS // 2]:.1f}")


if __name__ == "__main__":
    main()
