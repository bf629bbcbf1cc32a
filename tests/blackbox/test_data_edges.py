"""
The data app where it is more than a transcript: races, conditions, relations, prefixes, documents of other programs.
"""

import json
import os
import re
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pymongo
import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "manifests/domain.json"
ALL = {"resource_methods": ["GET", "POST", "DELETE"], "item_methods": ["GET", "PATCH", "PUT", "DELETE"]}
NOTES = {
    **ALL,
    "domain": {
        "notes": {
            "schema": {
                "text": {"type": "string", "unique": True},
                "n": {"type": "integer"},
                "made": {"type": "string", "readonly": True},
                "at": {"type": "dict", "schema": {"code": {"type": "string", "unique": True},
                                                  "zip": {"type": "string"}}},
            }
        },
        "tags": {
            "schema": {
                "name": {"type": "string", "required": True},
                "notes": {"type": "list", "schema": {"type": "objectid"}, "data_relation": {"resource": "notes"}},
                "first": {"type": "dict", "schema": {
                    "text": {"type": "string", "data_relation": {"resource": "notes", "field": "text"}}}},
            }
        },
        "loose": {"allow_unknown": True, "schema": {"a": {"type": "datetime"}}},
        "named": {"schema": {"_id": {"type": "string", "maxlength": 20}, "n": {"type": "integer"}}},
        "must": {"schema": {"_id": {"type": "string", "required": True, "minlength": 3}, "n": {"type": "integer"}}},
    },
}


@pytest.fixture
def pod(narwhal, store_uri, domain_file):
    return narwhal(domain=domain_file(NOTES), store=store_uri, workers=2)


@pytest.fixture
def one(pod):
    """A note: its path, and its etag."""
    body = pod.post("/notes", {"text": "one", "n": 0}).body
    return f"/notes/{body['_id']}", body["_etag"]


def at_once(n, work):
    """work(i) on n threads that begin together; their results."""
    results, barrier = [None] * n, threading.Barrier(n)

    def run(i):
        barrier.wait()
        results[i] = work(i)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# --- races


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_of_many_changes_with_one_etag_one_wins(pod, one, method):
    path, etag = one
    body = None if method == "DELETE" else {"n": 1}
    statuses = [r.status for r in at_once(8, lambda i: pod.request(method, path, body, {"If-Match": etag}))]
    won = 204 if method == "DELETE" else 200
    assert statuses.count(won) == 1, statuses
    assert set(statuses) <= {won, 412, 404}


def test_of_many_inserts_of_one_unique_value_one_wins(pod):
    results = at_once(8, lambda i: pod.post("/notes", {"text": "same", "n": i}))
    assert sorted(r.status for r in results) == [201] + [422] * 7
    assert all(r.body["_issues"] == {"text": "value 'same' is not unique"} for r in results if r.status == 422)
    assert pod.get("/notes").body["_meta"]["total"] == 1


def test_of_many_puts_that_create_one_wins(pod):
    path = "/notes/aaaaaaaaaaaaaaaaaaaaaaaa"
    results = at_once(8, lambda i: pod.request("PUT", path, {"n": i}, {"If-None-Match": "*"}))
    assert sorted(r.status for r in results) == [201] + [412] * 7


def test_no_change_is_lost_with_any_etag(pod, one):
    """If-Match: * with a merge: nobody's member is lost, however the merges interleave."""
    path, _ = one
    pod.request("PATCH", path, {"at": {"code": "c"}}, {"If-Match": "*"})
    results = at_once(4, lambda i: pod.request("PATCH", path, {"n": i}, {"If-Match": "*"}))
    assert {r.status for r in results} == {200}
    body = pod.get(path).body
    assert body["at"] == {"code": "c"} and body["text"] == "one"


