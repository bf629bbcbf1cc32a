"""The command line: what it says when all is well, and what it says when it is not."""

import re
import socket

import pytest
from server import free_port


def test_help_prints_every_option_and_ends_well(run):
    done = run("--help")
    assert done.returncode == 0, done.stderr
    for option in ("--bind", "--workers", "--threads", "--timeout", "--store", "--domain", "--admin-bind", "--static",
                   "--status-path", "--compress"):
        assert option in done.stdout


def test_version_is_one_line(run):
    done = run("--version")
    assert done.returncode == 0
    assert re.fullmatch(r"narwhal \(version \d+\.\d+\.\d+\)\n", done.stdout), done.stdout


def test_unknown_option_is_refused_with_the_nearest_name(run):
    done = run("--wrokers", "2")
    assert done.returncode in (1, 2)
    assert "--wrokers" in done.stderr and "--workers" in done.stderr


def test_bad_value_names_the_option_and_the_value(run):
    done = run("--workers", "many")
    assert done.returncode in (1, 2)
    assert "workers" in done.stderr and "many" in done.stderr


def test_config_mistake_names_file_and_line(run, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("workers = 2\n\nbind = open('x')\n")
    done = run("--check-config")
    assert done.returncode == 1
    assert "gunicorn.conf.py:3" in done.stderr


def test_unknown_config_key_is_refused_with_the_nearest_name(run, tmp_path):
    (tmp_path / "my.conf.py").write_text("wokers = 2\n")
    done = run("--config", "my.conf.py", "--check-config")
    assert done.returncode == 1
    assert "my.conf.py:1" in done.stderr and "wokers" in done.stderr and "workers" in done.stderr


def test_nothing_to_serve_says_what_to_write(run):
    done = run("--bind", f"127.0.0.1:{free_port()}")
    assert done.returncode not in (0, None)
    assert "domain.json" in done.stderr and '{"domain":' in done.stderr and ".so" in done.stderr


@pytest.mark.parametrize("app", ["./nosuch.so", "shop.wsgi:app"])
@pytest.mark.parametrize("how", [[], ["--check-config"], ["--preload"]])
def test_missing_app_is_named_and_has_its_exit_code(run, app, how):
    done = run("--bind", f"127.0.0.1:{free_port()}", *how, app)
    assert done.returncode == 4
    assert app in done.stderr
    if how:
        assert done.stderr.count("\n") <= 3


def test_domain_mistakes_are_all_named(run, domain_file):
    path = domain_file({"domain": {"people": {"schema": {"age": {"type": "intger"}}, "item_metods": ["GET"]}}})
    done = run("--domain", path, "--check-config")
    assert done.returncode == 1
    assert "intger" in done.stderr and "item_metods" in done.stderr


def test_taken_port_is_named(run, domain_file):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run("--bind", address, "--domain", domain_file({"domain": {"people": {"schema": {}}}}))
    assert done.returncode == 1
    assert address in done.stderr and "in use" in done.stderr


def test_a_store_that_cannot_be_made_says_which_setting_moves_it(run, app, tmp_path):
    done = run("--store", f"sqlite:{tmp_path}/nosuch/x.db", "--bind", f"127.0.0.1:{free_port()}", app("hello"))
    assert done.returncode == 3
    assert re.search(r"nosuch/x\.db-lock' \(--store names another place\): No such file", done.stderr), done.stderr


def test_a_stop_that_takes_longer_than_it_is_given_is_warned_of(run, app):
    check = (app("hello"), "--check-config", "--drain-delay", "5", "--graceful-timeout", "20")
    assert run(*check, env={"NARWHAL_GRACE": "26"}).stderr == ""
    said = run(*check, env={"NARWHAL_GRACE": "25"}).stderr
    for part in ("NARWHAL_GRACE: ", "longer than 25 s", "26 s (", "5 s drain_delay", "20 s grace", "26 s or"):
        assert part in said
    assert "NARWHAL_GRACE: '25x' is no number" in run(*check, env={"NARWHAL_GRACE": "25x"}).stderr


def print_config(run, *args, env=None):
    done = run(*args, "--print-config", env=env)
    assert done.returncode == 0, done.stderr
    lines = [line.split("=", 1) for line in done.stdout.splitlines() if "=" in line]
    return {name.strip(): value.strip() for name, value in lines}


def test_print_config_shows_where_each_source_stands(run, tmp_path, domain_file):
    domain = domain_file({"domain": {"people": {"schema": {}}}})
    (tmp_path / "gunicorn.conf.py").write_text(
        "import multiprocessing\n"
        "workers = multiprocessing.cpu_count() * 2 + 1  # as everybody writes it\n"
        "timeout = 61\nkeepalive = 5\ngraceful_timeout = 7\n"
    )
    env = {"GUNICORN_CMD_ARGS": "--timeout 62 --keep-alive 6", "NARWHAL_CMD_ARGS": "--keep-alive 7"}
    shown = print_config(run, "--domain", domain, "--threads", "3", env=env)
    assert shown["graceful_timeout"] == "7"  # the file's
    assert shown["timeout"] == "62"  # GUNICORN_CMD_ARGS over the file
    assert shown["keepalive"] == "7"  # NARWHAL_CMD_ARGS over GUNICORN_CMD_ARGS
    assert shown["threads"] == "3"  # the command line
    assert int(shown["workers"]) % 2 == 1 and int(shown["workers"]) >= 3


def test_web_concurrency_and_port_set_the_defaults(run, domain_file):
    domain = domain_file({"domain": {"people": {"schema": {}}}})
    shown = print_config(run, "--domain", domain, env={"WEB_CONCURRENCY": "4", "PORT": "7777"})
    assert shown["workers"] == "4"
    assert "0.0.0.0:7777" in shown["bind"]


def test_names_of_print_config_are_sorted(run, domain_file):
    done = run("--domain", domain_file({"domain": {"people": {"schema": {}}}}), "--print-config")
    names = [line.split("=")[0].strip() for line in done.stdout.splitlines() if "=" in line]
    assert names == sorted(names) and "worker_connections" in names
