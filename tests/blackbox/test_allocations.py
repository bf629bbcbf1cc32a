"""
A request on a kept-alive connection allocates nothing: counted, in every thread of the server. What SQLite's own
library allocates for itself (three pieces for a get in Debian's build, which has no lookaside) is counted apart.
"""

import mmap
import struct

import pytest
from server import BINARY

pytestmark = pytest.mark.release

COUNTER = BINARY.parent.parent / "tests/blackbox/malloc_counter.so"
REQUESTS = 1000


@pytest.fixture
def counted(narwhal, tmp_path):
    """counted(...) -> (server, count): count() is how often malloc, calloc and realloc were called so far, by SQLite
    and by all others."""
    page = tmp_path / "counter"
    page.write_bytes(bytes(mmap.PAGESIZE))
    with page.open("r+b") as file, mmap.mmap(file.fileno(), 16) as shared:

        def start(*args, **options):
            env = {"LD_PRELOAD": str(COUNTER), "NW_MALLOC_COUNTER": str(page)}
            return narwhal(*args, env=env, **options), lambda: struct.unpack("=QQ", shared[:16])

        yield start


def allocations_of(server, count, target):
    """Calls for REQUESTS gets of @target on one connection, after some that fill pools and caches."""
    with server.connect() as connection:
        for _ in range(100):
            assert connection.get(target).status == 200
        before = count()
        for _ in range(REQUESTS):
            assert connection.get(target).status == 200
        return [after - was for after, was in zip(count(), before)]


def test_hello_allocates_nothing(counted, app, record_property):
    server, count = counted(app("hello"), domain=None)
    assert count()[1] > 0  # it counts
    by_sqlite, by_others = allocations_of(server, count, "/hello")
    record_property("allocations", by_others)
    assert (by_sqlite, by_others) == (0, 0)


def test_get_of_a_document_allocates_nothing(counted, record_property):
    server, count = counted()
    made = server.post("/people", {"lastname": "Lovelace"})
    assert made.status == 201
    by_sqlite, by_others = allocations_of(server, count, f"/people/{made.body['_id']}")
    record_property("allocations", by_others)
    record_property("allocations_by_sqlite", by_sqlite)
    assert by_others == 0
    assert by_sqlite <= 3 * REQUESTS
