"""How often the members of a network came to its meetings."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shared.contracts.asking import Reference
from shared.contracts.meeting_codes import Presence
from shared.contracts.meetings import Meeting

_COUNTED = (Presence.ATTENDED, Presence.ABSENT, Presence.ABSENT_WITH_NOTICE)
"""Of several functions of an actor the first of these counts."""


@dataclass(frozen=True, slots=True)
class MemberPresence:
    """An actor's part in some meetings: to how many it was invited, and in how many it was what."""

    actor: Reference
    invited: int
    attended: int
    absent: int
    absent_with_notice: int


def presence_of(members: Iterable[Reference], meetings: Iterable[Meeting]) -> list[MemberPresence]:
    """Each member, and whoever else was invited, with its presence. An actor came if one of its functions did."""
    invited: Counter[Reference] = Counter()
    marks: Counter[tuple[Reference, Presence]] = Counter()
    for meeting in meetings:
        recorded = {each.invitee: each.presence for each in meeting.attendance}
        for actor in {each.actor for each in meeting.invitees}:
            found = {recorded[each.id] for each in meeting.invitees if each.actor == actor and each.id in recorded}
            best = next((each for each in _COUNTED if each in found), None)
            invited[actor] += 1
            marks.update([(actor, best)] if best else [])
    return [
        MemberPresence(actor, invited[actor], *(marks[actor, each] for each in _COUNTED))
        for actor in sorted({*members, *invited}, key=str)
    ]
