"""The codes of EST, effektiv samordning för trygghet. `reference/est_terms.csv` says what each means in Swedish."""

from shared.contracts.event import OpenEnum


class EstCategory(OpenEnum):
    """The kind of thing that was seen at a place."""

    LITTER = "LITTER"
    VANDALISM = "VANDALISM"
    GRAFFITI = "GRAFFITI"
    LIGHTING = "LIGHTING"
    TRAFFIC = "TRAFFIC"
    OPEN_DRUG_TRADE = "OPEN_DRUG_TRADE"
    YOUTH_GATHERING = "YOUTH_GATHERING"
    RUMOURS = "RUMOURS"
    UNSAFE_PLACE = "UNSAFE_PLACE"
    FIRE = "FIRE"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class EstReporter(OpenEnum):
    """The party whose trained reporter has seen it. Never the reporter."""

    MUNICIPALITY = "MUNICIPALITY"
    POLICE = "POLICE"
    HOUSING = "HOUSING"
    SCHOOL = "SCHOOL"
    BUSINESS = "BUSINESS"
    CIVIL_SOCIETY = "CIVIL_SOCIETY"
    UNKNOWN = "UNKNOWN"


class EstPictureStatus(OpenEnum):
    """Whether a week's picture still takes reports."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"


class EstPunctuality(OpenEnum):
    """When an observation came: in time, after the time for reports, or after the picture was closed."""

    IN_TIME = "IN_TIME"
    AFTER_TIME = "AFTER_TIME"
    LATE = "LATE"
    UNKNOWN = "UNKNOWN"
