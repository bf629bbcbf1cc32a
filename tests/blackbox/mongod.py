"""A real MongoDB for tests: one node, a replica set of its own, in a folder that is thrown away."""

import os
import shutil
import subprocess
import sys
import time

import pymongo
from pymongo.errors import PyMongoError


def binary():
    """The mongod to use, or None."""
    return os.environ.get("NARWHAL_MONGOD") or shutil.which("mongod")


def direct_uri(port, database=""):
    return f"mongodb://127.0.0.1:{port}/{database}?directConnection=true"


def with_database(uri, database):
    """@uri with the database's name put in."""
    base, _, options = uri.partition("?")
    scheme, rest = base.split("://", 1)
    return f"{scheme}://{rest.partition('/')[0]}/{database}" + (f"?{options}" if options else "")


def wait_primary(port, timeout=60):
    """Until the node answers as the primary of its set; begins the set when it is new. False: it did not."""
    deadline = time.monotonic() + timeout
    with pymongo.MongoClient("127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=500) as client:
        while time.monotonic() < deadline:
            try:
                hello = client.admin.command("hello")
                if hello.get("isWritablePrimary"):
                    return True
                if not hello.get("setName"):
                    member = {"_id": 0, "host": f"127.0.0.1:{port}"}
                    client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
            except PyMongoError:
                pass  # not up yet, or the set was begun a moment ago
            time.sleep(0.05)
    return False


class Mongod:
    """A server that a test may stop and start again on the same port with the same data."""

    def __init__(self, folder, port):
        self.folder = folder
        self.port = port
        self.process = None
        (folder / "db").mkdir()

    def uri(self, database=""):
        return direct_uri(self.port, database)

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "--dbpath", self.folder / "db", "--port", str(self.port), "--bind_ip", "127.0.0.1",
                 "--replSet", "rs0", "--wiredTigerCacheSizeGB", "0.25", "--nounixsocket"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        assert wait_primary(self.port), (self.folder / "log").read_text()[-2000:]

    def kill(self):
        """As a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


if __name__ == "__main__":
    sys.exit(0 if wait_primary(int(sys.argv[1])) else 1)
