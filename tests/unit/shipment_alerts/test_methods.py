from datetime import date
from typing import Any

import pytest

from services.shipment_alerts.domain.methods import implement, name_on, publish_version, register, rename
from shared.contracts.guidance import Method, MethodImplementationDetails, MethodName
from shared.contracts.shipment_codes import ImplementationStatus
from shared.rejected import Rejected
from tests.unit.shipment_alerts.given import JAMTLAND, VASTERNORRLAND

OLD = MethodName(code="TOGETHER_AGAINST_NET_DRUGS", valid_from=date(2016, 1, 1))
NEW = MethodName(code="TOGETHER_AGAINST_ILLEGAL_SHIPMENTS", valid_from=date(2023, 1, 2))


def renamed() -> Method:
    event = rename(NEW, register(OLD, VASTERNORRLAND))
    assert event is not None
    return event


def work(**changes: Any) -> MethodImplementationDetails:
    standard = {"municipality": "2280", "status": "STARTED", "activities": []}
    return MethodImplementationDetails(**{**standard, **changes})


def activity(code: str = "YEARLY_MEETING", component: str = "COLLABORATION", year: int = 2026) -> dict[str, Any]:
    return {"code": code, "component": component, "year": year}


def test_a_renamed_method_keeps_its_id_and_its_old_name() -> None:
    method = renamed()

    assert method.id == register(OLD, VASTERNORRLAND).id
    assert [name.code for name in method.names] == [OLD.code, NEW.code]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2015, 12, 31), OLD),
        (date(2016, 1, 1), OLD),
        (date(2023, 1, 1), OLD),
        (date(2023, 1, 2), NEW),
        (date(2030, 1, 1), NEW),
    ],
)
def test_a_name_holds_from_its_day_on(day: date, name: MethodName) -> None:
    assert name_on(renamed().names, day) == name.code


def test_a_name_or_version_that_is_known_changes_nothing() -> None:
    assert rename(NEW, renamed()) is None

    method = publish_version(date(2023, 4, 1), renamed())
    assert method is not None
    assert publish_version(date(2023, 4, 1), method) is None


def test_handbook_versions_follow_each_other_by_number() -> None:
    first = publish_version(date(2016, 1, 1), renamed())
    assert first is not None

    second = publish_version(date(2023, 4, 1), first)

    assert second is not None
    assert [(each.number, each.valid_from.year) for each in second.versions] == [(1, 2016), (2, 2023)]
    for earlier in (lambda: publish_version(date(2020, 1, 1), second), lambda: rename(OLD, renamed())):
        with pytest.raises(Rejected) as caught:
            earlier()
        assert caught.value.slug == "invalid-valid-from"


def test_a_municipality_has_one_aggregate_for_its_work() -> None:
    started = implement(work(), None, VASTERNORRLAND)
    assert started is not None

    active = implement(work(status="ACTIVE", activities=[activity()]), started, VASTERNORRLAND)

    assert active is not None
    assert (active.id, active.status) == (started.id, ImplementationStatus.ACTIVE)
    assert implement(work(status="ACTIVE", activities=[activity()]), active, VASTERNORRLAND) is None
    assert implement(work(municipality="2281"), None, VASTERNORRLAND) != started.id


def test_work_that_has_begun_may_rest_but_not_be_planned_again() -> None:
    planned = implement(work(status="PLANNED"), None, VASTERNORRLAND)

    assert planned is not None
    assert implement(work(status="PLANNED", activities=[activity()]), planned, VASTERNORRLAND) is not None

    started = implement(work(), planned, VASTERNORRLAND)
    with pytest.raises(Rejected) as caught:
        implement(work(status="PLANNED"), started, VASTERNORRLAND)
    assert caught.value.slug == "invalid-status"

    paused = implement(work(status="PAUSED"), started, VASTERNORRLAND)
    assert implement(work(status="ACTIVE"), paused, VASTERNORRLAND) is not None


@pytest.mark.parametrize(
    ("activities", "reason"),
    [
        ([activity(year=2027)], "2027"),
        ([activity(), activity(year=2025)], "twice"),
        ([activity(component="VISIBILITY")], "belongs to COLLABORATION"),
    ],
)
def test_impossible_activities_are_refused(activities: list[Any], reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        implement(work(activities=activities), None, VASTERNORRLAND)


def test_work_of_a_foreign_municipality_is_refused() -> None:
    with pytest.raises(Rejected) as caught:
        implement(work(), None, JAMTLAND)
    assert caught.value.slug == "invalid-municipality"


def test_an_activity_tells_its_year_and_no_day() -> None:
    event = implement(work(activities=[activity("VISIT", "VISIBILITY")]), None, VASTERNORRLAND)

    assert event is not None
    assert set(event.model_dump()["activities"][0]) == {"component", "code", "year"}
