"""Applications in C, as their authors and their clients see them."""

import os
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from client import Closed
from server import BINARY, ROOT, eventually


@pytest.fixture
def misc(narwhal, app):
    return narwhal(app("misc"), domain=None)


def test_readmes_first_handler_is_built_and_served_by_its_two_lines(narwhal, tmp_path):
    text = (ROOT / "README.md").read_text()
    section = text[text.index("## First handler in C"):].split("\n## ")[0]
    blocks = re.findall(r"(?:^    .*\n|^\n)+", section, re.M)
    source, commands = (re.sub(r"^    ", "", block, flags=re.M).strip() + "\n" for block in blocks if block.strip())
    (tmp_path / "hello.c").write_text(source)
    compile_, serve = commands.splitlines()
    assert serve.split() == ["build/master/narwhal", "./hello.so"]
    compile_ = compile_.replace("-Iworker/include", f"-I{ROOT}/worker/include")
    subprocess.run(shlex.split(compile_) + ["-Wall", "-Wextra", "-Werror"], cwd=tmp_path, check=True)
    server = narwhal("./hello.so", domain=None)
    response = server.get("/hello/reader")
    assert (response.status, response.body) == (200, b"Hello, reader\n")


def test_the_example_of_the_public_header_is_built_and_served(narwhal, tmp_path):
    text = (ROOT / "worker/include/narwhal/app.h").read_text().split("*/")[0]
    (tmp_path / "hello.c").write_text("\n".join(re.findall(r"^ \*\t(.*)$|^ \*$", text, re.M)) + "\n")
    compile_ = re.search(r"Build: (.*); run:", text)[1]
    compile_ = compile_.replace("$(pkg-config --cflags narwhal)", f"-I{ROOT}/worker/include")
    subprocess.run(shlex.split(compile_) + ["-Wall", "-Wextra", "-Werror"], cwd=tmp_path, check=True)
    server = narwhal("./hello.so", domain=None)
    assert server.get("/hello/reader").body == b"Hello, reader\n"


@pytest.mark.release
def test_installed_headers_are_all_that_a_module_needs(narwhal, tmp_path):
    build = BINARY.parent.parent
    root = tmp_path / "installed"
    subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root], check=True)
    [found] = root.rglob("narwhal.pc")
    found.write_text(re.sub("^prefix=", f"prefix={root}", found.read_text(), flags=re.M))
    env = {**os.environ, "PKG_CONFIG_PATH": str(found.parent)}
    flags = subprocess.run(["pkg-config", "--cflags", "narwhal"], env=env, check=True, capture_output=True)
    source = ROOT / "tests/apps/notes.c"
    command = ["cc", "-shared", "-fPIC", "-o", tmp_path / "notes.so", source, *flags.stdout.decode().split()]
    subprocess.run(command, check=True)
    server = narwhal("./notes.so", domain=None)
    assert server.get("/notes").status == 200


def test_request_reaches_the_handler_whole(misc):
    response = misc.request("POST", "/echo?a=1&b=%C3%A9+x&a=2&header=X-Two&cookie=c", '{"k": [1, null]}', {
        "Content-Type": "Application/JSON; charset=utf-8", "X-Two": "v", "Cookie": "b=1; c=yes", "Host": "example.org",
    })
    body = response.body
    assert body["method"] == "POST" and body["path"] == "/echo" and body["host"] == "example.org"
    assert body["query"][:3] == [["a", "1"], ["b", "é x"], ["a", "2"]]
    assert body["content_type"] == "application/json" and body["json"] == {"k": [1, None]}
    assert body["headers"] == {"X-Two": "v"} and body["cookies"] == {"c": "yes"}
    assert body["peer"] == "127.0.0.1"


def test_form_fields(misc):
    response = misc.request("POST", "/echo", "a=1&b=x+y%26&a=2", {"Content-Type": "application/x-www-form-urlencoded"})
    assert response.body["form"] == [["a", "1"], ["b", "x y&"], ["a", "2"]]


@pytest.mark.parametrize("path, params", [
    ("/echo/42/x%20y", {"id": "42", "name": "x y"}),
    ("/echo/float/1.5", {"x": "1.5"}),
    ("/echo/uuid/12345678-1234-5678-1234-567812345678", {"uuid": "12345678-1234-5678-1234-567812345678"}),
    ("/echo/oid/5f0f1e2d3c4b5a6978879695", {"oid": "5f0f1e2d3c4b5a6978879695"}),
    ("/echo/path/a/b/c.txt", {"rest": "a/b/c.txt"}),
])
def test_converters_take_what_is_theirs(misc, path, params):
    assert misc.get(path).body["params"] == params


@pytest.mark.parametrize("path", ["/echo/x/y", "/echo/float/1", "/echo/uuid/1234", "/echo/oid/5f0f", "/echo/path/"])
def test_converters_refuse_the_rest(misc, path):
    response = misc.get(path)
    assert response.status == 404
    assert response.body.startswith(b"nothing at"), "the app's own 404"


def test_hooks_run_in_order(misc):
    response = misc.get("/pid")
    assert response.header("x-before") == "ran"
    assert response.header("x-after") == "second, first"
    denied = misc.get("/pid", {"X-Deny": "1"})
    assert (denied.status, denied.body) == (403, b"denied\n")
    assert misc.get("/pid", {"X-Fail-Before": "1"}).status == 500


def test_failing_handlers_are_500_and_the_log_says_so(misc):
    for path in ("/fail", "/inline/fail", "/none"):
        response = misc.get(path)
        assert response.status == 500 and response.body["status"] == 500
    misc.wait_log(r"\[ERROR\].*(GET )?/fail")


