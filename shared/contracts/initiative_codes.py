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
