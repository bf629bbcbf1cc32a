"""What `./dev run` prints can be pasted."""

import re
import shlex
import shutil
import signal
import subprocess

import pytest
from fixtures import clean_environment
from server import ROOT, Stream, free_port

pytestmark = [pytest.mark.release, pytest.mark.skipif(not shutil.which("curl"), reason="no curl")]


def test_the_three_requests_of_dev_run_work_as_printed(tmp_path):
    port = free_port()
    dev = subprocess.Popen(
        [ROOT / "dev", "run", "--bind", f"127.0.0.1:{port}"], cwd=tmp_path, env=clean_environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )
    try:
        output = Stream(dev.stderr)
        output.wait("Listening at", timeout=300)
        lines = re.findall(r"^ +(curl .*)$", output.text(), re.M)
        assert len(lines) == 3
        created, listed, found = (
            subprocess.run(shlex.split(line), capture_output=True, text=True, timeout=30, check=True).stdout
            for line in lines
        )
        assert "201 Created" in created, created
        assert '"_items":[{' in listed.replace(" ", ""), listed
        assert '"_items":[{' in found.replace(" ", ""), found
        assert (tmp_path / "narwhal.db").exists()
    finally:
        dev.send_signal(signal.SIGTERM)
        dev.wait(30)


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
