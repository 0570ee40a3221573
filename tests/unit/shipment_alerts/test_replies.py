"""Decisions about what a partner agency answers, and when its time to answer is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.shipment_alerts.domain.replies import (
    MOST_REPLIES,
    ReplyState,
    SignalAtPartner,
    answered,
    state,
)
from shared.contracts.partner_replies import ReplyCode, SignalReply
from shared.contracts.shipment_fields import VersionReference
from shared.protocol.envelope import FalseEnvelope
from shared.protocol.partner_envelope import reply_id
from shared.rejected import Rejected

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ANSWER_WITHIN = timedelta(hours=6)
SIGNAL = UUID(int=1, version=4)
SHOWN = SignalAtPartner("customs", "jamtland", SIGNAL, 2, holds=True, shown_at=NOW)
TOPIC = "norrbotten.partners.customs.shipment-signals-replies.v1"
HEADERS = {
    "ce_specversion": b"1.0",
    "ce_id": b"7",
    "ce_source": b"/partners/customs",
    "ce_type": SignalReply.event_type.encode(),
}


def reply(code: str, version: int = 2) -> SignalReply:
    return SignalReply(signal=VersionReference(county="jamtland", id=SIGNAL, version=version), code=ReplyCode(code))


def test_the_newest_answer_counts_and_a_duplicate_does_not() -> None:
    first = answered(SHOWN, "1", reply("ACKNOWLEDGED", 1), NOW)
    assert first
    second = answered(first, "2", reply("FALSE_ALARM"), NOW + timedelta(hours=1))
    assert second

    assert (second.code, second.seen_version, second.acknowledged_at) == (ReplyCode.FALSE_ALARM, 2, NOW)
    assert answered(second, "1", reply("ACKNOWLEDGED", 1), NOW + timedelta(hours=2)) is None


def test_what_was_not_shown_and_answers_without_end_are_refused() -> None:
    with pytest.raises(Rejected, match="version 2"):
        answered(SHOWN, "1", reply("ACKNOWLEDGED", 3), NOW)
    often = replace(SHOWN, reply_ids=tuple(map(str, range(MOST_REPLIES))))
    with pytest.raises(Rejected, match="20 times"):
        answered(often, "new", reply("NO_USE"), NOW)


@pytest.mark.parametrize(
    ("shown", "after", "expected"),
    [
        (SHOWN, ANSWER_WITHIN - timedelta(seconds=1), ReplyState.WAITS),
        (SHOWN, ANSWER_WITHIN, ReplyState.OVERDUE),
        (replace(SHOWN, holds=False), 2 * ANSWER_WITHIN, ReplyState.ENDED),
        (replace(SHOWN, acknowledged_at=NOW), 2 * ANSWER_WITHIN, ReplyState.ACKNOWLEDGED),
    ],
)
def test_a_clock_runs_until_an_answer_or_the_end(
    shown: SignalAtPartner, after: timedelta, expected: ReplyState
) -> None:
    assert state(shown, NOW + after, ANSWER_WITHIN) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"ce_specversion": b"0.3"},
        {"ce_source": b"/partners/police"},
        {"ce_source": b"/counties/norrbotten/shipment-signals"},
        {"ce_type": b"se.norrsam.partners.SignalReply.v2"},
        {"ce_id": b""},
        {"ce_id": b"x" * 101},
        {"ce_id": "å".encode()},
        {"ce_id": b"\xff"},
        {"ce_id": None},
    ],
)
def test_an_envelope_of_somebody_else_is_false(changes: dict[str, bytes | None]) -> None:
    assert reply_id(TOPIC, list(HEADERS.items()), SignalReply.event_type) == "7"
    with pytest.raises(FalseEnvelope):
        reply_id(TOPIC, list({**HEADERS, **changes}.items()), SignalReply.event_type)


@pytest.mark.parametrize("code", ["UNKNOWN", "SEIZED", "", "acknowledged"])
def test_a_reply_has_a_known_code_alone(code: str) -> None:
    body = reply("CONFIRMED").model_dump_json()
    assert SignalReply.read(body.replace("}}", '}, "later": 1}').encode()).code is ReplyCode.CONFIRMED
    with pytest.raises(ValidationError):
        SignalReply.read(body.replace("CONFIRMED", code).encode())
