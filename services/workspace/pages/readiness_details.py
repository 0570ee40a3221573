"""A municipality says who leads its work, and whether all counties see what is in place there."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.workspace import calls_readiness as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import Option, options
from services.workspace.pages.meetings import function_word
from services.workspace.pages.municipalities import named
from services.workspace.pages.work_form import Field, SentForm, WorkForm
from services.workspace.shown_readiness import ShownReadiness
from services.workspace.speaking import home_of
from services.workspace.words import capital
from shared.contracts.reference import MUNICIPALITIES

FIELDS = ("responsible_board", "board_name", "coordination_function", "share_details")


@dataclass(frozen=True, slots=True)
class LedReadiness:
    """The readiness of a municipality, and the contact functions that could be the one that coordinates (11 §)."""

    readiness: ShownReadiness
    functions: list[Option]

    @property
    def version(self) -> int:
        """That of the readiness."""
        return self.readiness.version


async def _find(visit: Visit) -> LedReadiness:
    code, interface, token = named(visit).code, visit.site.interface, visit.token
    found = await calls.readiness(interface, token, code)
    actors = await interface.actors(token, county=visit.site.county.name, municipality=code, type="MUNICIPALITY")
    known = {
        each.id: capital(function_word(each.function)) for actor in actors.items for each in actor.contact_functions
    }
    chosen = found.coordination_function
    if chosen and chosen not in known:
        known[chosen] = chosen
    return LedReadiness(found, options(known))


def _fields(_: Visit, found: LedReadiness) -> list[Field]:
    return [
        Field("responsible_board", "select", choices=words.choices("ResponsibleBoard")),
        Field("board_name"),
        Field("coordination_function", "select", choices=found.functions),
        Field("share_details", "check"),
    ]


def _filled(_: Visit, found: LedReadiness) -> dict[str, list[str]]:
    return {name: [str(getattr(found.readiness, name) or "")] for name in FIELDS}


def _wrong(_: Visit, values: Mapping[str, object]) -> list[str]:
    return ["board_name"] if (values["responsible_board"] == "OTHER") != bool(values["board_name"]) else []


async def _tell(visit: Visit, sent: SentForm[LedReadiness]) -> str:
    code = sent.found.readiness.municipality
    await calls.change(visit.site.interface, visit.token, sent.key, code, sent.values, sent.seen or None)
    return f"/beredskap/{code}"


DETAILS = WorkForm(
    "requirement",
    "andra",
    _find,
    lambda visit, found: home_of(visit) == found.readiness.municipality,
    _tell,
    title=lambda found: MUNICIPALITIES[found.readiness.municipality].name,
    fields=_fields,
    filled=_filled,
    wrong=_wrong,
    at={"no-function": "coordination_function", "no-board": "responsible_board"},
)
