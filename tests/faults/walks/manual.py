"""The runbook as somebody reads it who types what it says."""

import re
from collections.abc import Mapping
from pathlib import Path

RUNBOOK = Path(__file__).parents[3] / "docs" / "runbook.md"
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")


def section(title: str) -> str:
    """The text below this heading, up to the next one; LookupError if there is no such heading."""
    text = RUNBOOK.read_text("utf-8")
    parts = _HEADING.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[title]


def commands(title: str) -> list[str]:
    """The commands of the section: the lines of its blocks, without comments, and what stands in its text."""
    text = section(title)
    lines = [line.split(" #")[0].strip() for block in _BLOCK.findall(text) for line in block.splitlines()]
    inline = [" ".join(found.split()) for found in _INLINE.findall(_BLOCK.sub("", text))]
    return [line for line in lines if line] + inline


def command(title: str, words: str, instead: Mapping[str, str]) -> str:
    """The command of the section that is written like ``words``, with other names ``instead`` of those that it has.

    LookupError if the section does not have it.
    """
    if words not in commands(title):
        raise LookupError(f"{title!r} does not say {words!r}, but {commands(title)}")
    names = "|".join(map(re.escape, sorted(instead, key=len, reverse=True)))
    return re.sub(names, lambda found: instead[found[0]], words) if instead else words
