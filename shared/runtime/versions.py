"""Versions of an aggregate on the wire: ETag in answers, conditions of commands."""

import re

from shared.rejected import Rejected

_ENTITY_TAG = re.compile(r'(?:W/)?"(\d{1,18})(?:-[0-9a-f]{32})?"')


def entity_tag(version: int) -> str:
    """The ETag of that version: ``"3"``."""
    return f'"{version}"'


def entity_tag_with(version: int, content: str) -> str:
    """The weak ETag of a view that shows more than that version: ``W/"3-…"``, which ends with the content's digest."""
    return f'W/"{version}-{content}"'


def expected_version(if_match: str | None) -> int | None:
    """The version that a command expects, None if it names none; Rejected if the header is not one ETag.

    A weak ETag is taken too: gateways that compress answers weaken them. Of one with a digest the version counts.
    ``*`` is refused, because whoever sends it has seen no version.
    """
    if if_match is None:
        return None
    match = _ENTITY_TAG.fullmatch(if_match.strip())
    if not match or not if_match.isascii():
        raise Rejected(
            "invalid-if-match",
            'If-Match must be one ETag, that of the version that you have seen, as in "3".',
        )
    return int(match[1])


def refuse_if_none_match(if_none_match: str | None) -> None:
    """Raises Rejected if a command has the header: passed over, it would change what its sender meant to spare."""
    if if_none_match is not None:
        raise Rejected(
            "precondition-failed",
            "No command depends on If-None-Match. Leave it out, or send If-Match with the version that you have seen.",
        )
