"""What an app is told of its server's life (narwhal/server.h)."""

import os
import re
import signal

import pytest

from server import APPS, eventually

HOOKS = APPS / "hooks.so"
MASTERS = "(on_starting|when_ready|on_reload|nworkers_changed|pre_fork|child_exit|on_exit|pre_exec)"


def said(server):
    """The hooks so far, in order, without the facts."""
    return [line.split(":")[0].strip() for line in server.stdout.text().splitlines()]


def test_the_masters_hooks_are_called_under_preload(narwhal):
    server = narwhal(HOOKS, "--preload", "--name", "shop", domain=None, workers=2)
    master = server.pid
    server.stdout.wait("when_ready")
    server.stdout.wait("post_worker_init", count=2)
    assert said(server)[:3] == ["on_starting", "nworkers_changed", "pre_fork"]
    server.stdout.wait(rf"on_starting: master {master}, generation 1, 2 workers, I am {master}$")
    server.stdout.wait(rf"nworkers_changed: .*I am {master}, 0 -> 2$")
    server.stdout.wait(rf"pre_fork: .*I am {master}, uid \d+, worker 0, age 1$")
    pids = server.wait_workers(2)
    for pid in pids:
        server.stdout.wait(rf"post_fork: master {master}, .*I am {pid}, uid \d+, worker {pid}, age [12]$")
    server.signal(signal.SIGTTIN)
    server.stdout.wait(r"nworkers_changed: .*, 3 workers, .*2 -> 3$")
    server.wait_workers(3)
    server.signal(signal.SIGHUP)
    server.stdout.wait(rf"on_reload: master {master}, generation 2, 2 workers, I am {master}$")
    server.stdout.wait(r"nworkers_changed: .*3 -> 2$")
    [victim, _] = server.wait_workers(2, without=pids)
    os.kill(victim, signal.SIGKILL)
    server.stdout.wait(rf"child_exit: .*I am {master}, worker {victim}, age \d+, signal 9$")
    assert server.stop() == 0
    server.stdout.wait_end()
    assert said(server)[-1] == "on_exit" and said(server).count("on_exit") == 1
    assert said(server).count("when_ready") == 1
    assert said(server).count("child_exit") == said(server).count("pre_fork") == 6


def test_a_workers_hooks_need_no_preload(narwhal):
    server = narwhal(HOOKS, domain=None, workers=1)
    server.wait_log(r"narwhal_\w+ is a hook of the master, which loads apps with preload_app only")
    [pid] = server.wait_workers(1)
    answer = server.get("/pid")
    assert (answer.headers["x-pre-request"], answer.headers["x-post-request"]) == ("yes", "yes")
    os.kill(pid, signal.SIGQUIT)
    server.stdout.wait(rf"worker_exit: .*worker {pid},")
    assert said(server)[:4] == ["post_fork", "post_worker_init", "worker_int", "worker_exit"]
    [pid] = server.wait_workers(1, without=[pid])
    os.kill(pid, signal.SIGABRT)
    server.stdout.wait("^worker_abort$")
    server.wait_log(rf"Worker \(pid:{pid}\) .*SIGABRT")
    server.stop()
    assert not re.search(MASTERS, server.stdout.text())


def test_before_the_exec_of_an_upgrade(narwhal, tmp_path):
    server = narwhal(HOOKS, "--preload", "--pid", tmp_path / "pid", domain=None, workers=1)
    server.signal(signal.SIGUSR2)
    newer = int(server.stdout.wait(r"pre_exec: .*I am (\d+)$")[1])
    eventually(lambda: (tmp_path / "pid.2").exists())
    assert int((tmp_path / "pid.2").read_text()) == newer
    server.stdout.wait(rf"when_ready: master {newer},")
    os.kill(newer, signal.SIGTERM)
    server.stdout.wait(rf"on_exit: master {newer},")


def test_a_signal_before_the_exec_of_an_upgrade_is_for_the_new_master_alone(narwhal):
    server = narwhal(HOOKS, "--preload", "--env", "PRE_EXEC_TERM=1", domain=None, workers=1)
    pids = server.wait_workers(1)
    server.signal(signal.SIGUSR2)
    server.seen_pids.add(int(server.stdout.wait(r"pre_exec: .*I am (\d+)$")[1]))
    server.wait_log(r"Upgrade: new master \(pid:\d+\) was killed by SIGTERM, going on as we are")
    assert server.wait_workers(1) == pids
    assert "Handling signal: term" not in server.log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can switch to another user")
@pytest.mark.parametrize("preload", [True, False])
def test_post_fork_is_before_the_user_changes_if_it_can_be(narwhal, tmp_path, preload):
    for folder in [tmp_path, *tmp_path.parents[:-2]]:
        folder.chmod(folder.stat().st_mode | 0o055)
    module = tmp_path / "hooks.so"
    module.write_bytes(HOOKS.read_bytes())
    store = tmp_path / "store"
    store.mkdir()
    store.chmod(0o777)
    server = narwhal(module, *(["--preload"] if preload else []), "--user", "nobody", domain=None, workers=1,
                     store=f"sqlite:{store}/x.db")
    uid = int(server.stdout.wait(r"post_fork: .*uid (\d+)")[1])
    assert (uid == 0) == preload
    assert int(server.stdout.wait(r"post_worker_init: .*uid (\d+)")[1]) != 0