def test_etags_are_all_different(pod):
    made = [r.body["_etag"] for r in at_once(8, lambda i: pod.post("/notes", {"n": i}))]
    many = pod.post("/notes", [{"n": 1}] * 50).body["_items"]
    etags = made + [item["_etag"] for item in many]
    assert len(set(etags)) == len(etags)
    assert all(re.fullmatch("[0-9a-f]{40}", etag) for etag in etags)


# --- conditions


def test_every_form_of_if_match(pod, one):
    path, etag = one
    for form in ("{}", '"{}"', 'W/"{}"', '"x", "{}"', "*"):
        response = pod.request("PATCH", path, {"n": 1}, {"If-Match": form.format(etag)})
        assert response.status == 200, form
        etag = response.body["_etag"]
    assert pod.request("DELETE", path, None, {"If-Match": '"a", "b"'}).status == 412
    assert pod.request("DELETE", path, None, {"If-Match": f'"a", "{etag}"'}).status == 204
    assert pod.request("DELETE", path, None, {"If-Match": "*"}).status == 404
    assert pod.request("PATCH", path, {"n": 1}, {"If-Match": "*"}).status == 404


def test_put_conditions(pod, one):
    path, etag = one
    assert pod.request("PUT", path, {"n": 1}).status == 428
    assert pod.request("PUT", path, {"n": 1}, {"If-Match": "stale"}).status == 412
    assert pod.request("PUT", path, {"n": 1}, {"If-None-Match": "*"}).status == 412
    assert pod.request("PUT", "/notes/aaaaaaaaaaaaaaaaaaaaaaaa", {"n": 1}, {"If-Match": "x"}).status == 412
    assert pod.request("PUT", path, {"n": 1}, {"If-Match": etag}).status == 200
    created = pod.request("PUT", "/notes/aaaaaaaaaaaaaaaaaaaaaaaa", {"n": 1}, {"If-None-Match": "*"})
    assert created.status == 201
    assert created.header("location") == "http://test/notes/aaaaaaaaaaaaaaaaaaaaaaaa"


def test_an_id_stays_what_it_is(pod, one):
    path, etag = one
    other = {"_id": "bbbbbbbbbbbbbbbbbbbbbbbb"}
    for method in ("PATCH", "PUT"):
        response = pod.request(method, path, other, {"If-Match": etag})
        assert (response.status, response.body["_issues"]) == (422, {"_id": "field is read-only"})
    same = {"_id": path.rpartition("/")[2], "n": 5}
    response = pod.request("PUT", path, same, {"If-Match": etag})
    assert response.status == 200 and pod.get(path).body["n"] == 5
    assert pod.request("PATCH", path, same, {"If-Match": response.body["_etag"]}).status == 200


def test_head_says_what_get_says(pod, one):
    path, _ = one
    got, head = pod.get(path), pod.request("HEAD", path)
    for name in ("etag", "last-modified", "content-length", "content-type"):
        assert head.header(name) == got.header(name)
    assert pod.request("HEAD", "/notes").header("x-total-count") == "1"


# --- unique, readonly, relations


def test_nested_unique_values(pod):
    assert pod.post("/notes", {"at": {"code": "x"}}).status == 201
    response = pod.post("/notes", {"at": {"code": "x"}})
    assert response.status == 422
    assert response.body["_issues"] == {"at": [{"code": "value 'x' is not unique"}]}
    second = pod.post("/notes", {"at": {"code": "y", "zip": "1"}}).body
    refused = pod.request("PATCH", f"/notes/{second['_id']}", {"at": {"code": "x"}}, {"If-Match": second["_etag"]})
    assert refused.status == 422 and refused.body["_issues"] == {"at": [{"code": "value 'x' is not unique"}]}
    assert pod.get(f"/notes/{second['_id']}").body["at"] == {"code": "y", "zip": "1"}


def test_duplicates_within_one_list(pod):
    response = pod.post("/notes", [{"text": "a"}, {"text": "b"}, {"text": "a"}])
    assert response.status == 422
    assert response.body["_items"][2] == {"_status": "ERR", "_issues": {"text": "value 'a' is not unique"}}
    assert pod.get("/notes").body["_meta"]["total"] == 0


