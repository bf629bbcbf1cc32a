"""Fixtures: the web application in a real browser, served by the real binary."""

import pytest
from browser import chromium_path, context, launched
from fixtures import *  # noqa: F403
from server import ROOT

DIST = ROOT / "frontend/web/dist"


@pytest.fixture(scope="session")
def browser():
    if not chromium_path():
        pytest.skip("no chromium")
    with launched() as one:
        yield one


@pytest.fixture
def serve(narwhal):
    """serve(store) -> Server: the sample domain and the web application in one process, as ./dev run does."""
    assert (DIST / "index.html").exists(), "frontend/web is not built: npm run build"

    def start(store="sqlite:test.db", **options):
        return narwhal(
            "--static", f"/={DIST}", "--status-path", "/api/status", domain=ROOT / "manifests/domain.json", store=store,
            workers=2, **options,
        )

    return start


@pytest.fixture(params=["desktop", "phone"])
def profile(request):
    return request.param


@pytest.fixture
def server(serve, store_uri):
    """On each store in turn."""
    return serve(store_uri)


@pytest.fixture
def page(browser, server, profile):
    """A page of a desktop and of a phone in turn, on each store in turn."""
    with context(browser, profile, server.url) as one:
        yield one.new_page()
