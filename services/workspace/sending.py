"""A command is a form: what is sent with it, and what its user reads when the county says no, or says nothing.

The hidden field `key` becomes the Idempotency-Key: whoever sends the form again, for lack of an answer, does no harm.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_urlsafe

from services.workspace.answers import CallRefused, CountyAway, DoubtfulPlace, line_at

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class FormError:
    """A sentence for the error summary: its text's key and values, and the field that it leads to."""

    key: str
    field: str | None = None
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def meanwhile(self) -> bool:
        """Whether somebody else was first, so that it is worth seeing how it is now."""
        return self.key.endswith(("precondition-failed", "precondition-required"))


def new_key() -> str:
    """A key for a form that is shown for the first time."""
    return token_urlsafe(18)


def key_of(form: Mapping[str, Sequence[str]]) -> str:
    """The key of a form that was sent; a new one if it is none of ours."""
    given = first(form, "key")
    return given if _KEY.fullmatch(given) else new_key()


def key_again(form: Mapping[str, Sequence[str]], status: int) -> str:
    """The key of a form that is shown again with this status.

    It is the same where nobody knows whether the command was done (503), and a new one after a refusal: the county
    keeps that under the old key, and takes nothing else with it.
    """
    return key_of(form) if status == HTTPStatus.SERVICE_UNAVAILABLE else new_key()


def first(form: Mapping[str, Sequence[str]], name: str) -> str:
    """The only value of a field, without blanks around it."""
    return (form.get(name) or [""])[0].strip()


def version_of(form: Mapping[str, Sequence[str]], name: str = "version") -> int:
    """The version that the form was shown for; CallRefused, as not found, if it has none."""
    given = first(form, name)
    if not given.isdecimal() or len(given) > 9:
        raise CallRefused(404, "not-found")
    return int(given)


def errors_of(
    failed: CallRefused | CountyAway,
    fields: Sequence[str],
    has: Callable[[str], bool],
    subject: str = "",
    at: Mapping[str, str] = {},
    names: str = "field",
    shown: object = None,
) -> list[FormError]:
    """The sentences for a command that failed; ``fields`` are the form's, ``has`` tells whether there is a text.

    A rule may have a sentence of the ``subject``; one without a sentence of its own gets the general one. ``at`` are
    the fields that rules are about, and the form's fields that have another name than the county's; ``names`` begins
    the keys of sentences about fields; ``shown`` has the texts in which the county doubts a line, where none were
    sent. ``failed`` is raised where its answer is a page: log in, missing.
    """
    if isinstance(failed, CountyAway):
        return [FormError("slug.away")]
    if failed.status in (401, 404):
        raise failed
    if failed.slug == "invalid-request":
        named = {_field_of(each, fields, at): most for each, most in failed.fields.items()}
        wrong = [name for name in fields if name in named]
        return [FormError(f"{names}.{name}", name, {"most": named[name]}) for name in wrong] or [
            FormError("slug.other")
        ]
    keys = (f"slug.{subject}.{failed.slug}", f"slug.{failed.slug}", "slug.forbidden", "slug.other")
    key = next(key for key in keys if has(key) and (key != "slug.forbidden" or failed.status == 403))
    return [FormError(key, at.get(failed.slug)), *(_doubt(each, shown) for each in failed.doubts)]


def _field_of(named: str, fields: Sequence[str], at: Mapping[str, str]) -> str | None:
    """The form's field that the county calls, say, `links.0`: what the whole is called here, or its innermost part."""
    parts = [part for part in named.split(".") if not part.isdecimal()]
    found = (at.get(each, each) for each in (named, ".".join(parts), *reversed(parts)))
    return next((each for each in found if each in fields), None)


def _doubt(each: DoubtfulPlace, shown: object) -> FormError:
    text = each.text or line_at(shown, each.field, each.line)
    return FormError(f"doubt.{each.field.partition('.')[0]}", "confirmed", {"line": each.line, "text": text})


def status_of(failed: CallRefused | CountyAway) -> int:
    """The status of the page that shows the form again: 503 where nobody knows whether the command was done."""
    return 503 if isinstance(failed, CountyAway) or failed.slug == "in-progress" else failed.status
