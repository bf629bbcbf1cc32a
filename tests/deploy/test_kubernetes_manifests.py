"""The manifests without a cluster: what kustomize makes of them is valid, and says what it has to."""

import base64
import json
import os
import re
import shutil
import subprocess

import pytest
import server
from fixtures import clean_environment
from manifests import OVERLAYS, ROOT, build, client_version, containers, kind_of, named, pods, workloads

kubernetes_validate = pytest.importorskip("kubernetes_validate", reason="./dev test installs kubernetes-validate")

KUBERNETES = "1.33"
DOMAIN = ROOT / "manifests/domain.json"
UIDS = {"backend": 10001, "frontend": 10101, "database": 999}

pytestmark = pytest.mark.skipif(client_version() < (1, 27), reason="no kubectl of 1.27 or later: kustomize is in it")


@pytest.fixture(params=OVERLAYS, scope="module")
def overlay(request):
    return request.param


@pytest.fixture(scope="module")
def objects(overlay):
    return build(overlay)


def args_of(objects):
    return dict(
        arg.lstrip("-").partition("=")[::2] for arg in containers(named(objects, "Deployment", "backend"))[0]["args"]
    )


def env_of(objects):
    return {one["name"]: one["value"] for one in containers(named(objects, "Deployment", "backend"))[0]["env"]}


def test_every_object_is_as_the_schema_of_kubernetes_wants_it(objects):
    for one in objects:
        kubernetes_validate.validate(one, KUBERNETES, strict=True)


