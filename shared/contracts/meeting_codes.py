"""The codes of the stream `meetings`. `reference/meeting_terms.csv` says what each means."""

from shared.contracts.event import OpenEnum


class MeetingKind(OpenEnum):
    """The purpose of a meeting. It decides who may know of the meeting."""

    NETWORK = "NETWORK"
    STEERING = "STEERING"
    COLLABORATION = "COLLABORATION"
    COUNCIL = "COUNCIL"
    EST_WEEKLY = "EST_WEEKLY"
    DIALOGUE = "DIALOGUE"
    WORKING = "WORKING"
    UNKNOWN = "UNKNOWN"


class SharedKind(OpenEnum):
    """The kinds of meetings that all counties see whole. No event holds another one."""

    NETWORK = "NETWORK"
    STEERING = "STEERING"
    UNKNOWN = "UNKNOWN"


class CountedKind(OpenEnum):
    """The kinds of which nothing leaves the county but how many there were."""

    COUNCIL = "COUNCIL"
    EST_WEEKLY = "EST_WEEKLY"
    DIALOGUE = "DIALOGUE"
    WORKING = "WORKING"
    UNKNOWN = "UNKNOWN"


class MeetingForm(OpenEnum):
    """Where people meet."""

    ON_SITE = "ON_SITE"
    ONLINE = "ONLINE"
    HYBRID = "HYBRID"
    UNKNOWN = "UNKNOWN"


class MeetingStatus(OpenEnum):
    """Where a meeting is in its life. What has become of its minutes stands in these."""

    DRAFT = "DRAFT"
    INVITED = "INVITED"
    CONFIRMED = "CONFIRMED"
    POSTPONED = "POSTPONED"
    HELD = "HELD"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class InviteeRole(OpenEnum):
    """An invitee's part in the meeting."""

    CHAIR = "CHAIR"
    SECRETARY = "SECRETARY"
    APPROVER = "APPROVER"
    PARTICIPANT = "PARTICIPANT"
    SUBSTITUTE = "SUBSTITUTE"
    GUEST = "GUEST"
    OBSERVER = "OBSERVER"
    UNKNOWN = "UNKNOWN"


class Rsvp(OpenEnum):
    """The answer for an invitee (RFC 5545, section 3.2.12: PARTSTAT)."""

    NEEDS_ACTION = "NEEDS_ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"
    UNKNOWN = "UNKNOWN"


class Presence(OpenEnum):
    """Whether an invitee came."""

    ATTENDED = "ATTENDED"
    ABSENT = "ABSENT"
    ABSENT_WITH_NOTICE = "ABSENT_WITH_NOTICE"
    UNKNOWN = "UNKNOWN"
