"""--reload: what the server is made of has changed."""

import shutil

from fixtures import PEOPLE


def put(path, text):
    temp = path.with_name("." + path.name)
    temp.write_text(text)
    temp.rename(path)


def test_each_file_that_changes_is_a_reload(narwhal, domain_file, app, tmp_path):
    domain = domain_file(PEOPLE.read_text())
    module = tmp_path / "mine.so"
    shutil.copy(app("hello"), module)
    config = tmp_path / "n.conf.py"
    config.write_text("reload = True\nreload_extra_files = ['pages/*.html']\n")
    (tmp_path / "pages").mkdir()
    server = narwhal("--config", config, "data", module, domain=domain)
    server.wait_log("Reloader is on. Use in development only!")
    changes = [
        (config, lambda: put(config, config.read_text() + "timeout = 31\n")),
        (domain, lambda: put(domain, PEOPLE.read_text() + "\n")),
        (module, lambda: (shutil.copy(app("hello"), tmp_path / "new"), (tmp_path / "new").rename(module))),
        (tmp_path / "pages/a.html", lambda: (tmp_path / "pages/a.html").write_text("new")),
        (tmp_path / "pages/a.html", lambda: (tmp_path / "pages/a.html").write_text("written in place")),
    ]
    for generation, (path, change) in enumerate(changes, start=2):
        change()
        server.wait_log(f"Worker reloading: .*{path.name} modified", count=1)
        server.wait_log(f"Reloaded: generation {generation} serves")
    assert server.get("/people").status == 200


def test_a_broken_file_is_mended_by_writing_it_again(narwhal, domain_file):
    path = domain_file(PEOPLE.read_text())
    server = narwhal("--reload", "--reload-engine", "poll", domain=path)
    old = server.wait_workers(1)
    put(path, '{"domain": {"people": 1}}')
    server.wait_log("Reload failed, keeping old configuration")
    assert server.wait_workers(1) == old
    put(path, PEOPLE.read_text())
    server.wait_log("Reloaded: generation 3 serves")
    server.wait_workers(1, without=old)


def test_extra_files_are_sought_in_chdir(narwhal, app, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/page.html").write_text("old")
    server = narwhal("--reload", "--reload-extra-file", "page.html", "--chdir", tmp_path / "site", app("hello"),
                     domain=None)
    for generation in (2, 3):
        (tmp_path / "site/page.html").write_text("new" * generation)
        server.wait_log(f"Reloaded: generation {generation} serves")
    assert "is not there" not in server.log


def test_a_module_that_is_overwritten_in_place_does_not_crash_who_runs_it(narwhal, app, tmp_path):
    module = tmp_path / "mine.so"
    whole = app("hello").read_bytes()
    module.write_bytes(whole)
    server = narwhal("--reload", module, domain=None)
    old = server.wait_workers(1)
    module.write_bytes(b"half of it")
    server.wait_log(r"Reload failed: .*mine\.so")
    assert server.get("/hello").status == 200
    assert server.wait_workers(1) == old
    module.write_bytes(whole)
    server.wait_workers(1, without=old)
    assert server.get("/hello").status == 200


def test_an_unknown_engine_is_refused(run):
    result = run("--reload-engine", "fsevents")
    assert result.returncode == 1
    assert "reload_engine: 'fsevents' is none of auto, poll and inotify" in result.stderr
