"""The lines that `norrsam trace` prints, and the sentence that says where an event is missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from infra.cli import main
from infra.cli import trace as command
from infra.tracing import way
from infra.tracing.verdict import has_arrived, verdict
from infra.tracing.way import Arrival, Outbox, Sent, Version
from shared.links.freshness import ReadStream, WrittenStream
from shared.recovery.dead_letters import DeadLetter
from shared.runtime.settings import SettingsError

TOPIC, NOW = "norrbotten.shared.guidance.v1", datetime.now(UTC)
VERSION = Version(TOPIC, "se.norrsam.guidance.RoutineApproved.v1", 3, 1, 118, NOW)
STREAM = WrittenStream(stream="guidance", topic=TOPIC, epoch=1, first=1, last=120, confirmed=120)
OUTBOX = Outbox("shipment-alerts", [VERSION], {TOPIC: STREAM})
SENT = Sent(VERSION, 117, NOW)
READ = ReadStream(county="norrbotten", stream="guidance", topic=TOPIC, applied_number=120)
THERE = Arrival("jamtland", "shipment-alerts", READ, [(1, 3)], [])
OLDER = replace(THERE, rows=[(1, 2)])
LETTER = DeadLetter(
    7, TOPIC, "invalid-data", "", 117, None, (("ce_aggregateversion", b"3"),), None, NOW, 0, "discarded"
)
REPUBLISH = "run `norrsam republish 118 118 --county norrbotten --service shipment-alerts --stream guidance`."
OPEN = replace(LETTER, outcome=None)
BY_HTTP = replace(THERE, rows=None, letters=None)


def said(version: Version = VERSION, outbox: Outbox = OUTBOX, found: Sent | None = SENT, *arrivals: Arrival) -> str:
    return verdict(version, outbox, found, arrivals or [OLDER], kafka_answers=True) or "arrived"


def reading(**changed: object) -> Arrival:
    """A county with an older row, whose stream is so."""
    return replace(OLDER, stream=READ.model_copy(update=changed))


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (said(VERSION, OUTBOX, SENT, THERE), "arrived"),
        (said(VERSION, OUTBOX, SENT, replace(THERE, rows=[(1, 4)])), "arrived"),
        (said(VERSION, OUTBOX, SENT, replace(THERE, rows=[])), "arrived"),
        (said(VERSION, OUTBOX, None, THERE), "arrived"),
        (said(VERSION, replace(OUTBOX, doubt="older")), "norrbotten/shipment-alerts may be a restored database"),
        (said(replace(VERSION, written_at=None)), "may be a restored database"),
        (said(replace(VERSION, number=None, epoch=None)), "It has no number"),
        (said(replace(VERSION, number=121)), "Kafka has not confirmed number 121"),
        (said(VERSION, OUTBOX, None), REPUBLISH),
        (said(), "jamtland/shipment-alerts has passed number 118, but its row is older: run `norrsam rebuild"),
        (said(VERSION, OUTBOX, SENT, replace(OLDER, letters=[LETTER])), "has discarded it as dead letter 7"),
        (
            said(VERSION, OUTBOX, SENT, replace(OLDER, letters=[OPEN])),
            "dead letter 7 (invalid-data): see `norrsam dead",
        ),
        (said(VERSION, OUTBOX, SENT, replace(THERE, rows=[], letters=[OPEN])), "dead letter 7 (invalid-data)"),
        (said(VERSION, OUTBOX, SENT, reading(stopped="a name")), "has stopped this stream"),
        (
            said(VERSION, OUTBOX, SENT, reading(applied_number=117)),
            "has not read number 118, though its process answers",
        ),
        (
            said(VERSION, OUTBOX, SENT, replace(reading(applied_number=117), silent="does not answer.")),
            "has not read number 118, and its process does not answer. Start it",
        ),
        (said(VERSION, OUTBOX, SENT, reading(gaps=[(118, 119)])), "misses number 118: norrbotten publishes it again"),
        (said(VERSION, OUTBOX, SENT, replace(BY_HTTP, stream=READ.model_copy(update={"dead_letters": 2}))), "2 dead"),
        (said(VERSION, OUTBOX, SENT, BY_HTTP, replace(BY_HTTP, stream=None)), "cannot be asked"),
    ],
)
def test_the_sentence_names_the_first_place_where_it_is_missing(sentence: str, words: str) -> None:
    assert words in sentence


def test_without_a_number_nothing_has_arrived() -> None:
    assert not has_arrived(replace(VERSION, number=None, epoch=None), THERE)


def test_a_gap_of_another_epoch_hides_nothing() -> None:
    later = READ.model_copy(update={"epoch": 2, "gaps": [(118, 118)]})

    assert has_arrived(VERSION, replace(THERE, stream=later, rows=[]))
    assert not has_arrived(replace(VERSION, epoch=2), replace(THERE, stream=later, rows=[]))


@pytest.mark.parametrize("stream", ["actors", "shipment-signals"])
def test_the_widest_names_fit_into_80_columns(monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    topic = f"vasternorrland.shared.{stream}.v1"
    newest = Version(topic, "se.norrsam.shipment-signals.ShipmentSignalWithdrawn.v1", 1234, 1, 1_234_567, NOW)
    first = replace(newest, version=1, number=7)

    def asked(county: str, service: str, work: Callable[..., Any], **_: bool) -> Outbox | Arrival:
        if "_outbox" in work.__qualname__:
            return Outbox(service, [first, newest], {topic: STREAM.model_copy(update={"confirmed": 1_234_567})})
        if county == "jamtland":
            raise SettingsError("There is no database here.")
        read = READ.model_copy(update={"applied_number": 1_234_567, "complete_until": NOW, "gaps": [(8, 9)]})
        return Arrival(county, service, read, [(1, 1234)], [replace(LETTER, outcome="discarded")])

    monkeypatch.setattr(command, "beside_database", asked)
    monkeypatch.setattr(command, "ask", lambda *_: "does not answer (ConnectError).")
    monkeypatch.setattr(way, "sent", lambda *_: [Sent(newest, 12_345_678, NOW), Sent(first, 7, NOW)])
    done = CliRunner().invoke(main._program(["trace"]), ["trace", f"vasternorrland/{UUID(int=1)}", "--all"])

    lines = done.output.splitlines()
    said = " ".join(done.output.split())
    assert (done.exit_code, said.count("cannot be asked: its database")) == (1, 2), done.output
    assert [line for line in lines if len(line) > 80] == []
    assert lines[1] == "se.norrsam.shipment-signals.ShipmentSignalWithdrawn.v1, version 1"
    assert any(line.startswith("away       jamtland") for line in lines)
