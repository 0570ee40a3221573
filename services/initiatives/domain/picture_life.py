"""Every step that a problem picture can take: its cause, who takes it, and the event that tells of it.

The decisions go by this table, and `docs/initiatives.md` is drawn from it. What is not in it is refused.
"""

from enum import StrEnum

from shared.contracts.initiative_codes import PictureStatus
from shared.contracts.life import Life, Step


class PictureMover(StrEnum):
    """Who takes a step."""

    AUTHOR = "municipal coordinator or police"


class PictureAct(StrEnum):
    """The cause of a step."""

    BEGINS = "begins a picture"
    CHANGES = "writes in it"
    OWNS = "says that it is the own one"
    MERGES = "merges others into it, which are archived"
    PRIORITISES = "gives it a priority"
    ANALYSES = "has analysed offender, target and guardian, and causes"
    AGREES = "agrees, once both stand behind it as it is"
    REOPENS = "writes in what was agreed on"
    RELEASES = "releases it to all counties"
    REVISES = "revises what was released"
    ARCHIVES = "archives it"


_DRAFT, _OWN, _MERGED = PictureStatus.DRAFT, PictureStatus.OWN, PictureStatus.MERGED
_PRIORITISED, _ANALYSED, _AGREED = PictureStatus.PRIORITISED, PictureStatus.ANALYSED, PictureStatus.AGREED
_ARCHIVED, _WHO = PictureStatus.ARCHIVED, PictureMover.AUTHOR

PICTURE = Life(
    Step((), PictureAct.BEGINS, _DRAFT, _WHO, ""),
    *(Step((each,), PictureAct.CHANGES, each, _WHO, "") for each in (_DRAFT, _OWN, _MERGED, _PRIORITISED, _ANALYSED)),
    Step((_DRAFT,), PictureAct.OWNS, _OWN, _WHO, ""),
    Step((_OWN,), PictureAct.MERGES, _MERGED, _WHO, ""),
    Step((_OWN, _MERGED), PictureAct.PRIORITISES, _PRIORITISED, _WHO, ""),
    Step((_PRIORITISED,), PictureAct.ANALYSES, _ANALYSED, _WHO, ""),
    Step((_ANALYSED,), PictureAct.AGREES, _AGREED, _WHO, ""),
    Step((_AGREED,), PictureAct.REOPENS, _ANALYSED, _WHO, ""),
    Step((_AGREED,), PictureAct.RELEASES, _AGREED, _WHO, "ProblemPictureReleased"),
    Step((_AGREED,), PictureAct.REVISES, _AGREED, _WHO, "ProblemPictureRevised"),
    Step(
        (_DRAFT, _OWN, _MERGED, _PRIORITISED, _ANALYSED, _AGREED),
        PictureAct.ARCHIVES,
        _ARCHIVED,
        _WHO,
        "ProblemPictureArchived",
    ),
)
