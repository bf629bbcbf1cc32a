"""What `./dev run` prints can be pasted."""

import contextlib
import re
import shlex
import shutil
import signal
import subprocess

import pytest
from certificates import make
from fixtures import PEOPLE, clean_environment
from server import ROOT, Stream, free_port

pytestmark = [pytest.mark.release, pytest.mark.skipif(not shutil.which("curl"), reason="no curl")]


@contextlib.contextmanager
def dev_run(folder, *options, env=None):
    """What it says, once it serves."""
    dev = subprocess.Popen(
        [ROOT / "dev", "run", *options], cwd=folder, env=clean_environment(env),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )
    try:
        output = Stream(dev.stderr)
        output.wait("Listening at", timeout=300)
        yield output.text()
    finally:
        dev.send_signal(signal.SIGTERM)
        dev.wait(30)


def tries(said):
    """What the printed requests answer."""
    lines = re.findall(r"^ +(curl .*)$", said, re.M)
    return [subprocess.run(shlex.split(line), capture_output=True, text=True, timeout=30, check=True).stdout
            for line in lines]


def try_all(said):
    created, listed, found = tries(said)
    assert "201 Created" in created, created
    assert '"_items":[{' in listed.replace(" ", ""), listed
    assert '"_items":[{' in found.replace(" ", ""), found


def test_the_three_requests_of_dev_run_work_as_printed(tmp_path):
    with dev_run(tmp_path, "--bind", f"127.0.0.1:{free_port()}") as said:
        try_all(said)
        assert (tmp_path / "narwhal.db").exists()


def test_dev_run_knows_a_unix_socket_when_it_prints(tmp_path):
    with dev_run(tmp_path, "--bind", f"unix:{tmp_path}/a socket") as said:
        try_all(said)
        assert "localhost/\n" not in said and f"at  unix:{tmp_path}/a socket\n" in said


def test_dev_run_prints_what_environment_and_config_file_say(tmp_path):
    port, conf = free_port(), tmp_path / "conf.py"
    conf.write_text(f"bind = '127.0.0.1:{port}'\nstore = 'sqlite:mine.db'\n")
    with dev_run(tmp_path, env={"NARWHAL_CMD_ARGS": f"-c {conf}"}) as said:
        assert f"http://127.0.0.1:{port}/\n" in said
        try_all(said)
        assert (tmp_path / "mine.db").exists()


def test_dev_run_says_https_where_there_is_a_certificate(tmp_path):
    port, pair = free_port(), make(tmp_path, "site")
    options = ("--certfile", pair.cert, "--keyfile", pair.key, "--static", f"/={tmp_path}")
    with dev_run(tmp_path, "--bind", f"127.0.0.1:{port}", *options) as said:
        assert f"https://127.0.0.1:{port}/\n" in said and "http://" not in said.partition("Listening at")[0]
        try_all(said)


def test_dev_run_leaves_files_and_domain_to_who_names_them(tmp_path):
    port = free_port()
    (tmp_path / "index.html").write_text("mine")
    options = ("--bind", f"127.0.0.1:{port}", "--static", f"/={tmp_path}", "--domain", PEOPLE)
    with dev_run(tmp_path, *options) as said:
        assert "left out, for --static" in said and tries(said) == []
        page = subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}/index.html"], capture_output=True, check=True)
        assert page.stdout == b"mine"


def test_dev_alone_lists_its_verbs():
    done = subprocess.run([ROOT / "dev"], capture_output=True, text=True, check=True)
    lines = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("./dev")]
    assert lines == ["run", "test", "images", "bench", "lint", "fmt", "fuzz", "clean"]


def test_dev_refuses_an_unknown_verb():
    done = subprocess.run([ROOT / "dev", "tset"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "tset" in done.stderr


def test_dev_images_says_what_is_wrong_with_docker(tmp_path):
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n")
    docker.chmod(0o755)
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run([ROOT / "dev", "images"], env={"PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "does not answer: Cannot connect to the Docker daemon" in done.stderr
