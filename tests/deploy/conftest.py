"""The system that all tests of compose share: built and brought up once, taken down at the end."""

import pytest
from browser import chromium_path, context, launched
from compose import System, what_is_missing


@pytest.fixture(scope="session")
def system(tmp_path_factory):
    missing = what_is_missing()
    if missing:
        pytest.skip(missing)
    system = System(tmp_path_factory.mktemp("compose") / "narwhal")
    system.clone()
    try:
        system.images()
        system.up()
        yield system
    finally:
        system.remove()


@pytest.fixture
def base_url(system):
    """Where the front end answers, with a back end and a database behind it."""
    system.wait_serving()
    return f"http://127.0.0.1:{system.port}"


@pytest.fixture
def client(system, base_url):
    return system.client


@pytest.fixture
def tell(capsys):
    """Prints past pytest: figures for people."""

    def tell(text):
        with capsys.disabled():
            print(f"\n{text}")

    return tell


@pytest.fixture
def phone(base_url):
    """A page of a phone's browser, at the front end."""
    if not chromium_path():
        pytest.skip("no chromium")
    with launched() as browser, context(browser, "phone", base_url) as one:
        yield one.new_page()
