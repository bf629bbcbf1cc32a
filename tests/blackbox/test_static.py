"""Folders beside the apps: a web application, and nothing that is not in it."""

import os
import re
import shutil
import signal

import pytest
from client import Closed, encode_request
from server import eventually

PAGE = b"<!doctype html><title>app</title>\n"
BIG = 24 * 1024 * 1024
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
API = {
    "url_prefix": "api", "resource_methods": ["GET", "POST"],
    "domain": {"people": {"schema": {"name": {"type": "string"}}}},
}


@pytest.fixture
def web(tmp_path):
    """What a build of a web application leaves, with a secret beside it."""
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "docs").mkdir()
    (folder / "empty").mkdir()
    (folder / "index.html").write_bytes(PAGE)
    (folder / "docs/index.html").write_bytes(b"<p>docs\n")
    (folder / "assets/index-BxYz12_-.js").write_bytes(b"let a\n")
    (folder / "assets/logo.svg").write_bytes(b"<svg/>")
    (folder / "a b.txt").write_bytes(b"spaced")
    (folder / "none.txt").write_bytes(b"")
    (folder / ".env").write_bytes(b"SECRET")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_bytes(b"SECRET")
    (tmp_path / "secret.txt").write_bytes(b"SECRET")
    return folder


@pytest.fixture
def serve(narwhal, web, domain_file):
    """serve(*args) -> Server with the web application beside an API at /api."""

    def start(*args, **options):
        return narwhal("--static", f"/={web}", *args, domain=domain_file(API), **options)

    return start


def test_files_have_their_types_and_caching(serve):
    server = serve()
    cases = {
        "/": ("text/html; charset=utf-8", "no-cache"),
        "/index.html": ("text/html; charset=utf-8", "no-cache"),
        "/docs/": ("text/html; charset=utf-8", "no-cache"),
        "/assets/index-BxYz12_-.js": ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        "/assets/logo.svg": ("image/svg+xml", "no-cache"),
        "/a%20b.txt": ("text/plain; charset=utf-8", "no-cache"),
    }
    for path, (kind, caching) in cases.items():
        response = server.get(path)
        assert response.status == 200, path
        assert (response.header("content-type"), response.header("cache-control")) == (kind, caching), path
        assert response.header("x-content-type-options") == "nosniff"
        is_page = kind.startswith("text/html")
        assert response.header("x-frame-options") == ("DENY" if is_page else "")
        assert response.header("referrer-policy") == ("same-origin" if is_page else "")
    assert server.get("/").body == PAGE
    assert server.get("/a%20b.txt").body == b"spaced"
    assert server.get("/none.txt").body == b""


def test_head_has_the_length_and_no_body(serve):
    server = serve()
    with server.connect() as connection:
        for path, size in (("/", len(PAGE)), ("/none.txt", 0)):
            head = connection.request("HEAD", path)
            assert head.status == 200 and head.header("content-length") == str(size)
        assert connection.get("/").body == PAGE


