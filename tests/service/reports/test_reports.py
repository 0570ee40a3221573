"""Counts of reports: events of all counties, recorded ones, and up to when they are complete."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from services.reports.handlers import HANDLERS
from shared.contracts.topics import topic_name
from shared.runtime.service import find
from tests.service.reports.given import GOLDEN, STREAMS, published
from tests.support.tokens import Tokens


async def report(api: httpx.AsyncClient, name: str, **query: str | int) -> dict[str, Any]:
    answer = await api.get(f"/reports/{name}", params={"year": 2027, **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    columns = found["columns"]
    found["cells"] = [tuple(row[column] for column in columns) for row in found["rows"]]
    return found


def sums(found: dict[str, Any]) -> Iterable[bool]:
    return (sum(row[name] for row in found["rows"]) == total for name, total in found["totals"].items())


async def test_trainings_are_counted_with_seats_and_who_came(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    for event in ("TrainingPublished", "OccasionHeld"):
        await published(db, f"trainings.{event}")
    title = json.loads((GOLDEN / "se.norrsam.trainings.TrainingPublished.v1.json").read_text())["title"]
    await published(db, "trainings.OccasionCancelled", id=str(uuid4()))
    await published(db, "enrolments.AttendanceRecorded")
    await published(db, "enrolments.EnrolmentRequested")

    whole = await report(api, "trainings")
    assert whole["cells"] == [("jamtland", title, "COMPETENCE", 1, 1, 4, 1, 1)]
    assert (await report(api, "participants"))["cells"] == [("jamtland", "2284", "BUSINESS", 1)]
    assert (await report(api, "trainings", quarter=2))["cells"] == whole["cells"]
    others: list[dict[str, str | int]] = [{"quarter": 1}, {"year": 2026}, {"county": "norrbotten"}]
    for other in others:
        assert (await report(api, "trainings", **other))["cells"] == []
        assert (await report(api, "participants", **other))["cells"] == []


async def test_certificates_count_while_they_are_valid(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    await published(db, "enrolments.EnrolmentRequested")
    await published(db, "enrolments.CertificateIssued")
    await published(
        db, "enrolments.CertificateExpired", id=str(uuid4()), held_on="2025-03-01", valid_until="2027-03-01"
    )
    await published(db, "enrolments.CertificateRevoked", id=str(uuid4()))
    await published(db, "enrolments.CertificateIssued", id=str(uuid4()), county="norrbotten", participant=str(uuid4()))

    known = ("vasternorrland", "2284", "POST_AGENT")
    found = {
        (year, quarter): (await report(api, "certificates", year=year, quarter=quarter))["cells"]
        for year, quarter in ((2024, 4), (2026, 1), (2027, 1), (2027, 2), (2029, 2), (2029, 3))
    }
    assert found == {
        (2024, 4): [],
        (2026, 1): [(*known, 1)],
        (2027, 1): [(*known, 1)],
        (2027, 2): [("norrbotten", "", "UNKNOWN", 1), (*known, 1)],
        (2029, 2): [("norrbotten", "", "UNKNOWN", 1), (*known, 1)],
        (2029, 3): [],
    }
    assert all(sums(await report(api, "certificates")))


async def test_meetings_and_policy_areas_count_what_was_held(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    await published(db, "meetings.MeetingHeld")
    await published(db, "meetings.MeetingCancelled", id=str(uuid4()))
    await published(db, "meetings.CollaborationChanged", status="HELD", starts_at="2026-12-31T23:30:00Z")
    await published(db, "meetings.MeetingsCounted")
    await published(db, "meetings.MeetingsCounted", id=str(uuid4()), quarter=3)
    await published(db, "actors.ActorRegistered", policy_areas=["ANDT"], county="norrbotten")

    held = (await report(api, "meetings", year=2026))["cells"]
    assert held == [("vasterbotten", "COUNCIL", 4, 2, 28, 22), ("vasterbotten", "STEERING", 1, 1, 2, 1)]
    last = (await report(api, "meetings", year=2026, quarter=4))["cells"]
    assert last[0] == ("vasterbotten", "COUNCIL", 2, 1, 14, 11)
    assert [cells[1:3] for cells in (await report(api, "meetings"))["cells"]] == [("COLLABORATION", 1)]
    areas = await report(api, "policy-areas", year=2026)
    assert areas["cells"] == [("norrbotten", "ANDT", 1, 0, 0, 0, 0), ("vasterbotten", "ANDT", 0, 0, 1, 0, 0)]
    assert all(sums(areas))


async def test_policy_areas_count_pictures_and_measures_that_last(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    lasts: dict[str, Any] = {"county": "norrbotten", "first_day": "2027-03-01", "last_day": "2028-04-30"}
    for event in ("ProblemPictureReleased", "MeasureStarted", "JointMeasureStarted"):
        await published(db, f"initiatives.{event}", **lasts, id=str(uuid4()), policy_areas=["ANDT", "INTEGRATION"])

    for year, quarter in ((2027, 1), (2027, 4), (2028, 2)):
        found = await report(api, "policy-areas", year=year, quarter=quarter)
        counted = [("norrbotten", area, 0, 0, 0, 1, 2) for area in ("ANDT", "INTEGRATION")]
        assert (found["cells"], all(sums(found))) == (counted, True)
    assert (await report(api, "policy-areas", year=2028, quarter=3))["cells"] == []


async def test_support_counts_when_it_was_asked_for_and_given(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    days: dict[str, Any] = {"county": "norrbotten", "form": "NETWORK", "asked_on": "2026-12-30", "answered_on": None}
    days |= {"provided_on": None, "answer": None}
    answered = {"answered_on": "2027-01-04", "answer": "Vi kommer"}
    for event, changes in (
        ("SupportRequested", {}),
        ("SupportProvided", {**answered, "provided_on": "2027-02-01", "status": "PROVIDED"}),
        ("SupportDeclined", {**answered, "status": "DECLINED"}),
        ("SupportRequestTakenBack", {"status": "TAKEN_BACK"}),
    ):
        await published(db, f"initiatives.{event}", **{**days, "status": "ASKED", **changes, "id": str(uuid4())})

    assert (await report(api, "support", year=2026))["cells"] == [("norrbotten", "NETWORK", 3, 0, 0)]
    found = await report(api, "support", year=2027)
    assert (found["cells"], all(sums(found))) == ([("norrbotten", "NETWORK", 0, 1, 1)], True)


async def test_signals_of_week_53_count_in_the_year_of_the_week(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    for week, county, status in (
        (53, "jamtland", "RELEASED"),
        (53, "norrbotten", "EXPIRED"),
        (48, "norrbotten", "WITHDRAWN"),
    ):
        await published(
            db, "shipment-signals.ShipmentSignalReleased", id=str(uuid4()), county=county, iso_week=week, status=status
        )
    await published(db, "shipment-signals.ShipmentSignalReleased", id=str(uuid4()), exercise=True)

    found = await report(api, "signals", year=2026, quarter=4)
    assert found["cells"] == [("jamtland", 2026, 53, 1), ("norrbotten", 2026, 53, 1)]
    assert found["totals"] == {"signals": 2}
    assert (await report(api, "signals", year=2027))["cells"] == []


async def test_method_coverage_shows_each_municipality(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    visit, meeting = (
        {"component": "VISIBILITY", "code": "VISIT"},
        {"component": "COLLABORATION", "code": "YEARLY_MEETING"},
    )
    years = [visit | {"year": 2027}, visit | {"year": 2026}, meeting | {"year": 2026}, meeting | {"year": 2028}]
    await published(
        db,
        "guidance.MethodImplementationChanged",
        county="norrbotten",
        municipality="2584",
        status="ACTIVE",
        activities=years,
    )

    assert (await report(api, "method-coverage"))["cells"] == [("norrbotten", "2584", "ACTIVE", 2026, 0, 1)]


async def test_measures_count_while_they_last(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    lasts: dict[str, Any] = {"county": "norrbotten", "first_day": "2027-03-01", "last_day": "2028-04-30"}
    await published(db, "initiatives.MeasureStarted", **lasts)
    await published(db, "initiatives.JointMeasureStarted", **lasts, id=str(uuid4()))

    found = await report(api, "measures", quarter=2)

    assert sorted(each[3:] for each in found["cells"]) == [(0, 1), (1, 0)]
    assert {each[1] for each in found["cells"]} == {"ONGOING", "STARTED"}
    assert found["totals"] == {"measures": 1, "joint_measures": 1}
    for before_or_after in ({"quarter": 1, "year": 2026}, {"quarter": 3, "year": 2028}):
        assert (await report(api, "measures", **before_or_after))["cells"] == []
    assert len((await report(api, "measures", quarter=2, year=2028))["cells"]) == 2


async def test_readiness_is_what_each_county_has_summed(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    sums = [{"requirement": name, "at_least": 1, "at_most": most} for name, most in (("R10", 3), ("R2", 4))]
    await published(db, "initiatives.ReadinessSummed", county="jamtland", municipalities=8, requirements=sums)

    assert (await report(api, "readiness"))["cells"] == [("jamtland", "R2", 8, 1, 4), ("jamtland", "R10", 8, 1, 3)]
    assert (await report(api, "readiness", county="norrbotten"))["cells"] == []


async def test_a_report_is_a_file_too_and_says_how_complete_it_is(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    await published(db, "meetings.MeetingHeld")

    file = await api.get("/reports/meetings", params={"year": 2026, "format": "csv"})
    assert file.text.splitlines()[1] == "vasterbotten;STEERING;1;0;2;1"
    assert 'filename="meetings-2026.csv"' in file.headers["content-disposition"]
    for format_, head in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        made = await api.get("/reports/meetings", params={"year": 2026, "format": format_})
        assert (made.status_code, made.content[: len(head)]) == (200, head)
        assert made.headers["content-disposition"].endswith(f'.{format_}"')
    counties = (await report(api, "meetings"))["counties"]
    assert sorted(each["county"] for each in counties) == ["jamtland", "norrbotten", "vasterbotten", "vasternorrland"]
    assert {each["complete_until"] for each in counties} == {None}, "nothing was heard yet, of the own county neither"
    assert [one["county"] for one in (await report(api, "meetings", county="jamtland"))["counties"]] == ["jamtland"]


async def test_reports_are_for_those_inside_and_have_names(
    api: httpx.AsyncClient, running: httpx.AsyncClient, tokens: Tokens
) -> None:
    names = [each["report"] for each in (await api.get("/reports")).json()["items"]]
    assert names == [
        "trainings",
        "participants",
        "certificates",
        "meetings",
        "signals",
        "policy-areas",
        "method-coverage",
        "measures",
        "support",
        "readiness",
    ]
    assert (await api.get("/reports/nothing", params={"year": 2027})).status_code == 404
    running.headers.update(tokens.headers("norrbotten", "OPERATOR"))
    assert (await running.get("/reports/meetings", params={"year": 2027})).status_code == 403


def test_the_service_reads_every_county_and_writes_no_stream() -> None:
    reports = find("reports")
    assert reports.topics_written("norrbotten") == []
    read = {stream.stream for stream in STREAMS}
    assert len(HANDLERS) == len(read)
    assert reports.topics_read("norrbotten", ["norrbotten", "jamtland"]) == sorted(
        topic_name(county, stream) for county in ("norrbotten", "jamtland") for stream in read
    )
