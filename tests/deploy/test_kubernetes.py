"""
The overlays on a real cluster. KUBECONFIG names it; what is made there is a namespace or two, which go in the end.
Images have to be on its nodes, or where they can fetch them: NARWHAL_IMAGE_BACKEND, NARWHAL_IMAGE_FRONTEND and
NARWHAL_IMAGE_DATABASE (NAME:TAG) name others than the manifests do, NARWHAL_TEST_TOOLS_IMAGE one that has nslookup.
"""

import os
import subprocess

import pytest
from client import Closed
from cluster import Cluster
from flow import make_site, record
from load import Load
from manifests import client_version
from server import eventually

pytestmark = pytest.mark.cluster

RECOVERY = 120  # seconds: of a pod and all that wait for it


@pytest.fixture(scope="module")
def reachable():
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("no cluster: KUBECONFIG is not set")
    if client_version() < (1, 27):
        pytest.skip("no kubectl of 1.27 or later")
    asked = subprocess.run(["kubectl", "get", "--raw", "/readyz", "--request-timeout", "10s"], capture_output=True,
                           text=True, timeout=30, check=False)
    if asked.returncode != 0:
        pytest.skip(f"the cluster of KUBECONFIG does not answer: {asked.stderr.strip()}")


def running(overlay, folder):
    cluster = Cluster(overlay, folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.end()


@pytest.fixture(scope="module")
def cluster(reachable, tmp_path_factory):
    yield from running("dev", tmp_path_factory.mktemp("dev"))


@pytest.fixture(scope="module")
def production(reachable, tmp_path_factory):
    yield from running("production", tmp_path_factory.mktemp("production"))


@pytest.fixture
def site(cluster):
    """The web application's address, as service-frontend shows it."""
    with cluster.forward("service-frontend", 80) as door:
        yield door


@pytest.fixture
def base_url(site):
    """The same for a browser."""
    return f"http://{site.address[0]}:{site.address[1]}"


@pytest.fixture
def doors(cluster):
    """By component: an address that outlives the pods behind it."""
    found = {component: cluster.node_door(component) for component in ("frontend", "backend")}
    if None in found.values():
        pytest.skip("no node of the cluster can be reached from here")
    return found


def created(door, path, document):
    answer = door.request("POST", path, document)
    assert answer.status == 201, answer
    return answer.body


def fingerprint(site_id, note):
    return {
        "site": site_id, "taken_at": "2026-11-24T10:00:00Z", "note": note,
        "position": {"type": "Point", "coordinates": [13.4, 52.5]},
        "readings": [{"kind": "wifi", "id": "aa:bb:cc:dd:ee:ff", "rssi": -61}],
    }


def test_a_front_end_pod_knows_the_back_end_by_name(cluster):
    address = cluster.read("service", "service-backend")["spec"]["clusterIP"]
    for pod in cluster.pods("frontend"):
        assert cluster.lookup(pod["metadata"]["name"], "service-backend") == [address]


def test_a_back_end_pod_knows_the_database_by_name(cluster):
    [database] = cluster.pods("database")
    for pod in cluster.pods("backend"):
        assert cluster.lookup(pod["metadata"]["name"], "service-database") == [database["status"]["podIP"]]


def test_the_replica_set_calls_its_member_by_the_services_name(cluster):
    said = cluster.kubectl("exec", "database-0", "--", "mongosh", "--quiet", "--norc", "--eval",
                           "const h = db.hello(); print(h.isWritablePrimary, h.hosts.join())")
    assert said.strip() == "true service-database:27017"


def test_a_pod_that_may_be_root_is_refused(cluster):
    with pytest.raises(AssertionError, match="violates PodSecurity"):
        cluster.kubectl("run", "root", "--image", "narwhal/backend", "--dry-run=server")


def test_the_front_end_shows_the_application(site):
    page = site.get("/")
    assert page.status == 200 and b"<!doctype html>" in page.body.lower()
    assert site.get("/healthz").status == 200


def test_a_fingerprint_is_recorded_and_found_through_the_front_end(site):
    place = created(site, "/api/sites", {"name": "Hall 1"})
    one = created(site, "/api/fingerprints", fingerprint(place["_id"], "by the door"))
    found = site.get(f'/api/fingerprints?where={{"site":"{place["_id"]}"}}').body["_items"]
    assert [item["_id"] for item in found] == [one["_id"]]
    assert found[0]["readings"][0]["rssi"] == -61


def test_a_person_records_it_with_a_phone(phone, base_url):
    make_site(base_url, "Hall 3")
    record(phone, base_url, "Hall 3", "by the lift")
    phone.goto("/r/fingerprints")
    phone.get_by_text("by the lift").first.wait_for()


def test_dev_shows_the_status_of_a_pod(cluster, site):
    status = site.get("/api/status")
    assert status.status == 200
    assert status.body["host"] in [pod["metadata"]["name"] for pod in cluster.pods("backend")]


def test_a_document_survives_its_databases_pod(cluster, doors):
    place = created(doors["frontend"], "/api/sites", {"name": "Hall 2"})
    [before] = cluster.pods("database")
    cluster.kubectl("delete", "pod", "database-0", timeout=RECOVERY)
    cluster.wait_rolled_out("statefulset/database")
    [after] = cluster.pods("database")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    path = f"/api/sites/{place['_id']}"
    answer = eventually(lambda: answered(doors["frontend"], path), timeout=RECOVERY, what=f"{path} did not come back")
    assert answer.body["name"] == "Hall 2"
    cluster.wait_rolled_out("deployment/backend")


def answered(door, path):
    """The answer, if it is 200: meanwhile no back end may be ready, or the connection may be to one that leaves."""
    try:
        answer = door.get(path)
    except (OSError, Closed):
        return None
    return answer if answer.status == 200 else None


# --- rollouts under load: of the clients' requests none may fail


class ReadsAndWrites:
    """Each call is one request: a write, then a read of what was written."""

    def __init__(self):
        self.written = []

    def __call__(self, connection):
        try:
            document = self.written.pop()
        except IndexError:
            return self.write(connection)
        answer = connection.get(f"/api/devices/{document['_id']}")
        assert answer.status == 200 and answer.body["_id"] == document["_id"], answer
        return answer

    def write(self, connection):
        answer = connection.request("POST", "/api/devices", {"name": "load", "platform": "other"})
        assert answer.status == 201, answer
        self.written.append(answer.body)
        return answer


def reads_once(connection):
    """One request on a connection of its own: Nginx that leaves closes idle ones without a word, as it may."""
    answer = connection.get("/api/devices?max_results=1", {"Connection": "close"})
    assert answer.status == 200, answer
    return answer


def roll_out_under_load(cluster, workload, load, tell):
    before = {pod["metadata"]["uid"] for pod in cluster.pods(workload)}
    with load:
        eventually(lambda: load.n_done > 100 or load.failures, what="the load did not begin")
        cluster.kubectl("rollout", "restart", f"deployment/{workload}")
        cluster.wait_rolled_out(f"deployment/{workload}")
        eventually(lambda: gone(cluster, workload, before), timeout=RECOVERY, what="old pods are still there")
        rest = load.n_done + 100
        eventually(lambda: load.n_done > rest or load.failures, what="the load did not go on")
    tell(f"{workload}: {load.n_done} requests, {len(load.failures)} failed, {load.n_connections} connections")
    assert not load.failures, load.failures[:5]


def gone(cluster, workload, uids):
    there = cluster.read("pods", "-l", f"app.kubernetes.io/component={workload}")["items"]
    return not uids & {pod["metadata"]["uid"] for pod in there}


@pytest.mark.parametrize("way", ["frontend", "backend"])
def test_no_request_fails_while_the_back_end_is_replaced(cluster, doors, tell, way):
    """Through Nginx, and by kept-alive connections to Narwhal itself."""
    roll_out_under_load(cluster, "backend", Load(doors[way], ReadsAndWrites(), threads=4), tell)


def test_no_request_fails_while_the_front_end_is_replaced(cluster, doors, tell):
    roll_out_under_load(cluster, "frontend", Load(doors["frontend"], reads_once, threads=4), tell)


# --- production


def test_production_lets_reads_through_only(production):
    with production.forward("service-frontend", 80) as front, production.forward("service-backend", 8888) as back:
        for door in (front, back):
            assert door.get("/api/sites").status == 200
            assert door.request("POST", "/api/sites", {"name": "Hall 3"}).status == 405
            for method in ("PUT", "PATCH", "DELETE"):
                assert door.request(method, "/api/sites/" + "a" * 24, {}).status == 405
            assert door.get("/api/status").status == 404
            rules = door.get("/api/schema").body["resources"]["sites"]
            assert rules["resource_methods"] == rules["item_methods"] == ["GET"]
