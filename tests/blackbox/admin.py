"""The admin listener of a server, as a probe and a scraper see it."""

import re

from client import Closed, Connection


class Admin:
    """@address: (host, port), or the path of a unix socket."""

    def __init__(self, address):
        self.address = address

    def get(self, path):
        with Connection(self.address) as connection:
            return connection.get(path, {"Connection": "close"})

    def n_serving(self):
        """Workers that said that they are ready and were not told to leave; 0 while nobody answers."""
        try:
            text = self.get("/metrics").body.decode()
        except (Closed, OSError):
            return 0
        return int(re.search(r'^narwhal_workers\{state="serving"\} (\d+)$', text, re.M)[1])

    def gauge(self, name):
        """The value of a series without labels."""
        return float(re.search(rf"^{name} (\S+)$", self.get("/metrics").body.decode(), re.M)[1])

    def counters(self):
        """name{labels} -> value, of every series whose type is counter or histogram and that no single process has."""
        text = self.get("/metrics").body.decode()
        kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))
        series = re.findall(r"^(\w+)(\{[^}]*\})? (\S+)$", text, re.M)
        found = {}
        for name, labels, value in series:
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            if name != "narwhal_worker_requests_total" and (
                kinds.get(name) == "counter" or kinds.get(family) == "histogram"
            ):
                found[name + labels] = float(value)
        return found
