"""narwhalctl: what it prints, how it ends, and top on a terminal."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios

import pytest

from client import TIMEOUT
from control import raw_frame
from fixtures import clean_environment
from server import APPS, BINARY, eventually

CTL = BINARY.parent / "ctl/narwhalctl"


@pytest.fixture
def ctl(tmp_path):
    """ctl(*args, stdin="") -> CompletedProcess, where the servers of the test are."""

    def run(*args, stdin=""):
        return subprocess.run([CTL, *map(str, args)], env=clean_environment({"XDG_RUNTIME_DIR": str(tmp_path)}),
                              input=stdin, capture_output=True, text=True, timeout=TIMEOUT, check=False)

    return run


@pytest.fixture
def hello(narwhal):
    def start(*args, **more):
        server = narwhal(APPS / "hello.so", *args, domain=None, **more)
        server.wait_log("Control socket listening at")
        return server

    return start


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, *args, program=CTL, env=None, rows=24, columns=100):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(program, [str(program), *map(str, args)], env)
        self.resize(rows, columns)
        self.seen = ""
        self.status = None

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        ready, _, _ = select.select([self.fd], [], [], 0.05)
        try:
            self.seen += os.read(self.fd, 65536).decode() if ready else ""
        except OSError:  # its other end is closed
            pass
        return self.seen

    def wait(self, pattern, begin=0):
        return eventually(lambda: re.search(pattern, self.read()[begin:], re.S),
                          what=f"no {pattern!r} in {self.seen!r}")

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def has_echo(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def wait_exit(self):
        """Exit code, or the negative signal."""
        def ended():
            self.read()
            pid, self.status = os.waitpid(self.pid, os.WNOHANG)
            return pid

        eventually(ended)
        return os.waitstatus_to_exitcode(self.status)

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.fixture
def terminal(tmp_path):
    opened = []

    def start(*args, **more):
        env = clean_environment({"XDG_RUNTIME_DIR": str(tmp_path), "TERM": "xterm"})
        opened.append(Terminal(*args, env=env, **more))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


# --- what is printed


def test_tables_are_for_people_and_json_is_for_programs(hello, ctl):
    server = hello(workers=2)
    server.get("/hello")
    shown = ctl("show", "workers")
    assert (shown.returncode, shown.stderr) == (0, "")
    head, *rows = shown.stdout.splitlines()
    assert head.split()[:4] == ["PID", "AGE", "GEN", "STATE"]
    assert {int(row.split()[0]) for row in rows} == set(server.worker_pids())
    assert [row.split()[3] for row in rows] == ["serving", "serving"]
    assert f"Master {server.pid}, workers: 2" in ctl("show", "all").stdout
    assert re.search(r"^totals\.status\.2xx +[1-9]", ctl("show", "stats").stdout, re.M)
    assert re.search(rf"^{server.url} +tcp +\d+$", ctl("show", "listeners").stdout, re.M)
    assert re.search(r"^workers +2$", ctl("show", "config").stdout, re.M)
    assert "worker kill <PID>" in ctl("help").stdout
    assert json.loads(ctl("-j", "show", "stats").stdout)["pid"] == server.pid
    assert json.loads(ctl("show", "workers", "--json").stdout)["count"] == 2
    assert ctl("-q", "show", "workers").stdout == ""


def test_it_acts(hello, ctl):
    server = hello()
    assert ctl("worker", "add", "2").stdout == "workers: 1 -> 3\n"
    pids = server.wait_workers(3)
    assert ctl("-c", "worker remove 2").stdout == "workers: 3 -> 1\n"
    (left,) = server.wait_workers(1)
    assert ctl("worker", "kill", left).stdout == f"worker {left} was told to go\n"
    server.wait_workers(1, without=pids)
    assert ctl("reload").stdout == "reloading\n"
    server.wait_log("Reloaded: generation 2")
    assert ctl("shutdown").stdout == "shutting_down\n"
    assert server.wait_exit() == 0
    assert ctl("shutdown").returncode == 3


def test_reload_that_is_waited_for_says_how_it_ended(narwhal, ctl, tmp_path):
    config = tmp_path / "n.conf.py"
    config.write_text("workers = 1\n")
    narwhal(APPS / "hello.so", "--config", config, domain=None)
    done = ctl("reload", "--wait")
    assert (done.returncode, done.stdout) == (0, "generation 2 serves\n")
    config.write_text("wrong = 1\n")
    done = ctl("reload", "--wait")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: the reload failed")


def test_exit_codes_say_what_went_wrong(hello, ctl, tmp_path):
    hello()
    for args, code, text in [
        (("show", "nothing"), 1, "Invalid argument: Unknown show target: nothing"),
        (("worker", "kill", "1"), 1, "Worker 1 not found"),
        (("-j", "worker", "kill", "1"), 1, ""),
        (("-c", "show 'all"), 2, "quot"),
        (("--nothing",), 2, "'--nothing' is no option"),
        (("-s",), 2, "'-s' needs a value"),
        (("--timeout", "soon", "help"), 2, "'soon' is not a number of seconds"),
        (("-c", "help", "help"), 2, "'help' is a second command"),
        (("-s", tmp_path / "nobody", "help"), 3, f"cannot connect to {tmp_path}/nobody"),
        (("-p", "1", "help"), 3, "narwhal-1.ctl"),
    ]:
        done = ctl(*args)
        assert done.returncode == code, done
        assert text in done.stderr


def test_one_of_several_servers_has_to_be_named(hello, ctl):
    one, two = hello(), hello()
    done = ctl("show", "stats")
    assert done.returncode == 3
    assert "say -p PID" in done.stderr and str(one.pid) in done.stderr and str(two.pid) in done.stderr
    for server in (one, two):
        assert json.loads(ctl("-p", server.pid, "show", "stats", "-j").stdout)["pid"] == server.pid
    assert one.stop() == 0
    assert json.loads(ctl("show", "stats", "-j").stdout)["pid"] == two.pid


@pytest.mark.parametrize(("answer", "text"), [
    (b"", "no answer within 0.2 s"), (b"\0\0\0\0", "no control socket"), (b"HTTP/1.1 400", "no control socket"),
    (raw_frame(b"[]"), "no control socket"), (raw_frame(b'{"status": "ok", "data": 1}'), "no control socket"),
    (raw_frame(b"{" * 100000), "no control socket"), (b"\0\0\0\7{", "closed the connection"),
])
def test_what_answers_wrongly_is_no_server(ctl, tmp_path, answer, text):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "fake"))
        listener.listen()
        with subprocess.Popen([CTL, "-s", tmp_path / "fake", "-t", "0.2" if answer == b"" else "10", "help"],
                              stderr=subprocess.PIPE, text=True) as process:
            peer, _ = listener.accept()
            with peer:
                peer.sendall(answer)
                if answer:
                    peer.recv(1000)
                    peer.shutdown(socket.SHUT_WR)
                assert process.wait(TIMEOUT) == 4
            assert text in process.stderr.read()


def test_lines_of_stdin_are_commands(hello, ctl):
    hello()
    done = ctl(stdin="show listeners\n\nshow nothing\nworker kill 1\nhelp\nquit\nreload\n")
    assert done.returncode == 1
    assert "ADDRESS" in done.stdout and "worker add [N]" in done.stdout and "reloading" not in done.stdout
    assert done.stderr.count("Error: ") == 2


def test_help_version_and_completion_need_no_server(ctl):
    assert "shutdown [graceful|quick]" in ctl("--help").stdout
    assert re.fullmatch(r"narwhalctl \d+\.\d+\.\d+\n", ctl("-V").stdout)
    script = ctl("--completion").stdout + """
        complete_it() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _narwhalctl; echo "${COMPREPLY[*]}"; }
        complete_it narwhalctl sh
        complete_it narwhalctl -s /run/x -j worker ''
        complete_it narwhalctl shutdown q
        complete_it narwhalctl show --js
        complete_it narwhalctl show all ''
    """
    done = subprocess.run(["bash", "-uc", script], capture_output=True, text=True, check=True, timeout=TIMEOUT)
    assert done.stdout.splitlines() == ["show shutdown", "add remove kill", "quick", "--json", ""]


# --- top


def test_top_prints_one_frame_where_nobody_watches(hello, ctl):
    server = hello(workers=2)
    done = ctl("top", "--interval", "0.1")
    assert done.returncode == 0
    assert f"master {server.pid}   serving   generation 1" in done.stdout
    assert "p50 -   p90 -   p99 -" in done.stdout and "workers 2 of 2" in done.stdout
    frames = [json.loads(line) for line in ctl("top", "-n", "2", "-i", "0.1", "-j").stdout.splitlines()]
    assert len(frames) == 2
    assert {worker["pid"] for worker in frames[1]["workers"]} == set(server.worker_pids())
    assert "\033" not in done.stdout


def test_top_shows_the_load_of_the_last_interval(hello, terminal):
    server = hello()
    screen = terminal("top", "-i", "0.3")
    screen.wait("q: quit")
    with server.connect() as connection:
        def loaded():
            connection.get("/hello/you")
            return re.search(r"requests [1-9]\d*(\.\d)?/s .* p50 [\d.]+m?s .* p99 [\d.]+m?s", screen.read())

        eventually(loaded)
    screen.press("q")
    assert screen.wait_exit() == 0
    assert screen.seen.startswith("\033[?1049h\033[?25l") and screen.seen.endswith("\033[?25h\033[?1049l")
    assert screen.has_echo()


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_top_restores_the_terminal_when_a_signal_ends_it(hello, terminal, sig):
    hello()
    screen = terminal("top")
    screen.wait("q: quit")
    assert not screen.has_echo()
    os.kill(screen.pid, sig)
    assert screen.wait_exit() == -sig
    assert screen.seen.endswith("\033[?25h\033[?1049l")
    assert screen.has_echo()


def test_top_fits_the_terminal_and_follows_its_size(hello, terminal):
    hello(workers=3)
    screen = terminal("top", "-i", "600", rows=6, columns=20)
    screen.resize(6, 20)
    screen.wait(r"\033\[6;1Hq: quit")
    for frame in screen.seen.split("\033[H")[-1:]:
        lines = re.sub(r"\033\[[\d;]*\w", "", frame.split("\033[6;1H")[0]).split("\r\n")
        assert len(lines) <= 6 and all(len(line) <= 20 for line in lines)
    begin = len(screen.seen)
    screen.resize(30, 120)
    screen.wait(r"\033\[30;1Hq: quit", begin)
    assert "MEMORY" in screen.seen[begin:]
    screen.press("q")
    assert screen.wait_exit() == 0


def test_top_stops_and_goes_on_as_other_programs_do(hello, terminal):
    hello()
    shell = terminal("-mc", f"{CTL} top -i 600; stty -a; fg; echo ended $?", program="/bin/bash")
    shell.wait("q: quit")
    shell.press("\x1a")
    assert " echo " in shell.wait(r"\033\[\?25h\033\[\?1049l(.* iexten .*)\033\[\?1049h.*q: quit")[1]
    shell.press("q")
    shell.wait(r"\033\[\?1049l.*ended 0")
    assert shell.wait_exit() == 0


def test_top_waits_for_a_server_that_comes_back(hello, terminal, tmp_path):
    path = tmp_path / "ctl"
    server = hello("--control-socket", path)
    screen = terminal("-s", path, "top", "-i", "0.1")
    screen.wait(f"master {server.pid}")
    assert server.stop() == 0
    screen.wait("trying again")
    again = hello("--control-socket", path)
    screen.wait(f"master {again.pid}")
    screen.press("q")
    assert screen.wait_exit() == 0


def test_top_ends_though_the_server_does_not_answer(hello, terminal):
    server = hello()
    screen = terminal("top", "-i", "0.1")
    screen.wait(f"master {server.pid}")
    server.signal(signal.SIGSTOP)
    try:
        screen.wait("trying again: .*no answer within")
        screen.press("q")
        assert screen.wait_exit() == 0
    finally:
        server.signal(signal.SIGCONT)


def test_the_prompt_takes_commands_until_quit(hello, terminal):
    server = hello()
    screen = terminal()
    screen.wait(rf"Connected to .*narwhal-{server.pid}\.ctl.*narwhal> ")
    screen.press("show listeners\n")
    screen.wait(rf"{server.url}.*narwhal> ")
    screen.press("nothing\n")
    screen.wait("Unknown command: nothing.*narwhal> ")
    screen.press("quit\n")
    assert screen.wait_exit() == 0


def test_top_shows_what_runs_now(narwhal, ctl):
    server = narwhal(APPS / "stream.so", domain=None)
    with server.connect() as connection:
        connection.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")

        def shown():
            found = [json.loads(line)["running"] for line in ctl("top", "-i", "0.05", "-j").stdout.splitlines()]
            return found[0] and found[0][0]["phase"].startswith("waiting") and found[0]

        (running,) = eventually(shown)
        assert running["pid"] in server.worker_pids()
        assert (running["method"], running["route"]) == ("GET", "/events")
        assert running["seconds"] > 0 and running["request_id"]
        assert re.search(rf"^ *{running['pid']} +\S+s +GET +/events +waiting .* {running['request_id']}$",
                         ctl("top", "-i", "0.05").stdout, re.M)
