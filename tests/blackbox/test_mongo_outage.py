"""A database that goes away: said at once, and forgotten when it is back."""

import itertools
import time

from fixtures import PEOPLE
from server import eventually


def test_database_stopped_and_started_again(narwhal, own_mongod):
    server = narwhal(store=own_mongod.uri("outage"), domain=PEOPLE, workers=2)
    pids = server.wait_workers(2)
    stored = server.post("/people", {"lastname": "Before"}).body
    assert server.admin.get("/readyz").status == 200

    own_mongod.kill()
    began = time.monotonic()
    response = server.get(f"/people/{stored['_id']}")
    assert response.status == 503
    assert int(response.header("retry-after")) >= 1
    assert time.monotonic() - began < 15
    assert server.post("/people", {"lastname": "Meanwhile"}).status == 503
    eventually(lambda: server.admin.get("/readyz").status == 503, what="still ready")
    assert server.admin.get("/livez").status == 200

    own_mongod.start()
    eventually(lambda: server.admin.get("/readyz").status == 200, timeout=30, what="not ready again")
    eventually(lambda: server.get(f"/people/{stored['_id']}").status == 200, timeout=30, what="not served again")
    # Each worker finds out for itself, within a second or so.
    names = itertools.count()
    eventually(lambda: server.post("/people", {"lastname": f"After {next(names)}"}).status == 201, what="no writes")
    assert server.wait_workers(2) == pids, "no restart was needed"


def test_start_without_a_database_becomes_well_by_itself(narwhal, own_mongod):
    own_mongod.kill()
    server = narwhal(store=own_mongod.uri("late"), domain=PEOPLE)
    assert server.admin.get("/livez").status == 200
    assert server.admin.get("/readyz").status == 503
    own_mongod.start()
    eventually(lambda: server.admin.get("/readyz").status == 200, timeout=30, what="not ready")
    assert server.post("/people", {"lastname": "Late"}).status == 201
    assert server.post("/people", {"lastname": "Late"}).status == 422, "the unique index was made late, but was made"
    assert server.get("/people").body["_meta"]["total"] == 1
