"""The municipality says how far it is with a requirement, and records what shows it."""

from services.initiatives.domain.readiness import HomeReadiness, with_changes
from services.initiatives.domain.readiness_life import CAUSE_OF, REQUIREMENT, ReadinessCause
from services.initiatives.domain.requirement_rules import check_assessment, check_based, check_in_place
from services.initiatives.domain.requirement_status import assessment_of, evidence_of, standing
from shared.contracts.codes import FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.readiness import MOST_EVIDENCE, Assessment, Evidence, RequirementAssessment
from shared.contracts.readiness_codes import AssessedStatus, Requirement, RequirementStatus
from shared.contracts.reference.readiness import REQUIREMENTS
from shared.rejected import Rejected


def assess(
    requirement: Requirement,
    assessment: Assessment,
    before: HomeReadiness,
    by: FunctionCode,
    context: DecisionContext,
) -> HomeReadiness | None:
    """The municipality says how far it is with a requirement; None if it said so before.

    Rejected if something is lacking that it has to have. What is overdue is in place again by newer evidence alone.
    """
    status = assessment.status
    check_assessment(requirement, assessment, context.today)
    said = RequirementAssessment(**dict(assessment), requirement=requirement, assessed_on=context.today, assessed_by=by)
    after = _said(before, said)
    if status is AssessedStatus.IN_PLACE:
        check_in_place(requirement, after)
    check_based(after)
    _check_renewed(requirement, CAUSE_OF[status], before, after, context)
    old = assessment_of(before, requirement)
    same = old is not None and dict(old) == dict(said) | {
        "assessed_on": old.assessed_on,
        "assessed_by": old.assessed_by,
    }
    return None if same and after.proposals == before.proposals else after


def record_evidence(
    requirement: Requirement, evidence: Evidence, before: HomeReadiness, by: FunctionCode, context: DecisionContext
) -> HomeReadiness | None:
    """The municipality has something more to show for a requirement; None if it was there before.

    Of what is to be done again, evidence of its kinds shows that it was done. Of all else it shows that it is worked
    on: the municipality says itself that it is in place.
    """
    old = assessment_of(before, requirement)
    if evidence in evidence_of(before, requirement):
        return None
    _check_room(before, requirement)
    if old is None or old.status in (AssessedStatus.NOT_STARTED, AssessedStatus.NOT_RELEVANT):
        assessment = Assessment(status=AssessedStatus.IN_PROGRESS, evidence=(evidence,))
    else:
        kept = {name: getattr(old, name) for name in Assessment.model_fields}
        assessment = Assessment(**kept | {"evidence": (*old.evidence, evidence)})
    check_assessment(requirement, assessment, context.today)
    said = RequirementAssessment(**dict(assessment), requirement=requirement, assessed_on=context.today, assessed_by=by)
    return _said(before, said, answers=False)


def sign(
    agreement: Evidence, before: HomeReadiness, by: FunctionCode, context: DecisionContext
) -> HomeReadiness | None:
    """The agreement of a cooperation process is signed, so 9 § (R7) is fulfilled; None if it was known before.

    It replaces an earlier agreement of the same process.
    """
    kept = [each for each in evidence_of(before, Requirement.R7) if each.process != agreement.process]
    _check_room(before, Requirement.R7)
    assessment = Assessment(status=AssessedStatus.IN_PLACE, evidence=(*kept, agreement))
    return assess(Requirement.R7, assessment, before, by, context)


def _said(before: HomeReadiness, said: RequirementAssessment, *, answers: bool = True) -> HomeReadiness:
    """The readiness with this assessment; one that ``answers`` the county's proposal ends that."""
    others = [each for each in before.requirements if each.requirement is not said.requirement]
    order = list(REQUIREMENTS)
    requirements = tuple(sorted((*others, said), key=lambda each: order.index(each.requirement)))
    kept = tuple(each for each in before.proposals if not answers or each.requirement is not said.requirement)
    return with_changes(before, requirements=requirements, proposals=kept)


def _check_renewed(
    requirement: Requirement,
    cause: ReadinessCause,
    before: HomeReadiness,
    after: HomeReadiness,
    context: DecisionContext,
) -> None:
    """Rejected if the step is not in the table, or if it leaves overdue what it says is in place."""
    was = standing(before, requirement, context.today, context.calendar).status
    now = standing(after, requirement, context.today, context.calendar).status
    if was is not RequirementStatus.OVERDUE:
        return
    if was not in REQUIREMENT.befores(cause) or now is was:
        raise Rejected("overdue", f"{requirement} is overdue; record what shows that it has been done again.")


def _check_room(before: HomeReadiness, requirement: Requirement) -> None:
    if len(evidence_of(before, requirement)) >= MOST_EVIDENCE:
        raise Rejected(
            "too-much-evidence", f"{requirement} has {MOST_EVIDENCE} pieces of evidence; take one out first."
        )
