"""What kustomize makes of manifests/kubernetes, to be looked into."""

import json
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "manifests/kubernetes"
OVERLAYS = ("dev", "production")


def client_version():
    """Of kubectl: (1, 32). (0, 0): there is none."""
    if not shutil.which("kubectl"):
        return (0, 0)
    done = subprocess.run(["kubectl", "version", "--client", "-o", "json"], capture_output=True, text=True, timeout=30,
                          check=True)
    version = json.loads(done.stdout)["clientVersion"]
    return tuple(int(re.match(r"\d+", version[part])[0]) for part in ("major", "minor"))


def build(overlay):
    """Every object of an overlay, as a list of dicts."""
    import yaml  # comes with kubernetes-validate

    done = subprocess.run(["kubectl", "kustomize", FOLDER / "overlays" / overlay], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def kind_of(objects, kind):
    return [one for one in objects if one["kind"] == kind]


def named(objects, kind, name="narwhal"):
    [found] = [one for one in kind_of(objects, kind) if one["metadata"]["name"] == name]
    return found


def workloads(objects):
    """What makes pods."""
    return [one for one in objects if "template" in one.get("spec", {})]


def containers(workload):
    return workload["spec"]["template"]["spec"]["containers"]


def pods(objects, labels):
    """The workloads whose pods a selector chooses."""
    return [
        one for one in workloads(objects) if labels.items() <= one["spec"]["template"]["metadata"]["labels"].items()
    ]
