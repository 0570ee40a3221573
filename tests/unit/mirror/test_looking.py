"""`norrsam peers test`: each fault and its words, without a Kafka; with two of them: tests/federated/test_peers.py."""

import json
from pathlib import Path

import pytest

from infra.mirror import looking
from infra.mirror.joining import shared_types
from infra.mirror.looking import APART, Joint
from infra.mirror.rights import Look, schemas, sees_nothing_else, writes_nothing
from shared.contracts.topics import STREAMS, topic_name
from shared.transport.kafka import KafkaCluster

JOINT = Joint("norrbotten", "jamtland", *(KafkaCluster(f"127.0.0.1:{port}") for port in (1, 2, 3)))
READ = {"READ", "DESCRIBE", "DESCRIBE_CONFIGS"}
RIGHTS = {topic_name("jamtland", stream): READ for stream in STREAMS}


def test_a_mirror_that_reads_and_no_more_is_good() -> None:
    assert [each("jamtland", RIGHTS).do for each in (writes_nothing, sees_nothing_else)] == ["", ""]


@pytest.mark.parametrize("operation", ["WRITE", "ALTER", "ALTER_CONFIGS", "CREATE", "DELETE"])
def test_any_right_but_those_to_read_is_bad(operation: str) -> None:
    topic = topic_name("jamtland", "meetings")

    look = writes_nothing("jamtland", RIGHTS | {topic: {*READ, operation}})

    assert look.found == f"it may also {operation} of {topic}"
    assert "jamtland: `norrsam access plan`" in look.do


def test_a_topic_that_is_not_the_county_s_to_share_is_bad() -> None:
    hidden = ["norrbotten.shared.actors.v1", "jamtland.partners.police.sealed-alerts.v1"]

    look = sees_nothing_else("jamtland", RIGHTS | dict.fromkeys(hidden, READ))

    assert look.found == f"it also sees {', '.join(sorted(hidden))}"
    assert look.do


@pytest.mark.parametrize(
    ("age", "said", "do"),
    [
        (0.0, "0.0 s old", ""),
        (APART - 1, "59.0 s old", ""),
        (APART + 1, "61.0 s old", "do its services run, is its clock right"),
        (1 - APART, "-59.0 s old", ""),
        (-APART - 1, "61 s ahead", "Clocks differ"),
    ],
)
def test_a_clock_that_is_apart_is_bad(age: float, said: str, do: str) -> None:
    look = JOINT.clock(1_000_000.0, 1_000_000.0 + age)

    assert said in look.found
    assert do in look.do
    assert bool(look.do) == bool(do)


def test_a_county_that_has_never_reported_is_bad() -> None:
    assert JOINT.clock(0, 1_000_000.0) == Look("clock", "no report is there yet", "jamtland: do its services run?")


def test_a_report_that_does_not_come_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(100))
    monkeypatch.setattr(looking, "newest", lambda kafka, counties: {"jamtland": 99.0})
    monkeypatch.setattr("time.monotonic", lambda: float(next(now)))
    monkeypatch.setattr("time.sleep", lambda _: None)

    look = JOINT.comes_here(100.0)

    assert look.found == "its newest report has not come in 15 s"
    assert "The mirror brings nothing" in look.do
    assert not JOINT.comes_here(99.0).do


def test_types_that_only_the_other_county_knows_are_bad(tmp_path: Path) -> None:
    contract = tmp_path / "topics.json"
    known = shared_types("jamtland")
    contract.write_text(json.dumps(known | {"jamtland.shared.actors.v1": ["se.norrsam.actors.ActorMerged.v1"]}))

    look = schemas(contract)

    assert look.found == "not known here: se.norrsam.actors.ActorMerged.v1; 1 in all"
    assert "upgrade here" in look.do
    contract.write_text(json.dumps(known))
    assert not schemas(contract).do


@pytest.mark.parametrize("text", [None, "", "[]", "{"])
def test_a_county_whose_types_are_not_on_record_is_bad(tmp_path: Path, text: str | None) -> None:
    contract = tmp_path / "topics.json"
    if text is not None:
        contract.write_text(text)

    assert schemas(contract).do == "add its bundle, or ask for a new one"
