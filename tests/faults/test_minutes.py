"""The steps about minutes that a user of the ledger test takes, before it takes them."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from tests.faults import minutes
from tests.faults.subject import Known

COUNTY = "jamtland"


def kinds(known: Known) -> list[str]:
    return [command.kind for command in minutes.steps(Random(1), COUNTY, known, 7)]


def meeting(begins: datetime) -> Known:
    identity = str(uuid4())
    return Known(living={identity: 2}, bodies={identity: {"title": "Möte", "starts_at": begins.isoformat()}})


def test_a_meeting_is_held_once_it_has_begun_and_minuted_once() -> None:
    known = meeting(datetime.now(UTC) - timedelta(seconds=1))

    first = kinds(known)
    known.used.add((next(iter(known.living)), ""))  # as the subject notes what is in no event

    assert first == ["hold", "draft"]
    assert kinds(known) == []


def test_a_meeting_that_has_not_begun_is_not_held() -> None:
    assert kinds(meeting(datetime.now(UTC) + timedelta(hours=1))) == []


def test_minutes_are_sent_said_of_by_the_own_county_and_corrected() -> None:
    draft: dict[str, Any] = {"id": str(uuid4()), "text": "Protokoll 3", "version": 1, "doubts": []}
    approvals = [{"county": each, "invitee": str(uuid4()), "waits": True} for each in (COUNTY, "norrbotten")]
    sent: dict[str, Any] = {"county": "norrbotten", "id": str(uuid4()), "version": 1, "revision": 1}
    known = Known(listed=[draft, {**sent, "approvals": approvals}])

    circulate, say, *_ = minutes.steps(Random(1), COUNTY, known, 7)
    known.living[draft["id"]] = 1
    correct = next(
        each
        for seed in range(99)
        for each in minutes.steps(Random(seed), COUNTY, known, 8)
        if each.body and "text" in each.body
    )

    assert (circulate.kind, circulate.id, circulate.mark) == ("circulate", draft["id"], "Protokoll 3")
    assert say.body is not None
    assert (say.kind, say.body["approver"]) in [(kind, approvals[0]["invitee"]) for kind in ("approve", "object")]
    assert (correct.kind, correct.id, correct.mark) == ("correct", draft["id"], "Protokoll efter 8")
