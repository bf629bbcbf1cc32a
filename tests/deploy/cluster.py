"""One overlay in a namespace of its own, on the cluster that KUBECONFIG names."""

import contextlib
import json
import os
import re
import subprocess
import uuid
from pathlib import Path

from client import Connection
from manifests import FOLDER
from server import Stream, eventually

# Bounds of waits, in seconds: a cluster may have to fetch images first.
START, CALL = 300, 60

# Tests come from outside of the cluster, and by no ingress controller.
OPENING = """
apiVersion: v1
kind: Service
metadata: {name: test-%(name)s}
spec:
  type: NodePort
  selector: {app.kubernetes.io/component: %(name)s}
  ports: [{port: %(port)d}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: test-%(name)s}
spec:
  podSelector: {matchLabels: {app.kubernetes.io/component: %(name)s}}
  policyTypes: [Ingress]
  ingress: [{ports: [{port: %(port)d}]}]
"""
# By variable, what the manifests call it; production's registry is a placeholder.
IMAGES = {
    "NARWHAL_IMAGE_BACKEND": "narwhal/backend",
    "NARWHAL_IMAGE_FRONTEND": "narwhal/frontend",
    "NARWHAL_IMAGE_DATABASE": "mongo",
}
PLACEHOLDER = "registry.example.org/"
TOOLS = os.environ.get("NARWHAL_TEST_TOOLS_IMAGE", "busybox:1.36")


def images():
    """Kustomize's words for the images that the environment names, or the manifests."""
    for variable, name in IMAGES.items():
        new_name, _, tag = os.environ.get(variable, f"{name}:").rpartition(":")
        new = {"newName": new_name, **({"newTag": tag} if tag else {})}
        yield from ({"name": one, **new} for one in (name, PLACEHOLDER + name))


class Door:
    """An address that leads to a Service; what Load needs of a server."""

    def __init__(self, host, port):
        self.address = (host, port)

    def connect(self):
        return Connection(self.address)

    def request(self, method, target, body=None, headers=None):
        with self.connect() as connection:
            return connection.request(method, target, body, headers)

    def get(self, target):
        return self.request("GET", target)


class Cluster:
    """Made by a fixture, which ends it. Every call has an end of its own."""

    def __init__(self, overlay, folder):
        self.overlay = overlay
        self.folder = Path(folder)
        self.namespace = f"narwhal-test-{uuid.uuid4().hex[:8]}"

    # --- kubectl

    def kubectl(self, *args, timeout=CALL):
        done = subprocess.run(["kubectl", "--namespace", self.namespace, *map(str, args)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout, check=False)
        assert done.returncode == 0, f"kubectl {' '.join(map(str, args))}: {done.stderr}\n{done.stdout}"
        return done.stdout

    def read(self, *args):
        return json.loads(self.kubectl("get", *args, "-o", "json"))

    def pods(self, component):
        """Those that are there to stay."""
        found = self.read("pods", "-l", f"app.kubernetes.io/component={component}")["items"]
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    # --- from nothing to serving, and back

    def write_kustomization(self):
        for name, port in (("frontend", 8080), ("backend", 8888)):
            (self.folder / f"{name}.yaml").write_text(OPENING % {"name": name, "port": port})
        kustomization = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": self.namespace,
            "resources": [os.path.relpath(FOLDER / "overlays" / self.overlay, self.folder.resolve()), "frontend.yaml",
                          "backend.yaml"],
            "images": list(images()),
        }
        (self.folder / "kustomization.yaml").write_text(json.dumps(kustomization))

    def start(self):
        self.write_kustomization()
        self.kubectl("apply", "-k", self.folder)
        for workload in ("statefulset/database", "deployment/backend", "deployment/frontend"):
            self.wait_rolled_out(workload)

    def end(self):
        """The cluster takes it away by itself, in its own time."""
        self.kubectl("delete", "namespace", self.namespace, "--ignore-not-found", "--wait=false")

    def wait_rolled_out(self, workload):
        try:
            self.kubectl("rollout", "status", workload, "--timeout", f"{START}s", timeout=START + CALL)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{self.story()}") from None

    def story(self):
        """What a person would look at first."""
        events = self.kubectl("get", "events", "--field-selector", "type=Warning", "--sort-by", ".lastTimestamp")
        return "\n".join([self.kubectl("get", "pods", "-o", "wide"), *events.splitlines()[-10:]])

    # --- doors

    @contextlib.contextmanager
    def forward(self, service, port):
        """A Door on 127.0.0.1: for browsers (who trust it) and single requests; it ends with the pod it leads to."""
        process = subprocess.Popen(
            ["kubectl", "--namespace", self.namespace, "port-forward", f"service/{service}", f":{port}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        try:
            said = Stream(process.stdout).wait(r"127\.0\.0\.1:(\d+) ->")
            yield Door("127.0.0.1", int(said[1]))
        finally:
            process.terminate()
            process.wait(CALL)

    def node_door(self, component):
        """A Door by a node's address: new connections go to whichever pods are ready. None: no way from here."""
        [port] = self.read("service", f"test-{component}")["spec"]["ports"]
        addresses = [
            address["address"] for node in self.read("nodes")["items"] for address in node["status"]["addresses"]
            if address["type"] in ("InternalIP", "ExternalIP")
        ]
        for host in addresses:
            door = Door(host, port["nodePort"])
            with contextlib.suppress(OSError, AssertionError):
                eventually(lambda: is_open(door), timeout=10)
                return door
        return None

    # --- names

    def lookup(self, pod, name):
        """Addresses by which @pod knows @name: asked in its own network, with its own resolv.conf."""
        container = f"lookup-{uuid.uuid4().hex[:6]}"
        self.kubectl("debug", f"pod/{pod}", "--image", TOOLS, "--profile", "restricted", "--container", container,
                     "--quiet", "--", "nslookup", name)

        def ended():
            states = self.read("pod", pod)["status"].get("ephemeralContainerStatuses", [])
            return [one for one in states if one["name"] == container and "terminated" in one["state"]]

        eventually(ended, timeout=CALL, what=f"nslookup in {pod} did not end")
        said = self.kubectl("logs", pod, "--container", container)
        return re.findall(rf"^Name:\s+{name}\.{self.namespace}\.\S+\nAddress:\s+(\S+)$", said, re.M)


def is_open(door):
    """Something answers: kube-proxy takes a moment to know a new Service."""
    with contextlib.suppress(ConnectionError):
        return bool(door.get("/"))
    return False
