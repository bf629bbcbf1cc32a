"""A real Chromium, as a person's desktop or phone, which also sees script errors and requests to other origins."""

import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from server import ROOT

AXE = ROOT / "frontend/web/node_modules/axe-core/axe.min.js"
# Where the tester stands: Bern.
PLACE = {"latitude": 46.94809, "longitude": 7.44744, "accuracy": 12}
PROFILES = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
        "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
                      "Chrome/156.0.0.0 Mobile Safari/537.36",
    },
}
# What the browser itself writes to the console for an answer that is an error: tests cause those.
NETWORK_NOISE = re.compile(r"^Failed to load resource: |net::ERR_")


def chromium_path():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def launched():
    """A Chromium. Without its sandbox: tests run as root, and look at no page but ours."""
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        try:
            yield one
        finally:
            one.close()


class Complaints:
    """What went wrong in a page without a person seeing it."""

    def __init__(self, context, base_url):
        self.found = []
        self.origin = urlsplit(base_url)[:2]
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"script error: {error.error}"))
        context.on("request", self._request)

    def _console(self, message):
        if message.type in ("error", "warning") and not NETWORK_NOISE.search(message.text):
            self.found.append(f"console {message.type}: {message.text}")

    def _request(self, request):
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url[:2] != self.origin:
            self.found.append(f"a request to another origin: {request.url}")


@contextmanager
def context(browser, profile, base_url, theme="light"):
    """A browser profile of its own: nothing stored, Geolocation allowed. Fails at the end if a page complained."""
    options = PROFILES[profile]
    one = browser.new_context(
        **options, base_url=base_url, color_scheme=theme, geolocation=PLACE, permissions=["geolocation"],
        locale="en-GB", timezone_id="Europe/Zurich", reduced_motion="reduce",
    )
    one.set_default_timeout(15_000)
    complaints = Complaints(one, base_url)
    try:
        yield one
    finally:
        one.close()
    assert not complaints.found, "\n".join(complaints.found)


def axe(page):
    """The violations of WCAG 2.2 A and AA that axe finds, a line each."""
    # By the debugger: the page's own policy forbids foreign scripts, as it should.
    page.evaluate(f"() => {{ {Path(AXE).read_text()} }}")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"] for node in violation["nodes"]
    ]
