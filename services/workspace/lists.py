"""The common parts of lists: filters as a form that is sent with GET, and the way to its next part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request

from services.workspace.words import Wording
from shared.swedish import sort_key

Check = Callable[[str], bool]

ENDED = {"RETIRED": "list.ended", "ANY": "list.all"}
"""The county's words for what a list shows beside what goes on, each with the key of the user's word."""


class Option(NamedTuple):
    """A choice of a filter: its code, and the word for it."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Filter:
    """The filters of a list as they are chosen; those without a value are left out."""

    path: str
    chosen: Mapping[str, str]

    def value(self, name: str) -> str:
        """The choice; empty if nothing is."""
        return self.chosen.get(name, "")

    def query(self, **names: str) -> dict[str, str]:
        """The query for the county: the name there of each filter, and what is chosen."""
        return {there: self.chosen[here] for here, there in names.items() if here in self.chosen}

    def address(self, **changes: str) -> str:
        """The list with these filters instead; an empty one is left out."""
        query = {name: value for name, value in {**self.chosen, **changes}.items() if value}
        return f"{self.path}?{urlencode(query)}" if query else self.path


def ended_options(words: Wording) -> list[Option]:
    """The choices of a list that shows what goes on unless it is asked for what has ended, or for all."""
    return [Option(code, str(words.text(key))) for code, key in ENDED.items()]


def filter_of(request: Request, **checks: Check) -> Filter:
    """The filters of an address. A value that its check does not know counts as none: such addresses get typed."""
    given = {name: request.query_params.get(name, "").strip() for name in checks}
    return Filter(request.url.path, {name: value for name, value in given.items() if value and checks[name](value)})


def options(words: Mapping[str, str]) -> list[Option]:
    """The choices, in the order of the Swedish alphabet."""
    return sorted((Option(code, word) for code, word in words.items()), key=lambda option: sort_key(option.word))


def is_week(text: str) -> bool:
    """Whether it is an ISO week, as in `2026-W53`."""
    year, _, week = text.partition("-W")
    try:
        date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return False
    return len(text) == len("2026-W53")


def is_day(text: str) -> bool:
    """Whether it is a day, as in `2026-12-09`."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_text(text: str) -> bool:
    """Whether it can be searched for."""
    return len(text) <= 200


def is_cursor(text: str) -> bool:
    """Whether it may be a cursor; the county says whether it is one of its own."""
    return len(text) <= 2000
