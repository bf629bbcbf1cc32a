"""Clients that keep asking while a test does something to the server."""

import hashlib
import os
import threading

from client import Closed


class Load:
    """
    @threads clients, each on a kept-alive connection, each asking @ask(connection) again and again. A client takes a
    new connection only after an answer that said `Connection: close`: anything else that ends one is a failure.
    """

    def __init__(self, server, ask, threads=4):
        self.server = server
        self.ask = ask
        self.failures = []
        self.n_done = 0
        self.n_connections = 0
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)

    def _run(self):
        try:
            while not self.stopping.is_set():
                with self.server.connect() as connection:
                    with self.lock:
                        self.n_connections += 1
                    self._use(connection)
        except Exception as error:  # noqa: BLE001: whatever it was, the test has to see it
            with self.lock:
                self.failures.append(repr(error))

    def _use(self, connection):
        while not self.stopping.is_set():
            response = self.ask(connection)
            with self.lock:
                self.n_done += 1
                if response.status >= 500:
                    self.failures.append((response.status, response.body))
            if response.header("connection") == "close":
                return


class Writer(threading.Thread):
    """Stores people one after the other; knows which were acknowledged. Connections may be cut under it."""

    def __init__(self, server, name):
        super().__init__(daemon=True)
        self.server = server
        self.prefix = name
        self.acknowledged = {}  # lastname -> _id
        self.refused = []
        self.stopping = threading.Event()

    def run(self):
        n = 0
        while not self.stopping.is_set():
            try:
                with self.server.connect() as connection:
                    while not self.stopping.is_set():
                        n += 1
                        self._write(connection, person(f"{self.prefix}-{n}"))
            except (Closed, OSError):
                continue  # the worker died: nothing is known of the last document, and that is all right

    def _write(self, connection, doc):
        response = connection.request("POST", "/people", doc)
        if response.status == 201:
            self.acknowledged[doc["lastname"]] = response.body["_id"]
        elif response.status != 503:
            self.refused.append((response.status, response.body))

    def end(self):
        self.stopping.set()
        self.join(60)


def person(lastname):
    """A document that shows whether it is whole: some kilobytes and their checksum."""
    notes = os.urandom(1500).hex()
    return {"lastname": lastname, "notes": notes, "checksum": hashlib.sha256(notes.encode()).hexdigest()}


def is_whole(doc):
    return hashlib.sha256(doc["notes"].encode()).hexdigest() == doc["checksum"]


def all_items(server, path, page_size=50):
    """Every document of a resource, page by page."""
    items, page = [], 1
    with server.connect() as connection:
        while True:
            response = connection.get(f"{path}?max_results={page_size}&page={page}&sort=_id")
            assert response.status == 200, response
            items += response.body["_items"]
            if len(response.body["_items"]) < page_size:
                return items
            page += 1
