"""EST, focuses and lessons over HTTP: Jämtland writes, Norrbotten sees what leaves, with a real PostgreSQL."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.service.initiatives.callers import Counties
from tests.service.offices import CLOCK, Office, ok

LAST_WEEK = datetime(2026, 12, 28, 8, tzinfo=UTC)
CLOSES = datetime(2027, 1, 4, 14, tzinfo=UTC)
MARKER = "Gångtunneln vid Zetaplatsen"
AREA = {"name": "Centrum", "first_day": "2026-12-28"}
PRIORITY = {"year": 2027, "quarter": 1, "categories": ["GRAFFITI"], "reason": "Störst möjlighet till effekt"}
REVIEW = {"year": 2026, "text": "Färre bränder.", "conclusions": [{"text": "Ljuset hjälpte", "categories": ["FIRE"]}]}
FOCUS = {
    "year": 2027,
    "text": "Stöd till aktörer.",
    "goals": [{"text": "Alla har en lägesbild", "mandate_area": "KNOWLEDGE_BASED"}],
}
LESSON = {"theme": "PHYSICAL_ENVIRONMENT", "title": "Ljus vid torget", "text": "Färre samlingar.", "year": 2026}


@dataclass
class Weeks:
    """Jämtland as a municipality, another, the county, a reader and the police see it, and the neighbouring county."""

    own: Office
    other: Office
    county: Office
    neighbour: Office
    reader: Office
    police: Office

    async def area(self, **changes: Any) -> Any:
        return await self.own.post("/est-areas", {**AREA, **changes}, status=201)

    async def seen(self, area: Any, week: tuple[int, int] = (2026, 53), count: int = 1, **changes: Any) -> Any:
        body = {"category": "GRAFFITI", "place": MARKER, "scale": 2, "reporter": "HOUSING", **changes}
        body |= {"iso_week_year": week[0], "iso_week": week[1]}
        for _ in range(count):
            last = await self.own.post(path(area) + "/observations", body, status=201)
        return last

    async def turn(self, at: datetime) -> None:
        """The clock moves on, what is due is done, and the neighbour gets what was published."""
        await self.county.turn(at)
        await self.county.carry_to(self.neighbour)

    async def week(self, area: Any, year: int, week: int) -> Any:
        return await self.own.get(f"{path(area)}/weeks/{year}/{week}")


def path(aggregate: Any, resource: str = "est-areas") -> str:
    return f"/{resource}/{aggregate['county']}/{aggregate['id']}"


@pytest.fixture
def weeks(counties: Counties) -> Weeks:
    """Both counties on the first morning of the last week of 2026."""
    CLOCK.now = LAST_WEEK
    host = counties.jamtland
    others = (host.by("neighbour"), host.by("county"), counties.norrbotten.by("county"))
    return Weeks(host, *others, host.by("reader"), host.by("police"))


async def test_a_week_over_new_year_is_closed_and_late_reports_kept(weeks: Weeks) -> None:
    area = await weeks.area()
    await weeks.seen(area, count=6)
    await weeks.seen(area, category="FIRE", count=5)
    assert (await weeks.week(area, 2026, 53))["status"] == "OPEN"

    await weeks.turn(CLOSES - timedelta(seconds=1))
    assert (await weeks.neighbour.get("/est-pictures"))["items"] == []
    await weeks.turn(CLOSES)
    late = await weeks.seen(area)
    now = await weeks.seen(area, (2027, 1))

    (shown,) = (await weeks.neighbour.get("/est-pictures"))["items"]
    assert (shown["week"], shown["iso_week_year"], shown["iso_week"]) == ("2026 v. 53", 2026, 53)
    assert shown["counts"] == [{"category": "FIRE", "count": 5}, {"category": "GRAFFITI", "count": 6}]
    assert (shown["total"], shown["version"]) == (11, 1)
    assert (late["punctuality"], late["swedish"], now["punctuality"]) == ("LATE", "klotter, sen", "IN_TIME")
    week = await weeks.week(area, 2026, 53)
    assert (week["status"], week["counts"], week["late"]) == ("CLOSED", {"FIRE": 5, "GRAFFITI": 6}, 1)
    assert (await weeks.week(area, 2027, 1))["counts"] == {"GRAFFITI": 1}
    assert await weeks.county.types() == ["EstAreaRegistered", "EstWeeklyPictureClosed"]


async def test_the_clock_closes_each_week_once_however_late(weeks: Weeks) -> None:
    area = await weeks.area()
    CLOCK.now = CLOSES  # nothing has closed the picture yet, and all the same it takes no more
    await weeks.seen(area, count=6)
    for _ in range(3):
        await weeks.turn(datetime(2027, 1, 19, 12, tzinfo=UTC))

    found = (await weeks.neighbour.get("/est-pictures", area=area["id"]))["items"]
    assert [each["week"] for each in found] == ["2027 v. 2", "2027 v. 1", "2026 v. 53"]
    assert [(each["counts"], each["total"]) for each in found] == [([], 0)] * 3
    assert await weeks.county.db.fetchval("SELECT at FROM due WHERE kind = 'est-close'") == datetime(
        2027, 1, 25, 14, tzinfo=UTC
    )


async def test_a_lost_plan_is_made_again(weeks: Weeks) -> None:
    await weeks.area()
    await weeks.county.db.execute("DELETE FROM due")
    await weeks.county.db.execute(
        "INSERT INTO due (kind, id, at) VALUES ('est-tidy', '00000000-0000-0000-0000-000000000000', $1)", LAST_WEEK
    )
    await weeks.turn(CLOSES)
    await weeks.turn(CLOSES)

    assert len((await weeks.neighbour.get("/est-pictures"))["items"]) == 1


async def test_small_counts_and_what_was_seen_never_leave(weeks: Weeks) -> None:
    area = await weeks.area()
    await weeks.seen(area, count=3)
    await weeks.seen(area, category="LITTER", count=7)
    done = {"text": "Sanering i dag", "function": "MUNICIPAL_COORDINATOR", "iso_week_year": 2026, "iso_week": 53}
    await weeks.own.post(path(area) + "/measures", done, status=201)
    await weeks.turn(CLOSES)

    (shown,) = (await weeks.neighbour.get("/est-pictures"))["items"]
    assert {"category": "GRAFFITI", "count": None} in shown["counts"]
    hidden = sum(each["count"] is None for each in shown["counts"])
    told = sum(each["count"] or 0 for each in shown["counts"])
    assert shown["total"] is None or shown["total"] - told - (hidden - 1) >= 5
    published = b"".join(row["payload"] for row in await weeks.county.db.fetch("SELECT payload FROM outbox"))
    assert MARKER.encode() not in published
    assert b"Sanering" not in published
    week = await weeks.week(area, 2026, 53)
    assert (week["observations"][0]["place"], week["measures"][0]["text"]) == (MARKER, "Sanering i dag")
    assert week["counts"] == {"GRAFFITI": 3, "LITTER": 7}


async def test_a_wrong_observation_is_taken_back(weeks: Weeks) -> None:
    area = await weeks.area()
    kept, wrong = await weeks.seen(area, count=6), await weeks.seen(area)
    place = path(area) + "/observations/"
    assert (await weeks.other.api.delete(place + wrong["id"])).status_code == 403

    assert (await weeks.own.api.delete(place + wrong["id"])).status_code == 204
    assert (await weeks.own.api.delete(place + wrong["id"])).status_code == 404

    assert (await weeks.week(area, 2026, 53))["counts"] == {"GRAFFITI": 6}
    await weeks.turn(CLOSES)
    assert (await weeks.own.api.delete(place + kept["id"])).status_code == 204
    week = await weeks.week(area, 2026, 53)
    assert week["counts"] == {"GRAFFITI": 6}, "the neighbours were told so"
    (taken_back,) = [each for each in week["observations"] if each["id"] == kept["id"]]
    assert (taken_back["place"], taken_back["category"]) == ("Borttaget", "GRAFFITI")


async def test_only_those_of_the_municipality_write_and_see_its_weeks(weeks: Weeks) -> None:
    area = await weeks.area()
    await weeks.turn(LAST_WEEK)
    body = {**AREA, "name": "Torget"}
    seen = {"category": "FIRE", "place": "x", "scale": 0, "reporter": "POLICE", "iso_week_year": 2026, "iso_week": 53}
    week, match = f"{path(area)}/weeks/2026/53", {"If-Match": '"1"'}

    for other in (weeks.other, weeks.county, weeks.reader):
        answers = [
            await other.api.put(path(area), json=body, headers=match),
            await other.api.post(path(area) + "/retire", headers=match),
            await other.api.post(path(area) + "/observations", json=seen),
        ]
        assert [each.status_code for each in answers] == [403] * 3
    assert (await weeks.police.api.put(path(area), json=body, headers=match)).status_code == 403
    reported = await weeks.police.post(path(area) + "/observations", seen, status=201)
    assert [each["id"] for each in (await weeks.week(area, 2026, 53))["observations"]] == [reported["id"]]
    observation = f"{path(area)}/observations/{reported['id']}"
    assert (await weeks.police.api.delete(observation)).status_code == 403
    answers = [await each.api.get(week) for each in (weeks.other, weeks.reader, weeks.neighbour)]
    assert [each.status_code for each in answers] == [404, 403, 404]
    assert (await weeks.county.get(week))["area"] == area["id"]
    assert (await weeks.other.api.get("/est-years/2380/2026")).status_code == 403
    assert (await weeks.neighbour.get(path(area)))["name"] == "Centrum"
    assert (await weeks.neighbour.api.post(path(area) + "/retire", headers=match)).status_code in (403, 409)


async def test_another_closing_time_is_for_pictures_still_open(weeks: Weeks) -> None:
    area = await weeks.area()
    await weeks.seen(area, count=5)
    CLOCK.now = CLOSES  # nothing due has been done yet
    times = {"closes": {"weekday": 3, "clock": "15:00"}}
    changed = ok(await weeks.own.api.put(path(area), json={**AREA, **times}, headers={"If-Match": '"1"'}))
    await weeks.turn(datetime(2027, 1, 13, 13, 59, tzinfo=UTC))
    first = (await weeks.neighbour.get("/est-pictures"))["items"]
    await weeks.turn(datetime(2027, 1, 13, 14, tzinfo=UTC))

    assert changed["version"] == 2
    assert [each["week"] for each in first] == ["2026 v. 53"]
    assert len((await weeks.neighbour.get("/est-pictures"))["items"]) == 2


async def test_a_retired_area_closes_its_last_week_and_no_other(weeks: Weeks) -> None:
    area = await weeks.area()
    retired = await weeks.own.post(path(area) + "/retire", seen=area)
    await weeks.turn(datetime(2027, 2, 1, 12, tzinfo=UTC))

    assert (retired["status"], retired["last_day"]) == ("RETIRED", "2026-12-28")
    assert [each["iso_week"] for each in (await weeks.neighbour.get("/est-pictures"))["items"]] == [53]
    assert await weeks.county.db.fetchval("SELECT count(*) FROM due WHERE kind = 'est-close'") == 0


async def test_quarter_and_year_are_decided_and_seen_by_all(weeks: Weeks) -> None:
    area = await weeks.area()
    await weeks.seen(area, count=2)
    put = weeks.own.api.put
    first = ok(await put("/est-priorities", json={**PRIORITY, "areas": [area["id"]]}), 201)
    blind = await put("/est-priorities", json={**PRIORITY, "areas": [area["id"]]})
    unknown = await put("/est-priorities", json={**PRIORITY, "quarter": 2, "areas": [str(uuid4())]})
    early = await put("/est-reviews", json=REVIEW)
    await weeks.turn(CLOSES)
    review = ok(await put("/est-reviews", json=REVIEW), 201)
    await weeks.turn(CLOSES)

    assert [each.status_code for each in (blind, unknown, early)] == [428, 422, 409]
    (seen,) = (await weeks.neighbour.get("/est-priorities", quarter=1))["items"]
    assert (seen["id"], seen["areas"]) == (first["id"], [area["id"]])
    assert (await weeks.neighbour.get(path(review, "est-reviews")))["year"] == 2026
    year = await weeks.own.get("/est-years/2380/2026")
    assert year["quarters"] == {"1": {}, "2": {}, "3": {}, "4": {"GRAFFITI": 2}}
    for gone, resource in ((first, "est-priorities"), (review, "est-reviews")):
        other = await weeks.other.api.post(path(gone, resource) + "/withdraw", headers={"If-Match": '"1"'})
        assert other.status_code == 403
        assert (await weeks.own.post(path(gone, resource) + "/withdraw", seen=gone))["status"] == "RETIRED"


async def test_week_53_of_2027_does_not_exist(weeks: Weeks) -> None:
    area = await weeks.area()
    body = {"category": "FIRE", "place": "x", "scale": 0, "reporter": "POLICE", "iso_week_year": 2027, "iso_week": 53}

    assert (await weeks.own.api.post(path(area) + "/observations", json=body)).status_code == 422
    assert (await weeks.own.api.get(path(area) + "/weeks/2027/53")).status_code == 422


async def test_a_focus_is_decided_changed_and_found_by_all(weeks: Weeks) -> None:
    put = weeks.county.api.put
    first = ok(await put("/yearly-focuses", json={**FOCUS, "themes": ["CANNABIS"]}), 201)
    assert (await put("/yearly-focuses", json=FOCUS)).status_code == 428
    body = {**FOCUS, "themes": ["CANNABIS"], "policy_areas": ["ANDT"], "text": "Stöd till kommuner."}
    changed = ok(await put("/yearly-focuses", json=body, headers={"If-Match": '"1"'}))
    await weeks.turn(LAST_WEEK)

    for query in ({"year": 2027}, {"theme": "CANNABIS"}, {"policy_area": "ANDT"}, {"q": "lägesbild"}):
        (found,) = (await weeks.neighbour.get("/yearly-focuses", **query))["items"]
        assert (found["id"], found["version"]) == (first["id"], changed["version"])
    assert (await weeks.neighbour.get("/yearly-focuses", theme="FRAUD"))["items"] == []
    assert (await weeks.own.api.put("/yearly-focuses", json=FOCUS)).status_code == 403
    await weeks.county.post(path(first, "yearly-focuses") + "/withdraw", seen=changed)
    assert (await weeks.county.get("/yearly-focuses"))["items"] == []
    again = await put("/yearly-focuses", json=FOCUS, headers={"If-Match": '"3"'})
    assert ok(again)["status"] == "ACTIVE"


async def test_a_lesson_is_found_in_another_county_by_what_it_says(weeks: Weeks) -> None:
    more = {"policy_areas": ["SPATIAL_PLANNING"], "municipalities": ["2380"]}
    lesson = await weeks.county.post("/lessons", {**LESSON, **more}, status=201)
    changed = ok(
        await weeks.county.api.put(
            path(lesson, "lessons"), json={**LESSON, **more, "title": "Ljus och sikt"}, headers={"If-Match": '"1"'}
        )
    )
    await weeks.turn(LAST_WEEK)

    filters = ({"q": "sikt"}, {"theme": LESSON["theme"]}, {"policy_area": "SPATIAL_PLANNING"}, {"municipality": "2380"})
    for query in (*filters, {"year": 2026}, {"county": "jamtland"}):
        (found,) = (await weeks.neighbour.get("/lessons", **query))["items"]
        assert (found["title"], found["swedish"]) == ("Ljus och sikt", "den fysiska miljön")
    assert (await weeks.neighbour.get("/lessons", theme="FRAUD"))["items"] == []
    suspect = {**LESSON, "text": "Hon misstänkte att Anna Svensson var gärningsperson."}
    refused = await weeks.county.api.post("/lessons", json=suspect)
    assert (refused.status_code, refused.json()["doubts"][0]["field"]) == (409, "text")
    assert (await weeks.county.post("/lessons", {**suspect, "confirmed": True}, status=201))["version"] == 1
    gone = await weeks.county.post(path(lesson, "lessons") + "/withdraw", seen=changed)
    assert gone["status"] == "RETIRED"
