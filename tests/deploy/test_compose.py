"""manifests/compose.yaml and both images, from a clone of what is committed. The tests go on with what is there."""

import os
import re
import signal
import subprocess
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from compose import MINUTES, Load, run
from flow import make_site, record, stored_fingerprint
from server import eventually

pytestmark = pytest.mark.compose

NOT_IN_AN_IMAGE = re.compile(r"(^|/)(sh|bash|dash|busybox|apt|apt-get|dpkg|apk|npm|node|perl|python3?)$")


# --- the images


@pytest.mark.parametrize("service", ["backend", "frontend"])
def test_an_image_holds_no_shell_and_no_package_manager(system, service, tell):
    container = system.containers(service)[0]
    with subprocess.Popen(["docker", "export", container], stdout=subprocess.PIPE) as export:
        names = [member.name for member in tarfile.open(fileobj=export.stdout, mode="r|")]
    assert names and [name for name in names if NOT_IN_AN_IMAGE.search(name)] == []
    size = int(system.inspect(system.image(service), "{{.Size}}"))
    tell(f"{system.image(service)}: {size / 1e6:.1f} MB, {len(names)} files and folders")


@pytest.mark.parametrize(("service", "user"), [("backend", "10001:10001"), ("frontend", "10101:10101")])
def test_a_container_can_do_little(system, service, user):
    container = system.containers(service)[0]
    told = "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}"
    assert system.inspect(container, told) == f"{user} true [ALL] [no-new-privileges:true]"


def test_all_are_healthy_and_memory_is_bounded(system, tell):
    for service in ("database", "backend", "frontend"):
        system.wait_healthy(service, 1)
        assert int(system.inspect(system.containers(service)[0], "{{.HostConfig.Memory}}")) > 0
    ids = [container for service in ("database", "backend", "frontend") for container in system.containers(service)]
    tell(run("docker", "stats", "--no-stream", "--format", "{{.Name}}: {{.MemUsage}}", *ids).strip())


def test_only_the_back_end_reaches_the_database(system):
    names = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}"
    networks = {service: set(system.inspect(system.containers(service)[0], names).split())
                for service in ("database", "backend", "frontend")}
    assert networks["database"] & networks["backend"] and networks["backend"] & networks["frontend"]
    assert not networks["database"] & networks["frontend"]


# --- the front end


def test_the_application_may_do_what_its_page_says_and_is_in_no_frame(client):
    page = client.get("/")
    assert page.status == 200 and page.headers["Cache-Control"] == "no-cache"
    said = re.search(r'Content-Security-Policy"\s+content="([^"]*)"', page.body.decode())[1]
    assert page.headers["Content-Security-Policy"] == f"{said}; frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/", "/assets/none.js", "/healthz", "/api", "/api/none"])
def test_security_headers_are_on_every_answer(client, path):
    headers = client.get(path).headers
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] and "geolocation=(self)" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert not re.search(r"\d", headers["Server"] or "")