def test_documents_without_a_unique_field_do_not_collide(pod):
    assert [pod.post("/notes", {"n": n}).status for n in range(3)] == [201] * 3


def test_readonly_fields(pod, one):
    path, etag = one
    for method in ("PATCH", "PUT"):
        response = pod.request(method, path, {"made": "x"}, {"If-Match": etag})
        assert (response.status, response.body["_issues"]) == (422, {"made": "field is read-only"})


def test_relations_are_checked_wherever_they_are(pod, one):
    note = one[0].rpartition("/")[2]
    nobody = "f" * 24
    good = pod.post("/tags", {"name": "t", "notes": [note, note], "first": {"text": "one"}})
    assert good.status == 201
    href = {"title": "Note", "href": f"notes/{note}"}
    assert good.body["_links"]["related"] == {"notes": [href, href]}
    bad = pod.post("/tags", [{"name": "t", "notes": [note, nobody]}, {"name": "u", "first": {"text": "two"}}])
    assert [item.get("_issues") for item in bad.body["_items"]] == [
        {"notes": f"value '{nobody}' must exist in resource 'notes', field '_id'."},
        {"first": [{"text": "value 'two' must exist in resource 'notes', field 'text'."}]},
    ]
    path, match = f"/tags/{good.body['_id']}", {"If-Match": good.body["_etag"]}
    for method in ("PATCH", "PUT"):
        response = pod.request(method, path, {"name": "t", "notes": [nobody]}, match)
        assert response.status == 422 and "notes" in response.body["_issues"]


def test_hundreds_of_references_in_one_list(pod):
    notes = [item["_id"] for item in pod.post("/notes", [{"n": n} for n in range(450)]).body["_items"]]
    tags = [{"name": str(n), "notes": [note]} for n, note in enumerate(notes)]
    assert pod.post("/tags", tags).status == 201
    tags[449]["notes"] = ["f" * 24]
    response = pod.post("/tags", tags)
    assert response.status == 422
    assert [i for i, item in enumerate(response.body["_items"]) if item["_status"] == "ERR"] == [449]


# --- bodies and values


def test_numbers_keep_their_value(pod):
    created = pod.post("/loose", '{"big": 9007199254740993, "max": 9223372036854775807, "f": 0.1, "whole": 1.0}',
                       {"Content-Type": "application/json"}).body
    body = pod.get(f"/loose/{created['_id']}").body
    assert (body["big"], body["max"], body["f"]) == (9007199254740993, 9223372036854775807, 0.1)
    assert isinstance(body["whole"], float)
    over = pod.post("/loose", '{"n": 9223372036854775808}', {"Content-Type": "application/json"})
    assert over.status == 422


def test_a_large_body_is_stored_as_a_small_one(pod):
    documents = [{"a": "2026-01-01T00:00:00Z", "text": "x" * 300, "n": n} for n in range(500)]
    response = pod.post("/loose", documents)
    assert response.status == 201 and len(response.body["_items"]) == 500
    assert pod.get("/loose?page=20").body["_items"][-1]["n"] == 499


def test_a_form_of_too_many_fields_is_not_an_empty_document(pod):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    location = "/loose/" + pod.post("/loose", {"kept": 1}).body["_id"]
    body = "&".join(f"f{i}=1" for i in range(3000))
    refused = pod.request("POST", "/loose", body, form)
    assert refused.status == 413 and "1000 fields" in refused.body["_error"]["message"]
    assert pod.request("PUT", location, body, {**form, "If-Match": "*"}).status == 413
    assert pod.request("PUT", location, "&&", {**form, "If-Match": "*"}).status == 400
    assert pod.get(location).body["kept"] == 1


