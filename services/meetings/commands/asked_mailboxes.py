"""The mailboxes of this county that a meeting concerns: of its invitees, and of whoever comes instead of one."""

from dataclasses import dataclass
from uuid import UUID

from services.meetings.commands.calendar_entries import answers_of
from services.meetings.domain.invitees import comes_instead
from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store import actors
from services.meetings.store.home import StoredMeeting
from shared.contracts.actors import Actor
from shared.contracts.meeting_codes import InviteeRole, Rsvp
from shared.contracts.meetings import Invitee
from shared.contracts.reference import FUNCTIONS, MUNICIPALITIES, county_name
from shared.contracts.reference.meetings import TERMS
from shared.messaging.outbox import Transaction


@dataclass(frozen=True, slots=True)
class AskedFunction:
    """A contact function with the invitee that it is, or ``instead`` of which it comes; ``name`` says so to people."""

    invitee: Invitee
    answer: Rsvp
    name: str
    instead: bool = False


@dataclass(frozen=True, slots=True)
class AskedMailbox:
    """A mailbox, and the functions that it stands for: several may have one. Those that are invited come first."""

    mailbox: str
    functions: tuple[AskedFunction, ...]
    caller: str

    @property
    def instead(self) -> bool:
        """Whether it is told only because another has handed the invitation on."""
        return self.functions[0].instead

    @property
    def answers(self) -> list[Rsvp]:
        """The answers that count."""
        return [each.answer for each in self.functions]

    @property
    def names(self) -> list[str]:
        """Lines that say who calls whom: several people may read one mailbox."""
        return [self.caller, *(each.name for each in self.functions)]


async def asked_mailboxes(tx: Transaction, stored: StoredMeeting) -> list[AskedMailbox]:
    """Who has no mailbox is in none of these, and nobody tells it anything; nor does this county tell another's."""
    meeting, own = stored.state, tx.writer.county
    (answers,) = await answers_of(tx.conn, own, [stored])
    mine = [each for each in meeting.invitees if each.actor.county == own]
    known = await actors.known(tx.conn, [each.actor for each in mine])
    found: dict[str, list[AskedFunction]] = {}
    for invitee in [each for each in mine if each.actor in known]:
        actor, answer = known[invitee.actor], answers[invitee.id]
        called = f"{_name(actor, invitee.contact_function)}; som {_role(invitee.role)}"
        for contact in [each for each in actor.contact_functions if each.mailbox is not None]:
            if contact.id == invitee.contact_function:
                asked = AskedFunction(invitee, answer.state, f"Kallad: {called}")
            elif comes_instead(contact, invitee, answer):
                other = invitee.model_copy(update={"contact_function": contact.id})
                asked = AskedFunction(other, Rsvp.ACCEPTED, f"I stället för: {called}", instead=True)
            else:
                continue
            found.setdefault(str(contact.mailbox), []).append(asked)
    return [
        AskedMailbox(mailbox, tuple(sorted(each, key=lambda one: one.instead)), caller_of(tx, meeting))
        for mailbox, each in found.items()
    ]


def caller_of(tx: Transaction, meeting: AnyMeeting) -> str:
    """The line that says whose meeting it is."""
    municipality = meeting.municipality if isinstance(meeting, HomeMeeting) else None
    if municipality is not None:
        return f"Kallar: {MUNICIPALITIES[municipality].name} kommun"
    return f"Kallar: Länsstyrelsen i {county_name(meeting.county, tx.writer.counties)}"


def _name(actor: Actor, function: UUID) -> str:
    functions = [FUNCTIONS[each.function].swedish for each in actor.contact_functions if each.id == function]
    return ", ".join([actor.name, *functions])


def _role(role: InviteeRole) -> str:
    return TERMS["InviteeRole"][role].swedish
