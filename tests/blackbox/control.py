"""A client of the control socket."""

import json
import socket
import struct

from client import TIMEOUT


def raw_frame(payload):
    return struct.pack(">I", len(payload)) + payload


class Control:
    """Stays connected. Each call is one frame there and one back."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(str(path))
        self.n = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _take(self, n):
        data = b""
        while len(data) < n:
            piece = self.socket.recv(n - len(data))
            if not piece:
                return None
            data += piece
        return data

    def receive(self):
        """The next answer; None: the server closed."""
        head = self._take(4)
        return json.loads(self._take(struct.unpack(">I", head)[0])) if head else None

    def ask(self, command, **more):
        """The whole answer."""
        self.n += 1
        self.send(raw_frame(json.dumps({"id": self.n, "command": command, **more}).encode()))
        answer = self.receive()
        assert answer is None or answer["id"] == more.get("id", self.n)
        return answer

    def data(self, command, **more):
        answer = self.ask(command, **more)
        assert answer["status"] == "ok", answer
        return answer["data"]

    def error(self, command, **more):
        answer = self.ask(command, **more)
        assert answer["status"] == "error", answer
        return answer["error"]
