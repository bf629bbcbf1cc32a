"""A name server of one zone that a test changes: addresses by name, everything else does not exist."""

import socket
import struct
import threading

A, IN, NXDOMAIN = 1, 1, 3
TTL = 600


class FakeDns:
    def __init__(self):
        self.names = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        while True:
            query, client = self.socket.recvfrom(512)
            if not query:
                return
            self.socket.sendto(self.answer(query), client)

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack_from("!H", query, at + 1)[0]
        known = self.names.get(".".join(labels))
        addresses = known if known and kind == A else []
        flags = 0x8180 | (0 if known else NXDOMAIN)
        head = query[:2] + struct.pack("!HHHHH", flags, 1, len(addresses), 0, 0)
        records = [struct.pack("!HHHIH", 0xC00C, A, IN, TTL, 4) + socket.inet_aton(one) for one in addresses]
        return head + query[12 : at + 5] + b"".join(records)

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()
