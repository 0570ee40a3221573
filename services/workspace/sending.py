"""A command is a form: what is sent with it, and what its user reads when the county says no, or says nothing.

The hidden field `key` becomes the Idempotency-Key: whoever sends the form again, for lack of an answer, does no harm.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_urlsafe

from services.workspace.answers import CallRefused, CountyAway

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class FormError:
    """A sentence for the error summary: its text's key, and the field that it leads to."""

    key: str
    field: str | None = None

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
) -> list[FormError]:
    """The sentences for a command that failed; ``fields`` are the form's, ``has`` tells whether there is a text.

    A rule may have a sentence of the ``subject``; one without a sentence of its own gets the general one. ``at`` are
    the fields that rules are about, ``names`` begins the keys of sentences about fields. ``failed`` is raised where its
    answer is a page: log in, forbidden, missing.
    """
    if isinstance(failed, CountyAway):
        return [FormError("slug.away")]
    if failed.status in (401, 403, 404):
        raise failed
    if failed.slug == "invalid-request":
        wrong = [name for name in fields if name in failed.fields]
        return [FormError(f"{names}.{name}", name) for name in wrong] or [FormError("slug.other")]
    keys = (f"slug.{subject}.{failed.slug}", f"slug.{failed.slug}", "slug.other")
    return [FormError(next(key for key in keys if has(key)), at.get(failed.slug))]


def status_of(failed: CallRefused | CountyAway) -> int:
    """The status of the page that shows the form again: 503 where nobody knows whether the command was done."""
    return 503 if isinstance(failed, CountyAway) or failed.slug == "in-progress" else failed.status
