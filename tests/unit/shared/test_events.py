"""The type of an event follows from its class."""

from shared.contracts.actors import Actor, ActorChanged
from shared.contracts.event import events_in


class ActorChangedV2(Actor, version=2, final=True):
    """A second version, as docs/contracts.md describes it."""


EVENTS = events_in(globals())


def test_a_type_names_stream_class_and_version() -> None:
    assert ActorChanged.event_type == "se.norrsam.actors.ActorChanged.v1"
    assert ActorChangedV2.event_type == "se.norrsam.actors.ActorChanged.v2"


def test_only_a_class_that_says_so_is_final() -> None:
    assert (ActorChanged.final, ActorChangedV2.final) == (False, True)


def test_the_events_of_a_module_are_those_it_defines() -> None:
    assert (ActorChangedV2,) == EVENTS
