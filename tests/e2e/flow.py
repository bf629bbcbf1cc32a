"""The person with a phone: records a fingerprint at a site. Used against one process, Compose and Kubernetes."""

import json
import urllib.parse
import urllib.request

READINGS = """wifi 3c:a6:2f:11:22:33 -61 2412
wifi 3c:a6:2f:11:22:34 -74 5180
bluetooth c4:7c:8d:00:00:01 -88
"""


def call(base_url, method, path, body=None, headers=None):
    """A request past the browser: (status, document)."""
    request = urllib.request.Request(
        base_url + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status, json.loads(answer.read() or "null")


def make_site(base_url, name):
    """The site where the person will stand; returns its id."""
    status, document = call(base_url, "POST", "/api/sites", {"name": name, "floors": 3})
    assert status == 201
    return document["_id"]


def choose(page, label, text):
    """Pick from a combobox by typing, as a person does."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(text)
    page.get_by_role("option", name=text).first.click()


def fill_fingerprint(page, site, note):
    """Everything that the page asks for, but for the saving."""
    page.goto("/record")
    choose(page, "Site", site)
    page.get_by_role("button", name="Use my position").click()
    page.get_by_label("Latitude").and_(page.locator("input:not([value=''])")).wait_for()
    page.get_by_label("Floor").fill("2")
    page.get_by_label("Paste readings").fill(READINGS)
    page.get_by_role("button", name="Add pasted readings").click()
    page.get_by_label("Note").fill(note)


def save_fingerprint(page):
    page.get_by_role("button", name="Save fingerprint").click()
    page.get_by_role("status").filter(has_text="Saved").wait_for()


def stored_fingerprint(base_url, note):
    """The one that the API has."""
    where = urllib.parse.quote(json.dumps({"note": note}))
    status, found = call(base_url, "GET", f"/api/fingerprints?where={where}")
    assert status == 200
    [document] = found["_items"]
    return document


def record(page, base_url, site, note):
    """The whole flow in the browser, then what the API has of it."""
    fill_fingerprint(page, site, note)
    save_fingerprint(page)
    document = stored_fingerprint(base_url, note)
    assert [reading["rssi"] for reading in document["readings"]] == [-61, -74, -88]
    assert document["floor"] == 2
    return document
