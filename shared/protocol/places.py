"""Whether what others have of a stream can have been published by its owner (delivery rule E2)."""

from collections.abc import Iterable, Mapping

Place = tuple[int, int, str | None]
"""(epoch, number, id of the event there, if it is known)."""


def contradiction(head: tuple[int, int], ids: Mapping[int, str], places: Iterable[Place]) -> str | None:
    """What the owner, at ``head`` with these ids by number, cannot have published; None if there is nothing."""
    places = sorted(places, key=lambda place: place[:2], reverse=True)
    for epoch, number, identity in places:
        if (epoch, number) > head:
            return f"number {number} in epoch {epoch}, but here the last one is {head[1]} in epoch {head[0]}"
        if epoch == head[0] and identity and ids.get(number, identity) != identity:
            return f"the event {identity} as number {number}, but here that is {ids[number]}"
    return None
