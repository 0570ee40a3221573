"""The codes of readiness, cooperation processes and support. `reference/readiness_terms.csv` says what each means."""

from shared.contracts.event import OpenEnum


class Requirement(OpenEnum):
    """The requirements of lag (2023:196). `reference/requirements.csv` has the paragraph of each."""

    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"
    R6 = "R6"
    R7 = "R7"
    R8 = "R8"
    R9 = "R9"
    R10 = "R10"
    R11 = "R11"
    UNKNOWN = "UNKNOWN"


class AssessedStatus(OpenEnum):
    """How far a municipality says that it is. That something is overdue nobody says: the calendar does."""

    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    IN_PLACE = "IN_PLACE"
    NOT_RELEVANT = "NOT_RELEVANT"
    UNKNOWN = "UNKNOWN"


class RequirementStatus(OpenEnum):
    """How far a municipality is on a day: as it has said, unless something has become overdue since."""

    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    IN_PLACE = "IN_PLACE"
    OVERDUE = "OVERDUE"
    NOT_RELEVANT = "NOT_RELEVANT"
    UNKNOWN = "UNKNOWN"


class EvidenceKind(OpenEnum):
    """The kinds of evidence that a requirement is fulfilled, or that it is worked for."""

    DOCUMENT = "DOCUMENT"
    DECISION = "DECISION"
    MEETING = "MEETING"
    AGREEMENT = "AGREEMENT"
    UNKNOWN = "UNKNOWN"


class ResponsibleBoard(OpenEnum):
    """Which board of the municipality leads the work (11 § is about others than the executive board, too)."""

    EXECUTIVE_BOARD = "EXECUTIVE_BOARD"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class ProcessStep(OpenEnum):
    """The five steps of the cooperation process, in their order."""

    INITIATED = "INITIATED"
    OWN_PREPARATION = "OWN_PREPARATION"
    JOINT_PREPARATION = "JOINT_PREPARATION"
    IMPLEMENTATION = "IMPLEMENTATION"
    FOLLOW_UP = "FOLLOW_UP"
    UNKNOWN = "UNKNOWN"


class SupportForm(OpenEnum):
    """The three forms in which a county supports municipalities."""

    COMPETENCE = "COMPETENCE"
    METHOD_PROCESS = "METHOD_PROCESS"
    NETWORK = "NETWORK"
    UNKNOWN = "UNKNOWN"


class SupportStatus(OpenEnum):
    """Where a request for support is in its life."""

    ASKED = "ASKED"
    OFFERED = "OFFERED"
    PROVIDED = "PROVIDED"
    DECLINED = "DECLINED"
    TAKEN_BACK = "TAKEN_BACK"
    UNKNOWN = "UNKNOWN"
