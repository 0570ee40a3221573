"""A municipality decides what comes first in a quarter by EST, and says what a year has shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.workspace import calls_est as calls
from services.workspace import picture_words as words
from services.workspace.answers import CallRefused
from services.workspace.guard import Visit
from services.workspace.lists import Option
from services.workspace.pages.est_weeks import this_week
from services.workspace.pages.municipalities import named
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.shown_est import ShownEstArea, ShownEstPriority, ShownEstReview, ShownOfMunicipality
from services.workspace.speaking import home_of

QUARTER_FIELDS = ("areas", "categories", "reason")
YEAR_FIELDS = ("text", "remove", "conclusion", "categories")
AT = {"invalid-areas": "areas"}
YEARS_AHEAD = 1


@dataclass(frozen=True, slots=True)
class PlannedQuarter:
    """A quarter of a municipality with its decision, if there is one, and the areas that it chooses among."""

    title: str
    priority: ShownEstPriority | None
    areas: list[ShownEstArea]

    @property
    def version(self) -> int:
        """That of the decision; 0 if there is none."""
        return self.priority.version if self.priority else 0


@dataclass(frozen=True, slots=True)
class ReviewedYear:
    """A year of a municipality with its review, if there is one."""

    title: str
    review: ShownEstReview | None

    @property
    def version(self) -> int:
        """That of the review; 0 if there is none."""
        return self.review.version if self.review else 0


def year_of(visit: Visit) -> int:
    """The year in the address; CallRefused, as not found, if there is no EST then."""
    year: int = visit.request.path_params["year"]
    if not 2014 <= year < 2100:
        raise CallRefused(404, "not-found")
    return year


def ways_of_quarter(visit: Visit, quarter: int, found: ShownEstPriority | None) -> list[str]:
    """The steps that the user takes with a quarter: it is decided on until it is over."""
    year, week = year_of(visit), this_week(visit)
    open_still = (week.year, week.quarter) <= (year, quarter) and year <= week.year + YEARS_AHEAD
    return _ways(visit, "prioritera" if open_still else "", found)


def ways_of_year(visit: Visit, found: ShownEstReview | None) -> list[str]:
    """The steps that the user takes with a year: it is reviewed once it is over."""
    return _ways(visit, "utvardera" if year_of(visit) < this_week(visit).year else "", found)


def _ways(visit: Visit, word: str, found: ShownOfMunicipality | None) -> list[str]:
    if home_of(visit) != named(visit).code:
        return []
    living = found is not None and found.status == "ACTIVE"
    return [*([word] if word else []), *(["dra-tillbaka"] if living else [])]


async def _find_quarter(visit: Visit) -> PlannedQuarter:
    interface, token, place, year = visit.site.interface, visit.token, named(visit), year_of(visit)
    quarter: int = visit.request.path_params["quarter"]
    if not 1 <= quarter <= 4:
        raise CallRefused(404, "not-found")
    known = await calls.priorities(interface, token, municipality=place.code, year=year, quarter=quarter, status="ANY")
    areas = (await calls.areas(interface, token, municipality=place.code)).items
    title = visit.site.words.text("est.quarter-of", name=place.name, year=year, quarter=quarter)
    return PlannedQuarter(str(title), next(iter(known.items), None), areas)


async def _find_year(visit: Visit) -> ReviewedYear:
    place, year = named(visit), year_of(visit)
    query: dict[str, str | int] = {"municipality": place.code, "year": year, "status": "ANY"}
    known = await calls.reviews(visit.site.interface, visit.token, **query)
    return ReviewedYear(f"{place.name} {year}", next(iter(known.items), None))


def _back(visit: Visit) -> str:
    return f"/est/kommun/{named(visit).code}/{year_of(visit)}"


def _of_quarter(_: Visit, found: PlannedQuarter) -> list[Field]:
    return [
        Field("areas", "boxes", needed=True, choices=[Option(each.id, each.name) for each in found.areas]),
        Field("categories", "boxes", choices=words.choices("EstCategory")),
        Field("reason", "area", needed=True),
    ]


def _filled_quarter(_: Visit, found: PlannedQuarter) -> dict[str, list[str]]:
    now = found.priority
    if now is None:
        return {}
    return {"areas": [*now.areas], "categories": [*now.categories], "reason": [now.reason]}


def _of_year(_: Visit, found: ReviewedYear) -> list[Field]:
    said = found.review.conclusions if found.review else ()
    known = [Option(each.text, each.text) for each in said]
    return [
        Field("text", "prose", needed=True),
        *([Field("remove", "boxes", choices=known)] if known else []),
        Field("conclusion", "area"),
        Field("categories", "boxes", choices=words.choices("EstCategory")),
    ]


def _without_text(_: Visit, values: Mapping[str, object]) -> list[str]:
    return ["conclusion"] if values["categories"] and not values["conclusion"] else []


async def _plan(visit: Visit, sent: SentForm[PlannedQuarter]) -> str:
    interface, token, before = visit.site.interface, visit.token, sent.found.priority
    if word_of(visit) == "prioritera":
        of = {"year": year_of(visit), "quarter": visit.request.path_params["quarter"]}
        await calls.prioritise(interface, token, sent.key, {**sent.values, **of}, sent.seen or None)
    elif before:
        await calls.withdraw_priority(interface, token, sent.key, before.county, UUID(before.id), sent.seen)
    return _back(visit)


async def _review(visit: Visit, sent: SentForm[ReviewedYear]) -> str:
    interface, token, before, values = visit.site.interface, visit.token, sent.found.review, dict(sent.values)
    if word_of(visit) == "utvardera":
        removed, text, categories = values.pop("remove", []), values.pop("conclusion"), values.pop("categories")
        said = before.conclusions if before else ()
        kept = [each.model_dump() for each in said if not (isinstance(removed, list) and each.text in removed)]
        new = [{"text": text, "categories": categories}] if text else []
        wish = {**values, "year": year_of(visit), "conclusions": [*kept, *new]}
        await calls.review(interface, token, sent.key, wish, sent.seen or None)
    elif before:
        await calls.withdraw_review(interface, token, sent.key, before.county, UUID(before.id), sent.seen)
    return _back(visit)


def _may_plan(visit: Visit, found: PlannedQuarter) -> bool:
    return word_of(visit) in ways_of_quarter(visit, visit.request.path_params["quarter"], found.priority)


def _may_review(visit: Visit, found: ReviewedYear) -> bool:
    return word_of(visit) in ways_of_year(visit, found.review)


QUARTER = WorkForm(
    "est-quarter",
    "",
    _find_quarter,
    _may_plan,
    _plan,
    title=lambda found: found.title,
    back=_back,
    at=AT,
    subject="est-plan",
)
QUARTER_FORMS: Mapping[str, WorkForm[PlannedQuarter]] = {
    "prioritera": replace(QUARTER, word="prioritera", fields=_of_quarter, filled=_filled_quarter, doubts=True),
    "dra-tillbaka": replace(QUARTER, word="dra-tillbaka", grave=True),
}
"""Of a quarter, by the last word of the address."""
YEAR = WorkForm(
    "est-year", "", _find_year, _may_review, _review, title=lambda found: found.title, back=_back, subject="est-plan"
)
YEAR_FORMS: Mapping[str, WorkForm[ReviewedYear]] = {
    "utvardera": replace(
        YEAR,
        word="utvardera",
        fields=_of_year,
        filled=lambda _, found: {"text": [found.review.text if found.review else ""]},
        wrong=_without_text,
        doubts=True,
        at={"conclusions": "conclusion", "conclusions.text": "conclusion", "conclusions.categories": "categories"},
    ),
    "dra-tillbaka": replace(YEAR, word="dra-tillbaka", grave=True),
}
"""Of a year, by the last word of the address."""