def test_objects_of_many_members_are_merged_in_a_moment(pod):
    path = "/loose/" + pod.post("/loose", {"x": {f"m{i}": 1 for i in range(20000)}}).body["_id"]
    begin = time.monotonic()
    patch = {"x": {f"m{i}": 2 for i in reversed(range(1, 20001))}}
    assert pod.request("PATCH", path, patch, {"If-Match": "*"}).status == 200
    assert time.monotonic() - begin < 3, "each member was looked for among all"
    merged = pod.get(path).body["x"]
    assert len(merged) == 20001 and (merged["m0"], merged["m1"], merged["m20000"]) == (1, 2, 2)


def test_form_fields_have_their_schemas_types(pod):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    created = pod.post("/notes", "n=5&text=a+b%26c&at=" + quote('{"code":"x"}'), kind).body
    body = pod.get(f"/notes/{created['_id']}").body
    assert (body["n"], body["text"], body["at"]) == (5, "a b&c", {"code": "x"})
    assert pod.post("/notes", "n=x", kind).body["_issues"] == {"n": "must be of integer type"}
    assert pod.post("/notes", "n=1&n=2", kind).status == 400


@pytest.mark.parametrize("body", ["[1]", "[{}, null]", '"x"', "3", '{"n":1}{', '{"n":1,"n":2}'])
def test_bodies_that_are_no_documents(pod, body):
    assert pod.post("/notes", body, {"Content-Type": "application/json"}).status == 400
    assert pod.get("/notes").body["_meta"]["total"] == 0


def test_unknown_fields_are_kept_only_where_they_may_be(pod):
    created = pod.post("/loose", {"x": {"y": [1, None]}, "a": "2026-01-01T00:00:00+01:00"}).body
    body = pod.get(f"/loose/{created['_id']}").body
    assert body["x"] == {"y": [1, None]} and body["a"] == "2025-12-31T23:00:00Z"
    assert pod.get("/loose" + "?where=" + quote('{"x.y":1}')).body["_meta"]["total"] == 1
    for name in ("_etag", "_created", "$set", "a.b"):
        assert pod.post("/loose", {name: "x"}).body["_issues"] == {name: "unknown field"}


def test_ids_of_the_clients_making(pod):
    created = pod.post("/named", {"_id": "a/b c", "n": 1})
    assert created.status == 201
    assert created.header("location") == "http://test/named/a%2Fb%20c"
    assert pod.post("/named", {"n": 1}).body["_issues"] == {"_id": "required field"}
    again = pod.post("/named", {"_id": "a/b c"})
    assert (again.status, again.body["_issues"]) == (409, {"_id": "value 'a/b c' is not unique"})
    put = pod.request("PUT", "/named/x%20y", {"n": 2})
    assert put.status == 201 and pod.get("/named/x%20y").body["_id"] == "x y"
    assert pod.get("/named?where=" + quote('{"_id":"x y"}')).body["_meta"]["total"] == 1


@pytest.mark.parametrize("rest", [{}, {"text": "t", "at": {"code": "c"}}])
def test_an_insert_that_is_repeated_stores_one_document(pod, rest):
    """A client that makes the id itself may send again when it saw no answer: 409 for _id says that it was stored."""
    document = {"_id": "bbbbbbbbbbbbbbbbbbbbbbbb", "n": 1, **rest}
    taken = {"_id": "value 'bbbbbbbbbbbbbbbbbbbbbbbb' is not unique"}
    created = pod.post("/notes", document)
    assert created.status == 201 and created.body["_id"] == document["_id"]
    again = pod.post("/notes", {**document, "n": 2})
    assert (again.status, again.body["_status"], again.body["_issues"]) == (409, "ERR", taken)
    assert again.body["_error"]["code"] == 409 and again.body["title"] == "Conflict"
    listed = pod.post("/notes", [{"n": 3}, document])
    assert listed.status == 409
    assert listed.body["_items"] == [{"_status": "OK"}, {"_status": "ERR", "_issues": taken}]
    assert [item["n"] for item in pod.get("/notes").body["_items"]] == [1]


