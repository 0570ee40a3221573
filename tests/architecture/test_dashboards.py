"""The operator's page in Grafana speaks of figures that exist, and is found where Grafana looks for it."""

import json
import re
from typing import Any

import pytest

from tests.architecture.test_alarms import _GROUPED, _LABELS, _METRIC, PROJECT, known_metrics
from tests.support.yaml import read_yaml

GRAFANA = PROJECT / "infra" / "grafana"
PAGE: dict[str, Any] = json.loads((GRAFANA / "county.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = [panel for panel in PAGE["panels"] if panel["type"] != "row"]
MADE = {"owner": "topic", "le": "le"}
"""Labels that a query makes of another one, or that every histogram has."""


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_the_metrics_of_a_panel_exist_with_their_labels(panel: dict[str, Any]) -> None:
    known = known_metrics()

    for target in panel["targets"]:
        found = _METRIC.findall(target["expr"])
        assert found
        for name, selector in found:
            assert name in known, f"{panel['title']} names {name}, which nobody makes"
            assert set(_LABELS.findall(re.sub(r'"[^"]*"', '""', selector))) <= known[name]
        kept = set.intersection(*(known[name] for name, _ in found)) | MADE.keys()
        grouped = {label.strip() for group in _GROUPED.findall(target["expr"]) for label in group.split(",")}
        assert grouped <= kept
        assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= (grouped or kept)


def test_the_page_shows_each_figure_that_an_operator_looks_at() -> None:
    shown = {name for panel in PANELS for each in panel["targets"] for name, _ in _METRIC.findall(each["expr"])}
    ours = {name.removesuffix("_bucket") for name in known_metrics() if name.startswith("norrsam_")}

    left_out = {name for name in ours - shown if not name.endswith(("_sum", "_count"))}

    apart = re.compile(r"norrsam_(partner|migrations|projections|database_doubted|relay_chore|http_request_seconds)")
    assert {name for name in left_out if not apart.match(name)} == set()


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in PAGE["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not taken & cells, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in PAGE["panels"]}) == len(PAGE["panels"])


def test_grafana_finds_its_source_and_its_page() -> None:
    services = read_yaml(PROJECT / "docker-compose.yml")["services"]
    (source,) = read_yaml(GRAFANA / "provisioning" / "datasources" / "prometheus.yml")["datasources"]
    (provider,) = read_yaml(GRAFANA / "provisioning" / "dashboards" / "norrsam.yml")["providers"]

    assert (source["url"], source["isDefault"]) == ("http://prometheus:9090", True)
    page = f"{provider['options']['path']}/county.json"
    assert f"./infra/grafana/county.json:{page}:ro" in services["grafana"]["volumes"]
    assert services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == page
    assert services["grafana"]["profiles"] == services["prometheus"]["profiles"] == ["observability"]
