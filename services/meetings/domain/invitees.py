"""Who is invited. At each meeting an invitee has a random id, which stays while it is invited."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from shared.contracts.actors import Actor, ContactFunction
from shared.contracts.asking import Reference
from shared.contracts.codes import Status
from shared.contracts.invitations import InviteeAnswer
from shared.contracts.meeting_codes import Rsvp
from shared.contracts.meetings import MOST_INVITEES, Invitee, InviteeDetails
from shared.rejected import Rejected

Actors = Mapping[Reference, Actor]
"""Actors of all counties that are known here."""


def identified(
    wanted: Sequence[InviteeDetails], before: Iterable[Invitee], ids: Sequence[UUID], actors: Actors
) -> tuple[Invitee, ...]:
    """The invitees with their ids: those that they have, or new ones, of which ``ids`` has enough.

    Rejected if one is named twice, or if a new one is no contact function of an active actor.
    """
    known = {key_of(each): each.id for each in before}
    if len({key_of(each) for each in wanted}) < len(wanted):
        raise Rejected("invalid-invitees", "A contact function is invited twice; name each once.")
    new = iter(ids)
    return tuple(
        Invitee(**dict(each) | {"id": known[key_of(each)] if key_of(each) in known else _new(each, next(new), actors)})
        for each in wanted
    )


def joined(
    came: Sequence[InviteeDetails], before: Sequence[Invitee], ids: Sequence[UUID], actors: Actors
) -> tuple[Invitee, ...]:
    """The invitees of ``before``, and after them whoever came without an invitation; each in the role it had there."""
    roles = {key_of(each): each for each in came}
    if len(roles) < len(came):
        raise Rejected("invalid-came", "A contact function is named twice in came; name each once.")
    new = [each for each in came if key_of(each) not in {key_of(one) for one in before}]
    if len(before) + len(new) > MOST_INVITEES:
        raise Rejected("too-many-invitees", f"With those who came there are more than {MOST_INVITEES} invitees.")
    return identified([*(roles.get(key_of(each), each) for each in before), *new], before, ids, actors)


def who_comes(actor: Actor, invitee: Invitee, answer: InviteeAnswer) -> list[ContactFunction]:
    """The contact functions of the invitee's ``actor`` that the answer is about: its own, or those instead of it."""
    if answer.state is Rsvp.DELEGATED:
        return [each for each in actor.contact_functions if comes_instead(each, invitee, answer)]
    return [each for each in actor.contact_functions if each.id == invitee.contact_function]


def check_handed_on(actor: Actor, invitee: Invitee, answer: InviteeAnswer) -> None:
    """Rejected if the invitee's ``actor`` has no other function that is named: nobody would come, or be told."""
    if answer.state is Rsvp.DELEGATED and not who_comes(actor, invitee, answer):
        others = {each.function for each in actor.contact_functions if each.id != invitee.contact_function}
        has = f"it has {', '.join(sorted(others))}" if others else "it has no other; register one first"
        raise Rejected(
            "unknown-function",
            f"The actor of the invitee has no other contact function {answer.delegated_to} that could come: {has}.",
            delegated_to=str(answer.delegated_to),
        )


def comes_instead(contact: ContactFunction, invitee: Invitee, answer: InviteeAnswer) -> bool:
    """Whether a contact function of the invitee's own actor comes in its place.

    An answer names a function, and no actor: so whoever hands an invitation on does so within its actor.
    """
    handed_on = answer.state is Rsvp.DELEGATED and contact.function is answer.delegated_to
    return handed_on and contact.id != invitee.contact_function


def _new(wanted: InviteeDetails, identity: UUID, actors: Actors) -> UUID:
    actor = actors.get(wanted.actor)
    if actor is None:
        raise Rejected(
            "unknown-actor",
            f"No actor {wanted.actor.id} is known here. If another county has just registered it, try again soon.",
            actor=str(wanted.actor.id),
        )
    if actor.status is not Status.ACTIVE:
        raise Rejected("retired-actor", f"The actor {wanted.actor} is retired; leave it out.", actor=str(wanted.actor))
    if wanted.contact_function not in {each.id for each in actor.contact_functions}:
        raise Rejected(
            "unknown-contact-function",
            f"The actor {wanted.actor} has no contact function {wanted.contact_function}; choose one that it has.",
            contact_function=str(wanted.contact_function),
        )
    return identity


def key_of(invitee: InviteeDetails) -> tuple[Reference, UUID]:
    """The key of an invitee: its actor and its contact function."""
    return invitee.actor, invitee.contact_function
