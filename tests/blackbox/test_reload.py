"""The broken thing never replaces the working one."""

import shutil
import signal

from control import Control
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