def test_error_handlers(misc):
    assert misc.get("/error/418").body == b"I am a teapot: asked for 418\n"
    response = misc.get("/error/409")
    assert response.status == 409 and response.body["detail"] == "asked for 409"


def test_header_with_a_line_break_is_500_and_sets_nothing(misc):
    response = misc.get("/inject")
    assert response.status == 500
    assert "set-cookie" not in response.headers
    assert misc.get("/inject?value=fine").header("x-value") == "fine"


def test_cookie_and_redirect(misc):
    cookie = misc.get("/cookie?value=abc").header("set-cookie")
    assert cookie.startswith("session=abc;") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Max-Age=0" in misc.get("/cookie").header("set-cookie") or "1970" in misc.get("/cookie").header("set-cookie")
    moved = misc.get("/redirect?to=/pid")
    assert moved.status == 302 and moved.header("location").endswith("/pid")


def test_deferred_and_offloaded_answers(misc):
    assert misc.get("/defer").body == b"deferred\n"
    assert misc.get("/offload/10").body == b"slept 10 ms\n"


def test_app_can_close_the_connection(misc):
    with misc.connect() as connection:
        assert connection.get("/close").header("connection") == "close"
        assert connection.at_end()


@pytest.mark.threads
def test_big_answers_arrive_whole(misc):
    def fetch(size):
        return len(misc.get(f"/big/{size}").body) == size

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(fetch, [0, 1, 65535, 65536, 1 << 20, 5_000_000] * 4))


def test_slow_reader_holds_nobody_up(misc):
    with misc.connect() as slow:
        slow.send("GET /big/50000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert misc.get("/pid").status == 200
        assert len(slow.read_response().body) == 50_000_000


@pytest.mark.threads
def test_slow_handlers_run_side_by_side_and_the_loop_goes_on(narwhal, app):
    server = narwhal("--threads", "4", app("misc"), domain=None)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(server.get, "/sleep/2000") for _ in range(4)]
        eventually(lambda: server.admin.gauge("narwhal_threads_busy") == 4, what="they do not run side by side")
        assert server.get("/pid").status == 200
        assert not any(one.done() for one in asked), "the loop waited for handlers"
        assert all(one.result().status == 200 for one in asked)


@pytest.mark.threads
def test_full_queue_answers_503_with_retry_after(narwhal, app):
    server = narwhal("--threads", "1", "--worker-connections", "2000", app("misc"), domain=None)
    connections = [server.connect() for _ in range(1500)]
    for connection in connections:
        connection.send("GET /sleep/1 HTTP/1.1\r\nHost: a\r\n\r\n")
    responses = [connection.read_response() for connection in connections]
    for connection in connections:
        connection.close()
    statuses = {response.status for response in responses}
    assert 200 in statuses and statuses <= {200, 503}
    assert all(int(r.header("retry-after")) >= 1 for r in responses if r.status == 503)


def test_client_that_leaves_early_harms_nobody(misc):
    for _ in range(20):
        with misc.connect() as connection:
            connection.send("GET /sleep/50 HTTP/1.1\r\nHost: a\r\n\r\n")
        with misc.connect() as connection:
            connection.send("GET /big/5000000 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert misc.get("/pid").status == 200


def test_memory_of_a_request_is_bounded(misc):
    assert misc.get("/memory/1000").status == 200
    assert misc.get("/memory/100000000000").status in (413, 500, 503)
    assert misc.get("/pid").status == 200


def test_crash_costs_its_own_worker_only(narwhal, app):
    server = narwhal(app("misc"), domain=None, workers=2)
    pids = server.wait_workers(2)
    with pytest.raises((Closed, OSError)):
        server.get("/crash")
    server.wait_log("SIGABRT")
    eventually(lambda: len(set(server.wait_workers(2)) & set(pids)) == 1)
    assert server.get("/pid").status == 200


def test_settings_are_an_apps_to_read(misc):
    assert misc.get("/setting/workers").body == b"1\n"
    assert misc.get("/setting/nosuch").status == 404


@pytest.mark.threads
def test_app_keeps_notes_in_the_store(narwhal, app, store_uri):
    server = narwhal(app("notes"), domain=None, store=store_uri, workers=2)
    created = server.post("/notes", {"text": "Grüße"})
    assert created.status == 201
    path = created.header("location")
    assert path.endswith(f"/notes/{created.body['_id']}")
    path = f"/notes/{created.body['_id']}"
    assert server.get(path).body == {"_id": created.body["_id"], "text": "Grüße"}
    assert server.get(path + "/text").body.decode() == "Grüße\n"
    assert server.get("/notes").body == [server.get(path).body]
    assert server.get(f"/notes/{'0' * 24}").status == 404
    assert server.post("/notes", {"texd": 1}).status == 422


def test_mongo_client_is_an_apps_to_use(narwhal, app, mongo_uri):
    server = narwhal(app("misc"), domain=None, store=mongo_uri)
    database, client = server.get("/mongo").body.decode().split()
    assert client == "client" and database in mongo_uri


def test_two_apps_are_mounted_side_by_side(narwhal, app):
    server = narwhal(app("hello"), "data")
    assert server.get("/hello").body == {"hello": "world"}
    assert server.get("/people").status == 200


@pytest.mark.parametrize("name, word", [
    ("abi", "ABI|abi"), ("broken_load", "broken.conf"), ("empty", "narwhal_module"),
])
def test_module_that_is_none_is_refused_with_a_sentence(narwhal, app, name, word):
    server = narwhal(app(name), domain=None, ready=False)
    assert server.wait_exit() != 0
    assert f"{name}.so" in server.log and re.search(word, server.log), server.log
