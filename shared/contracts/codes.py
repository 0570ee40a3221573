"""The lists of codes that contracts share. `reference/*.csv` says what each means in Swedish.

A list may grow: whoever reads a code that it does not know yet reads UNKNOWN, which nobody may write.
"""

from shared.contracts.event import OpenEnum


class ActorSector(OpenEnum):
    """The part of society that an actor belongs to; its type decides it."""

    STATE = "STATE"
    MUNICIPALITY = "MUNICIPALITY"
    REGION = "REGION"
    BUSINESS = "BUSINESS"
    CIVIL = "CIVIL"
    ASSOCIATION = "ASSOCIATION"
    UNKNOWN = "UNKNOWN"


class ActorLevel(OpenEnum):
    """The level that an actor acts on. Who acts on several is several actors."""

    NATIONAL = "NATIONAL"
    REGIONAL = "REGIONAL"
    LOCAL = "LOCAL"
    UNKNOWN = "UNKNOWN"


class ActorType(OpenEnum):
    """The kind of an actor."""

    COUNTY_BOARD = "COUNTY_BOARD"
    MUNICIPALITY = "MUNICIPALITY"
    POLICE = "POLICE"
    CUSTOMS = "CUSTOMS"
    NATIONAL_AUTHORITY = "NATIONAL_AUTHORITY"
    SKR = "SKR"
    REGION = "REGION"
    POST_OPERATOR = "POST_OPERATOR"
    POST_AGENT = "POST_AGENT"
    BUSINESS = "BUSINESS"
    HOUSING = "HOUSING"
    CIVIL_SOCIETY = "CIVIL_SOCIETY"
    UNION = "UNION"
    SCHOOL = "SCHOOL"
    SOCIAL_SERVICES = "SOCIAL_SERVICES"
    UNIVERSITY = "UNIVERSITY"
    RESCUE_SERVICE = "RESCUE_SERVICE"
    UNKNOWN = "UNKNOWN"


class FunctionCode(OpenEnum):
    """A function within an actor. The function is shared, the person is not."""

    COUNTY_COORDINATOR = "COUNTY_COORDINATOR"
    COUNTY_ANDT_COORDINATOR = "COUNTY_ANDT_COORDINATOR"
    MUNICIPAL_COORDINATOR = "MUNICIPAL_COORDINATOR"
    MUNICIPAL_EXECUTIVE = "MUNICIPAL_EXECUTIVE"
    LPO_CHIEF = "LPO_CHIEF"
    MUNICIPAL_POLICE = "MUNICIPAL_POLICE"
    AREA_POLICE = "AREA_POLICE"
    POLICE_DUTY = "POLICE_DUTY"
    CUSTOMS_OFFICER = "CUSTOMS_OFFICER"
    SITE_MANAGER = "SITE_MANAGER"
    POST_STAFF = "POST_STAFF"
    OPERATOR_SECURITY = "OPERATOR_SECURITY"
    SAFETY_REP = "SAFETY_REP"
    TRAINER = "TRAINER"
    DPO = "DPO"
    REGISTRAR = "REGISTRAR"
    UNKNOWN = "UNKNOWN"


POLICE_FUNCTIONS = frozenset(
    {FunctionCode.LPO_CHIEF, FunctionCode.MUNICIPAL_POLICE, FunctionCode.AREA_POLICE, FunctionCode.POLICE_DUTY}
)
"""The functions that the police alone has."""


class PolicyArea(OpenEnum):
    """The policy areas that border on crime prevention (sakområden)."""

    GENDER_EQUALITY = "GENDER_EQUALITY"
    ANDT = "ANDT"
    HUMAN_RIGHTS = "HUMAN_RIGHTS"
    VIOLENCE_AGAINST_WOMEN = "VIOLENCE_AGAINST_WOMEN"
    INTEGRATION = "INTEGRATION"
    SPATIAL_PLANNING = "SPATIAL_PLANNING"
    CRISIS_PREPAREDNESS = "CRISIS_PREPAREDNESS"
    UNKNOWN = "UNKNOWN"


class MethodComponent(OpenEnum):
    """The three parts of the method against illegal shipments."""

    COLLABORATION = "COLLABORATION"
    KNOWLEDGE = "KNOWLEDGE"
    VISIBILITY = "VISIBILITY"
    UNKNOWN = "UNKNOWN"


class Status(OpenEnum):
    """Whether it still counts. What is retired stays readable; only an actor may become active again."""

    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"
    UNKNOWN = "UNKNOWN"
