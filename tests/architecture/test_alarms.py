"""The alarm rules speak of figures that exist, and each has its section in the runbook."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from infra.gateway import all_services
from infra.mirror import watching
from infra.partners import keeping, receiver
from services.shipment_alerts.api.advice import STOPS
from shared.links.faults import SECTIONS, FaultKind
from shared.messaging import metrics as delivery
from shared.protocol.judging import RecordOutcome
from shared.runtime import metrics
from shared.transport import sending
from tests.support.yaml import read_yaml

PROJECT = Path(__file__).parents[2]
PROMETHEUS = PROJECT / "infra" / "prometheus"
RUNBOOK = PROJECT / "docs" / "runbook.md"
RULES: list[dict[str, Any]] = [
    rule for group in read_yaml(PROMETHEUS / "alarms.yml")["groups"] for rule in group["rules"]
]
GIVEN_BY_PROMETHEUS = {"up": {"job", "instance"}, "process_start_time_seconds": {"job", "instance"}}
_METRIC = re.compile(r"\b(up|process_\w+|norrsam_\w+)\b(?:\{([^}]*)\})?")
_LABELS = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_GROUPED = re.compile(r"\b(?:by|on) \(([^)]*)\)")
_SUFFIXES = {"counter": ("_total",), "histogram": ("_count", "_sum", "_bucket"), "gauge": ("",)}


def known_metrics() -> dict[str, set[str]]:
    """Each metric as Prometheus knows it, with its labels."""
    known = dict(GIVEN_BY_PROMETHEUS)
    for module in (sending, delivery, metrics, keeping, receiver, watching):
        for metric in vars(module).values():
            if hasattr(metric, "_labelnames"):
                for suffix in _SUFFIXES[metric._type]:
                    known[metric._name + suffix] = {*metric._labelnames, "job", "instance"}
    return known


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def slugs() -> set[str]:
    """The anchors of the runbook's headings."""
    return anchors(RUNBOOK)


def sections() -> Iterator[tuple[str, str]]:
    """Each section of the runbook: its anchor, and its text."""
    for part in re.split(r"^#+ ", RUNBOOK.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        yield re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-"), text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_the_metrics_of_a_rule_exist_with_their_labels(rule: dict[str, Any]) -> None:
    known = known_metrics()

    found = _METRIC.findall(rule["expr"])

    assert found
    for name, selector in found:
        assert name in known, f"{rule['alert']} names {name}, which nobody makes"
        assert set(_LABELS.findall(re.sub(r'"[^"]*"', '""', selector))) <= known[name], rule["alert"]
    kept = set.intersection(*(known[name] for name, _ in found))
    for group in _GROUPED.findall(rule["expr"]):
        assert {label.strip() for label in group.split(",")} <= kept, rule["alert"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_the_summary_of_a_rule_names_labels_of_the_alarm(rule: dict[str, Any]) -> None:
    used = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"] + rule["annotations"]["description"]))
    grouped = [{label.strip() for label in group.split(",")} for group in re.findall(r"by \(([^)]*)\)", rule["expr"])]

    has = set.intersection(*grouped) if grouped else {"job", "instance"}

    assert used
    assert used <= has


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_says_how_long_how_bad_and_where_help_is(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+[mh]", rule["for"])
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"].keys() == {"summary", "description", "runbook"}
    page, _, section = rule["annotations"]["runbook"].partition("#")
    assert (PROJECT / page) == RUNBOOK
    assert section in slugs()
    assert rule["alert"] in dict(sections())[section], f"the section {section} does not name {rule['alert']}"


def test_every_alarm_in_the_runbook_is_a_rule_of_that_section() -> None:
    rules = {rule["alert"]: rule["annotations"]["runbook"].partition("#")[2] for rule in RULES}

    assert len(rules) == len(RULES)
    for section, text in sections():
        for named in re.findall(r"^Alarms?: (.+)$", text, re.MULTILINE):
            for alarm in re.findall(r"`(\w+)`", named):
                assert rules.get(alarm) == section, f"{section} names {alarm}"


def test_every_reason_of_a_dead_letter_has_a_rule() -> None:
    reasons = {outcome.value for outcome in RecordOutcome} - {"applied", "skipped", "passed-epoch", "waits"}
    told = {reason for rule in RULES for reason in re.findall(r'reason="([^"]+)"', rule["expr"])}

    assert told == reasons


def test_every_kind_of_fault_has_a_rule_with_its_section() -> None:
    told = {
        kind: rule["annotations"]["runbook"].partition("#")[2]
        for rule in RULES
        for kind in re.findall(r'kind="([^"]+)"', rule["expr"])
    }

    assert told == {kind.value: SECTIONS[kind] for kind in FaultKind}


def test_every_figure_has_a_rule_or_is_only_shown() -> None:
    only_shown = {
        "norrsam_certificate_end_seconds",  # the faults tell
        "norrsam_checkpoint_number",
        "norrsam_http_request_seconds",
        "norrsam_inbox_events",
        "norrsam_partner_records_refused",  # the dead letters tell
        "norrsam_relay_sent",
    }
    made = {
        metric._name
        for module in (delivery, metrics, keeping, receiver, watching)
        for metric in vars(module).values()
        if hasattr(metric, "_labelnames")
    }

    told = {name.removesuffix("_total") for rule in RULES for name, _ in _METRIC.findall(rule["expr"])}

    assert made - told == only_shown


def test_prometheus_asks_every_service_and_knows_the_rules() -> None:
    config = read_yaml(PROMETHEUS / "prometheus.yml")
    (job,) = config["scrape_configs"]

    targets = {target for group in job["static_configs"] for target in group["targets"]}

    assert targets == {f"{service.name}:8000" for service in all_services()}
    assert {name: each["port"] for each in job["dns_sd_configs"] for name in each["names"]} == {
        "mirror": 9180,
        "partners": 9180,
        "workspace": 8000,
    }
    assert {f'job="{job["job_name"]}"' in rule["expr"] for rule in RULES if "up{" in rule["expr"]} == {True}
    assert config["rule_files"] == ["/etc/prometheus/alarms.yml"]
    compose = read_yaml(PROJECT / "docker-compose.yml")["services"]["prometheus"]
    assert "./infra/prometheus:/etc/prometheus:ro" in compose["volumes"]
    assert re.fullmatch(r"\$\{NORRSAM_IMAGE_PROMETHEUS:-prom/prometheus:v\d+\.\d+\.\d+\}", compose["image"])


def test_prometheus_does_not_follow_the_gate_s_counts_over_time() -> None:
    (job,) = read_yaml(PROMETHEUS / "prometheus.yml")["scrape_configs"]

    dropped = [rule["regex"] for rule in job["metric_relabel_configs"] if rule["action"] == "drop"]
    assert any(re.fullmatch(pattern, f"{STOPS.counter._name}_total") for pattern in dropped)
    known = [name for name in known_metrics() if any(re.fullmatch(pattern, name) for pattern in dropped)]
    assert known == []  # nothing that an alarm looks at


def test_the_metrics_library_tells_when_a_process_started() -> None:
    assert any(metric.name == "process_start_time_seconds" for metric in REGISTRY.collect())
