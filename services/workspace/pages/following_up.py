"""How a measure goes is said by a colour, in words, as seen on a day; of a joint one the lead says it."""

from collections.abc import Mapping
from datetime import date

from services.workspace import calls_pictures as calls
from services.workspace.guard import Visit
from services.workspace.lists import Option
from services.workspace.pages.initiative_steps import writes
from services.workspace.pages.work_form import Field, SentForm, WorkForm, back_of
from services.workspace.shown_pictures import ShownMeasure
from shared.calendar import day_of

COLOURS = ("GREEN", "YELLOW", "RED")
FIELDS = ("colour", "text", "day")
AT = {"invalid-day": "day"}
STATUSES = ("ONGOING", "DONE")


def may_follow_up(visit: Visit, measure: ShownMeasure) -> bool:
    """Whether the user says how the measure goes: it is under way or done."""
    return measure.status in STATUSES and writes(visit, measure)


def fields(visit: Visit, _: object) -> list[Field]:
    """The fields of a follow-up."""
    colours = [Option(code, visit.site.words.text(f"follow.{code.lower()}")) for code in COLOURS]
    return [
        Field("colour", "radio", needed=True, choices=colours),
        Field("text", "area", needed=True),
        Field("day", "day", needed=True),
    ]


def today(visit: Visit, _: object) -> dict[str, list[str]]:
    """Filled in with the day of today."""
    return {"day": [day_of(visit.site.now()).isoformat()]}


def too_early(visit: Visit, values: Mapping[str, object]) -> list[str]:
    """Nobody has seen on a day to come how it goes."""
    try:
        coming = date.fromisoformat(str(values["day"])) > day_of(visit.site.now())
    except ValueError:
        coming = True
    return ["day"] if coming else []


async def _find(visit: Visit) -> ShownMeasure:
    return await calls.measure(visit.site.interface, visit.token, *visit.named())


async def _tell(visit: Visit, sent: SentForm[ShownMeasure]) -> str:
    interface, token = visit.site.interface, visit.token
    await calls.measure_step(interface, token, sent.key, *visit.named(), "follow-up", sent.values, sent.seen)
    return back_of(visit)


FOLLOWING_UP = WorkForm(
    "follow",
    "folj-upp",
    _find,
    may_follow_up,
    _tell,
    title=lambda measure: measure.operational_goal,
    fields=fields,
    filled=today,
    wrong=too_early,
    at=AT,
    subject="pictures",
    doubts=True,
)
