"""A meeting as its host plans it: with all that a change of it must say again."""

from datetime import date, datetime

from services.workspace.shown import FromCounty
from services.workspace.shown_meetings import ShownAgendaItem, ShownInvitee, ShownMeeting
from services.workspace.shown_trainings import ShownReference


class ShownPresence(FromCounty):
    """Whether an invitee came."""

    invitee: str
    presence: str


class PlanOfMeeting(FromCounty):
    """All that a host says of a meeting, but for its kind and invitees; fields that no page shows are kept."""

    title: str
    purpose: str | None = None
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    level: str = ""
    organiser: str = ""
    form: str = ""
    place: str | None = None
    url: str | None = None
    agenda: tuple[ShownAgendaItem, ...] = ()
    policy_areas: tuple[str, ...] = ()
    mandate_area: str | None = None
    method_component: str | None = None
    answer_by: date | None = None
    series: str | None = None
    network: ShownReference | None = None


class HostedMeeting(PlanOfMeeting, ShownMeeting):
    """A meeting that the user hosts."""

    version: int
    kind: str
    sequence: int
    invitees: tuple[ShownInvitee, ...] = ()
    attendance: tuple[ShownPresence, ...] = ()

    def plan(self) -> dict[str, object]:
        """The plan as a change must say it, whole."""
        known = self.model_dump(mode="json", include={*PlanOfMeeting.model_fields})
        return {**known, "kind": self.kind, "invitees": [invited(each, each.role) for each in self.invitees]}


def invited(each: ShownInvitee, role: str) -> dict[str, object]:
    """The invitee as a command names it, in this role."""
    return {"actor": each.actor.model_dump(), "contact_function": each.contact_function, "role": role}
