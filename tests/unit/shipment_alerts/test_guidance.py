"""The rules that routines and safety advice share, tried on both."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.shipment_alerts.domain import guidance
from services.shipment_alerts.domain.guidance import (
    MOST_VERSIONS,
    acknowledged,
    check_acknowledgement,
    in_force,
    publish_advice,
    publish_routine,
    shown_to,
)
from services.shipment_alerts.domain.sites import Site
from shared.contracts.codes import Status
from shared.contracts.guidance import Routine, RoutineVersion, SafetyAdviceVersion
from shared.contracts.shipment_codes import Audience, SiteType
from shared.rejected import Rejected
from tests.unit.shipment_alerts.given import FIRST, JAMTLAND, NORRBOTTEN, SECOND, TODAY, advice, draft

ID = UUID("019ab010-1c2d-7e3f-8a4b-5c6d7e8f9a01")


@dataclass(frozen=True)
class Kind:
    draft: Callable[..., Any]
    publish: Callable[..., Any]
    withdraw: Callable[[Any], Any]


both = pytest.mark.parametrize(
    "kind",
    [
        Kind(draft, publish_routine, guidance.withdraw_routine),
        Kind(advice, publish_advice, guidance.withdraw_advice),
    ],
    ids=["routine", "advice"],
)


def number(version: RoutineVersion | SafetyAdviceVersion | None) -> int:
    """The number of the version; 0 if there is none."""
    return version.number if version else 0


def published(kind: Kind, before: Any = None, **changes: Any) -> Any:
    return kind.publish(kind.draft(**changes), SECOND, ID, before, NORRBOTTEN)


@both
def test_a_draft_approved_by_a_second_person_is_version_one(kind: Kind) -> None:
    event = published(kind)

    assert (event.id, event.county, event.status) == (ID, "norrbotten", Status.ACTIVE)
    (version,) = event.versions
    assert (version.number, version.approved_by, version.valid_from) == (1, SECOND.function, TODAY)
    assert version.steps == ("DO_NOT_OPEN", "PUT_ASIDE", "TELL_MANAGER")


@both
def test_an_author_does_not_approve_their_own_draft(kind: Kind) -> None:
    with pytest.raises(Rejected) as caught:
        kind.publish(kind.draft(), FIRST, ID, None, NORRBOTTEN)
    assert caught.value.slug == "second-person"
    assert kind.publish(kind.draft(), replace(FIRST, subject="another"), ID, None, NORRBOTTEN) is not None


@both
def test_only_the_function_of_writer_and_approver_leaves(kind: Kind) -> None:
    written = published(kind).write().decode()

    assert FIRST.subject not in written
    assert SECOND.subject not in written


@both
def test_a_next_version_joins_the_first_under_one_id(kind: Kind) -> None:
    first = published(kind)
    later = TODAY + timedelta(days=30)

    second = kind.publish(kind.draft(valid_from=later, steps=["CALL_POLICE"]), SECOND, uuid4(), first, NORRBOTTEN)

    assert second.id == ID
    assert [version.number for version in second.versions] == [1, 2]
    assert number(in_force(second, later - timedelta(days=1))) == 1
    assert number(in_force(second, later)) == 2
    assert in_force(second, TODAY - timedelta(days=1)) is None


@both
def test_a_version_that_says_the_same_has_no_event(kind: Kind) -> None:
    assert published(kind, published(kind)) is None
    assert published(kind, published(kind), audience=["TERMINAL", "AGENT", "AGENT"]) is None


@both
@given_any(days=st.lists(st.integers(0, 40), min_size=1, max_size=6), asked=st.integers(0, 60))
def test_version_numbers_grow_and_the_newest_due_one_is_in_force(kind: Kind, days: list[int], asked: int) -> None:
    state, taken = None, [0]

    for place, day in enumerate(days):
        draft = kind.draft(valid_from=TODAY + timedelta(days=day), steps=["CALL_POLICE"] * (place + 1))
        if day < taken[-1]:
            with pytest.raises(Rejected, match="is the earliest"):
                kind.publish(draft, SECOND, ID, state, NORRBOTTEN)
        else:
            state = kind.publish(draft, SECOND, ID, state, NORRBOTTEN)
            taken.append(day)

    assert state is not None
    assert [version.number for version in state.versions] == list(range(1, len(taken)))
    assert number(in_force(state, TODAY + timedelta(days=asked))) == sum(day <= asked for day in taken[1:])


@both
@pytest.mark.parametrize(
    ("slug", "changes"),
    [("invalid-valid-from", {"valid_from": TODAY - timedelta(days=1)}), ("invalid-steps", {"steps": []})],
)
def test_a_version_for_yesterday_or_without_steps_is_refused(kind: Kind, slug: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as caught:
        published(kind, **changes)
    assert caught.value.slug == slug


@both
def test_withdrawn_guidance_is_shown_to_nobody_for_good(kind: Kind) -> None:
    gone = kind.withdraw(published(kind))

    assert gone.status is Status.RETIRED
    assert in_force(gone, TODAY) is None

    with pytest.raises(Rejected, match="withdrawn"):
        kind.withdraw(gone)
    with pytest.raises(Rejected, match="withdrawn"):
        published(kind, gone, steps=["CALL_POLICE"])


@both
def test_a_narrower_audience_loses_the_older_versions_too(kind: Kind) -> None:
    later = TODAY + timedelta(days=7)

    state = published(kind, published(kind), audience=["AGENT"], valid_from=later)

    assert number(shown_to(state, Audience.TERMINAL, TODAY)) == 1
    assert shown_to(state, Audience.TERMINAL, later) is None
    assert number(shown_to(state, Audience.AGENT, later)) == 2


@both
def test_an_empty_audience_from_elsewhere_is_nobody(kind: Kind) -> None:
    event = published(kind)

    nobody = type(event).read(event.write().replace(b'["AGENT","TERMINAL"]', b"[]"))

    assert in_force(nobody, TODAY) is not None
    assert [audience for audience in map(Audience, Audience.codes()) if shown_to(nobody, audience, TODAY)] == []


@both
def test_of_very_many_versions_the_newest_are_kept(kind: Kind) -> None:
    state = None

    for turn in range(MOST_VERSIONS + 2):
        state = published(kind, state, steps=["CALL_POLICE"] * (1 + turn % 30))

    assert state is not None
    assert [version.number for version in state.versions] == list(range(3, MOST_VERSIONS + 3))


def test_a_safety_advice_of_an_exercise_stays_an_exercise() -> None:
    drill = publish_advice(advice(exercise=True), SECOND, ID, None, NORRBOTTEN)

    assert drill is not None
    assert drill.exercise

    with pytest.raises(Rejected, match="exercise"):
        publish_advice(advice(steps=["CALL_112"]), SECOND, ID, drill, NORRBOTTEN)


def routine(**changes: Any) -> Routine:
    event = publish_routine(draft(**changes), SECOND, ID, None, NORRBOTTEN)
    assert event is not None
    return event


def site(kind: SiteType = SiteType.AGENT, active: bool = True) -> Site:
    return Site(id=uuid4(), type=kind, operator="postnord", municipality="2584", active=active)


def test_a_routine_in_force_is_acknowledged_by_its_sites() -> None:
    assert check_acknowledgement(routine(), 1, site(), TODAY) is Audience.AGENT
    assert check_acknowledgement(routine(), 1, site(SiteType.TERMINAL), TODAY) is Audience.TERMINAL


@pytest.mark.parametrize(
    ("slug", "version", "who", "day"),
    [
        ("not-in-force", 2, site(), TODAY),
        ("not-in-force", 1, site(), TODAY - timedelta(days=1)),
        ("not-addressed", 1, site(active=False), TODAY),
        ("not-addressed", 1, site(SiteType.DELIVERY_OFFICE), TODAY),
        ("not-addressed", 1, site(SiteType.PARCEL_LOCKER), TODAY),
    ],
)
def test_another_version_or_site_is_not_acknowledged(slug: str, version: int, who: Site, day: date) -> None:
    with pytest.raises(Rejected) as caught:
        check_acknowledgement(routine(), version, who, day)
    assert caught.value.slug == slug


@pytest.mark.parametrize(("count", "shown"), [(0, None), (2, None), (3, 3), (12, 12)])
def test_acknowledgements_are_told_from_three_on(count: int, shown: int | None) -> None:
    event = acknowledged(routine(), 1, Audience.AGENT, count, JAMTLAND)

    assert (event.county, event.acknowledged) == ("jamtland", shown)
    assert (event.routine.county, event.routine.id, event.routine.version) == ("norrbotten", ID, 1)
    assert event.id == acknowledged(routine(), 1, Audience.AGENT, count + 1, JAMTLAND).id
    assert event.id != acknowledged(routine(), 2, Audience.AGENT, count, JAMTLAND).id
