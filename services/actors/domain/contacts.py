"""The contact functions of an actor, each with an id that stays."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import count
from uuid import UUID, uuid5

from shared.contracts.actors import ContactFunction
from shared.contracts.codes import FunctionCode
from shared.contracts.event import Shared
from shared.contracts.fields import Mailbox, Telephone
from shared.rejected import Rejected


class ContactDetails(Shared):
    """A contact function as it is to be; ``id`` names one that the actor has already."""

    id: UUID | None = None
    function: FunctionCode
    mailbox: Mailbox | None = None
    telephone: Telephone | None = None


Contact = ContactDetails | ContactFunction


def identified(
    wanted: Sequence[ContactDetails], actor: UUID, before: Iterable[ContactFunction]
) -> tuple[ContactFunction, ...]:
    """The contact functions with their ids, the same however often the same is asked for, in whatever order.

    Who gives no id means the function that is reached in the same way: by mailbox and telephone, else by mailbox.
    One function that is left, where one was before, has got another mailbox, unless that was another function's. So
    the name of a person, which is kept by the id, never comes to another person's mailbox; where it is unclear whose
    function it is, it is a new one.
    """
    free = {contact.id: contact for contact in before}
    known = {_mailbox(contact) for contact in free.values()}
    addresses = {_address(contact) for contact in free.values()} - {None}
    taken = set(free)
    found: dict[int, UUID] = {}
    for index, contact in enumerate(wanted):
        if contact.id is None:
            continue
        if free.pop(contact.id, None) is None:
            raise Rejected(
                "invalid-contact-function",
                f"the actor has no contact function {contact.id}, or it is named twice; give a new one without id",
            )
        found[index] = contact.id
    for way, several in ((_reached, True), (_mailbox, True), (_function, False)):
        open_ones = {
            index: way(contact)
            for index, contact in enumerate(wanted)
            if index not in found and (_address(contact) not in addresses or _mailbox(contact) in known)
        }
        for index, key in open_ones.items():
            same = [identity for identity, contact in free.items() if key is not None and way(contact) == key]
            if same and (several or (len(same) == 1 and list(open_ones.values()).count(key) == 1)):
                found[index] = same[0]
                del free[same[0]]
    result = []
    for index, contact in enumerate(wanted):
        identity = found.get(index) or _new(contact.function, actor, taken)
        result.append(ContactFunction(**dict(contact) | {"id": identity}))
    return tuple(result)


def _function(contact: Contact) -> Hashable:
    return contact.function


def _address(contact: Contact) -> str | None:
    return contact.mailbox and contact.mailbox.casefold()


def _mailbox(contact: Contact) -> Hashable:
    return contact.mailbox and (contact.function, _address(contact))


def _reached(contact: Contact) -> Hashable:
    return contact.function, _address(contact), contact.telephone


def _new(function: FunctionCode, actor: UUID, taken: set[UUID]) -> UUID:
    """The next new id for this function. It is taken then."""
    made = (uuid5(actor, f"{function}/{number}") for number in count())
    identity = next(new for new in made if new not in taken)
    taken.add(identity)
    return identity
