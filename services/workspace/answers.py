"""Reads an answer of the county's interface, or says in which of two ways there is none."""

import asyncio
import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

FromAnswer = TypeVar("FromAnswer")
_MOST = re.compile(r"characters; ([0-9]+) is the most|at most ([0-9]+) characters$")


@dataclass(frozen=True, slots=True)
class DoubtfulPlace:
    """A line of a field, named as in `causes.0.text`, that somebody must look at; the ``text`` of what was sent."""

    field: str
    line: int
    text: str


class CallRefused(Exception):  # noqa: N818 - one of the three kinds of failure
    """The county says no. ``slug`` names the rule, as its problem document does.

    ``fields`` are those it is about, named as in `causes.0.text`, each with how many characters it may have, or 0.
    """

    def __init__(
        self, status: int, slug: str, fields: Mapping[str, int] = {}, doubts: Sequence[DoubtfulPlace] = ()
    ) -> None:
        super().__init__(f"{status} {slug}")
        self.status = status
        self.slug = slug
        self.fields = fields
        self.doubts = doubts


class CountyAway(Exception):  # noqa: N818 - one of the three kinds of failure
    """The county does not answer, not in time, or cannot serve now. Trying again later may help."""


async def answer_to(request: Awaitable[httpx.Response]) -> httpx.Response:
    """The answer. The request goes on to its end, also when the page that wanted it is left and nobody waits for it.

    httpx 0.28 never gives back the connection of a request that is cancelled. A hundred of them, and it asks no more.
    """
    return await asyncio.shield(asyncio.ensure_future(request))


def read(answer: httpx.Response, kind: type[FromAnswer]) -> FromAnswer:
    """The answer as the page needs it; CountyAway if it is none."""
    try:
        return TypeAdapter(kind).validate_json(answer.content or b"null")
    except ValidationError as error:  # another program on that address, or one that is older than we are
        raise CountyAway("not understood") from error


def refusal_of(answer: httpx.Response, sent: object) -> CallRefused:
    """The refusal in a problem document: the rule, as in `/problems/not-owner`, and what of ``sent`` it is about."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return CallRefused(answer.status_code, "")
    fields = {str(each.get("field", "")): _most(str(each.get("message", ""))) for each in _objects(found, "errors")}
    places = [(str(each.get("field")), int(each.get("line", 1))) for each in _objects(found, "doubts")]
    doubts = [DoubtfulPlace(field, line, line_at(sent, field, line)) for field, line in places]
    return CallRefused(answer.status_code, str(found.get("type", "")).rpartition("/")[2], fields, doubts)


def line_at(whole: object, field: str, line: int) -> str:
    """That line, from 1, of a field of what was sent or is shown; empty if it has none."""
    for part in field.split("."):
        if isinstance(whole, list | tuple):
            whole = whole[int(part)] if part.isdecimal() and int(part) < len(whole) else None
        else:
            whole = whole.get(part) if isinstance(whole, Mapping) else getattr(whole, part, None)
    lines = whole.splitlines() if isinstance(whole, str) else []
    return lines[line - 1] if line <= len(lines) else ""


def _objects(found: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [each for each in found.get(name, []) if isinstance(each, dict)]


def _most(message: str) -> int:
    found = _MOST.search(message)
    return int(found[1] or found[2]) if found else 0
