"""The codes of the streams `shipment-signals` and `guidance`. `reference/shipment_terms.csv` says what each means.

A list may grow: whoever reads a code that it does not know yet reads UNKNOWN, which nobody may write. What the
writer does not know is NOT_KNOWN.
"""

from shared.contracts.event import OpenEnum


class SiteType(OpenEnum):
    """The kind of place that handles the post."""

    AGENT = "AGENT"
    TERMINAL = "TERMINAL"
    DELIVERY_OFFICE = "DELIVERY_OFFICE"
    BUSINESS_CENTRE = "BUSINESS_CENTRE"
    PARCEL_LOCKER = "PARCEL_LOCKER"
    RURAL_ROUTE = "RURAL_ROUTE"
    UNKNOWN = "UNKNOWN"


class ShipmentKind(OpenEnum):
    """Whether it is a letter in the sense of 1 kap. 2 § postlagen: at most 2 kg. Above that it is a parcel."""

    LETTER = "LETTER"
    PARCEL = "PARCEL"
    NOT_KNOWN = "NOT_KNOWN"
    UNKNOWN = "UNKNOWN"


class OriginScope(OpenEnum):
    """How far it has come; never from where."""

    DOMESTIC = "DOMESTIC"
    EU = "EU"
    THIRD_COUNTRY = "THIRD_COUNTRY"
    NOT_KNOWN = "NOT_KNOWN"
    UNKNOWN = "UNKNOWN"


class IndicatorGroup(OpenEnum):
    """The kind of sign behind a suspicion. The single signs stay with the police: they would teach senders."""

    SMELL = "SMELL"
    PACKAGING = "PACKAGING"
    SENDER = "SENDER"
    LEAK = "LEAK"
    UNKNOWN = "UNKNOWN"


class HazardClass(OpenEnum):
    """How dangerous it looks, from H0 (no outer sign) to H4 (wires, ticking, threat)."""

    H0 = "H0"
    H1 = "H1"
    H2 = "H2"
    H3 = "H3"
    H4 = "H4"
    UNKNOWN = "UNKNOWN"


class SuspectedCategory(OpenEnum):
    """The suspected content. Always a suspicion."""

    NARCOTICS = "NARCOTICS"
    MEDICINES = "MEDICINES"
    DOPING = "DOPING"
    WEAPONS = "WEAPONS"
    EXPLOSIVES = "EXPLOSIVES"
    ID_DOCUMENTS = "ID_DOCUMENTS"
    OTHER = "OTHER"
    NOT_KNOWN = "NOT_KNOWN"
    UNKNOWN = "UNKNOWN"


class Tlp(OpenEnum):
    """A label of TLP 2.0. RED is for named persons only, so nothing on a topic can carry it.

    Whoever reads a label that it does not know shows the event to nobody.
    """

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    UNKNOWN = "UNKNOWN"


class SourceGrade(OpenEnum):
    """How far the source can be trusted, from A (always) to C; X where that cannot be judged."""

    A = "A"
    B = "B"
    C = "C"
    X = "X"
    UNKNOWN = "UNKNOWN"


class InformationGrade(OpenEnum):
    """How sure the information is, from 1 (certain) to 4 (cannot be judged)."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    UNKNOWN = "UNKNOWN"


class MessageKind(OpenEnum):
    """The purpose of a message. A seizure is none: it never leaves law enforcement (5 kap. 2 och 3 §§ postlagen)."""

    WARNING = "WARNING"
    FOLLOW_UP = "FOLLOW_UP"
    WITHDRAWAL = "WITHDRAWAL"
    FEEDBACK = "FEEDBACK"
    ACK = "ACK"
    ERROR = "ERROR"
    UNKNOWN = "UNKNOWN"


class SignalStatus(OpenEnum):
    """Where a signal is in its life. What is withdrawn or expired stays so."""

    RELEASED = "RELEASED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"


class FeedbackCode(OpenEnum):
    """The answer of one county to another's signal.

    "Seen here too" is no answer: what staff suspect they may tell law enforcement alone, so a county knows of a
    like case only when its police has released a signal.
    """

    RECEIVED = "RECEIVED"
    ACTED = "ACTED"
    FALSE_POSITIVE = "FALSE_POSITIVE"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


class Audience(OpenEnum):
    """Whom guidance is for."""

    AGENT = "AGENT"
    TERMINAL = "TERMINAL"
    DELIVERY_OFFICE = "DELIVERY_OFFICE"
    POLICE = "POLICE"
    MUNICIPALITY = "MUNICIPALITY"
    UNKNOWN = "UNKNOWN"


class Call(OpenEnum):
    """Whom to call. The numbers stand in the reference data."""

    EMERGENCY = "EMERGENCY"
    POLICE = "POLICE"
    CUSTOMS = "CUSTOMS"
    UNKNOWN = "UNKNOWN"


class ImplementationStatus(OpenEnum):
    """How far a municipality has come with the method."""

    PLANNED = "PLANNED"
    STARTED = "STARTED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    UNKNOWN = "UNKNOWN"
