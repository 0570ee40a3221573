"""Reads an answer of the county's interface, or says in which of two ways there is none."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

FromAnswer = TypeVar("FromAnswer")


class CallRefused(Exception):  # noqa: N818 - one of the three kinds of failure
    """The county says no. ``slug`` names the rule, as its problem document does; ``fields`` are those it is about."""

    def __init__(self, status: int, slug: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(f"{status} {slug}")
        self.status = status
        self.slug = slug
        self.fields = fields


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


def rule_of(answer: httpx.Response) -> tuple[str, tuple[str, ...]]:
    """The rule that a problem document names, as in `/problems/not-owner`, and the fields that it is about."""
    try:
        found = answer.json()
    except ValueError:
        return "", ()
    if not isinstance(found, dict):
        return "", ()
    errors = [each for each in found.get("errors", []) if isinstance(each, dict)]
    fields = tuple(str(each.get("field", "")).rpartition(".")[2] for each in errors)
    return str(found.get("type", "")).rpartition("/")[2], fields
