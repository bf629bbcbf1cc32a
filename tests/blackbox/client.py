"""An HTTP/1.1 client that keeps every byte in the test's hand: what is sent is what the test wrote, and what came is
read by the rules of RFC 9112 and no more kindly."""

import json
import socket
from typing import NamedTuple, Union

TIMEOUT = 20.0  # seconds: of any wait; long, because a sanitizer on a busy machine is slow


class Response(NamedTuple):
    status: int
    headers: dict  # names in lower case; of a repeated name the values joined by ", "
    body: Union[dict, list, bytes]  # parsed when it is JSON that has no coding

    def header(self, name, default=""):
        return self.headers.get(name.lower(), default)


class Closed(Exception):
    """The server closed the connection before a whole answer came; what came is in args[0]."""


def open_socket(address):
    """(host, port), or the path of a unix socket."""
    if isinstance(address, tuple):
        return socket.create_connection(address, timeout=TIMEOUT)
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(TIMEOUT)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def encode_request(method, target, body=None, headers=None):
    """A request as bytes. A dict or list becomes JSON; str is sent as UTF-8. Headers that the caller gives win."""
    fields = {"Host": "test"}
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        fields["Content-Type"] = "application/json"
    if isinstance(body, str):
        body = body.encode()
    if body is not None:
        fields["Content-Length"] = str(len(body))
    fields.update(headers or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + (body or b"")


class Connection:
    """One connection, kept alive until somebody closes it."""

    def __init__(self, address):
        self.sock = open_socket(address)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def request(self, method, target, body=None, headers=None):
        self.send(encode_request(method, target, body, headers))
        return self.read_response(head=method == "HEAD")

    def get(self, target, headers=None):
        return self.request("GET", target, None, headers)

    def at_end(self):
        """Has the server closed its side, with nothing more to read? Waits for one of both."""
        return not self.rest and not self._receive()

    def read_response(self, head=False):
        """The next final answer (1xx ones are passed over). @head: it answers a HEAD request."""
        while True:
            status, headers = self._read_head()
            if status >= 200:
                break
        raw = b"" if head or status in (204, 304) else self._read_body(headers)
        if "content-encoding" in headers:
            return Response(status, headers, raw)
        is_json = headers.get("content-type", "").startswith(("application/json", "application/problem+json"))
        return Response(status, headers, json.loads(raw) if is_json and raw else raw)

    def read_interim(self):
        """The next answer's status, a 1xx one too."""
        return self._read_head()[0]

    def _receive(self):
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            raise Closed(self.rest, "reset") from None
        self.rest += data
        return bool(data)

    def _until(self, mark):
        while mark not in self.rest:
            if not self._receive():
                raise Closed(self.rest)
        taken, self.rest = self.rest.split(mark, 1)
        return taken

    def _exactly(self, n):
        parts, missing = [self.rest], n - len(self.rest)
        while missing > 0:
            self.rest = b""
            if not self._receive():
                raise Closed(b"".join(parts))
            parts.append(self.rest)
            missing -= len(self.rest)
        data = b"".join(parts)
        taken, self.rest = data[:n], data[n:]
        return taken

    def _read_head(self):
        line, *fields = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, _ = (line + " ").split(" ", 2)
        assert version in ("HTTP/1.1", "HTTP/1.0"), line
        headers = {}
        for field in fields:
            name, colon, value = field.partition(":")
            assert colon and name == name.strip(), field
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return int(status), headers

    def _read_body(self, headers):
        if headers.get("transfer-encoding") == "chunked":
            return self._read_chunks()
        if "content-length" in headers:
            return self._exactly(int(headers["content-length"]))
        while self._receive():
            pass
        taken, self.rest = self.rest, b""
        return taken

    def _read_chunks(self):
        body = b""
        while True:
            size = int(self._until(b"\r\n"), 16)
            body += self._exactly(size)
            assert self._exactly(2) == b"\r\n"
            if size == 0:
                return body