def test_kube_score_finds_nothing(objects, tmp_path):
    if not shutil.which("kube-score"):
        pytest.skip("no kube-score on the PATH")
    path = tmp_path / "all.json"
    path.write_text("\n---\n".join(map(json.dumps, objects)))
    done = subprocess.run(["kube-score", "score", "--kubernetes-version", f"v{KUBERNETES}", path],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_kubeconform_finds_nothing(objects, tmp_path):
    """KUBECONFORM_SCHEMAS: a schema location for a machine that cannot reach kubeconform's own."""
    if not shutil.which("kubeconform"):
        pytest.skip("no kubeconform on the PATH")
    path = tmp_path / "all.json"
    path.write_text("\n---\n".join(map(json.dumps, objects)))
    place = os.environ.get("KUBECONFORM_SCHEMAS")
    command = ["kubeconform", "-strict", "-kubernetes-version", f"{KUBERNETES}.0"]
    command += ["-schema-location", place] if place else []
    done = subprocess.run([*command, path], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_services_have_the_names_and_ports_that_all_speak_of(objects):
    services = {
        one["metadata"]["name"]: [(port.get("protocol", "TCP"), port["port"]) for port in one["spec"]["ports"]]
        for one in kind_of(objects, "Service")
    }
    assert services == {
        "service-backend": [("TCP", 8888)], "service-frontend": [("TCP", 80)], "service-database": [("TCP", 27017)],
    }


@pytest.mark.parametrize("name, port", [("backend", 8888), ("frontend", 8080), ("database", 27017)])
def test_a_service_leads_to_its_pods_port(objects, name, port):
    service = named(objects, "Service", f"service-{name}")["spec"]
    [workload] = pods(objects, service["selector"])
    assert workload["metadata"]["name"] == name
    target = service["ports"][0]["targetPort"]
    assert {one["name"]: one["containerPort"] for one in containers(workload)[0]["ports"]}[target] == port


def test_ingresses_lead_to_the_services_of_any_class(objects):
    routes = {}
    for one in kind_of(objects, "Ingress"):
        assert "ingressClassName" not in one["spec"] and "annotations" not in one["metadata"]
        [rule] = one["spec"]["rules"]
        [path] = rule["http"]["paths"]
        service = path["backend"]["service"]
        routes[one["metadata"]["name"]] = (path["path"], path["pathType"], service["name"], service["port"]["number"])
        assert [rule["host"]] == one["spec"]["tls"][0]["hosts"] if "tls" in one["spec"] else "host" not in rule
    assert routes == {
        "ingress-backend": ("/api", "Prefix", "service-backend", 8888),
        "ingress-frontend": ("/", "Prefix", "service-frontend", 80),
    }


def test_pods_ask_for_no_more_than_they_need(objects):
    for workload in workloads(objects):
        name, spec = workload["metadata"]["name"], workload["spec"]["template"]["spec"]
        security = spec["securityContext"]
        assert security["runAsNonRoot"] and security["runAsUser"] == security["runAsGroup"] == UIDS[name]
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        [container] = spec["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }
        for what in ("requests", "limits"):
            assert set(container["resources"][what]) == {"cpu", "memory", "ephemeral-storage"}
        assert all("sizeLimit" in one["emptyDir"] for one in spec["volumes"] if "emptyDir" in one)
    assert named(objects, "Namespace")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


MIB = 1 << 20


def size_of(text):
    """Of 128Mi (Kubernetes) or 16k (nginx) as bytes."""
    number, unit = re.fullmatch(r"(\d+)([A-Za-z]*)", text).groups()
    return int(number) * {"k": 1 << 10, "Mi": MIB}[unit]


def nginx_setting(name):
    text = (ROOT / "frontend/nginx/nginx.conf").read_text()
    return re.search(rf"^\s*{name} (\w+);", text, re.M)[1]


def test_bodies_that_wait_in_the_front_end_do_not_end_its_pod(objects):
    """A volume on disk that is over its limit has the pod evicted; one in memory is full, and nginx says so."""
    workload = named(objects, "Deployment", "frontend")
    [tmp] = [one["emptyDir"] for one in workload["spec"]["template"]["spec"]["volumes"]]
    assert tmp["medium"] == "Memory"
    # One of the client's, one of the back end's.
    requests = int(nginx_setting("worker_processes")) * int(nginx_setting("worker_connections")) // 2
    buffers = size_of(nginx_setting("client_body_buffer_size")) + size_of(nginx_setting("proxy_buffer_size"))
    limit = size_of(containers(workload)[0]["resources"]["limits"]["memory"])
    assert size_of(tmp["sizeLimit"]) + requests * buffers + 16 * MIB <= limit


def test_bodies_that_are_worked_on_do_not_end_a_back_end_s_pod(objects):
    """They lie in files without a name, in a volume that is full when it is, and the smaller ones in memory."""
    workload = named(objects, "Deployment", "backend")
    [tmp] = [one["emptyDir"] for one in workload["spec"]["template"]["spec"]["volumes"] if "emptyDir" in one]
    assert tmp["medium"] == "Memory"
    held = re.search(r"HELD_MAX = (\d+) \* 1024 \* 1024", (ROOT / "worker/http/intake.c").read_text())[1]
    limit = size_of(containers(workload)[0]["resources"]["limits"]["memory"])
    assert size_of(tmp["sizeLimit"]) + (int(args_of(objects)["workers"]) * int(held) + 32) * MIB <= limit


def test_images_have_a_tag_that_stays(objects):
    version = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text())[1]
    for workload in workloads(objects):
        image, _, tag = containers(workload)[0]["image"].rpartition(":")
        assert tag == ("6" if image == "mongo" else version), f"{image}:{tag}"


def test_a_rollout_takes_nothing_away_before_its_successor_is_ready(objects):
    for name in ("backend", "frontend"):
        spec = named(objects, "Deployment", name)["spec"]
        assert spec["replicas"] == 2
        assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        budget = named(objects, "PodDisruptionBudget", name)["spec"]
        assert budget["minAvailable"] == 1
        assert [one["metadata"]["name"] for one in pods(objects, budget["selector"]["matchLabels"])] == [name]


def test_a_pod_is_given_the_time_that_it_takes_to_leave(objects):
    args, nginx = args_of(objects), (ROOT / "frontend/nginx/nginx.conf").read_text()
    front = named(objects, "Deployment", "frontend")["spec"]["template"]["spec"]
    back = named(objects, "Deployment", "backend")["spec"]["template"]["spec"]
    before = front["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    leaving = int(re.search(r"^worker_shutdown_timeout (\d+)s;", nginx, re.M)[1])
    assert front["terminationGracePeriodSeconds"] >= before + leaving + 2
    assert "lifecycle" not in back["containers"][0]
    leaving = int(args["drain-delay"]) + int(args["graceful-timeout"])
    assert back["terminationGracePeriodSeconds"] >= leaving + 2
    assert env_of(objects) == {"NARWHAL_GRACE": str(back["terminationGracePeriodSeconds"])}


def test_probes_ask_the_admin_listener_which_no_service_shows(objects):
    container = containers(named(objects, "Deployment", "backend"))[0]
    assert args_of(objects)["admin-bind"] == "0.0.0.0:8889"
    assert {"name": "admin", "containerPort": 8889} in [
        {key: port[key] for key in ("name", "containerPort")} for port in container["ports"]
    ]
    for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
        assert container[probe]["httpGet"] == {"path": path, "port": "admin"}
    # Readiness asks the database, which Narwhal gives 5 seconds.
    assert container["readinessProbe"]["timeoutSeconds"] > 5


def test_the_domain_is_the_sample_domain(objects):
    spec = named(objects, "Deployment", "backend")["spec"]["template"]["spec"]
    volumes = {one["name"]: one for one in spec["volumes"]}
    mounts = {one["name"]: one["mountPath"] for one in spec["containers"][0]["volumeMounts"]}
    assert files_of(objects, volumes["domain"]) == {"domain.json": DOMAIN.read_bytes()}
    assert args_of(objects)["domain"] == mounts["domain"] + "/domain.json"


def test_where_the_database_is_stands_in_a_file_of_the_secret_alone(objects):
    spec = named(objects, "Deployment", "backend")["spec"]["template"]["spec"]
    volumes = {one["name"]: one for one in spec["volumes"]}
    mounts = {one["name"]: one["mountPath"] for one in spec["containers"][0]["volumeMounts"]}
    assert args_of(objects)["config"] == mounts["store"] + "/narwhal.conf.py"
    secret = named(objects, "Secret", volumes["store"]["secret"]["secretName"])
    assert list(secret["data"]) == ["narwhal.conf.py"]
    assert "mongodb://" not in json.dumps([one for one in objects if one["kind"] not in ("Secret", "StatefulSet")])
    assert "store" not in args_of(objects) and "NARWHAL_STORE" not in env_of(objects)


def files_of(objects, volume):
    if "secret" in volume:
        data = named(objects, "Secret", volume["secret"]["secretName"])["data"]
        return {name: base64.b64decode(text) for name, text in data.items()}
    if "configMap" in volume:
        data = named(objects, "ConfigMap", volume["configMap"]["name"])["data"]
        return {name: text.encode() for name, text in data.items()}
    return {}


def test_narwhal_takes_what_its_pod_gives_it(objects, tmp_path):
    """The arguments and files of the pod, at other places."""
    spec = named(objects, "Deployment", "backend")["spec"]["template"]["spec"]
    given = spec["containers"][0]["args"]
    volumes = {one["name"]: one for one in spec["volumes"]}
    for mount in spec["containers"][0]["volumeMounts"]:
        place = tmp_path / mount["name"]
        place.mkdir()
        for name, content in files_of(objects, volumes[mount["name"]]).items():
            (place / name).write_bytes(content)
            given = [arg.replace(f"={mount['mountPath']}/{name}", f"={place}/{name}") for arg in given]
    done = server.run([*given, "--print-config"], tmp_path, clean_environment(env_of(objects)))
    assert done.returncode == 0 and "NARWHAL_GRACE" not in done.stderr, done.stderr
    assert re.search(r"^store += 'mongodb://service-database:27017/narwhal\?replicaSet=rs0'$", done.stdout, re.M)


# What stands for pods that are not ours.
OTHERS = {
    (("kubernetes.io/metadata.name", "kube-system"), ("k8s-app", "kube-dns")): "dns",
    (("narwhal/ingress-controller", "true"),): "ingress controller",
}


def ends(objects, peer):
    """Who is meant by one side of a rule: workloads of ours by name, or one of OTHERS."""
    if "namespaceSelector" not in peer:
        return [one["metadata"]["name"] for one in pods(objects, peer["podSelector"]["matchLabels"])]
    selectors = [peer[key]["matchLabels"] for key in ("namespaceSelector", "podSelector") if key in peer]
    return [OTHERS[tuple(pair for selector in selectors for pair in selector.items())]]


def arrows(objects, direction, side):
    """(from, to, protocol, port) of all rules."""
    found = set()
    for policy in kind_of(objects, "NetworkPolicy"):
        ours = [one["metadata"]["name"] for one in pods(objects, policy["spec"]["podSelector"].get("matchLabels", {}))]
        for rule in policy["spec"].get(direction, []):
            for theirs in [end for peer in rule[side] for end in ends(objects, peer)]:
                for one, port in [(one, port) for one in ours for port in rule["ports"]]:
                    pair = (theirs, one) if side == "from" else (one, theirs)
                    found.add((*pair, port.get("protocol", "TCP"), port["port"]))
    return found


def test_the_network_lets_through_the_arrows_of_the_diagram_and_no_others(objects):
    inner = {("frontend", "backend", "TCP", 8888), ("backend", "database", "TCP", 27017)}
    outer = {("ingress controller", "frontend", "TCP", 8080), ("ingress controller", "backend", "TCP", 8888)}
    dns = {(one, "dns", protocol, 53) for one in UIDS for protocol in ("UDP", "TCP")}
    assert arrows(objects, "ingress", "from") == inner | outer
    assert arrows(objects, "egress", "to") == inner | dns
    assert named(objects, "NetworkPolicy", "default-deny")["spec"] == {
        "podSelector": {}, "policyTypes": ["Ingress", "Egress"],
    }


def test_only_dev_writes_and_only_dev_shows_its_status(overlay, objects):
    args = args_of(objects)
    assert ("read-only" in args, args.get("status-path")) == {
        "dev": (False, "/api/status"), "production": (True, None),
    }[overlay]
