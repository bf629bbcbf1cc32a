"""Many clients in one thread, as many as a load generator has: none of them lets anything go wrong unnoticed."""

import re
import selectors
import threading
import time

from client import TIMEOUT, encode_request, open_socket
from server import eventually


class Guest:
    """One connection, and the answer that is on its way."""

    def __init__(self, sock):
        self.sock = sock
        self.came = b""
        self.since = time.monotonic()


class Crowd:
    """
    @n clients, each on a kept-alive connection to what @address() says, each sending @request again and again. A client
    takes a new connection only after an answer that said `Connection: close`: anything else that ends one is a failure,
    and so is any answer but a whole one of @status, or none in time.
    """

    def __init__(self, address, request=encode_request("GET", "/hello"), status=200, n=64):
        self.address = address if callable(address) else lambda: address
        self.request = request
        self.status_line = f"HTTP/1.1 {status} ".encode()
        self.n = n
        self.failures = []
        self.n_done = 0
        self.n_connections = 0
        self.stopping = threading.Event()
        self.selector = selectors.DefaultSelector()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(60)

    def wait_done(self, n):
        """Until @n more answers have come, or something failed."""
        enough = self.n_done + n
        eventually(lambda: self.n_done >= enough or self.failures, what="too few answers")

    def _run(self):
        for _ in range(self.n):
            self._come()
        looked = time.monotonic()
        while self.selector.get_map():
            for key, _ in self.selector.select(0.1):
                self._read(key.data)
            if time.monotonic() > looked + 1:
                looked = time.monotonic()
                self._find_forgotten()

    def _come(self):
        try:
            guest = Guest(open_socket(self.address()))
            guest.sock.setblocking(False)
            self.n_connections += 1
            self.selector.register(guest.sock, selectors.EVENT_READ, guest)
            guest.sock.sendall(self.request)
        except OSError as error:
            self._fail("connecting", error)

    def _fail(self, *what):
        self.failures.append(what)

    def _go(self, guest):
        self.selector.unregister(guest.sock)
        guest.sock.close()

    def _find_forgotten(self):
        for key in list(self.selector.get_map().values()):
            if time.monotonic() - key.data.since > TIMEOUT:
                self._fail("no answer in time", key.data.came)
                self._go(key.data)

    def _read(self, guest):
        try:
            data = guest.sock.recv(65536)
        except OSError as error:
            data = b""
            self._fail("reading", error, guest.came)
        else:
            if not data:
                self._fail("closed before an answer", guest.came)
        guest.came += data
        if not data:
            self._go(guest)
            return
        head, mark, body = guest.came.partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        if mark and (not length or len(body) >= int(length[1])):
            self._take(guest, head, len(body) - int(length[1]) if length else -1)

    def _take(self, guest, head, n_surplus):
        self.n_done += 1
        if not head.startswith(self.status_line) or n_surplus != 0:
            self._fail(guest.came)
        is_last = b"\r\nConnection: close" in head
        if self.stopping.is_set() or is_last:
            self._go(guest)
            if not self.stopping.is_set():
                self._come()
            return
        guest.came, guest.since = b"", time.monotonic()
        try:
            guest.sock.sendall(self.request)
        except OSError as error:
            self._fail("sending", error)
            self._go(guest)
