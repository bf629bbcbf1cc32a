"""The units in manifests/systemd: systemd understands them, and Narwhal their command line."""

import re
import shutil
import subprocess

import pytest
from fixtures import PEOPLE
from server import BINARY, ROOT

UNITS = ROOT / "manifests/systemd"


def setting(name):
    [value] = re.findall(rf"^{name}=(.*)$", (UNITS / "narwhal.service").read_text(), re.M)
    return value


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze")
def test_systemd_understands_the_units(tmp_path):
    for path in UNITS.iterdir():
        # It looks for the program, too.
        (tmp_path / path.name).write_text(path.read_text().replace("/usr/bin/narwhal", str(BINARY.resolve())))
    units = sorted(map(str, tmp_path.iterdir()))
    result = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60,
                            check=False)
    assert "narwhal" not in result.stderr + result.stdout
    assert result.returncode == 0, result.stderr


def test_the_units_command_line_is_a_good_one(run, tmp_path):
    line = setting("ExecStart").removeprefix("/usr/bin/narwhal ")
    (tmp_path / "narwhal.conf.py").write_text(f"domain = '{PEOPLE}'\n")
    args = line.replace("/etc/narwhal", str(tmp_path)).replace("/var/lib/narwhal", str(tmp_path)).split()
    result = run(*args, "--check-config", env={"NARWHAL_GRACE": setting("TimeoutStopSec")})
    assert result.returncode == 0 and "Warning" not in result.stderr, result.stderr


def test_the_control_socket_is_where_the_service_may_write():
    """A dynamic user has no home, and under ProtectSystem=strict only the unit's own directories are for writing."""
    assert setting("RuntimeDirectory") == "narwhal"
    assert " --control-socket /run/narwhal/" in setting("ExecStart")


def test_the_unit_says_how_long_a_stop_may_take():
    assert setting("Environment") == f"NARWHAL_GRACE={setting('TimeoutStopSec')}"
