"""A meeting that has been held, its minutes and an action item, to start a test with; Västerbotten is the host."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from services.meetings.domain import action_items, minutes
from services.meetings.domain.minutes import MinutesDraft
from shared.contracts.action_items import ActionItemAssigned, ActionItemDetails
from shared.contracts.asking import Reference
from shared.contracts.context import DecisionContext
from shared.contracts.meeting_codes import InviteeRole
from shared.contracts.meetings import Invitee, Meeting, MeetingHeld
from shared.contracts.minutes import MinutesCirculated, MinutesDetails
from tests.support.contexts import decision_context

BD, AC, Z, Y = "norrbotten", "vasterbotten", "jamtland", "vasternorrland"
TODAY = date(2026, 12, 10)


def identity(name: str) -> UUID:
    """A random-looking id for a name that only the test knows."""
    return UUID(int=uuid5(UUID(int=0), name).int, version=4)


def context(county: str = AC, today: date = TODAY) -> DecisionContext:
    return decision_context(county, today=today)


def invitee(county: str, role: str = "PARTICIPANT") -> Invitee:
    actor = Reference(county=county, id=identity(f"{county} board"))
    return Invitee(
        id=identity(county), actor=actor, contact_function=identity(f"{county} function"), role=InviteeRole(role)
    )


def meeting(**changes: Any) -> Meeting:
    """A steering meeting of four counties that was held; Jämtland and Norrbotten approve its minutes."""
    fields: dict[str, Any] = {
        "id": identity("meeting"),
        "county": AC,
        "kind": "STEERING",
        "title": "Styrgrupp december",
        "level": "REGIONAL",
        "organiser": "COUNTY_COORDINATOR",
        "starts_at": datetime(2026, 12, 9, 12, tzinfo=UTC),
        "ends_at": datetime(2026, 12, 9, 14, tzinfo=UTC),
        "form": "ONLINE",
        "invitees": (invitee(AC, "CHAIR"), invitee(Z, "APPROVER"), invitee(BD, "APPROVER"), invitee(Y)),
        "status": "HELD",
    }
    return MeetingHeld(**fields | changes)


def decision(number: int = 4, **changes: Any) -> dict[str, Any]:
    fields = {"number": number, "text": "En gemensam utbildningsplan för 2027", "decided_on": date(2026, 12, 9)}
    return fields | changes


def details(**changes: Any) -> MinutesDetails:
    fields: dict[str, Any] = {
        "type": "PROTOCOL",
        "text": "# Styrgruppen\n\nGruppen beslutade om utbildningar.",
        "present": (identity(AC), identity(Z), identity(BD)),
        "absent": (identity(Y),),
        "decisions": (decision(),),
    }
    return MinutesDetails(**fields | changes)


def draft(**changes: Any) -> MinutesDraft:
    return MinutesDraft(identity("minutes"), identity("meeting"), details(**changes))


def circulated(**changes: Any) -> MinutesCirculated:
    return minutes.circulate(draft(**changes), meeting(), {}, confirmed=False, context=context())


def item_details(**changes: Any) -> ActionItemDetails:
    fields: dict[str, Any] = {
        "text": "Ta fram en utbildningsplan",
        "owner": {"county": BD, "function": "COUNTY_COORDINATOR"},
        "asked_due": date(2027, 1, 6),
    }
    return ActionItemDetails(**fields | changes)


def assigned(**changes: Any) -> ActionItemAssigned:
    return action_items.assign(item_details(**changes), meeting(), (), identity("item"), context())
