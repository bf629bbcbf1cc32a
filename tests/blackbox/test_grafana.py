"""The dashboard in manifests/grafana asks for nothing that /metrics does not have."""

import json
import re
import shutil
import subprocess

import pytest
from server import ROOT

DASHBOARD = ROOT / "manifests/grafana/narwhal.json"
SCRAPED = {"job", "instance"}  # labels that Prometheus adds


@pytest.fixture
def dashboard():
    return json.loads(DASHBOARD.read_text())


def expressions(dashboard):
    """The queries of panels and of variables."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["definition"]


def series(text):
    """Metric name -> the labels that it comes with."""
    found = {}
    for name, labels in re.findall(r"^(\w+)(\{[^\n]*\})? \S+$", text, re.M):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def test_every_metric_and_label_is_there(narwhal, dashboard):
    server = narwhal()
    server.get("/people")
    known = series(server.admin.get("/metrics").body.decode())
    used = list(expressions(dashboard))
    assert len(used) > 20
    for expression in used:
        for name, selector in re.findall(r"(narwhal_\w+)(\{[^}]*\})?", expression):
            assert name in known, f"{name} in {expression}"
            labels = set(re.findall(r"(\w+)=", selector))
            assert labels <= known[name] | SCRAPED, expression
        for by in re.findall(r"\bby \(([^)]*)\)", expression):
            [labels] = {frozenset(known[name]) for name in re.findall(r"narwhal_\w+", expression)}
            assert set(by.split(", ")) <= labels | SCRAPED, expression


def test_every_metric_is_shown(narwhal, dashboard):
    server = narwhal()
    server.get("/people")
    families = re.findall(r"^# TYPE (\w+) \w+$", server.admin.get("/metrics").body.decode(), re.M)
    used = " ".join(expressions(dashboard))
    assert [name for name in families if not re.search(rf"{name}(_bucket|_count)?\b", used)] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool here")
def test_prometheus_understands_every_query(dashboard, tmp_path):
    queries = [
        re.sub(r"\$__\w+", "5m", query) for query in expressions(dashboard) if not query.startswith("label_values(")
    ]
    rules = [{"record": f"panel:{i}", "expr": query} for i, query in enumerate(queries)]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    done = subprocess.run(
        ["promtool", "check", "rules", tmp_path / "rules.yml"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_panels_are_whole_and_do_not_overlap(dashboard):
    taken = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + i, at["y"] + k) for i in range(at["w"]) for k in range(at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
        for target in panel.get("targets", []):
            assert target["datasource"]["uid"] == "${datasource}", panel["title"]
            assert target["expr"].count("(") == target["expr"].count(")"), panel["title"]
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
