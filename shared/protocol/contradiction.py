"""Whether events seen under a stream's numbers contradict its owner's database (docs/protocol.md, E2)."""

from collections.abc import Iterable, Mapping

NumberedEvent = tuple[int, int, str | None]
"""(epoch, number, id of the event with that number; None if the id is unknown)."""


def contradiction(head: tuple[int, int], ids: Mapping[int, str], events: Iterable[NumberedEvent]) -> str | None:
    """The first of ``events`` that the owner cannot have published, in words; None if there is none.

    ``head`` is the owner's (epoch, last number), ``ids`` are its event ids by number in that epoch.
    """
    for epoch, number, event_id in sorted(events, key=lambda event: event[:2], reverse=True):
        if (epoch, number) > head:
            return f"number {number} in epoch {epoch}, but here the last one is {head[1]} in epoch {head[0]}"
        if epoch == head[0] and event_id and ids.get(number, event_id) != event_id:
            return f"the event {event_id} as number {number}, but here that is {ids[number]}"
    return None
