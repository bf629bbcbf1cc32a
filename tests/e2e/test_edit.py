"""What the schema alone makes: lists, forms, conflicts. No page here was written for a resource."""

import json

import pytest
from flow import call, make_site
from playwright.sync_api import expect


def change_by_another(server, path, changes):
    """Somebody else is quicker."""
    status, document = call(server.url, "GET", path)
    assert status == 200
    status, _ = call(server.url, "PATCH", path, changes, {"If-Match": document["_etag"]})
    assert status == 200


@pytest.fixture
def path(server):
    return f"/api/sites/{make_site(server.url, 'Castle')}"


def edit(page, path):
    page.goto(f"/r/sites/{path.rsplit('/', 1)[1]}")
    page.get_by_role("link", name="Edit").click()


def test_a_document_is_created_found_by_a_filter_in_the_url_and_deleted(page, server):
    page.goto("/r/devices")
    page.get_by_role("link", name="Add the first").click()
    page.get_by_label("Name").fill("Survey cart")
    page.get_by_role("radio", name="linux").check()
    page.get_by_role("button", name="Create device").click()
    expect(page.get_by_role("heading", level=1, name="Survey cart", exact=True)).to_be_visible()
    [stored] = call(server.url, "GET", "/api/devices")[1]["_items"]
    assert (stored["platform"], stored["is_active"]) == ("linux", True)

    call(server.url, "POST", "/api/devices", {"name": "Pixel 8", "platform": "android"})
    page.goto("/r/devices")
    expect(page.get_by_text("Pixel 8").first).to_be_visible()
    page.get_by_role("button", name="Filter").first.click()
    page.get_by_label("Field").select_option(label="Platform")
    page.get_by_role("dialog").get_by_label("Value").select_option("linux")
    page.get_by_role("dialog").get_by_role("button", name="Add filter").click()
    expect(page.get_by_text("Pixel 8")).to_have_count(0)
    page.reload()  # the filter is part of the address
    expect(page.get_by_text("Survey cart").first).to_be_visible()
    expect(page.get_by_text("Pixel 8")).to_have_count(0)

    page.get_by_role("link", name="Survey cart").first.click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/r/devices")
    assert [item["name"] for item in call(server.url, "GET", "/api/devices")[1]["_items"]] == ["Pixel 8"]


def test_an_edit_sends_what_changed_and_with_the_etag(page, server, path):
    edit(page, path)
    with page.expect_response(lambda response: response.request.method == "PATCH") as answer:
        page.get_by_label("Description").fill("On the hill.")
        page.get_by_role("button", name="Save").click()
    sent = answer.value.request  # what is typed is on the page before it is stored
    expect(page.get_by_text("On the hill.").first).to_be_visible()
    assert json.loads(sent.post_data) == {"description": "On the hill."}
    assert "if-match" in sent.headers
    assert call(server.url, "GET", path)[1]["description"] == "On the hill."


def test_what_the_server_refuses_stands_beside_its_field(page, server, path):
    make_site(server.url, "Mill")
    edit(page, path)
    page.get_by_label("Name").fill("Mill")  # unique: only the server knows
    page.get_by_role("button", name="Save").click()
    name = page.get_by_label("Name")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    expect(page.get_by_text("is not unique").first).to_be_visible()
    assert call(server.url, "GET", path)[1]["name"] == "Castle"


def test_of_two_writers_the_second_decides_with_both_versions_before_her(page, server, path):
    edit(page, path)
    page.get_by_label("Description").fill("Mine")
    change_by_another(server, path, {"description": "Theirs", "floors": 9})
    page.get_by_role("button", name="Save").click()
    conflict = page.get_by_role("region", name="What differs")
    expect(conflict.get_by_text("Mine", exact=True).last).to_be_visible()
    expect(conflict.get_by_text("Theirs", exact=True).last).to_be_visible()
    page.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_role("heading", level=1, name="Castle", exact=True)).to_be_visible()
    stored = call(server.url, "GET", path)[1]
    assert (stored["description"], stored["floors"]) == ("Mine", 9)


def test_a_document_deleted_meanwhile_can_be_created_anew(page, server, path):
    edit(page, path)
    page.get_by_label("Description").fill("Typed with care")
    etag = call(server.url, "GET", path)[1]["_etag"]
    call(server.url, "DELETE", path, None, {"If-Match": etag})
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Create a new site from it").click()
    expect(page.get_by_role("heading", level=1, name="Castle", exact=True)).to_be_visible()
    [stored] = call(server.url, "GET", "/api/sites")[1]["_items"]
    assert stored["description"] == "Typed with care"


def test_a_reference_is_picked_by_searching_with_the_keyboard(page, server, path):
    page.goto("/r/fingerprints/new")
    box = page.get_by_role("combobox", name="Site")
    box.focus()
    page.keyboard.type("Cas")
    expect(page.get_by_role("option", name="Castle")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Castle")


def test_typing_is_not_lost_by_a_failure_or_a_reload(page, server, path):
    edit(page, path)
    page.get_by_label("Description").fill("Long and well thought out")
    page.route("**/api/sites/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.unroute_all()
    page.reload()
    expect(page.get_by_label("Description")).to_have_value("Long and well thought out")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="Castle", exact=True)).to_be_visible()
    assert call(server.url, "GET", path)[1]["description"] == "Long and well thought out"
