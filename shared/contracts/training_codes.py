"""The codes of the streams `trainings` and `enrolments`. `reference/training_terms.csv` says what each means."""

from shared.contracts.event import OpenEnum


class MandateArea(OpenEnum):
    """The four tasks of a county board (2 § förordning 2016:1258): headings of the yearly report."""

    KNOWLEDGE_BASED = "KNOWLEDGE_BASED"
    EXCHANGE = "EXCHANGE"
    COMPETENCE = "COMPETENCE"
    CROSS_MUNICIPAL = "CROSS_MUNICIPAL"
    UNKNOWN = "UNKNOWN"


class TrainingLevel(OpenEnum):
    """How far a training goes."""

    BASIC = "BASIC"
    ADVANCED = "ADVANCED"
    REFRESH = "REFRESH"
    UNKNOWN = "UNKNOWN"


class OccasionForm(OpenEnum):
    """How people meet."""

    ON_SITE = "ON_SITE"
    WEBINAR = "WEBINAR"
    HYBRID = "HYBRID"
    E_LEARNING = "E_LEARNING"
    SITE_VISIT = "SITE_VISIT"
    CONFERENCE = "CONFERENCE"
    UNKNOWN = "UNKNOWN"


class OccasionStatus(OpenEnum):
    """Where an occasion is in its life. Whether it is full is computed from its seats."""

    PLANNED = "PLANNED"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    HELD = "HELD"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class CancelReason(OpenEnum):
    """Why an occasion is not held."""

    BY_HOST = "BY_HOST"
    TOO_FEW = "TOO_FEW"
    UNKNOWN = "UNKNOWN"


class Wish(OpenEnum):
    """The wish of the asking county for a participant. A cancelled one does not come back."""

    SEAT = "SEAT"
    ACCEPTED = "ACCEPTED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class SeatState(OpenEnum):
    """The host's decision on a participant."""

    CONFIRMED = "CONFIRMED"
    WAITING = "WAITING"
    OFFERED = "OFFERED"
    LAPSED = "LAPSED"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"
    ATTENDED = "ATTENDED"
    ABSENT = "ABSENT"
    UNKNOWN = "UNKNOWN"


class SeatReason(OpenEnum):
    """Why a seat is refused or cancelled."""

    NOT_OPEN = "NOT_OPEN"
    CLOSED = "CLOSED"
    NOT_INVITED = "NOT_INVITED"
    TOO_MANY = "TOO_MANY"
    DUPLICATE = "DUPLICATE"
    FULL = "FULL"
    NO_SUCH_OCCASION = "NO_SUCH_OCCASION"
    OCCASION_CANCELLED = "OCCASION_CANCELLED"
    BY_ASKER = "BY_ASKER"
    BY_HOST = "BY_HOST"
    UNKNOWN = "UNKNOWN"


class CertificateStatus(OpenEnum):
    """Whether a certificate still counts."""

    VALID = "VALID"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"
