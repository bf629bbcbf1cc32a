"""The broken thing never replaces the working one."""

import os
import shlex
import shutil
import signal
import subprocess
import sys

import pytest

from control import Control
from crowd import Crowd
from fixtures import PEOPLE
from load import Load


def assert_old_one_serves(server, pids, path="/people"):
    assert server.wait_workers(len(pids)) == pids
    assert server.get(path).status == 200


def test_reload_takes_the_new_number_of_workers(narwhal, tmp_path):
    config = tmp_path / "n.conf.py"
    config.write_text("timeout = 31\n")
    server = narwhal("--config", config, workers=1)
    config.write_text("timeout = 32\n")
    old = server.wait_workers(1)
    server.signal(signal.SIGHUP)
    server.wait_workers(1, without=old)
    assert server.get("/people").status == 200


def test_config_with_a_mistake_keeps_the_old_one(narwhal, tmp_path):
    config = tmp_path / "n.conf.py"
    config.write_text("timeout = 31\n")
    server = narwhal("--config", config, workers=2)
    pids = server.wait_workers(2)
    config.write_text("timeout = 31\nthreads = (\n")
    server.signal(signal.SIGHUP)
    server.wait_log(r"n\.conf\.py:\d")
    assert_old_one_serves(server, pids)


def test_domain_with_two_mistakes_names_both_and_keeps_the_old_one(narwhal, domain_file):
    path = domain_file(PEOPLE.read_text())
    server = narwhal(domain=path, workers=2)
    pids = server.wait_workers(2)
    domain_file({"domain": {"people": {"schema": {"age": {"type": "intger"}}, "item_metods": ["GET"]}}})
    server.signal(signal.SIGHUP)
    server.wait_log("intger")
    server.wait_log("item_metods")
    assert_old_one_serves(server, pids)


def test_module_that_does_not_load_keeps_the_old_one(narwhal, app, tmp_path):
    module = tmp_path / "mine.so"
    shutil.copy(app("hello"), module)
    server = narwhal(module, domain=None, workers=2)
    pids = server.wait_workers(2)
    broken = tmp_path / "broken.so"
    broken.write_text("this is not a shared object")
    broken.rename(module)
    server.signal(signal.SIGHUP)
    server.wait_log(r"mine\.so")
    assert_old_one_serves(server, pids, "/hello")


def test_mended_config_is_taken_after_a_failed_reload(narwhal, domain_file):
    path = domain_file(PEOPLE.read_text())
    server = narwhal(domain=path, workers=1)
    old = server.wait_workers(1)
    domain_file("{")
    server.signal(signal.SIGHUP)
    server.wait_log(r"domain\.json")
    assert_old_one_serves(server, old)
    domain_file(PEOPLE.read_text().replace('"people"', '"persons"'))
    server.signal(signal.SIGHUP)
    server.wait_workers(1, without=old)
    assert server.get("/persons").status == 200
    assert server.get("/people").status == 404


def test_worker_that_cannot_boot_ends_the_start_with_a_sentence(narwhal, tmp_path):
    server = narwhal(store="sqlite:/nosuch/folder/x.db", ready=False)
    assert server.wait_exit() != 0
    assert "/nosuch/folder" in server.log


def test_reloads_with_reuse_port_fail_no_request(narwhal, app):
    """Gunicorn's workers have a socket each then, and who waits at that of one that leaves is reset."""
    server = narwhal("--reuse-port", app("hello"), domain=None, workers=2)
    with Crowd(server.address) as crowd:
        for _ in range(10):
            old = server.wait_workers(2)
            server.signal(signal.SIGHUP)
            server.wait_workers(2, without=old)
        crowd.wait_done(1000)
    assert crowd.failures == []


def test_rolling_reload_under_load_never_has_many_workers_more(narwhal, app):
    server = narwhal("--reload-strategy", "rolling", app("hello"), domain=None, workers=3)
    path = server.wait_log(r"Control socket listening at (\S+)")[1]
    most = 3
    with Load(server, lambda connection: connection.get("/hello")) as load, Control(path) as control:
        server.signal(signal.SIGHUP)
        while True:
            workers = control.data("show workers")["workers"]
            most = max(most, len(workers))
            if len(workers) == 3 and all(worker["generation"] == 2 for worker in workers):
                break
    assert not load.failures
    assert most == 4


def test_domain_that_is_never_read_to_its_end_holds_up_nobody(narwhal, domain_file):
    path = domain_file(PEOPLE.read_text())
    server = narwhal("--preload", domain=path)
    path.unlink()
    os.mkfifo(path)
    server.signal(signal.SIGHUP)
    with path.open("w") as domain:  # it is being read
        server.signal(signal.SIGTTIN)
        server.wait_log("Workers: 1 -> 2")
        server.wait_log("Booting worker", count=2)
        # What comes late is taken, though it can be read once only.
        domain.write(PEOPLE.read_text())
    server.wait_log("Reloaded: generation 2 serves")
    assert server.get("/people").status == 200
    server.signal(signal.SIGHUP)
    with path.open("w"):
        assert server.stop() == 0


def test_who_reads_the_configuration_and_is_killed_is_named(narwhal, tmp_path):
    config = tmp_path / "n.conf.py"
    config.write_text("timeout = 31\n")
    server = narwhal("--config", config)
    pids = server.wait_workers(1)
    config.unlink()
    os.mkfifo(config)
    server.signal(signal.SIGHUP)
    with config.open("w"):  # it is being read
        [reader] = set(server.worker_pids()) - set(pids)
        os.kill(reader, signal.SIGKILL)
        server.wait_log(rf"Reload failed: the process \(pid:{reader}\) that tried it was killed by SIGKILL")
    assert_old_one_serves(server, pids)


# In namespaces of its own: a name server that hears and never answers. What hears is no child of the server.
SILENT_NAME_SERVER = """
import os, socket, subprocess, sys
resolv_conf, *command = sys.argv[1:]
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["mount", "--bind", resolv_conf, "/etc/resolv.conf"], check=True)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
server.set_inheritable(True)
child = os.fork()
if child == 0:
    if os.fork() == 0:
        server.recv(512)
        os.write(2, b"the name server was asked\\n")
    os._exit(0)
os.waitpid(child, 0)
os.execvp(command[0], command)
"""
UNSHARE = ["unshare", "--user", "--map-root-user", "--net", "--mount"]


def test_name_server_that_is_silent_holds_up_nobody(narwhal, app, tmp_path, monkeypatch):
    if not shutil.which("ip") or subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no namespaces for this user, or no ip")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    wrapper = [*UNSHARE, sys.executable, "-c", SILENT_NAME_SERVER, str(tmp_path / "resolv.conf")]
    monkeypatch.setenv("NARWHAL_WRAPPER", shlex.join(wrapper))
    server = narwhal(app("hello"), domain=None, bind=f"unix:{tmp_path}/s")
    [pid] = server.wait_workers(1)
    (tmp_path / "gunicorn.conf.py").write_text("statsd_host = 'statsd.example.org:8125'\n")
    server.signal(signal.SIGHUP)
    server.wait_log("the name server was asked")
    os.kill(pid, signal.SIGKILL)
    server.wait_log("Booting worker", count=2)
    server.signal(signal.SIGTTIN)
    server.wait_log("Booting worker", count=3)
    assert server.get("/hello").status == 200
    assert server.stop() == 0
