"""Decides what a partner is shown of the signals, on a topic of its own: up to the label that is agreed, and no more.

Levels count, not events: whatever of the counties' topics comes again, or late, the newest state of a signal decides.
A signal whose label rises above what is agreed is taken back: the state that the partner has of it is said again, as
withdrawn.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.shipment_codes import MessageKind, SignalStatus, Tlp
from shared.contracts.shipment_signals import EVENTS, ShipmentSignal, ShipmentSignalWithdrawn
from shared.contracts.topics import county_of
from shared.protocol.envelope import Envelope, FalseEnvelope, parse, topic_of_source

STREAM, REPLIES, PARKED = "shipment-signals", "shipment-signals-replies", "parked"
LABELS = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT)
"""Each is for fewer than the one before it. RED is for persons by name, so no signal has it."""
_WITHDRAWN = ShipmentSignalWithdrawn.event_type
_OF_SIGNALS = tuple(each.event_type for each in EVENTS if issubclass(each, ShipmentSignal))

EventHeaders = Sequence[tuple[str, bytes]]
ShownRecord = tuple[bytes, bytes, list[tuple[str, bytes]]]


def own_topic(county: str, agency: str, label: Tlp) -> str:
    """The partner's topic for this label. Another label has another topic, so no old record has to be found in it."""
    return f"{county}.partners.{agency}.{label.value.lower().replace('+', '-')}.{STREAM}.v1"


def is_own_topic(topic: str, county: str) -> bool:
    """Whether this is a topic on which the county shows a partner signals, by whatever label."""
    return topic.startswith(f"{county}.partners.") and topic.endswith(f".{STREAM}.v1")


def holds_events(topic: str, county: str) -> bool:
    """Whether this is a topic of events to one partner, or of its replies, so that it goes with what is agreed."""
    others = (f".{PARKED}.v1", f".{REPLIES}.v1")
    return is_own_topic(topic, county) or (topic.startswith(f"{county}.partners.") and topic.endswith(others))


@dataclass
class OwnTopic:
    """Knows by signal its newest age, and the state of it that the partner has; None if it has none."""

    label: Tlp
    known: dict[tuple[str, str], tuple[tuple[int, int], bytes | None]] = field(default_factory=dict)

    def has(self, headers: EventHeaders, payload: bytes) -> None:
        """A record lies in the partner's topic already. One that is no event says nothing."""
        topic = topic_of_source(STREAM, headers)
        try:
            envelope = parse(topic, headers)
        except FalseEnvelope:
            return
        signal, age = (county_of(topic), str(envelope.subject)), _age(envelope)
        if age > self.known.get(signal, ((0, 0), None))[0]:
            self.known[signal] = age, payload

    def decide(self, topic: str, headers: EventHeaders, key: bytes, payload: bytes) -> ShownRecord | None:
        """The record to send for one of a county's topic; None if the partner is shown nothing by it.

        What is no true event of a signal is passed over: the county itself has it as a dead letter.
        """
        try:
            envelope = parse(topic, headers)
            said = json.loads(payload)
        except (FalseEnvelope, ValueError):
            return None
        if envelope.type not in _OF_SIGNALS or not isinstance(said, dict):
            return None
        signal, age = (county_of(topic), str(envelope.subject)), _age(envelope)
        before, shown = self.known.get(signal, ((0, 0), None))
        if age <= before:
            return None
        if said.get("tlp") in LABELS[: LABELS.index(self.label) + 1]:
            self.known[signal] = age, payload
            return key, payload, list(headers)
        self.known[signal] = age, None
        return None if shown is None else _taken_back(key, shown, headers, envelope)


def _taken_back(key: bytes, shown: bytes, headers: EventHeaders, envelope: Envelope) -> ShownRecord:
    state: Mapping[str, Any] = json.loads(shown)
    ended = {"status": SignalStatus.WITHDRAWN.value, "message_kind": MessageKind.WITHDRAWAL.value}
    was, now = envelope.type.encode(), _WITHDRAWN.encode()
    renamed = [
        (name, value.replace(was, now) if name in ("ce_type", "ce_dataschema") else value) for name, value in headers
    ]
    return key, json.dumps({**state, **ended}, ensure_ascii=False).encode(), renamed


def _age(envelope: Envelope) -> tuple[int, int]:
    return envelope.epoch, envelope.version
