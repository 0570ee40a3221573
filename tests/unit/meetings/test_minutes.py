"""Minutes are checked before they leave the county, approved as they were read, and never changed after that."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from services.meetings.domain import approvals, minutes
from services.meetings.domain.minutes import counts
from shared import calendar
from shared.contracts.asking import Recency
from shared.contracts.meeting_codes import InviteeRole, MeetingKind
from shared.contracts.minutes import DecisionReference, Minutes, MinutesApproval, MinutesCirculated, MinutesCorrected
from shared.contracts.minutes_codes import MinutesStatus, Verdict
from shared.contracts.suspicions import suspicions
from shared.rejected import Rejected
from tests.unit.meetings.given_minutes import (
    AC,
    BD,
    TODAY,
    Y,
    Z,
    circulated,
    context,
    decision,
    details,
    draft,
    identity,
    invitee,
    meeting,
)


def given_by(county: str, seen: Recency, text: Minutes, reason: str | None = None) -> MinutesApproval:
    event = approvals.give(text, seen, identity(county), None, reason, context(county))
    assert event is not None
    return event


def test_circulated_minutes_name_their_approvers_and_wait_14_days() -> None:
    event = circulated()

    assert [(each.county, each.invitee) for each in event.approvers] == [(Z, identity(Z)), (BD, identity(BD))]
    assert (event.revision, event.status, event.kind) == (1, MinutesStatus.CIRCULATED, "STEERING")
    assert event.approve_by == date(2026, 12, 28)  # 24 December is an eve, and a weekend follows two holidays


@given_any(st.integers(0, 800))
def test_the_day_of_approval_is_open(later: int) -> None:
    event = minutes.circulate(draft(), meeting(), {}, confirmed=True, context=context(today=TODAY + timedelta(later)))

    assert calendar.is_working_day(event.approve_by)
    assert event.approve_by - timedelta(14) >= TODAY + timedelta(later)


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"status": "CONFIRMED"}, "not-held"),
        ({"invitees": (invitee(AC, "CHAIR"), invitee(Z), invitee(BD), invitee(Y))}, "no-approver"),
        ({"invitees": (invitee(Z, "APPROVER"),)}, "invalid-present"),
    ],
)
def test_what_a_meeting_must_be_to_have_minutes(changes: dict[str, Any], slug: str) -> None:
    with pytest.raises(Rejected) as caught:
        minutes.circulate(draft(), meeting(**changes), {}, confirmed=True, context=context())
    assert caught.value.slug == slug


@pytest.mark.parametrize("kind", [each for each in MeetingKind.codes() if each not in ("NETWORK", "STEERING")])
def test_minutes_of_a_meeting_kept_in_its_county_are_not_built(kind: str) -> None:
    with pytest.raises(ValidationError, match="kind"):
        MinutesCirculated(**dict(circulated()) | {"kind": kind})


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"present": (identity(AC),), "absent": (identity(AC),)}, "both present and absent"),
        ({"decisions": (decision(4), decision(4))}, "same number"),
        ({"decisions": (decision(text="Ring 070-123 45 67"),)}, "telephone"),
        ({"decisions": (decision(dissent="Enligt 121212-1212"),)}, "personnummer"),
    ],
)
def test_minutes_that_contradict_or_name_somebody_are_not_built(changes: dict[str, Any], match: str) -> None:
    with pytest.raises(ValidationError, match=match):
        details(**changes)


def test_suspicion_beside_a_name_is_confirmed_in_a_second_call() -> None:
    doubtful = draft(
        text="Läget\n\nDen misstänkte Kalle Berg syntes.", decisions=(decision(text="Kalle Berg, häktad"),)
    )
    with pytest.raises(Rejected) as caught:
        minutes.circulate(doubtful, meeting(), {}, confirmed=False, context=context())

    assert caught.value.slug == "unconfirmed"
    assert caught.value.values["doubts"] == [
        {"field": "text", "line": 3, "column": 5, "what": "a word of suspicion beside a name"},
        {"field": "decisions.0.text", "line": 1, "column": 13, "what": "a word of suspicion beside a name"},
    ]
    assert "Kalle" not in str(caught.value.values) + caught.value.message
    assert minutes.circulate(doubtful, meeting(), {}, confirmed=True, context=context()).revision == 1


@pytest.mark.parametrize(
    "text",
    [
        "Misstänkt Kalle Berg greps.",
        "Kalle Berg är misstänkt.",
        "Enligt grannen är Karlsson häktad.",
        "Gärningsmannen, Kalle, är känd.",
        "De misstänkta: inga.\nSedan greps misstänkte Karlsson.",
    ],
)
def test_a_suspicion_beside_a_name_is_found(text: str) -> None:
    assert len(suspicions(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Misstänkta försändelser i Umeå anmäls till Polisen.",
        "En misstänkt försändelse lämnas till Polismyndigheten.",
        "Polisen misstänker inget. Kalle Berg tackade för sig.",
        "Den misstänkte är okänd.",
        "Routinen för MISSTÄNKT BREV gäller EST.",
        "Kalle Berg berättade om hur en försändelse blir misstänkt.",
    ],
)
def test_a_suspicion_of_nobody_is_no_doubt(text: str) -> None:
    assert suspicions(text) == []


def test_an_approval_of_every_approver_makes_minutes_approved() -> None:
    text, seen = circulated(), (1, 1)
    jamtland, norrbotten = given_by(Z, seen, text), given_by(BD, seen, text)

    assert minutes.approve(text, *seen, {identity(Z): jamtland}) is None
    event = minutes.approve(text, *seen, {identity(Z): jamtland, identity(BD): norrbotten})

    assert event is not None
    assert event.status is MinutesStatus.APPROVED
    assert event.model_dump(exclude={"status"}) == text.model_dump(exclude={"status"})


def test_an_objection_needs_a_reason_and_approves_nothing() -> None:
    text, seen = circulated(), (1, 1)
    objection = given_by(Z, seen, text, "Paragraf 4 saknar datum")

    assert objection.verdict is Verdict.OBJECTED
    assert minutes.approve(text, *seen, {identity(Z): objection, identity(BD): given_by(BD, seen, text)}) is None
    assert not approvals.is_waiting(text, seen, objection)


def test_only_a_county_s_own_approver_is_given_an_approval() -> None:
    for county, approver in ((Y, identity(Y)), (BD, identity(Z)), (AC, identity(AC))):
        with pytest.raises(Rejected) as caught:
            approvals.give(circulated(), (1, 1), approver, None, None, context(county))
        assert caught.value.slug == "not-approver"


def test_a_correction_is_another_revision_that_waits_anew() -> None:
    text, seen = circulated(), (1, 1)
    given = given_by(Z, seen, text)

    corrected = minutes.correct(details(text="Ny text"), text, meeting(), {}, confirmed=False, context=context())

    assert corrected is not None
    assert (corrected.revision, corrected.text) == (2, "Ny text")
    assert approvals.is_waiting(corrected, (1, 2), given)
    assert minutes.correct(details(), text, meeting(), {}, confirmed=False, context=context()) is None


@given_any(st.data())
def test_given_approved_minutes_then_nothing_changes_them(data: st.DataObject) -> None:
    approved = Minutes(**dict(circulated()) | {"status": MinutesStatus.APPROVED})
    changes: list[dict[str, Any]] = [
        {"text": "Annat"},
        {"decisions": (decision(text="Annat"),)},
        {"present": ()},
        {"type": "NOTES"},
    ]
    changed = data.draw(st.sampled_from(changes))

    with pytest.raises(Rejected) as caught:
        minutes.correct(details(**changed), approved, meeting(), {}, confirmed=True, context=context())
    assert caught.value.slug == "approved"
    with pytest.raises(Rejected):
        approvals.give(approved, (1, 2), identity(Z), None, "Fel", context(Z))


@given_any(st.lists(st.tuples(st.sampled_from([Z, BD]), st.integers(1, 4), st.integers(0, 1), st.booleans())))
def test_an_approval_of_an_old_revision_never_counts(said: list[tuple[str, int, int, bool]]) -> None:
    """``said``: who, of which version, in which epoch before or after a restore, and whether it objects."""
    now = (1, 3)
    text = Minutes(**dict(circulated()) | {"revision": 3})
    newest: dict[UUID, MinutesApproval] = {}
    for county, version, epoch, objects in said:
        newest[identity(county)] = given_by(county, (epoch, version), text, "Nej" if objects else None)

    event = minutes.approve(text, *now, newest)

    last = {county: (epoch, version, objects) for county, version, epoch, objects in said}
    assert (event is not None) == (last == {Z: (*now, False), BD: (*now, False)})
    assert len([each for each in newest.values() if counts(each, text, *now)]) == 2 * (event is not None) or not event


def test_a_later_decision_replaces_an_earlier_approved_one() -> None:
    earlier = DecisionReference(county=AC, minutes=identity("earlier"), number=2)
    replacing = draft(decisions=(decision(replaces=earlier),))

    event = minutes.circulate(replacing, meeting(), {earlier: date(2026, 10, 1)}, confirmed=False, context=context())
    assert event.decisions[0].replaces == earlier

    for known in ({}, {earlier: date(2026, 12, 10)}):
        with pytest.raises(Rejected) as caught:
            minutes.circulate(replacing, meeting(), known, confirmed=False, context=context())
        assert caught.value.slug == "invalid-replaces"


def test_more_approvers_than_an_event_holds_are_refused() -> None:
    many = tuple(invitee(f"county-{letter}", "APPROVER") for letter in "abcdefghijk")

    with pytest.raises(Rejected) as caught:
        minutes.approvers(meeting(invitees=many))
    assert caught.value.slug == "too-many-approvers"


def test_a_day_of_approval_lies_ahead_and_not_too_far() -> None:
    for day in (TODAY - timedelta(1), date(2199, 12, 31)):
        late = replace(draft(), approve_by=day)
        with pytest.raises(Rejected) as caught:
            minutes.circulate(late, meeting(), {}, confirmed=False, context=context())
        assert caught.value.slug == "invalid-approve-by"


def test_the_role_of_an_approver_comes_from_the_meeting() -> None:
    assert [each.county for each in minutes.approvers(meeting(invitees=(invitee(BD, "APPROVER"),)))] == [BD]
    assert InviteeRole.APPROVER == "APPROVER"


def test_a_corrected_text_leaves_nothing_of_the_old_one() -> None:
    text = circulated(text="Fel namn")
    corrected = minutes.correct(details(text="Rätt"), text, meeting(), {}, confirmed=False, context=context())

    assert isinstance(corrected, MinutesCorrected)
    assert b"Fel namn" not in corrected.write()