def test_what_the_client_has_is_not_sent_again(serve, web):
    os.utime(web / "index.html", (1_700_000_000, 1_700_000_000))
    server = serve()
    first = server.get("/")
    etag, modified = first.header("etag"), first.header("last-modified")
    assert re.fullmatch(r'"[0-9a-f-]+"', etag)
    for fields in (
        {"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}'}, {"If-None-Match": "*"},
        {"If-Modified-Since": modified},
    ):
        again = server.get("/", fields)
        assert again.status == 304 and again.body == b"", fields
        assert again.header("etag") == etag and again.header("cache-control") == "no-cache"
    for fields in (
        {"If-None-Match": etag[:-1]}, {"If-None-Match": '"x"', "If-Modified-Since": modified},
        {"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}, {"If-Modified-Since": "yesterday"},
    ):
        assert server.get("/", fields).status == 200, fields
    (web / "new").write_bytes(PAGE.upper())
    (web / "new").rename(web / "index.html")
    changed = server.get("/", {"If-None-Match": etag})
    assert changed.status == 200 and changed.header("etag") != etag and changed.body == PAGE.upper()


def test_a_page_of_the_application_is_its_index(serve):
    server = serve()
    for path in ("/record", "/r/people/new", "/r/people/", "/r/people?page=2", "/assets/x"):
        response = server.get(path, HTML)
        assert response.status == 200 and response.body == PAGE, path
    assert server.request("HEAD", "/record", None, HTML).status == 200


def test_what_is_no_navigation_is_404(serve):
    server = serve()
    assert server.get("/record").status == 404
    assert server.get("/record", {"Accept": "application/json"}).status == 404
    assert server.get("/assets/index-old.js", HTML).status == 404
    assert server.get("/favicon.ico", HTML).status == 404
    assert server.get("/empty/", {}).status == 404
    assert server.post("/record", "x", HTML).status == 404


def test_below_an_api_a_wrong_path_is_the_apis_404(serve):
    server = serve()
    for path in ("/api/nothing/at/all", "/%61pi/nothing/at/all", "/api/peoples"):
        response = server.get(path, HTML)
        assert response.status == 404 and response.body["_status"] == "ERR", path
    assert server.get("/api/people", HTML).body["_items"] == []
    assert server.request("PUT", "/api/people", {}, HTML).status == 405
    assert server.get("/apis", HTML).body == PAGE


def test_other_methods_are_405(serve):
    server = serve()
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        response = server.request(method, "/index.html", b"")
        assert response.status == 405 and response.header("allow") == "GET, HEAD", method


def test_a_folder_without_its_slash_is_redirected(serve):
    server = serve()
    response = server.get("/docs?a=b")
    assert response.status == 308 and response.header("location") == "/docs/?a=b"
    assert server.get("/empty").status == 404


@pytest.mark.parametrize("target", [
    "/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/.%2e/secret.txt",
    "/assets/..%2F..%2Fsecret.txt", "//secret.txt", "/./../secret.txt", "/..\\secret.txt", "/%5c..%5csecret.txt",
    "/docs%2findex.html",
    "/.env", "/.git/config", "/%2egit/config", "/assets/%2e%2e/.env", "/index.html%00.txt", "/%00", "/index.html/",
    "/outside", "/absolute", "/up/secret.txt", "/fifo", "/assets//logo.svg", "/" + "a/" * 1000, "/" + "n" * 300,
    "/proc/self/environ", "/%c0%ae%c0%ae/secret.txt",
])
def test_nothing_else_is_ever_served(serve, web, target):
    (web / "outside").symlink_to("../secret.txt")
    (web / "absolute").symlink_to("/etc/passwd")
    (web / "up").symlink_to("..")
    os.mkfifo(web / "fifo")
    server = serve()
    with server.connect() as connection:
        for headers in ({}, {"Accept": "image/png"}):
            connection.send(encode_request("GET", target, None, headers))
            response = connection.read_response()
            assert response.status in (400, 404), target
            assert b"SECRET" not in str(response.body).encode() and b"root:" not in str(response.body).encode()
        assert connection.get("/").body == PAGE


def test_a_link_that_stays_inside_is_followed(serve, web):
    (web / "..data").mkdir()
    (web / "..data/config.json").write_text("{}")
    (web / "config.json").symlink_to("..data/config.json")  # as Kubernetes mounts a ConfigMap
    assert serve().get("/config.json").body == {}


def test_a_file_that_may_not_be_read_is_403(serve, web):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (web / "index.html").chmod(0)
    assert serve().get("/").status == 403


def test_a_large_file_arrives_whole_and_costs_no_copy(serve, web):
    data = os.urandom(1024 * 1024) * (BIG // (1024 * 1024))
    (web / "big.bin").write_bytes(data)
    server = serve()
    with server.connect() as slow:
        slow.send(encode_request("GET", "/big.bin"))
        assert server.get("/").body == PAGE  # others are answered meanwhile
        response = slow.read_response()
        assert response.header("content-length") == str(BIG) and response.body == data
        assert slow.get("/big.bin").body == data


def test_a_file_that_shrinks_while_it_is_sent_ends_its_connection_only(serve, web):
    (web / "big.bin").write_bytes(bytes(BIG))
    server = serve()
    pids = server.wait_workers(1)
    with server.connect() as slow:
        slow.send(encode_request("GET", "/big.bin"))
        eventually(lambda: slow.sock.recv(1))
        os.truncate(web / "big.bin", 1000)
        with pytest.raises((Closed, AssertionError)):
            while slow._receive():
                slow.rest = b""
            raise Closed
    assert server.get("/").body == PAGE
    assert server.wait_workers(1) == pids


def test_the_access_log_has_them(serve):
    server = serve("--access-logfile", "-")
    server.get("/")
    server.get("/record", HTML)
    server.get("/nothing.js")
    server.get("/", {"If-None-Match": "*"})
    server.stdout.wait(rf'"GET / HTTP/1.1" 200 {len(PAGE)} ')
    server.stdout.wait(rf'"GET /record HTTP/1.1" 200 {len(PAGE)} ')
    server.stdout.wait(r'"GET /nothing.js HTTP/1.1" 404 ')
    server.stdout.wait(r'"GET / HTTP/1.1" 304 ')


def test_the_longest_prefix_has_its_own_files_and_pages(serve, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("x")
    (other / "index.html").write_text("other")
    server = serve("--static", f"/files/={other}")
    assert server.get("/files/x.txt").body == b"x"
    assert server.get("/files/page", HTML).body == b"other"
    assert server.get("/files").header("location") == "/files/"
    assert server.get("/filesystem", HTML).body == PAGE


@pytest.mark.parametrize("preload", [[], ["--preload"]])
def test_reload_takes_another_folder_and_keeps_it_when_the_next_is_gone(narwhal, web, domain_file, tmp_path, preload):
    config = tmp_path / "n.conf.py"
    config.write_text(f"static = '/={web}'\n")
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("other")
    server = narwhal("--config", config, *preload, domain=domain_file(API))
    assert server.get("/").body == PAGE
    old = server.wait_workers(1)
    config.write_text(f"static = ['/={other}']\n")
    server.signal(signal.SIGHUP)
    new = server.wait_workers(1, without=old)
    assert server.get("/").body == b"other"
    shutil.rmtree(web)
    config.write_text(f"static = '/={web}'\n")
    server.signal(signal.SIGHUP)
    server.wait_log(rf"static: cannot open folder '{web}': No such file or directory")
    server.wait_log("keeping old configuration")
    assert server.wait_workers(1) == new
    assert server.get("/").body == b"other"


def test_mistakes_are_named(run, web, domain_file, tmp_path):
    domain = ["--domain", domain_file(API)]
    (tmp_path / "file").write_text("")
    for value, words in {
        "/=nosuch": "'nosuch': No such file or directory",
        "/=file": "'file': Not a directory",
        "web": "'web' is not PREFIX=DIR",
        "web=/": "'web=/' is not PREFIX=DIR",
        "/a/../b=web": "is not PREFIX=DIR",
        "/=": "'/=' is not PREFIX=DIR",
        "/=web,/=web": "two folders for '/'",
    }.items():
        done = run(*domain, "--static", value, "--check-config")
        assert done.returncode == 1 and "static: " in done.stderr and words in done.stderr, (value, done.stderr)
    assert run(*domain, "--static", f"/={web}", "--check-config").returncode == 0
    done = run(*domain, "--static", "/=nosuch", "--bind", "127.0.0.1:0")
    assert done.returncode != 0 and "'nosuch': No such file" in done.stderr


def test_print_config_shows_the_list(run, domain_file):
    domain = ["--domain", domain_file(API)]
    assert re.search(r"^static +=( \[\])$", run(*domain, "--print-config").stdout, re.M)
    done = run(*domain, "--static", "/a=.", "--static", "/b=.", "--print-config")
    assert re.search(r"^static +=( \['/a=\.', '/b=\.'\])$", done.stdout, re.M), done.stdout
