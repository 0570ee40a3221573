"""Rules for all three aggregates: each can be retired, and names members that are known."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from shared.contracts.actors import Actor, Cooperation, Member, Network
from shared.contracts.codes import Status
from shared.contracts.event import Event
from shared.rejected import Rejected

Aggregate = Actor | Cooperation | Network
Changed = TypeVar("Changed", bound=Event)


def living(aggregate: Aggregate) -> None:
    """Rejected unless the aggregate is active: what is retired does not change.

    An actor can be revived: its id is made from its reference, and agreements and networks name it. The others have
    ids of their own, which nothing refers to.
    """
    if aggregate.status is Status.ACTIVE:
        return
    if isinstance(aggregate, Actor):
        way = f"revive it first: POST /actors/{aggregate.county}/{aggregate.id}/revive"
    else:
        way = "register a new one"
    raise Rejected("retired", f"{aggregate.name} is retired and cannot be changed; {way}")


def retired(event: type[Changed], aggregate: Aggregate) -> Changed:
    """The same state, retired."""
    living(aggregate)
    return event(**dict(aggregate) | {"status": Status.RETIRED})


def check_members(named: Iterable[Member], known: Mapping[Member, Status], before: Iterable[Member] = ()) -> None:
    """Rejected if an actor that is named anew is unknown here, or retired."""
    for member in sorted(set(named) - set(before), key=str):
        if member not in known:
            raise Rejected(
                "unknown-member",
                f"no actor {member.id} is known here; look it up at /actors, and if another county has just "
                "registered it, wait until its list here is complete",
                member=str(member.id),
            )
        if known[member] is Status.RETIRED:
            raise Rejected("retired-member", f"the actor {member} is retired; leave it out", member=str(member))
