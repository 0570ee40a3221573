"""EST on the pages: who sees which weeks and writes in them, what is sent, and what is wrong with it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.initiatives.api.est_views import (
    EstAreaView,
    EstPriorityView,
    EstReviewView,
    NoteShortMeasure,
    PrioritiseEstQuarter,
    ReportEstObservation,
    ReviewEstYear,
    observation_view,
    week_view,
)
from services.initiatives.domain import est_areas, est_plans
from services.initiatives.domain.est_weeks import REMOVED, ShortMeasure, ShortMeasureDetails, report
from services.workspace.pages import est, est_forms, est_plan_forms, lessons, processes
from shared.contracts.est import EstAreaDetails, EstQuarterPriorityDetails, EstYearReviewDetails
from shared.contracts.weeks import YearWeek
from shared.runtime.auth import Role
from tests.support.contexts import decision_context
from tests.support.forms import form_of
from tests.support.workspace_alone import EMPTY, OTHER, MadeUpCounty, errors_in, steps_in, text_of
from tests.unit.initiatives.given_est import observation_details

HOME, NEIGHBOUR = "2303", "2326"
PEOPLE = {
    "home": ([Role.MUNICIPAL_COORDINATOR], HOME),
    "neighbour": ([Role.MUNICIPAL_COORDINATOR], NEIGHBOUR),
    "county": ([Role.COUNTY_COORDINATOR], None),
    "police": ([Role.POLICE], None),
    "reader": ([Role.READER], None),
}
AREA_ID, LAST = UUID(OTHER), YearWeek(2026, 53)
BEGUN, OVER = (decision_context("jamtland", today=day) for day in (date(2026, 11, 23), date(2027, 1, 11)))
DETAILS = EstAreaDetails.model_validate({"name": "Torget", "first_day": "2026-11-23"})
AREA = est_areas.register(DETAILS, HOME, AREA_ID, BEGUN)
SEEN = report(observation_details(place="Tunneln < torget"), AREA, UUID(int=7), confirmed=False, context=OVER)
DONE = ShortMeasureDetails.model_validate(
    {"text": "Ny lampa", "function": "MUNICIPAL_COORDINATOR", "iso_week_year": 2026, "iso_week": 53}
)
FIRST = EstQuarterPriorityDetails.model_validate(
    {"year": 2026, "quarter": 4, "areas": [OTHER], "categories": ["FIRE"], "reason": "Flest bränder"}
)
REVIEW = EstYearReviewDetails.model_validate(
    {"year": 2026, "text": "Färre bränder.", "conclusions": [{"text": "Ljuset hjälpte", "categories": ["FIRE"]}]}
)
PATH, YEAR = f"/est/jamtland/{OTHER}", f"/est/kommun/{HOME}/2026"
WEEK = f"{PATH}/2026/53"
WRITTEN = {"category": "FIRE", "place": "Skolgården", "scale": "3", "reporter": "SCHOOL"}


def county(**changes: Any) -> MadeUpCounty:
    """A county with one area, its week, its quarter and its year."""
    area = EstAreaView(**dict(AREA), version=2).model_dump(mode="json") | changes
    first = est_plans.prioritise(FIRST, HOME, None, [AREA], confirmed=False, context=BEGUN)
    review = est_plans.review(REVIEW, HOME, None, [AREA], confirmed=False, context=OVER)
    assert first
    assert review
    measure = ShortMeasure(UUID(int=9), AREA_ID, DONE, datetime(2027, 1, 5, tzinfo=UTC))
    priority = EstPriorityView(**dict(first), version=4).model_dump(mode="json")
    reviewed = EstReviewView(**dict(review), version=5).model_dump(mode="json")
    return MadeUpCounty(
        {
            "/est-areas": EMPTY | {"items": [area]},
            f"/est-areas/jamtland/{OTHER}": area,
            f"/est-areas/jamtland/{OTHER}/weeks/2026/53": week_view(AREA, LAST, [SEEN], [measure], OVER).model_dump(
                mode="json"
            ),
            f"POST /est-areas/jamtland/{OTHER}/observations": observation_view(SEEN).model_dump(mode="json"),
            f"POST /est-areas/jamtland/{OTHER}/measures": DONE.model_dump(mode="json"),
            f"DELETE /est-areas/jamtland/{OTHER}/observations/{SEEN.id}": None,
            "POST /est-areas": area,
            "/est-priorities": EMPTY | {"items": [priority]},
            "PUT /est-priorities": priority,
            "/est-reviews": EMPTY | {"items": [reviewed]},
            "PUT /est-reviews": reviewed,
            f"/est-years/{HOME}/2026": {"quarters": {"4": {"FIRE": 17}}},
        }
    )


async def at(made: MadeUpCounty, path: str, form: Any = None, who: str = "home") -> Any:
    """The page at this path, opened or sent to by one of the people."""
    place: dict[str, Any] = {"year": 2026, "week": 53} if path.startswith(WEEK) else {}
    place |= {"code": HOME, "year": 2026, "quarter": 4} if "kommun" in path else {}
    forms: Any = est_forms.WEEK_FORMS if path.startswith(WEEK) else est_forms.FORMS
    if "kommun" in path:
        forms = est_plan_forms.QUARTER_FORMS if "/4/" in path else est_plan_forms.YEAR_FORMS
    shown = {"/est": est.show_list, PATH: est.show_area, WEEK: est.show_week, YEAR: est.show_year}
    work = forms.get(path.rpartition("/")[2])
    page = shown[path] if work is None else work.ask if form is None else work.send
    roles, municipality = PEOPLE[who]
    made.now = OVER.now if path.startswith(WEEK) else made.now
    return await made.open(page, path, form, roles, municipality, **place)


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("home", [["andra", "avsluta"], ["rapportera", "atgard", "ta-tillbaka"], ["4/prioritera", "4/dra-tillbaka"]]),
        ("neighbour", [[], [], []]),
        ("county", [[], [], []]),
        ("police", [[], ["rapportera"], []]),
    ],
)
async def test_only_the_municipality_writes_and_the_police_report(who: str, offered: list[list[str]]) -> None:
    area, week, year = [await at(county(), path, None, who) for path in (PATH, WEEK, YEAR)]

    of_area = [word for word in steps_in(area, PATH) if not word.startswith("2026")]
    of_year = [word for word in steps_in(year, YEAR) if word != "dra-tillbaka"]
    assert [of_area, steps_in(week, WEEK), of_year] == offered
    assert ("dra-tillbaka" in steps_in(year, YEAR)) is (who == "home")


@pytest.mark.parametrize(
    ("who", "sees"), [("home", True), ("county", True), ("police", True), ("neighbour", False), ("reader", False)]
)
async def test_weeks_and_numbers_are_for_those_who_see_them(who: str, sees: bool) -> None:
    made = county()
    area, year = text_of(await at(made, PATH, None, who)), text_of(await at(made, YEAR, None, who))

    assert (f'href="{PATH}/2026/50"' in area, "17" in year) == (sees, sees)
    assert (f"/est-years/{HOME}/2026" in made.asked) is sees
    assert "Flest bränder" in year


async def test_a_week_over_new_year_is_of_its_iso_year() -> None:
    text = bytes((await at(county(), WEEK)).body).decode()

    assert "<h1>Torget, 2026 v. 53</h1>" in text
    assert "28 december 2026 till 3 januari 2027" in text
    assert "Klotter: Tunneln &lt; torget" in text
    assert "störning: stor · fastighetsägare · sen" in text
    assert "En rapport kom sent, och räknas inte." in text
    assert "Ny lampa" in text


async def test_an_area_opened_and_sent_is_the_same() -> None:
    made = county()
    shown = text_of(await at(made, f"{PATH}/andra"))
    done = await at(made, f"{PATH}/andra", form_of(shown, PATH))

    assert done.headers["location"] == f"{PATH}?klart=andra"
    ((method, _, body),) = made.told
    assert (method, EstAreaDetails.model_validate(body)) == ("PUT", DETAILS)


async def test_what_is_written_in_a_week_is_what_the_county_takes() -> None:
    made = county()
    for word, form in {
        "rapportera": WRITTEN,
        "atgard": {"text": "Ny lampa", "function": "MUNICIPAL_COORDINATOR"},
        "ta-tillbaka": {"observation": str(SEEN.id)},
    }.items():
        done = await at(made, f"{WEEK}/{word}", {"version": "0", **form})
        assert done.headers["location"] == f"{WEEK}?klart={word}"

    (_, _, seen), (_, _, measure), (method, path, _) = made.told
    assert ReportEstObservation.model_validate(seen).iso == LAST
    assert ReportEstObservation.model_validate(seen).scale == 3
    assert NoteShortMeasure.model_validate(measure).iso == LAST
    assert (method, path) == ("DELETE", f"/est-areas/jamtland/{OTHER}/observations/{SEEN.id}")


async def test_a_quarter_opened_and_sent_is_the_same() -> None:
    made = county()
    shown = text_of(await at(made, f"{YEAR}/4/prioritera"))
    done = await at(made, f"{YEAR}/4/prioritera", form_of(shown, YEAR))

    assert done.headers["location"] == f"{YEAR}?klart=prioritera"
    ((_, path, body),) = made.told
    sent = PrioritiseEstQuarter.model_validate(body)
    assert path == "/est-priorities"
    assert (
        EstQuarterPriorityDetails(**{name: getattr(sent, name) for name in EstQuarterPriorityDetails.model_fields})
        == FIRST
    )
    assert [each.headers.get("If-Match") for each in made.requests if each.method == "PUT"] == ['"4"']


async def test_the_first_decision_on_a_quarter_has_no_version_before() -> None:
    made = county()
    made.answers["/est-priorities"] = EMPTY
    shown = text_of(await at(made, f"{YEAR}/4/prioritera"))
    await at(made, f"{YEAR}/4/prioritera", form_of(shown, YEAR) | {"areas": [OTHER], "reason": "Flest"})

    assert [each.headers.get("If-Match") for each in made.requests if each.method == "PUT"] == [None]


async def test_a_review_keeps_its_conclusions_but_those_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(est_plan_forms, "this_week", lambda _: YearWeek(2027, 2))
    made = county()
    form = form_of(text_of(await at(made, f"{YEAR}/utvardera")), YEAR)
    more = {"conclusion": "Färre samlas", "categories": ["YOUTH_GATHERING"]}
    await at(made, f"{YEAR}/utvardera", form | more)
    await at(made, f"{YEAR}/utvardera", form | {"remove": ["Ljuset hjälpte"]})

    (first, second) = [ReviewEstYear.model_validate(body) for _, _, body in made.told]
    assert (first.year, first.text, first.conclusions[:1]) == (2026, REVIEW.text, REVIEW.conclusions)
    assert [each.text for each in first.conclusions] == ["Ljuset hjälpte", "Färre samlas"]
    assert second.conclusions == ()


@pytest.mark.parametrize(
    ("path", "changes", "wrong"),
    [
        (f"{PATH}/andra", {"name": "", "closes_clock": "klockan tre"}, ["name", "closes_clock"]),
        (f"{PATH}/andra", {"reports_until_clock": "16.00"}, ["closes_clock"]),
        (f"{PATH}/andra", {"last_day": "2026-11-01"}, ["last_day"]),
        (f"{WEEK}/rapportera", {}, ["category", "place", "scale", "reporter"]),
        (f"{WEEK}/rapportera", WRITTEN | {"place": "Ring 070-123 45 67"}, ["place"]),
        (f"{WEEK}/atgard", {"text": "Ring 070-123 45 67"}, ["function", "text"]),
        (f"{YEAR}/4/prioritera", {"areas": [], "reason": ""}, ["areas", "reason"]),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(path: str, changes: Any, wrong: list[str]) -> None:
    made = county()
    form = form_of(text_of(await at(made, path)), path)
    answer = await at(made, path, form | changes)

    assert (answer.status_code, errors_in(answer), made.told) == (422, wrong, [])


@pytest.mark.parametrize(
    ("slug", "path", "field"),
    [
        ("unconfirmed", f"{WEEK}/rapportera", "confirmed"),
        ("invalid-areas", f"{YEAR}/4/prioritera", "areas"),
        ("invalid-first-day", f"{PATH}/andra", "first_day"),
    ],
)
async def test_a_refusal_of_the_county_is_said_at_its_field(slug: str, path: str, field: str) -> None:
    made = county()
    form = form_of(text_of(await at(made, path)), path)
    made.refusal = (409, slug, ())
    answer = await at(made, path, form | (WRITTEN if "rapportera" in path else {}))

    assert (answer.status_code, errors_in(answer)) == (409, [field])


async def test_a_year_that_is_not_over_is_not_reviewed() -> None:
    answer = await at(county(), f"{YEAR}/utvardera")

    assert (answer.status_code, answer.headers["location"]) == (303, YEAR)


async def test_a_week_that_has_not_begun_takes_nothing() -> None:
    made = county()
    roles, municipality = PEOPLE["home"]
    place = {"year": 2026, "week": 53}
    shown = await made.open(est.show_week, WEEK, None, roles, municipality, **place)
    opened = await made.open(
        est_forms.WEEK_FORMS["rapportera"].ask, f"{WEEK}/rapportera", None, roles, municipality, **place
    )

    assert (steps_in(shown, WEEK), opened.headers["location"]) == ([], WEEK)
    assert "har den inte börjat" in text_of(shown)
    assert "Öppen" not in text_of(shown)


async def test_a_week_leads_to_those_beside_it_that_have_begun() -> None:
    shown = await at(county(), WEEK)

    assert sorted(steps_in(shown, PATH))[:2] == ["2026/52", "2026/53/atgard"]
    assert "2027/1" in steps_in(shown, PATH)
    first = await county(first_day="2026-12-28").open(est.show_week, WEEK, None, *PEOPLE["home"], year=2026, week=53)
    assert "2026/52" not in steps_in(first, PATH)


@pytest.mark.parametrize(("status", "weeks"), [("OPEN", ["2026/50", "2026/49"]), ("CLOSED", ["2026/50"])])
async def test_own_areas_lead_to_the_weeks_that_take_reports(status: str, weeks: list[str]) -> None:
    made = county()
    made.answers[f"/est-areas/jamtland/{OTHER}/weeks/2026/49"] = {
        **week_view(AREA, LAST, [], [], OVER).model_dump(mode="json"),
        "status": status,
    }
    shown = await at(made, "/est")

    assert steps_in(shown, PATH) == weeks
    assert text_of(shown).count(f'href="{PATH}"') == 1
    assert '<p class="seat">Torget: brand</p>' in text_of(shown).lower().replace("torget", "Torget")


async def test_reports_to_take_back_are_told_apart() -> None:
    made = county()
    gone = replace(SEEN, id=UUID(int=8), details=SEEN.details.model_copy(update={"place": REMOVED}))
    made.answers[f"/est-areas/jamtland/{OTHER}/weeks/2026/53"] = week_view(
        AREA, LAST, [SEEN, gone], [], OVER
    ).model_dump(mode="json")
    shown = text_of(await at(made, f"{WEEK}/ta-tillbaka"))

    assert shown.count('name="observation"') == 1
    assert "Klotter: Tunneln < torget · stor · fastighetsägare · måndag 11 januari 2027 kl. 12.00" in shown


@pytest.mark.parametrize(
    ("who", "said"), [("home", "klotter: visas bara på veckans sida"), ("reader", "klotter: visas inte")]
)
async def test_who_sees_a_week_is_led_to_its_numbers(who: str, said: str) -> None:
    made = county()
    picture = {"week": "2026 v. 49", "iso_week_year": 2026, "iso_week": 49, "counts": [{"category": "GRAFFITI"}]}
    made.answers["/est-pictures"] = EMPTY | {"items": [picture]}
    shown = await at(made, PATH, None, who)

    assert said in text_of(shown).lower()
    assert (f'<a href="{PATH}/2026/49">2026 v. 49</a></h3>' in text_of(shown)) is (who == "home")


async def test_what_has_ended_is_found_by_its_state() -> None:
    for page, path, county_path in (
        (est.show_list, "/est", "/est-areas"),
        (processes.show_list, "/samverkan", "/cooperation-processes"),
        (lessons.show_list, "/lardomar", "/lessons"),
    ):
        made = MadeUpCounty({})
        text = text_of(await made.open(page, f"{path}?lage=RETIRED", None, [Role.READER]))
        asked = [each.url.params.get("status") for each in made.requests if each.url.path == county_path]

        assert "RETIRED" in asked
        assert '<option value="RETIRED" selected>Inte längre aktuella</option>' in text
