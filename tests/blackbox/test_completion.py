"""Completion for bash, by a bash that asks for it."""

import subprocess

import pytest
from server import BINARY

SCRIPT = BINARY.parent.parent / "common/narwhal"
ASK = 'source "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _narwhal 2> /dev/null; printf "%s\\n" "${COMPREPLY[@]}"'


def complete(cwd, *words):
    done = subprocess.run(["bash", "-c", ASK, SCRIPT, "narwhal", *words], cwd=cwd, capture_output=True, text=True,
                          check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("words, expected", [
    (["--log-l"], ["--log-level"]),
    (["--no-s"], ["--no-sendfile"]),
    (["--log-level", ""], ["debug", "info", "warning", "error", "critical"]),
    (["--worker-class", "=", "ge"], ["gevent", "gevent_wsgi", "gevent_pywsgi"]),
    (["--header-map", "="], ["drop", "refuse", "dangerous"]),
    (["-c", "my"], ["my.conf.py", "mydir"]),
    (["--chdir", "m"], ["mydir"]),
    (["da"], ["data"]),
    (["my"], ["my.conf.py", "mydir"]),
    (["--workers", ""], []),
])
def test_words_are_completed(tmp_path, words, expected):
    (tmp_path / "my.conf.py").touch()
    (tmp_path / "mydir").mkdir()
    assert sorted(complete(tmp_path, *words)) == sorted(expected)
