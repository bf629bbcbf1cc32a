"""The phone flow: choose a site, take the position, paste readings, save, find it again."""

import pytest
from browser import PLACE, context
from flow import fill_fingerprint, make_site, record, save_fingerprint, stored_fingerprint


@pytest.fixture
def site(server):
    make_site(server.url, "Old Town")
    return "Old Town"


def test_a_fingerprint_is_recorded_and_found_in_the_list(page, server, site):
    document = record(page, server.url, site, "by the fountain")
    assert document["position"]["coordinates"] == pytest.approx([PLACE["longitude"], PLACE["latitude"]], abs=1e-5)
    page.get_by_role("heading", name="Recorded at this site").wait_for()
    page.goto("/r/fingerprints")
    page.get_by_text("by the fountain").first.wait_for()


def test_it_is_there_after_everything_was_restarted(browser, serve, store_uri, profile):
    first = serve(store_uri)
    make_site(first.url, "Castle")
    with context(browser, profile, first.url) as one:
        document = record(one.new_page(), first.url, "Castle", "in the yard")
    assert first.stop() == 0
    second = serve(store_uri)
    assert stored_fingerprint(second.url, "in the yard") == document
    with context(browser, profile, second.url) as one:
        page = one.new_page()
        page.goto(f"/r/fingerprints/{document['_id']}")
        page.get_by_text("in the yard").first.wait_for()


def test_a_draft_survives_a_reload(page, server, site):
    fill_fingerprint(page, site, "half done")
    page.reload()
    assert page.get_by_label("Note").input_value() == "half done"
    save_fingerprint(page)
    assert len(stored_fingerprint(server.url, "half done")["readings"]) == 3


def test_a_lost_answer_does_not_store_it_twice(page, server, site):
    """The request arrives, its answer does not: pressing Save again must not make a second one."""
    fill_fingerprint(page, site, "once")

    def lose_the_answer(route):
        route.fetch()
        route.abort("connectionreset")

    page.route("**/api/fingerprints", lose_the_answer, times=1)
    page.get_by_role("button", name="Save fingerprint").click()
    page.get_by_role("alert").first.wait_for()
    stored_fingerprint(server.url, "once")
    save_fingerprint(page)
    assert stored_fingerprint(server.url, "once")["floor"] == 2
