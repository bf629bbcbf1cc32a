"""Real data: every country of the world by one POST; then questions whose answers come from the file itself."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

DOMAIN = Path(__file__).parent / "countries.json"


@pytest.fixture
def world(narwhal, store_uri, countries):
    server = narwhal(domain=DOMAIN, store=store_uri, workers=2)
    response = server.post("/countries", countries)
    assert response.status == 201, response.body
    assert len(response.body["_items"]) == len(countries) == 250
    return server


def ask(server, filter_=None, **parameters):
    if filter_ is not None:
        parameters["where"] = json.dumps(filter_)
    query = "&".join(f"{name}={quote(str(value))}" for name, value in parameters.items())
    response = server.get(f"/countries?{query}")
    assert response.status == 200, response
    return response.body


def codes(body):
    return [item["cca3"] for item in body["_items"]]


def test_every_country_comes_back_as_it_was_sent(world, countries):
    stored = {item["cca3"]: item for item in ask(world, max_results=300)["_items"]}
    for country in countries:
        got = {name: value for name, value in stored[country["cca3"]].items() if not name.startswith("_")}
        assert got == country


def test_questions(world, countries):
    def expect(filter_, check):
        body = ask(world, filter_, max_results=300)
        expected = sorted(country["cca3"] for country in countries if check(country))
        assert sorted(codes(body)) == expected and body["_meta"]["total"] == len(expected)
        assert expected, "a question that nothing answers shows little"

    expect({"region": "Europe"}, lambda c: c["region"] == "Europe")
    expect({"region": "Europe", "landlocked": True}, lambda c: c["region"] == "Europe" and c["landlocked"])
    expect({"name.common": "Germany"}, lambda c: c["name"]["common"] == "Germany")
    expect({"name.common": "Åland Islands"}, lambda c: c["name"]["common"] == "Åland Islands")
    expect({"borders": "DEU"}, lambda c: "DEU" in c["borders"])
    expect({"borders": []}, lambda c: c["borders"] == [])
    expect({"independent": None}, lambda c: c["independent"] is None)
    expect({"area": {"$gte": 1000000}}, lambda c: c["area"] >= 1000000)
    expect({"area": {"$gt": 0, "$lt": 2.02}}, lambda c: 0 < c["area"] < 2.02)
    expect({"area": {"$lt": 0}}, lambda c: c["area"] < 0) if any(c["area"] < 0 for c in countries) else None
    expect({"subregion": {"$in": ["Caribbean", "Micronesia"]}}, lambda c: c["subregion"] in ("Caribbean", "Micronesia"))
    expect({"region": {"$ne": "Africa"}}, lambda c: c["region"] != "Africa")
    expect({"latlng": {"$gt": 170}}, lambda c: any(x > 170 for x in c["latlng"]))
    expect({"currencies.EUR.symbol": "€"}, lambda c: c["currencies"].get("EUR", {}).get("symbol") == "€")
    expect({"languages.fra": "French"}, lambda c: c["languages"].get("fra") == "French")


def test_ten_largest(world, countries):
    largest = sorted(countries, key=lambda c: -c["area"])[:10]
    assert codes(ask(world, sort="-area", max_results=10)) == [country["cca3"] for country in largest]


def test_pages_are_the_sorted_whole(world, countries):
    pages = [codes(ask(world, sort="region,-cca3", max_results=40, page=page)) for page in range(1, 8)]
    by_code = sorted(countries, key=lambda c: c["cca3"], reverse=True)
    assert sum(pages, []) == [country["cca3"] for country in sorted(by_code, key=lambda c: c["region"])]
    assert [len(page) for page in pages] == [40] * 6 + [10]


def test_lookup_by_code(world, countries):
    for country in countries[::25]:
        assert world.get(f"/countries/{country['cca3']}").body["name"] == country["name"]


def test_second_load_is_refused_whole(world, countries):
    new = {**countries[0], "cca3": "ZZZ"}
    assert world.post("/countries", [new, countries[1]]).status == 422
    assert ask(world)["_meta"]["total"] == 250
    assert world.get("/countries/ZZZ").status == 404


def test_all_workers_see_it_and_it_survives_a_restart(world, narwhal, store_uri):
    world.stop()
    again = narwhal(domain=DOMAIN, store=store_uri, workers=2)
    for _ in range(8):
        assert ask(again)["_meta"]["total"] == 250
