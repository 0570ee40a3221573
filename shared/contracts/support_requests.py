"""Support, of the stream `initiatives`: a municipality asks its county for it, and the county answers.

Of the three forms that the county boards give: competence, method and process, network (förordning 2016:1258, 2 §).
"""

from shared.contracts.event import Event, events_in
from shared.contracts.initiatives import InitiativeDetails
from shared.contracts.prose import Statement
from shared.contracts.readiness_codes import SupportForm, SupportStatus
from shared.contracts.times import Day


class SupportDetails(InitiativeDetails):
    """The need of municipalities, the form of the support, and until which day they would like it."""

    form: SupportForm
    need: Statement
    wanted_by: Day | None = None


class SupportRequest(SupportDetails, Event, stream="initiatives"):
    """A request for support, with the county's ``answer``. All counties see both."""

    status: SupportStatus
    asked_on: Day
    answer: Statement | None = None
    answered_on: Day | None = None
    provided_on: Day | None = None


class SupportRequested(SupportRequest, version=1):
    """A municipality asks for support, or has changed what it asks for."""


class SupportOffered(SupportRequest, version=1):
    """The county offers support."""


class SupportProvided(SupportRequest, version=1):
    """The county has given support."""


class SupportDeclined(SupportRequest, version=1):
    """The county gives no support, and says why."""


class SupportRequestTakenBack(SupportRequest, version=1):
    """The municipality needs no support any more."""


EVENTS = events_in(globals())
