"""How many meetings of a quarter stayed in this county: all that the others are told of them."""

from collections import Counter

from services.meetings.domain.ids import counts_id
from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from shared.contracts.context import DecisionContext
from shared.contracts.meeting_codes import CountedKind, MeetingStatus, Presence
from shared.contracts.meeting_counts import KindCount, MeetingCounts, MeetingsCounted


def added(before: AnyMeeting, after: HomeMeeting) -> "Counter[str] | None":
    """The numbers of a `KindCount` that the step adds; None if it adds none, of a kind that is told, and of a draft."""
    if after.kind not in CountedKind.codes() or before.status is MeetingStatus.DRAFT:
        return None
    found = _numbers(after)
    found.subtract(_numbers(before))
    return found if any(found.values()) else None


def no_counts(meeting: HomeMeeting, context: DecisionContext) -> MeetingsCounted:
    """The counts of the quarter in Sweden in which the meeting begins, before anything is counted."""
    day = context.calendar.day_of(meeting.starts_at)
    quarter = (day.month + 2) // 3
    identity = counts_id(meeting.county, day.year, quarter)
    return MeetingsCounted(id=identity, county=meeting.county, year=day.year, quarter=quarter, kinds=())


def count(counts: MeetingCounts, kind: str, more: "Counter[str]") -> MeetingsCounted:
    """The counts with ``more`` of that kind."""
    kinds = {each.kind: each for each in counts.kinds}
    before = kinds.get(CountedKind(kind), KindCount(kind=CountedKind(kind)))
    numbers = Counter(before.model_dump(exclude={"kind"}))
    numbers.update(more)
    kinds[before.kind] = KindCount(kind=before.kind, **numbers)
    return MeetingsCounted(**dict(counts) | {"kinds": tuple(kinds[each] for each in sorted(kinds))})


def _numbers(meeting: AnyMeeting) -> "Counter[str]":
    held = meeting.status in (MeetingStatus.HELD, MeetingStatus.CLOSED)
    came = sum(each.presence is Presence.ATTENDED for each in meeting.attendance)
    cancelled = int(meeting.status is MeetingStatus.CANCELLED)
    return Counter(held=int(held), cancelled=cancelled, invited=held * len(meeting.invitees), attended=held * came)