def test_of_many_inserts_with_one_id_one_wins(pod):
    document = {"_id": "cccccccccccccccccccccccc", "text": "same"}
    results = at_once(8, lambda i: pod.post("/notes", document))
    assert sorted(r.status for r in results) == [201] + [409] * 7
    assert {issue for r in results if r.status == 409 for issue in r.body["_issues"]} == {"_id"}
    assert pod.get("/notes").body["_meta"]["total"] == 1


def test_a_repeated_insert_with_references_is_told_of_its_id(pod, one):
    tag = {"_id": "d" * 24, "name": "t", "notes": [one[0].rpartition("/")[2]]}
    assert pod.post("/tags", tag).status == 201
    again = pod.post("/tags", tag)
    assert (again.status, list(again.body["_issues"])) == (409, ["_id"])


@pytest.mark.parametrize("id_", ["xyz", "b" * 23, "b" * 25, 5, None, {}])
def test_what_is_no_objectid_is_no_id(pod, id_):
    refused = pod.post("/notes", {"_id": id_})
    assert (refused.status, list(refused.body["_issues"])) == (422, ["_id"])


def test_every_id_that_is_stored_has_a_path(pod):
    for id_ in ("a/b c", "a//", "%2F", "..", "<é>"):
        location = pod.post("/named", {"_id": id_}).header("location")[len("http://test"):]
        assert pod.get(location).body.get("_id") == id_, id_
        assert pod.request("PATCH", location, {"n": 1}, {"If-Match": "*"}).status == 200
        assert pod.request("DELETE", location, None, {"If-Match": "*"}).status == 204
    for id_ in ("", "/a", "a\0b"):
        refused = pod.post("/named", {"_id": id_})
        assert (refused.status, list(refused.body["_issues"])) == (422, ["_id"])
    assert pod.get("/named").body["_meta"]["total"] == 0


def test_the_id_in_a_path_is_held_to_the_rules_of_its_field(pod):
    assert pod.request("PUT", "/must/abc", {"n": 1}).status == 201
    assert pod.request("PUT", "/must/abc", {"n": 2}, {"If-Match": "*"}).status == 200
    assert pod.request("PUT", "/must/abc", {"n": 3, "_id": "abc"}, {"If-Match": "*"}).status == 200
    assert pod.get("/must/abc").body["n"] == 3
    refused = pod.request("PUT", "/must/ab", {"n": 1})
    assert (refused.status, refused.body["_issues"]) == (422, {"_id": "min length is 3"})


# --- lists


def test_a_sort_that_is_no_text_is_refused(pod):
    assert pod.get("/loose?sort=%ff").status == 400


def test_filters_by_id_and_date(pod):
    first = pod.post("/notes", [{"n": 1}, {"n": 2}]).body["_items"][0]
    for filter_ in ({"_id": first["_id"]}, {"_id": {"$in": [first["_id"]]}}, {"_etag": first["_etag"]}):
        assert pod.get("/notes?where=" + quote(json.dumps(filter_))).body["_items"][0]["n"] == 1
    for created in ("2020-01-01", "Wed, 01 Jan 2020 00:00:00 GMT"):
        after = pod.get("/notes?where=" + quote(json.dumps({"_created": {"$gt": created}})))
        assert after.body["_meta"]["total"] == 2


def test_walking_the_next_links_meets_every_document_once(pod):
    pod.post("/notes", [{"n": n % 3} for n in range(23)])
    seen, href = [], "notes?max_results=4&sort=n"
    while href:
        body = pod.get("/" + quote(href, safe="?&=%")).body
        seen += [item["_id"] for item in body["_items"]]
        href = body["_links"].get("next", {}).get("href")
    assert len(seen) == len(set(seen)) == 23


def test_delete_of_a_collection(pod):
    pod.post("/notes", [{"n": n} for n in range(30)])
    assert pod.request("DELETE", "/notes?where={}").status == 400
    assert pod.get("/notes").body["_meta"]["total"] == 30
    assert pod.request("DELETE", "/notes").status == 204
    assert pod.get("/notes").body["_meta"]["total"] == 0