def test_hashed_files_are_kept_and_all_else_is_asked_for(client):
    asset = re.search(r'"(/assets/[^"]+\.js)"', client.get("/").body.decode())[1]
    got = client.get(asset, Accept_Encoding="gzip")
    assert (got.status, got.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert got.headers["Content-Encoding"] == "gzip" and got.headers["Vary"] == "Accept-Encoding"
    for path in ("/index.html", "/sw.js", "/manifest.webmanifest"):
        got = client.get(path)
        assert (got.status, got.headers["Cache-Control"]) == (200, "no-cache"), path
        again = client.get(path, If_None_Match=got.headers["ETag"])
        assert (again.status, again.body) == (304, b""), path
    assert client.get("/manifest.webmanifest").headers["Content-Type"].startswith("application/manifest+json")


def test_a_page_of_the_application_is_its_index_and_a_missing_file_is_none(client):
    page = client.get("/r/fingerprints/new", Accept="text/html")
    assert page.status == 200 and b'<div id="root">' in page.body
    for path in ("/assets/none.js", "/icons/none.png", "/none.webmanifest"):
        got = client.get(path)
        assert (got.status, got.headers["Cache-Control"]) == (404, "no-cache"), path


def test_a_body_that_is_too_large_is_refused_in_the_apis_words(client):
    got = client.request("POST", "/api/devices", {"name": "x" * (17 << 20), "platform": "linux"})
    assert got.status == 413 and got.json()["_error"]["code"] == 413


# --- documents


@pytest.fixture(scope="module")
def fingerprint(system):
    """What the phone sends: a site that was chosen, and what was heard there."""
    system.wait_serving()
    client = system.client
    site = client.create("/api/sites", {"name": "Town hall", "position": {"type": "Point", "coordinates": [6.1, 49.6]}})
    device = client.create("/api/devices", {"name": "Pixel 8", "platform": "android"})
    document = {"site": site, "device": device, "taken_at": "2026-11-24T10:00:00Z", "floor": 1,
                "position": {"type": "Point", "coordinates": [6.1001, 49.6001]},
                "readings": [{"kind": "wifi", "id": "00:11:22:33:44:55", "rssi": -61, "frequency": 2437}]}
    return client.create("/api/fingerprints", document)


def test_a_recorded_fingerprint_is_in_the_list(client, fingerprint):
    listed = client.get("/api/fingerprints?sort=-taken_at").json()["_items"]
    assert [one["_id"] for one in listed] == [fingerprint]
    assert listed[0]["readings"][0]["rssi"] == -61


def test_the_api_is_not_compressed_so_its_etags_stay_strong(client, fingerprint):
    path = f"/api/fingerprints/{fingerprint}"
    got = client.get(path, Accept_Encoding="gzip")
    assert got.status == 200 and "Content-Encoding" not in got.headers
    assert got.headers["ETag"].startswith('"')
    assert client.get(path, If_None_Match=got.headers["ETag"]).status == 304


def test_it_is_there_after_down_and_up(system, client, fingerprint):
    system.compose("down")
    assert client.get("/").status == 0
    system.up()
    assert client.get(f"/api/fingerprints/{fingerprint}").status == 200


def test_what_a_person_recorded_with_a_phone_is_there_after_down_and_up(system, phone, base_url):
    make_site(base_url, "Castle")
    document = record(phone, base_url, "Castle", "by the gate")
    system.compose("down")
    system.up()
    system.wait_serving()
    assert stored_fingerprint(base_url, "by the gate") == document


# --- back ends come and go


def pages_without_an_api(client):
    """The application is served; the API says that it is away."""
    assert client.get("/").status == 200
    got = client.get("/api/sites")
    assert got.status in (502, 504) and int(got.headers["Retry-After"]) >= 1
    assert got.json()["_status"] == "ERR" and got.json()["_error"]["code"] == got.status


def test_the_front_end_starts_without_a_back_end_and_finds_it_later(system, client):
    system.compose("stop", "backend")
    run("docker", "restart", *system.containers("frontend"))
    eventually(lambda: client.get("/healthz").status == 200, MINUTES)
    pages_without_an_api(client)
    system.compose("start", "backend")
    system.wait_serving()


def test_a_back_end_that_moved_is_found(system, client):
    system.compose("up", "-d", "--no-deps", "--force-recreate", "backend")
    system.wait_serving()


def hosts(client, n=30):
    with ThreadPoolExecutor(4) as pool:
        return {got.json()["host"] for got in pool.map(client.get, ["/api/status"] * n)}


def test_three_back_ends_all_serve(system, client):
    system.up("--scale", "backend=3")
    system.wait_healthy("backend", 3)
    eventually(lambda: len(hosts(client)) == 3, MINUTES, "not all three back ends are asked")


def kill_under_load(system, victim):
    """The container's first process is killed as the kernel would kill it. Returns the load, and when it was."""
    if os.geteuid() != 0:
        pytest.skip("only root kills a process of a container from outside")
    pid = int(system.inspect(victim, "{{.State.Pid}}"))
    with Load(system.client) as load:
        load.wait_done(100)
        os.kill(pid, signal.SIGKILL)
        began, done = time.monotonic(), load.done
    assert done < load.done, "nothing was asked after the kill"
    return load, began


def lost(client, load):
    """What was answered with 201 and is not there."""
    return [made for made in load.created if client.get(f"/api/devices/{made}").status != 200]


def test_a_back_end_that_is_killed_costs_what_it_had_in_hand(system, client, tell):
    victim = system.containers("backend")[0]
    load, _ = kill_under_load(system, victim)
    tell(f"kill -9 of one back end of three under load: {len(load.failed)} of {load.done} failed {load.failed}")
    assert len(load.failed) <= len(load.threads)  # each client waits for one answer
    assert lost(client, load) == []
    system.wait_healthy("backend", 3)
    assert system.inspect(victim, "{{.RestartCount}}") == "1"
    eventually(lambda: len(hosts(client)) == 3, MINUTES, "the killed one does not come back")


def test_the_only_back_end_is_killed_and_the_front_end_recovers_by_itself(system, client, tell):
    system.up("--scale", "backend=1")
    front = system.containers("frontend")[0]
    started = system.inspect(front, "{{.State.StartedAt}}")
    load, began = kill_under_load(system, system.containers("backend")[0])
    system.wait_serving()
    tell(f"kill -9 of the only back end under load: served again after {time.monotonic() - began:.1f} s; "
         f"{len(load.failed)} of {load.done} failed, asked one after the other without a pause")
    assert {one.split()[1] for one in load.failed} <= {"502", "504"}
    assert system.inspect(front, "{{.State.StartedAt}}") == started
    assert lost(client, load) == []


def test_documents_may_live_in_the_volume_instead(system):
    sqlite = {"NARWHAL_STORE": "sqlite:/data/narwhal.db"}
    system.up("--scale", "backend=2", **sqlite)
    system.wait_healthy("backend", 2)
    made = system.client.create("/api/devices", {"name": "Nokia", "platform": "other"})
    system.up("--scale", "backend=2", "--force-recreate", **sqlite)
    eventually(lambda: system.client.get(f"/api/devices/{made}").status == 200, MINUTES)


@pytest.mark.parametrize(("service", "name"), [("backend", "SIGTERM"), ("frontend", "SIGQUIT")])
def test_a_signal_arrives_and_ends_it(system, client, service, name, tell):
    container = system.containers(service)[0]
    assert system.inspect(container, "{{.Config.StopSignal}}") == name
    began = time.monotonic()
    run("docker", "stop", "--time", "30", container)
    tell(f"docker stop of an idle {service}: {time.monotonic() - began:.2f} s")
    assert system.inspect(container, "{{.State.ExitCode}}") == "0"  # 137: it had to be killed
    run("docker", "start", container)
