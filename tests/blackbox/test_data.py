"""The data app from outside: Eve's contract, on both stores."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

ETAG = re.compile(r'^"[^"]+"$')

DOMAIN = Path(__file__).parent / "eve.json"


@pytest.fixture
def pod(narwhal, store_uri):
    return narwhal(domain=DOMAIN, store=store_uri, workers=2)


def where(filter_, **parameters):
    query = {"where": json.dumps(filter_), **parameters}
    return "?" + "&".join(f"{name}={quote(str(value))}" for name, value in query.items())


def lastnames(response):
    assert response.status == 200, response
    return [item["lastname"] for item in response.body["_items"]]


def test_home_links_the_resources(pod):
    body = pod.get("/").body
    assert {link["href"]: link["title"] for link in body["_links"]["child"]} == {"people": "people", "works": "works"}


def test_empty_list(pod):
    response = pod.get("/people")
    assert response.status == 200 and response.header("x-total-count") == "0"
    assert response.body["_items"] == []
    assert response.body["_meta"] == {"page": 1, "max_results": 25, "total": 0}
    assert response.body["_links"] == {
        "parent": {"title": "home", "href": "/"}, "self": {"title": "people", "href": "people"},
    }


def test_created_document_comes_back_whole(pod):
    sent = {"firstname": "Ada", "lastname": "Lovelace", "age": 36, "born": "1815-12-10T00:00:00Z",
            "role": ["author"], "location": {"city": "London"}}
    created = pod.post("/people", sent)
    assert created.status == 201
    assert created.header("location").endswith(f"/people/{created.body['_id']}")
    assert created.body["_status"] == "OK"
    assert created.body["_links"]["self"] == {"title": "person", "href": f"people/{created.body['_id']}"}
    got = pod.get(f"/people/{created.body['_id']}")
    assert got.status == 200
    assert {name: got.body[name] for name in sent} == sent
    assert got.body["score"] == 1.5
    assert got.header("etag") == f'"{created.body["_etag"]}"'
    assert got.body["_links"]["collection"] == {"title": "people", "href": "people"}


def test_null_stands_for_the_default(pod):
    made = pod.post("/people", {"lastname": "Null", "score": None})
    assert made.status == 201
    path = f"/people/{made.body['_id']}"
    assert pod.get(path).body["score"] == 1.5
    # A change sets no defaults.
    changed = pod.request("PATCH", path, {"score": None}, {"If-Match": made.body["_etag"]})
    assert (changed.status, changed.body["_issues"]) == (422, {"score": "null value not allowed"})


def test_list_of_documents_is_stored_whole_or_not_at_all(pod):
    stored = pod.post("/people", [{"lastname": "Babbage"}, {"lastname": "Boole"}])
    assert stored.status == 201 and len(stored.body["_items"]) == 2
    refused = pod.post("/people", [{"lastname": "Cantor"}, {"age": -1}])
    assert refused.status == 422
    assert refused.body["_items"][0] == {"_status": "OK"}
    assert refused.body["_items"][1]["_issues"] == {"age": "min value is 0", "lastname": "required field"}
    twice = pod.post("/people", [{"lastname": "Cantor"}, {"lastname": "Boole"}])
    assert twice.status == 422
    assert sorted(lastnames(pod.get("/people"))) == ["Babbage", "Boole"]


def test_issues_are_named_in_cerberus_words(pod):
    pod.post("/people", {"lastname": "Lovelace"})
    response = pod.post("/people", {"firstname": "Ada", "lastname": "Lovelace", "age": 360, "zz": 1})
    assert response.status == 422
    assert response.body["_issues"] == {
        "age": "max value is 150", "lastname": "value 'Lovelace' is not unique", "zz": "unknown field",
    }


@pytest.mark.parametrize("body, kind, status", [
    ('{"lastname":', "application/json", 400),
    ("", "application/json", 400),
    ("[]", "application/json", 400),
    ("<a/>", "application/xml", 415),
    ('{"lastname": "x", "age": 99999999999999999999}', "application/json", (400, 422)),
    ('{"lastname": "x", "age": 1.5}', "application/json", 422),
    ('{"lastname": "x", "_etag": "y"}', "application/json", 422),
    ('{"lastname": null}', "application/json", 422),
    ('{"lastname": "x", "owner": 1}', "application/json", 422),
])
def test_bad_bodies_are_refused(pod, body, kind, status):
    response = pod.post("/people", body, {"Content-Type": kind})
    assert response.status in (status if isinstance(status, tuple) else (status,))
    assert response.body["_status"] == "ERR"
    assert lastnames(pod.get("/people")) == []


def test_form_body_is_a_document(pod):
    response = pod.post("/people", "lastname=Form&firstname=A+b", {"Content-Type": "application/x-www-form-urlencoded"})
    assert response.status == 201
    assert pod.get(f"/people/{response.body['_id']}").body["firstname"] == "A b"


def test_filter_sort_and_pages(pod):
    pod.post("/people", [{"lastname": name, "age": age} for name, age in
                         (("Ada", 36), ("Boole", 49), ("Babbage", 79), ("Young", 5))])
    assert lastnames(pod.get("/people" + where({"age": {"$gt": 40}}, sort="-age"))) == ["Babbage", "Boole"]
    assert lastnames(pod.get("/people" + where({"age": {"$in": [5, 36]}}, sort="age"))) == ["Young", "Ada"]
    assert lastnames(pod.get("/people" + where({"lastname": "Ada", "age": {"$lte": 36, "$gte": 36}}))) == ["Ada"]
    assert lastnames(pod.get('/people?sort=[("age",-1)]&max_results=1')) == ["Babbage"]
    page = pod.get("/people?sort=age&max_results=1&page=2").body
    assert page["_items"][0]["lastname"] == "Ada"
    assert page["_meta"] == {"page": 2, "max_results": 1, "total": 4}
    assert {"prev", "next", "last"} <= set(page["_links"])
    past = pod.get("/people?page=99")
    assert lastnames(past) == [] and past.body["_meta"]["total"] == 4


@pytest.mark.parametrize("query", [
    '?where={"age":', '?where={"$where":"1"}', '?where={"nosuch":1}', "?sort=nosuch", "?page=abc", "?max_results=-1",
])
def test_bad_queries_are_refused(pod, query):
    assert pod.get("/people" + query.replace('"', "%22")).status == 400


def test_additional_lookup(pod):
    pod.post("/people", {"lastname": "Lovelace", "age": 36})
    assert pod.get("/people/Lovelace").body["age"] == 36
    assert pod.get("/people/Nobody").status == 404


def test_unknown_items_are_404(pod):
    assert pod.get("/people/ffffffffffffffffffffffff").status == 404
    assert pod.get("/people/zzz!").status == 404


def test_etag_conditions(pod):
    created = pod.post("/people", {"lastname": "Lovelace", "age": 36}).body
    path, etag = f"/people/{created['_id']}", created["_etag"]
    for form in (f'"{etag}"', etag, f'W/"{etag}"'):
        response = pod.get(path, {"If-None-Match": form})
        assert (response.status, response.body) == (304, b""), form
    assert pod.request("PATCH", path, {"age": 37}).status == 428
    assert pod.request("PATCH", path, {"age": 37}, {"If-Match": "nope"}).status == 412
    patched = pod.request("PATCH", path, {"age": 37}, {"If-Match": etag})
    assert patched.status == 200 and patched.body["_etag"] != etag
    assert patched.header("etag") == f'"{patched.body["_etag"]}"'
    assert pod.request("PATCH", path, {"age": 38}, {"If-Match": etag}).status == 412
    assert pod.get(path).body["age"] == 37


def test_patch_merges_a_subdocument_and_put_replaces(pod):
    created = pod.post("/people", {"lastname": "Lovelace", "location": {"city": "London"}}).body
    path = f"/people/{created['_id']}"
    patched = pod.request("PATCH", path, {"location": {"address": "St James"}}, {"If-Match": created["_etag"]})
    assert patched.status == 200
    assert pod.get(path).body["location"] == {"city": "London", "address": "St James"}
    replaced = pod.request("PUT", path, {"lastname": "King"}, {"If-Match": patched.body["_etag"]})
    assert replaced.status == 200
    body = pod.get(path).body
    assert body["lastname"] == "King" and "location" not in body and body["_created"] == created["_created"]
    refused = pod.request("PUT", path, {"age": 1}, {"If-Match": replaced.body["_etag"]})
    assert refused.status == 422 and refused.body["_issues"] == {"lastname": "required field"}


def test_patch_that_breaks_a_rule_changes_nothing(pod):
    pod.post("/people", {"lastname": "Boole"})
    created = pod.post("/people", {"lastname": "Lovelace", "age": 36}).body
    path, match = f"/people/{created['_id']}", {"If-Match": created["_etag"]}
    for field, value, issue in (
        ("age", 999, "max value is 150"), ("age", None, "null value not allowed"),
        ("lastname", "Boole", "value 'Boole' is not unique"),
    ):
        response = pod.request("PATCH", path, {field: value}, match)
        assert response.status == 422 and response.body["_issues"] == {field: issue}
    assert pod.get(path).body["_etag"] == created["_etag"]


def test_put_creates_with_the_clients_id(pod):
    path = "/people/aaaaaaaaaaaaaaaaaaaaaaaa"
    response = pod.request("PUT", path, {"lastname": "Upsert"})
    assert response.status == 201 and response.header("location").endswith(path)
    assert pod.get(path).body["lastname"] == "Upsert"
    again = pod.post("/people", {"_id": "aaaaaaaaaaaaaaaaaaaaaaaa", "lastname": "Other"})
    assert again.status == 409


def test_delete_needs_the_etag(pod):
    created = pod.post("/people", {"lastname": "Lovelace"}).body
    path = f"/people/{created['_id']}"
    assert pod.request("DELETE", path).status == 428
    assert pod.request("DELETE", path, None, {"If-Match": "nope"}).status == 412
    assert pod.request("DELETE", path, None, {"If-Match": created["_etag"]}).status == 204
    assert pod.get(path).status == 404
    assert pod.request("DELETE", path, None, {"If-Match": created["_etag"]}).status == 404


def test_delete_of_all(pod):
    pod.post("/people", [{"lastname": "A"}, {"lastname": "B"}])
    assert pod.request("DELETE", "/people").status == 204
    assert lastnames(pod.get("/people")) == []


def test_reference_must_exist(pod):
    owner = pod.post("/people", {"lastname": "King"}).body["_id"]
    assert pod.post("/works", {"title": "Notes", "owner": owner}).status == 201
    dangling = pod.post("/works", {"title": "Notes", "owner": "f" * 24})
    assert dangling.status == 422
    assert dangling.body["_issues"] == {
        "owner": f"value '{'f' * 24}' must exist in resource 'people', field '_id'.",
    }


def test_writing_is_off_unless_the_domain_says_so(narwhal, domain_file):
    server = narwhal(domain=domain_file({"domain": {"people": {"schema": {"name": {"type": "string"}}}}}))
    response = server.post("/people", {"name": "x"})
    assert response.status == 405
    assert "POST" not in response.header("allow")


def test_only_one_of_many_writers_with_one_etag_wins(pod):
    created = pod.post("/people", {"lastname": "Contended", "age": 0}).body
    path, match = f"/people/{created['_id']}", {"If-Match": created["_etag"]}
    connections = [pod.connect() for _ in range(16)]
    body = '{"age": %d}'
    for n, connection in enumerate(connections):
        text = body % (n + 1)
        connection.send(f"PATCH {path} HTTP/1.1\r\nHost: a\r\nIf-Match: {match['If-Match']}\r\n"
                        f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}")
    statuses = [connection.read_response().status for connection in connections]
    for connection in connections:
        connection.close()
    assert sorted(statuses) == [200] + [412] * 15
    assert pod.get(path).body["age"] == statuses.index(200) + 1


def test_64_bit_integers_keep_their_value(narwhal, store_uri, domain_file):
    path = domain_file({"resource_methods": ["GET", "POST"],
                        "domain": {"counters": {"schema": {"n": {"type": "integer"}}}}})
    server = narwhal(domain=path, store=store_uri)
    for n in (2**63 - 1, -(2**63), 2**53 + 1, 0, -1):
        created = server.post("/counters", {"n": n}).body
        assert server.get(f"/counters/{created['_id']}").body["n"] == n