# --- how it is set up


def test_a_prefix_is_in_paths_and_not_in_links(narwhal, domain_file):
    pod = narwhal(domain=domain_file({**NOTES, "url_prefix": "api/v1"}))
    created = pod.post("/api/v1/notes", {"n": 1})
    assert created.header("location") == f"http://test/api/v1/notes/{created.body['_id']}"
    assert created.body["_links"]["self"]["href"] == f"notes/{created.body['_id']}"
    assert pod.get("/api/v1").body["_links"]["child"][0]["href"] == "notes"
    assert pod.get("/notes").status == 404


def test_reading_is_all_that_is_on_by_default(narwhal, domain_file):
    pod = narwhal(domain=domain_file({"domain": {"notes": {"schema": {"n": {"type": "integer"}}}}}))
    assert pod.get("/notes").status == 200
    refused = pod.post("/notes", {"n": 1})
    assert refused.status == 405 and "POST" not in refused.header("allow")
    assert refused.body["_status"] == "ERR" and refused.body["_error"]["code"] == 405
    for method in ("PATCH", "PUT", "DELETE"):
        assert pod.request(method, "/notes/" + "a" * 24, {}).status == 405


def test_read_only_closes_what_the_domain_opens(narwhal, domain_file):
    writer = narwhal(domain=domain_file(NOTES))
    created = writer.post("/notes", {"n": 1}).body
    path, match = f"/notes/{created['_id']}", {"If-Match": created["_etag"]}
    reader = narwhal("--read-only", domain=domain_file(NOTES))
    for method, target in [("POST", "/notes"), ("DELETE", "/notes"), *((m, path) for m in ("PATCH", "PUT", "DELETE"))]:
        refused = reader.request(method, target, {"n": 2}, match)
        assert refused.status == 405, (method, target)
        assert refused.header("allow") == "GET, HEAD, OPTIONS"
    assert reader.get(path).body["n"] == 1
    assert reader.get("/notes").body["_meta"]["total"] == 1


def test_problems_are_sent_as_such_to_those_who_ask(pod):
    plain = pod.get("/notes/" + "f" * 24)
    assert plain.header("content-type") == "application/json"
    problem = pod.get("/notes/" + "f" * 24, {"Accept": "application/problem+json"})
    assert problem.header("content-type") == "application/problem+json"
    assert problem.body["status"] == 404 and problem.body["title"] == "Not Found"


def test_the_sample_domain_serves_its_story(narwhal, store_uri):
    pod = narwhal(domain=SAMPLE, store=store_uri)
    position = {"type": "Point", "coordinates": [9.98, 53.54]}
    site = pod.post("/api/sites", {"name": "Harbour-7", "position": position}).body
    device = pod.post("/api/devices", {"name": "Jo's phone", "platform": "android", "serial": "a1"}).body
    reading = {"kind": "wifi", "id": "aa:bb:cc:dd:ee:ff", "rssi": -61, "frequency": 2412}
    fingerprint = {"site": site["_id"], "device": device["_id"], "taken_at": "2026-11-23T10:00:00Z",
                   "readings": [reading, {**reading, "kind": "cell", "rssi": -110}], "note": None}
    created = pod.post("/api/fingerprints", fingerprint)
    assert created.status == 201, created
    got = pod.get(f"/api/fingerprints/{created.body['_id']}").body
    assert {name: got[name] for name in fingerprint} == fingerprint
    assert pod.get("/api/sites/Harbour-7").body["floors"] == 1
    strong = pod.get("/api/fingerprints?where=" + quote('{"readings.rssi":{"$gt":-70}}'))
    assert strong.body["_meta"]["total"] == 1
    bad = pod.post("/api/fingerprints", {**fingerprint, "readings": [{**reading, "rssi": 5, "kind": "sonar"}]})
    assert bad.body["_issues"] == {"readings": [{"0": [{"rssi": "max value is 0", "kind": "unallowed value sonar"}]}]}


