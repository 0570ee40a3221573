"""A page on which one thing is done: a question with a button, or fields to fill in; then the county is told."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from starlette.responses import RedirectResponse, Response

from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option, is_day
from services.workspace.pages.findings import findings
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from shared.contracts.prose import LONGEST_STATEMENT

_NUMBER = re.compile(r"-?[0-9]{1,9}")
TEXTS = ("line", "area", "prose", "lines")
"""The kinds of fields that somebody writes in freely."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. ``choices`` are those of a select, of boxes or of radio buttons.

    The kinds: `line`, `area` (one statement), `prose`, `lines` (each says something), `day`, `year`, `number`,
    `select`, `boxes`, `radio`, `check` (yes or no).
    """

    name: str
    kind: str = "line"
    needed: bool = False
    choices: Sequence[Option] = ()


class WithVersion(Protocol):
    """Something that is changed in the version in which it was seen."""

    @property
    def version(self) -> int:
        """The version of the county's last answer; 0 of what nobody has said anything about."""


Thing = TypeVar("Thing", bound=WithVersion | None)


@dataclass(frozen=True, slots=True)
class SentForm(Generic[Thing]):
    """A form that was sent: what it is about, what was filled in, its key, and the version that its user has seen."""

    found: Thing
    values: dict[str, object]
    key: str
    seen: int


def back_of(visit: Visit) -> str:
    """The page from which this one is reached: its address without the last word."""
    return visit.request.url.path.rpartition("/")[0]


def word_of(visit: Visit) -> str:
    """The last word of the address: it says what is done there."""
    return visit.request.url.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class WorkForm(Generic[Thing]):
    """All that makes a page on which something is done; the last word of its address is ``word``.

    ``kind`` begins the keys of its texts, ``subject`` those of refusals. ``find`` is what it is about, ``may`` whether
    the user does it now; ``tell`` tells the county, and gives the address of the page that shows it. Where ``doubts``
    about texts are confirmed, the county asks. ``wrong`` names the fields that do not fit together.
    """

    kind: str
    word: str
    find: Callable[[Visit], Awaitable[Thing]]
    may: Callable[[Visit, Thing], bool]
    tell: Callable[[Visit, SentForm[Thing]], Awaitable[str]]
    title: Callable[[Thing], str] = lambda _: ""
    fields: Callable[[Visit, Thing], Sequence[Field]] = lambda _visit, _found: ()
    filled: Callable[[Visit, Thing], Mapping[str, Sequence[str]]] = lambda _visit, _found: {}
    wrong: Callable[[Visit, Mapping[str, object]], Sequence[str]] = lambda _visit, _values: ()
    notes: Callable[[Visit, Thing], Sequence[str]] = lambda _visit, _found: ()
    back: Callable[[Visit], str] = back_of
    at: Mapping[str, str] | None = None
    subject: str = ""
    doubts: bool = False
    grave: bool = False

    async def ask(self, visit: Visit) -> Response:
        """The question, or the form as it is filled in so far; where it is not to be done, the page before."""
        found = await self.find(visit)
        if not self.may(visit, found):
            return RedirectResponse(self.back(visit), 303)
        return self._show(visit, found, self.filled(visit, found), [], 200)

    async def send(self, visit: Visit) -> Response:
        """It is done, in the version that its user has seen; or the form again, with what is wrong in it."""
        form, found = await form_of(visit.request), await self.find(visit)
        seen = 0 if found is None else version_of(form)
        fields = self.fields(visit, found)
        values = _read(fields, form)
        errors, status = self._errors(visit, fields, values), 422
        if not errors:
            if self.doubts:
                values["confirmed"] = bool(first(form, "confirmed"))
            try:
                shown = await self.tell(visit, SentForm(found, values, key_of(form), seen))
            except (CallRefused, CountyAway) as failed:
                errors, status = self._refusals(visit, failed, fields, found), status_of(failed)
                found = await self.find(visit)
            else:
                return RedirectResponse(f"{shown}?klart={self.word}", 303)
        return self._show(visit, found, form, errors, status)

    def _errors(self, visit: Visit, fields: Sequence[Field], values: Mapping[str, object]) -> list[FormError]:
        wrong = [each.name for each in fields if not _is_right(each, values[each.name])]
        wrong += [name for name in self.wrong(visit, values) if name not in wrong]
        texts = {each.name: values[each.name] for each in fields if each.kind in TEXTS}
        found = [name for name, said in texts.items() if name not in wrong and findings(name, _text(said))]
        return [self._error(visit, name) for name in wrong] + [FormError("write.sensitive", name) for name in found]

    def _refusals(
        self, visit: Visit, failed: CallRefused | CountyAway, fields: Sequence[Field], found: Thing
    ) -> list[FormError]:
        at, has = {"unconfirmed": "confirmed", **(self.at or {})}, visit.site.words.has
        errors = errors_of(failed, [each.name for each in fields], has, self.subject or self.kind, at, self.kind, found)
        return [each if has(each.key) else replace(each, key=f"work.{each.field}") for each in errors]

    def _error(self, visit: Visit, name: str) -> FormError:
        own = f"{self.kind}.{name}"
        return FormError(own if visit.site.words.has(own) else f"work.{name}", name)

    def _show(
        self, visit: Visit, found: Thing, form: Mapping[str, Sequence[str]], errors: Sequence[FormError], status: int
    ) -> Response:
        fields = self.fields(visit, found)
        return visit.page(
            "work_form.html",
            status,
            kind=self.kind,
            step=self.word,
            title=self.title(found),
            notes=self.notes(visit, found),
            fields=fields,
            values={each.name: [text.strip() for text in form.get(each.name, [])] for each in fields},
            grave=self.grave,
            doubtful=any(each.field == "confirmed" for each in errors),
            back=self.back(visit),
            version="" if found is None else first(form, "version") if status == 503 else found.version,
            errors=errors,
            key=key_again(form, status),
        )


def is_done(visit: Visit, words: Sequence[str]) -> bool:
    """Whether one of these has just been done, and the page says so."""
    return visit.request.query_params.get("klart") in words


def _read(fields: Sequence[Field], form: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """All that was filled in; None where nothing was, or no number where one is wanted."""
    return {each.name: _value(each, form) for each in fields}


def _value(field: Field, form: Mapping[str, Sequence[str]]) -> object:
    given = first(form, field.name)
    match field.kind:
        case "boxes":
            return [each for each in form.get(field.name, []) if each]
        case "lines":
            return [line for each in given.splitlines() if (line := " ".join(each.split()))]
        case "prose":
            return given.replace("\r\n", "\n") or None
        case "check":
            return bool(given)
        case "year":
            return int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else None
        case "number":
            return int(given) if _NUMBER.fullmatch(given) else None
    return " ".join(given.split()) or None


def _is_right(field: Field, value: object) -> bool:
    if field.kind == "day" and isinstance(value, str):
        return is_day(value)
    if field.choices and field.kind != "boxes" and value:
        return value in {each.code for each in field.choices}
    lines = value if field.kind == "lines" and isinstance(value, list) else []
    if any(len(line) > LONGEST_STATEMENT or not line[0].isalnum() for line in lines):
        return False
    return bool(value) or not field.needed or (field.kind == "number" and value is not None)


def _text(said: object) -> str:
    return "\n".join(said) if isinstance(said, list) else str(said or "")
