"""A partner is shown signals up to its label: no more by whatever comes, in whatever order, how often it may."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.partners.own_topic import LABELS, OwnTopic, ShownRecord, own_topic
from shared.contracts.shipment_codes import Tlp
from shared.contracts.topics import stream_name, topic_name, unlinkable
from shared.protocol.envelope import numbered, source_of, timestamp

TOPIC = topic_name("jamtland", "shipment-signals")
SIGNALS = [UUID(int=number, version=4) for number in (1, 2)]
TYPE = "se.norrsam.shipment-signals.ShipmentSignal{}.v1"
Event = tuple[str, list[tuple[str, bytes]], bytes, bytes]


def event(version: int, label: str, kind: str = "Corrected", signal: UUID = SIGNALS[0], epoch: int = 1) -> Event:
    """An event of a signal, as it lies on the topic of its county."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid4()),
        "ce_source": source_of(TOPIC),
        "ce_type": TYPE.format(kind),
        "ce_subject": str(signal),
        "ce_time": timestamp(datetime(2026, 11, 28, 21, tzinfo=UTC)),
        "ce_aggregateversion": str(version),
        "ce_dataschema": f"https://jamtland.test/schemas/{TYPE.format(kind)}",
    }
    status = {"Withdrawn": "WITHDRAWN", "Expired": "EXPIRED"}.get(kind, "RELEASED")
    said = {"id": str(signal), "tlp": label, "status": status, "version": version, "later_field": "å"}
    payload = json.dumps(said, ensure_ascii=False).encode()
    return TOPIC, numbered([(name, value.encode()) for name, value in headers.items()], epoch, version), b"key", payload


def said(forwarded: ShownRecord | None) -> tuple[str, dict[str, Any]]:
    """The type and the data of what the partner is shown."""
    assert forwarded
    _, payload, headers = forwarded
    return dict(headers)["ce_type"].decode().split(".")[3], json.loads(payload)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("agreed", LABELS)
def test_a_signal_is_shown_up_to_the_label_that_is_agreed(agreed: Tlp, label: Tlp) -> None:
    topic, headers, key, payload = event(1, label.value, "Released")

    shown = OwnTopic(agreed).decide(topic, headers, key, payload)

    assert shown == ((key, payload, headers) if LABELS.index(label) <= LABELS.index(agreed) else None)


@pytest.mark.parametrize("label", ["RED", "UNKNOWN", "amber", "", None, ["CLEAR"]])
def test_a_label_that_is_not_known_is_shown_to_nobody(label: Any) -> None:
    assert OwnTopic(Tlp.AMBER_STRICT).decide(*event(1, label)) is None


def test_a_signal_whose_label_rises_is_taken_back_once() -> None:
    own = OwnTopic(Tlp.AMBER)
    own.decide(*event(1, "AMBER", "Released"))

    kind, state = said(taken := own.decide(*event(2, "AMBER+STRICT")))

    assert taken
    assert dict(taken[2])["ce_aggregateversion"] == b"2"
    assert dict(taken[2])["ce_dataschema"].endswith(b"ShipmentSignalWithdrawn.v1")
    assert (kind, state["status"], state["tlp"], state["version"]) == (
        "ShipmentSignalWithdrawn",
        "WITHDRAWN",
        "AMBER",
        1,
    )
    assert own.decide(*event(3, "AMBER+STRICT")) is None
    assert said(own.decide(*event(4, "GREEN")))[1]["version"] == 4


def test_an_older_state_is_not_shown_after_a_newer_secret_one() -> None:
    own = OwnTopic(Tlp.AMBER)

    assert own.decide(*event(2, "AMBER+STRICT")) is None
    assert own.decide(*event(1, "CLEAR", "Released")) is None


def test_nothing_but_signals_is_shown() -> None:
    topic, headers, key, payload = event(1, "CLEAR")
    answer = [(name, value.replace(b"ShipmentSignalCorrected", b"SignalFeedbackGiven")) for name, value in headers]

    for wrong in ((answer, payload), (headers, b"{"), (headers, b"[]"), (headers[1:], payload), ([], payload)):
        assert OwnTopic(Tlp.AMBER).decide(topic, wrong[0], key, wrong[1]) is None


def test_a_forged_source_is_shown_to_nobody() -> None:
    _, headers, key, payload = event(1, "CLEAR")

    assert OwnTopic(Tlp.AMBER).decide(topic_name("norrbotten", "shipment-signals"), headers, key, payload) is None


events = st.builds(
    event,
    st.integers(1, 5),
    st.sampled_from([*(each.value for each in LABELS), "RED"]),
    st.just("Corrected"),
    st.sampled_from(SIGNALS),
    st.integers(1, 2),
)


@given(st.lists(events, max_size=12), st.integers(0, 12), st.sampled_from(LABELS))
def test_in_the_end_a_partner_has_the_newest_it_may_see(many: list[Event], restart: int, agreed: Tlp) -> None:
    """Also where the program begins anew in between: it learns from the partner's topic, and reads all again."""
    first_of_age: dict[tuple[bytes, bytes, bytes], Event] = {}
    for each in many:  # one version of a signal is one state
        values = dict(each[1])
        first_of_age.setdefault((values["ce_subject"], values["ce_epoch"], values["ce_aggregateversion"]), each)
    source = list(first_of_age.values())
    sent: list[ShownRecord] = []
    for read in (source[:restart], source):
        own = OwnTopic(agreed)
        for _, payload, headers in sent:
            own.has(headers, payload)
        sent += [shown for each in read if (shown := own.decide(*each))]

    allowed = {each.value for each in LABELS[: LABELS.index(agreed) + 1]}
    assert all(json.loads(payload)["tlp"] in allowed for _, payload, _ in sent)
    assert len({(dict(headers)["ce_subject"], _age(headers)) for _, _, headers in sent}) == len(sent)  # none twice
    for signal in SIGNALS:
        newest = max((each for each in source if _is_of(each[1], signal)), key=lambda each: _age(each[1]), default=None)
        has = max((each for each in sent if _is_of(each[2], signal)), key=lambda each: _age(each[2]), default=None)
        if newest and json.loads(newest[3])["tlp"] in allowed:
            assert has
            assert has[1] == newest[3]
        elif has:
            assert json.loads(has[1])["status"] == "WITHDRAWN"


def _is_of(headers: list[tuple[str, bytes]], signal: UUID) -> bool:
    return dict(headers)["ce_subject"].decode() == str(signal)


def _age(headers: list[tuple[str, bytes]]) -> tuple[int, int]:
    return int(dict(headers)["ce_epoch"]), int(dict(headers)["ce_aggregateversion"])


def test_its_topic_keeps_the_hour_alone_as_that_of_the_counties() -> None:
    topic = own_topic("norrbotten", "police", Tlp.AMBER_STRICT)

    assert topic == "norrbotten.partners.police.amber-strict.shipment-signals.v1"
    assert stream_name(topic) == "shipment-signals"
    assert unlinkable(topic)