def test_every_mistake_of_a_domain_file_is_said_at_once(run, domain_file):
    path = domain_file({"domain": {"people": {"schema": {"age": {"type": "interger"}, "n": {"requird": True}}}}})
    result = run("--domain", path, "--check-config")
    assert result.returncode != 0
    said = result.stderr + result.stdout
    assert "/domain/people/schema/age/type: unknown type 'interger': did you mean 'integer'?" in said
    assert "/domain/people/schema/n/requird: unknown rule: did you mean 'required'?" in said


def test_writes_that_anyone_could_do_are_warned_of_once(narwhal, domain_file, monkeypatch):
    pod = narwhal(domain=domain_file(NOTES))
    assert "no access control" not in pod.log
    pod.end()
    # In a network of its own, where nobody can connect.
    unshare = "unshare -n" if os.geteuid() == 0 else "unshare -rn"
    if subprocess.run([*unshare.split(), "true"], check=False).returncode != 0:
        pytest.skip("no network namespaces here")
    monkeypatch.setenv("NARWHAL_WRAPPER", unshare)
    other = narwhal("--bind", "0.0.0.0:8888", workers=3, domain=domain_file(NOTES), ready=False)
    other.wait_workers(3)
    [warning] = [line for line in other.log.splitlines() if "no access control" in line]
    assert "writes are enabled for notes, tags, loose, named, must on 0.0.0.0:8888 and there is no access" in warning


# --- MongoDB, where other programs write too


@pytest.fixture
def foreign(narwhal, mongo_uri, domain_file):
    """A pod, and the collection of its notes as another program sees it."""
    pod = narwhal(domain=domain_file(NOTES), store=mongo_uri)
    with pymongo.MongoClient(mongo_uri) as client:
        yield pod, client.get_default_database()["notes"]


def test_a_document_of_another_program_is_served_and_edited(foreign):
    pod, notes = foreign
    path = f"/notes/{notes.insert_one({'n': 1, 'strange': 2}).inserted_id}"
    got = pod.get(path)
    assert got.status == 200 and got.body["strange"] == 2
    assert got.body["_created"] == got.body["_updated"] == "1970-01-01T00:00:00Z"
    assert got.header("etag") == f'"{got.body["_etag"]}"'
    assert pod.get("/notes").body["_items"][0]["_etag"] == got.body["_etag"]
    since = {"If-Modified-Since": "Mon, 23 Nov 2099 00:00:00 GMT"}
    assert pod.get(path, headers=since).status == 200, "nobody knows when it was changed"
    assert pod.get(path, headers={"If-None-Match": got.body["_etag"]}).status == 304
    assert pod.request("PATCH", path, {"n": 2}, {"If-Match": "x" * 40}).status == 412
    patched = pod.request("PATCH", path, {"n": 2}, {"If-Match": got.body["_etag"]})
    assert patched.status == 200
    after = pod.get(path).body
    assert (after["n"], after["strange"], after["_etag"]) == (2, 2, patched.body["_etag"])
    other = f"/notes/{notes.insert_one({'n': 1}).inserted_id}"
    etag = pod.get(other).body["_etag"]
    notes.update_many({}, {"$set": {"n": 9}})
    assert pod.request("DELETE", other, None, {"If-Match": etag}).status == 412
    assert pod.request("DELETE", other, None, {"If-Match": pod.get(other).body["_etag"]}).status == 204


def test_values_that_break_a_unique_rule_already_keep_it_from_starting(narwhal, mongo_uri, domain_file):
    with pymongo.MongoClient(mongo_uri) as client:
        client.get_default_database()["notes"].insert_many([{"text": "x"}, {"text": "x"}])
    pod = narwhal(domain=domain_file(NOTES), store=mongo_uri, ready=False)
    pod.wait_log("'text' of 'notes' must be unique")
