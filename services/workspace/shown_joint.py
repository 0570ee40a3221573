"""Joint measures in the county's interface, as far as pages show them."""

from services.workspace.shown import FromCounty, ShownPage
from services.workspace.shown_pictures import ShownPlan


class ShownJoint(ShownPlan):
    """A measure that ``lead`` takes with those of its municipalities that have joined its plan in this revision."""

    lead: str
    revision: int = 1
    joined: tuple[str, ...]


class ShownJointAnswer(FromCounty):
    """A municipality's answer to a revision of the plan."""

    municipality: str
    verdict: str
    revision: int


class AnsweredJoint(ShownJoint):
    """A joint measure with the answers that have come to this county."""

    answers: tuple[ShownJointAnswer, ...] = ()  # in lists a service of the version before names none


class JointPage(ShownPage):
    """Joint measures in Swedish order."""

    items: list[AnsweredJoint]
