"""Fixtures: the real binary, on a free port, with a store of its own."""

import json
import os
import uuid
from pathlib import Path

import pymongo
import pytest

import mongod
import server

PEOPLE = Path(__file__).parent / "people.json"


def clean_environment(extra=None):
    """Without what would set Narwhal up from outside the test."""
    ours = ("NARWHAL_STORE", "NARWHAL_DOMAIN", "NARWHAL_CMD_ARGS", "GUNICORN_CMD_ARGS", "WEB_CONCURRENCY", "PORT",
            "FORWARDED_ALLOW_IPS", "NARWHAL_GRACE")
    return {**{k: v for k, v in os.environ.items() if k not in ours}, **(extra or {})}


@pytest.fixture
def domain_file(tmp_path):
    """Writes a domain (a dict, or text that is to be wrong) and returns its path."""

    def write(domain, name="domain.json"):
        path = tmp_path / name
        path.write_text(domain if isinstance(domain, str) else json.dumps(domain))
        return path

    return write


@pytest.fixture
def run(tmp_path):
    """run(*args, env=None) -> CompletedProcess: for what ends by itself."""
    return lambda *args, env=None: server.run(args, tmp_path, clean_environment(env))


@pytest.fixture
def narwhal(tmp_path):
    """
    narwhal(*args, domain=PEOPLE, store="sqlite:test.db", workers=1, env=None, bind=None, admin=True, ready=True)
    -> Server, all of its workers serving. domain=None: none is given (an APP in args needs none). admin=False: without
    the listener for health and metrics, and so without a way to know when workers serve. Everything is ended after
    the test, and no sanitizer may have said a word.
    """
    started = []

    def start(*args, domain=PEOPLE, store="sqlite:test.db", workers=1, env=None, bind=None, admin=True, ready=True):
        options = ["--workers", workers, "--store", store]
        if domain is not None:
            options += ["--domain", domain]
        for _ in range(5):
            path = tmp_path / f"admin{len(started)}.sock" if admin else None
            # Where the control socket is, if the test says nothing of it.
            own = {"XDG_RUNTIME_DIR": str(tmp_path), **(env or {})}
            one = server.Server([*options, *args], tmp_path, clean_environment(own), bind, path)
            started.append(one)
            if not ready:
                return one
            try:
                one.wait_ready(workers)
                return one
            except AssertionError:
                # Another process was quicker to take the free port: take the next one.
                if "in use" not in one.log:
                    raise
                one.end()
        raise AssertionError("five free ports were taken by others")

    yield start
    for one in started:
        one.end()
    for one in started:
        assert not server.SANITIZER.search(one.log), one.log


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory):
    """The URI of a MongoDB that lives as long as the tests."""
    if os.environ.get("NARWHAL_TEST_MONGO"):
        yield os.environ["NARWHAL_TEST_MONGO"]
        return
    if not mongod.binary():
        pytest.skip("no mongod: set NARWHAL_TEST_MONGO or NARWHAL_MONGOD")
    own = mongod.Mongod(tmp_path_factory.mktemp("mongod"), server.free_port())
    try:
        own.start()
        yield own.uri()
    finally:
        own.kill()


@pytest.fixture
def mongo_uri(mongo_server):
    """A database of the test's own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield mongod.with_database(mongo_server, name)
    with pymongo.MongoClient(mongo_server) as client:
        client.drop_database(name)


@pytest.fixture
def own_mongod(tmp_path):
    """A MongoDB that the test may kill and start again."""
    if not mongod.binary():
        pytest.skip("no mongod: set NARWHAL_MONGOD")
    folder = tmp_path / "mongod"
    folder.mkdir()
    own = mongod.Mongod(folder, server.free_port())
    try:
        own.start()
        yield own
    finally:
        own.kill()


@pytest.fixture(params=["sqlite", "mongo"])
def store_uri(request):
    """Each store in turn."""
    return "sqlite:test.db" if request.param == "sqlite" else request.getfixturevalue("mongo_uri")


@pytest.fixture(scope="session")
def countries():
    """The 250 countries of the npm package world-countries."""
    path = Path(os.environ.get("NARWHAL_COUNTRIES", server.ROOT / ".cache/countries.json"))
    if not path.exists():
        pytest.skip("no countries.json: ./dev test fetches it by npm")
    return json.loads(path.read_text())


@pytest.fixture
def app():
    """app("hello") -> the path of a sample module."""

    def path(name):
        module = server.APPS / f"{name}.so"
        assert module.exists(), f"{module} is not built: meson configure -Dtests=true"
        return module

    return path
