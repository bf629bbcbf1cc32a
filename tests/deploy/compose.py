"""The whole system by docker compose: a project of the test's own, from a clone of what is committed."""

import http.client
import json
import os
import shutil
import subprocess
import threading
import uuid
from typing import NamedTuple

from server import ROOT, eventually, free_port

MINUTES = 60


def run(*command, cwd=None, env=None, timeout=2 * MINUTES):
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=timeout,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def answers(*command):
    return shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def compose_command():
    """Version 2, or version 1; nothing when neither is there."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if answers(*command, "version"):
            return command
    return None


def what_is_missing():
    if not answers("docker", "version"):
        return "no docker, or its daemon does not answer"
    return None if compose_command() else "no docker compose"


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)


class Client:
    """One request a connection: an answer that does not come is status 0."""

    def __init__(self, port):
        self.port = port

    def request(self, method, path, document=None, **headers):
        body = None if document is None else json.dumps(document)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            fields["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, fields)
            got = connection.getresponse()
            return Answer(got.status, got.headers, got.read())
        except (OSError, http.client.HTTPException):
            return Answer(0, http.client.HTTPMessage(), b"")
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def create(self, path, document):
        got = self.request("POST", path, document)
        assert got.status == 201, (got.status, got.body)
        return got.json()["_id"]


class System:
    def __init__(self, folder):
        self.folder = folder
        self.name = f"narwhal-test-{uuid.uuid4().hex[:8]}"
        self.port = free_port()
        self.client = Client(self.port)
        self.env = {**os.environ, "COMPOSE_PROJECT_NAME": self.name, "NARWHAL_TAG": self.name,
                    "NARWHAL_PORT": str(self.port), "COMPOSE_INTERACTIVE_NO_CLI": "1"}

    def clone(self):
        run("git", "clone", "-q", str(ROOT), str(self.folder))

    def images(self):
        run("./dev", "images", cwd=self.folder, env=self.env, timeout=30 * MINUTES)

    def compose(self, *arguments, timeout=5 * MINUTES, **env):
        return run(*compose_command(), "-f", "manifests/compose.yaml", *arguments, cwd=self.folder,
                   env={**self.env, **env}, timeout=timeout)

    def up(self, *arguments, **env):
        """The one command, and until the front end answers for the back end."""
        self.compose("up", "-d", *arguments, **env)
        self.wait_serving()

    def wait_serving(self):
        eventually(lambda: self.client.get("/api/sites").status == 200, MINUTES, "the API does not answer")

    def containers(self, service):
        labels = (f"label=com.docker.compose.{name}" for name in (f"project={self.name}", f"service={service}"))
        return run("docker", "ps", "-aq", *(word for label in labels for word in ("--filter", label))).split()

    def inspect(self, container, template):
        return run("docker", "inspect", "-f", template, container).strip()

    def is_healthy(self, container):
        return self.inspect(container, "{{.State.Health.Status}}") == "healthy"

    def wait_healthy(self, service, n):
        eventually(lambda: sum(map(self.is_healthy, self.containers(service))) == n, 2 * MINUTES,
                   f"{n} healthy containers of {service}")

    def image(self, service):
        return f"narwhal/{service}:{self.name}"

    def remove(self):
        try:
            self.compose("down", "-v", "--remove-orphans")
        finally:
            subprocess.run(["docker", "rmi", self.image("backend"), self.image("frontend")], capture_output=True,
                           check=False)


class Load:
    """Clients that ask one after the other, a bounded number of times each: every second one writes."""

    def __init__(self, client, clients=4, requests=150):
        self.client = client
        self.created, self.failed, self.done = [], [], 0
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=self.run, args=(i, requests)) for i in range(clients)]

    def run(self, client, requests):
        for i in range(requests):
            if i % 2:
                got = self.client.get("/api/devices?max_results=1")
            else:
                got = self.client.request("POST", "/api/devices", {"name": f"load {client}.{i}", "platform": "linux"})
            with self.changed:
                self.done += 1
                if got.status == 201:
                    self.created.append(got.json()["_id"])
                elif got.status != 200:
                    self.failed.append("POST GET".split()[i % 2] + f" {got.status}")
                self.changed.notify_all()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for thread in self.threads:
            thread.join()

    def wait_done(self, n):
        with self.changed:
            assert self.changed.wait_for(lambda: self.done >= n, 2 * MINUTES)
