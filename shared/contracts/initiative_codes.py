"""The codes of the stream `initiatives`. `reference/initiative_terms.csv` says what each means."""

from shared.contracts.event import OpenEnum


class Theme(OpenEnum):
    """The theme of a picture or a measure. LOCAL is a theme of the municipality's own, which it names."""

    VIOLENCE = "VIOLENCE"
    VIOLENCE_IN_CLOSE_RELATIONS = "VIOLENCE_IN_CLOSE_RELATIONS"
    PHYSICAL_ENVIRONMENT = "PHYSICAL_ENVIRONMENT"
    CANNABIS = "CANNABIS"
    DRUGS = "DRUGS"
    ILLEGAL_SHIPMENTS = "ILLEGAL_SHIPMENTS"
    TRAFFIC_SAFETY = "TRAFFIC_SAFETY"
    POLICE_PRESENCE = "POLICE_PRESENCE"
    YOUTH_AT_RISK = "YOUTH_AT_RISK"
    FRAUD = "FRAUD"
    BURGLARY = "BURGLARY"
    LOCAL = "LOCAL"
    UNKNOWN = "UNKNOWN"


class ResourceKind(OpenEnum):
    """The kind of a resource. An external source is a page or a collection of somebody else's."""

    HANDBOOK = "HANDBOOK"
    REPORT = "REPORT"
    LEGAL_SOURCE = "LEGAL_SOURCE"
    EXTERNAL_SOURCE = "EXTERNAL_SOURCE"
    UNKNOWN = "UNKNOWN"


class TriadElement(OpenEnum):
    """The three that meet where a crime happens, by the routine activity theory: measures are aimed at them."""

    OFFENDER = "OFFENDER"
    TARGET = "TARGET"
    GUARDIAN = "GUARDIAN"
    UNKNOWN = "UNKNOWN"


class PictureStatus(OpenEnum):
    """Where a problem picture is in its life."""

    DRAFT = "DRAFT"
    OWN = "OWN"
    MERGED = "MERGED"
    PRIORITISED = "PRIORITISED"
    ANALYSED = "ANALYSED"
    AGREED = "AGREED"
    ARCHIVED = "ARCHIVED"
    UNKNOWN = "UNKNOWN"


class PictureSource(OpenEnum):
    """Where the knowledge in a problem picture comes from. Intelligence of the police is none of it."""

    POLICE_STATISTICS = "POLICE_STATISTICS"
    SURVEY = "SURVEY"
    CITIZEN_DIALOGUE = "CITIZEN_DIALOGUE"
    STAFF_DIALOGUE = "STAFF_DIALOGUE"
    EST = "EST"
    SIGNALS = "SIGNALS"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class EvidenceGrade(OpenEnum):
    """How sure it is that a cause is one."""

    KNOWN = "KNOWN"
    LIKELY = "LIKELY"
    GUESS = "GUESS"
    UNKNOWN = "UNKNOWN"


class PreventionType(OpenEnum):
    """Whether a measure changes the situation or people's circumstances."""

    SITUATIONAL = "SITUATIONAL"
    SOCIAL = "SOCIAL"
    UNKNOWN = "UNKNOWN"


class PreventionLevel(OpenEnum):
    """Whom a measure is for: all, groups at risk, or those who are concerned already."""

    UNIVERSAL = "UNIVERSAL"
    SELECTIVE = "SELECTIVE"
    INDICATED = "INDICATED"
    UNKNOWN = "UNKNOWN"


class CrimeController(OpenEnum):
    """Those who can stand between the three: of the offender, the target and the place."""

    HANDLER = "HANDLER"
    GUARDIAN = "GUARDIAN"
    MANAGER = "MANAGER"
    UNKNOWN = "UNKNOWN"


class MeasureStatus(OpenEnum):
    """Where a measure is in its life."""

    PROPOSED = "PROPOSED"
    DECIDED = "DECIDED"
    ONGOING = "ONGOING"
    DONE = "DONE"
    STOPPED = "STOPPED"
    UNKNOWN = "UNKNOWN"


class FollowUpColour(OpenEnum):
    """How a measure goes: as planned, behind, or not at all."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNKNOWN = "UNKNOWN"


class JointStatus(OpenEnum):
    """Where a joint measure is in its life."""

    PROPOSED = "PROPOSED"
    STARTED = "STARTED"
    DONE = "DONE"
    STOPPED = "STOPPED"
    UNKNOWN = "UNKNOWN"


class JoinVerdict(OpenEnum):
    """The answer of a municipality that is asked to join."""

    JOINED = "JOINED"
    DECLINED = "DECLINED"
    UNKNOWN = "UNKNOWN"
