"""GET /schema: what a program needs to know to show and change the documents of any domain."""

import re
import signal
from urllib.parse import quote

import pytest
from server import ROOT

SAMPLE = ROOT / "manifests/domain.json"
NOTES = {"domain": {"notes": {"schema": {"text": {"type": "string", "maxlength": 9}}}}}


@pytest.fixture
def pod(narwhal, store_uri):
    return narwhal(domain=SAMPLE, store=store_uri, workers=2)


def test_the_sample_domain_describes_itself(pod):
    response = pod.get("/api/schema")
    assert response.status == 200 and response.header("content-type") == "application/json"
    resources = response.body["resources"]
    assert list(resources) == ["sites", "devices", "fingerprints"]
    schema = resources["fingerprints"].pop("schema")
    assert resources["fingerprints"] == {
        "title": "fingerprints", "item_title": "Fingerprint", "href": "fingerprints",
        "resource_methods": ["GET", "POST"], "item_methods": ["GET", "PATCH", "PUT", "DELETE"],
        "id_field": "_id", "pagination_default": 50, "pagination_limit": 500, "allow_unknown": False,
    }
    assert list(schema) == ["site", "device", "taken_at", "position", "floor", "readings", "note"]
    assert schema["site"] == {
        "type": "objectid", "required": True, "data_relation": {"resource": "sites", "field": "_id"}}
    assert schema["position"] == {"type": "point"}
    assert schema["note"] == {"type": "string", "nullable": True, "maxlength": 2000}
    readings = schema["readings"]
    assert (readings["type"], readings["required"], readings["minlength"], readings["maxlength"]) == (
        "list", True, 1, 500)
    assert readings["schema"]["type"] == "dict"
    assert readings["schema"]["schema"]["rssi"] == {"type": "integer", "required": True, "min": -120, "max": 0}
    assert resources["sites"]["additional_lookup"] == {"field": "name", "url": 'regex("[\\w-]+")'}
    assert resources["devices"]["schema"]["is_active"] == {"type": "boolean", "default": True}


SIMPLE = {"string": "x", "integer": 0, "datetime": "2026-11-24T10:00:00Z", "boolean": False}


def value_of(rules, ids):
    """One that meets @rules, as a program finds it that knows nothing but them. @ids: an id of each resource."""
    if "allowed" in rules:
        return rules["allowed"][0]
    if "data_relation" in rules:
        return ids[rules["data_relation"]["resource"]]
    if rules["type"] == "list":
        return [value_of(rules["schema"], ids)] * rules.get("minlength", 0)
    if rules["type"] == "dict":
        return document_of(rules["schema"], ids)
    return rules.get("min", SIMPLE[rules["type"]])


def document_of(schema, ids):
    return {name: value_of(rules, ids) for name, rules in schema.items() if rules.get("required")}


def test_a_document_made_from_the_description_alone_is_accepted(pod):
    ids = {}
    for name, resource in pod.get("/api/schema").body["resources"].items():
        document = document_of(resource["schema"], ids)
        created = pod.post(f"/api/{resource['href']}", document)
        assert created.status == 201, (document, created)
        ids[name] = created.body[resource["id_field"]]
        page = pod.get(f"/api/{resource['href']}?where=" + quote('{"_id":"%s"}' % ids[name])).body
        assert page["_meta"]["total"] == 1 and page["_meta"]["max_results"] == resource["pagination_default"]
        for field in document:
            missing = {k: v for k, v in document.items() if k != field}
            assert pod.post(f"/api/{resource['href']}", missing).body["_issues"] == {field: "required field"}


def test_a_copy_is_good_until_the_rules_change(narwhal, domain_file, store_uri):
    path = domain_file(NOTES)
    pod = narwhal(domain=path, store=store_uri, workers=1)
    first = pod.get("/schema")
    etag = first.header("etag")
    assert re.fullmatch('"[0-9a-f]{40}"', etag) and first.header("cache-control") == "no-cache"
    for form in (etag, f"W/{etag}", f'"x", {etag}', etag.strip('"'), "*"):
        fresh = pod.get("/schema", {"If-None-Match": form})
        assert (fresh.status, fresh.body, fresh.header("etag")) == (304, b"", etag), form
        assert fresh.header("cache-control") == "no-cache"
    assert pod.get("/schema", {"If-None-Match": '"x"'}).body == first.body

    old = pod.wait_workers(1)
    pod.signal(signal.SIGHUP)
    old = pod.wait_workers(1, without=old)
    assert pod.get("/schema", {"If-None-Match": etag}).status == 304  # the same rules: the same etag

    domain_file({"domain": {"notes": {"schema": {"text": {"type": "string", "maxlength": 8}}}}})
    pod.signal(signal.SIGHUP)
    pod.wait_workers(1, without=old)
    changed = pod.get("/schema", {"If-None-Match": etag})
    assert changed.status == 200 and changed.header("etag") != etag
    assert changed.body["resources"]["notes"]["schema"] == {"text": {"type": "string", "maxlength": 8}}


def test_head_says_what_get_says(pod):
    got, head = pod.get("/api/schema"), pod.request("HEAD", "/api/schema")
    assert head.status == 200 and head.body == b""
    for name in ("etag", "cache-control", "content-length", "content-type"):
        assert head.header(name) == got.header(name)


def test_it_is_read_only_and_under_the_prefix(pod):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        refused = pod.request(method, "/api/schema", {})
        assert refused.status == 405 and "GET" in refused.header("allow")
    assert pod.get("/schema").status == 404
    assert pod.get("/api/schema/name").status == 404


def test_it_describes_what_is_stored_too(narwhal, domain_file, store_uri):
    """Dates are as documents have them, and a default is what a document gets."""
    rules = {"type": "datetime", "default": "2021-01-01T01:00:00+01:00", "max": "Wed, 01 Jan 2025 00:00:00 GMT"}
    domain = {"resource_methods": ["GET", "POST"], "domain": {"notes": {"schema": {"at": rules}}}}
    pod = narwhal(domain=domain_file(domain), store=store_uri)
    told = pod.get("/schema").body["resources"]["notes"]["schema"]["at"]
    assert told == {"type": "datetime", "default": "2021-01-01T00:00:00Z", "max": "2025-01-01T00:00:00Z"}
    created = pod.post("/notes", {}).body
    assert pod.get(f"/notes/{created['_id']}").body["at"] == told["default"]


def test_a_resource_cannot_hide_it(run, domain_file):
    path = domain_file({"domain": {"schema": {"schema": {}}, "notes": {"schema": {"a": {"type": "intger"}}}}})
    done = run("--domain", path, "--check-config")
    assert done.returncode == 1
    assert "domain.json: /domain/schema: a resource cannot have this name" in done.stderr
    assert "did you mean 'integer'?" in done.stderr  # with the other mistakes
