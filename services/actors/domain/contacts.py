"""The contact functions of an actor, each with an id that stays."""

from collections.abc import Iterable, Sequence
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


def identified(
    wanted: Sequence[ContactDetails], actor: UUID, before: Iterable[ContactFunction]
) -> tuple[ContactFunction, ...]:
    """The contact functions with their ids, the same however often the same is asked for.

    Who gives no id means the first function of that code which is not taken yet. So a file that knows no ids
    can be imported twice, and the name of a person stays with the function.
    """
    free = {contact.id: contact.function for contact in before}
    taken = set(free)
    for contact in wanted:
        if contact.id is not None and free.pop(contact.id, None) is None:
            raise Rejected(
                "invalid-contact-function",
                f"the actor has no contact function {contact.id}, or it is named twice; give a new one without id",
            )
    return tuple(
        ContactFunction(**dict(contact) | {"id": contact.id or _identity(contact.function, actor, free, taken)})
        for contact in wanted
    )


def _identity(function: FunctionCode, actor: UUID, free: dict[UUID, FunctionCode], taken: set[UUID]) -> UUID:
    """An id that is still free among those of this function, else the next new one. It is taken then."""
    for identity, code in free.items():
        if code is function:
            del free[identity]
            return identity
    made = (uuid5(actor, f"{function}/{number}") for number in count())
    identity = next(new for new in made if new not in taken)
    taken.add(identity)
    return identity
