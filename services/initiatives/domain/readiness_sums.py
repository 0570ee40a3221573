"""How many municipalities of a county have what the law asks for, told so that no single one can be worked out.

Who shares its readiness is known, and can be taken off a sum. So it is the others alone that a sum must hide: the
fewer they are, the less it tells.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.initiatives.domain.readiness import NAMESPACE, HomeReadiness
from services.initiatives.domain.requirement_status import standing
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.fields import SMALLEST_GROUP
from shared.contracts.readiness import ReadinessSummed, ReadinessSums, RequirementSum
from shared.contracts.readiness_codes import Requirement, RequirementStatus
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.reference.readiness import REQUIREMENTS

FEWEST_HIDDEN = 2 * SMALLEST_GROUP - 1
"""Of fewer hidden municipalities nothing is told: in one of two groups there would be too few of them."""


@dataclass(frozen=True, slots=True)
class SummedMunicipality:
    """Whether a requirement is in place in a municipality, and whether all counties know that already."""

    in_place: bool
    known: bool


def told(places: Collection[SummedMunicipality]) -> tuple[int, int]:
    """In at least, and in at most, so many of these it is in place.

    Of those that are not known it tells the number if at least three have it and at least three do not. Else it tells
    that two at most have it, or that two at most do not. So even who knows one of them learns of no other.
    """
    sure = sum(each.in_place for each in places if each.known)
    hidden = [each.in_place for each in places if not each.known]
    least, most = _range(sum(hidden), len(hidden))
    return sure + least, sure + most


def _range(having: int, of: int) -> tuple[int, int]:
    if of < FEWEST_HIDDEN:
        return 0, of
    if having < SMALLEST_GROUP:
        return 0, SMALLEST_GROUP - 1
    if of - having < SMALLEST_GROUP:
        return of - SMALLEST_GROUP + 1, of
    return having, having


def sums_id(county: str) -> UUID:
    """The id of a county's sums."""
    return uuid5(NAMESPACE, f"sums/{county}")


def summed(
    readiness: Iterable[HomeReadiness],
    agreed: Collection[str],
    before: ReadinessSums | None,
    context: DecisionContext,
) -> ReadinessSummed | None:
    """The sums over all municipalities of this county; None if they are as ``before``.

    Of a municipality without a readiness nothing is in place. Those of ``agreed`` have signed an agreement that all
    counties see.
    """
    codes = municipalities_of(context)
    known = {each.municipality: each for each in readiness}
    places = {code: _places(known.get(code), code in agreed, context) for code in codes}
    sums = tuple(_sum(requirement, [places[code][requirement] for code in codes]) for requirement in REQUIREMENTS)
    county = context.county.name
    after = ReadinessSummed(id=sums_id(county), county=county, municipalities=len(codes), requirements=sums)
    return if_different(after, before)


def municipalities_of(context: DecisionContext) -> Sequence[str]:
    """The codes of the municipalities of this county."""
    return [code for code in MUNICIPALITIES if code.startswith(context.county.code)]


def _places(
    readiness: HomeReadiness | None, agreed: bool, context: DecisionContext
) -> Mapping[Requirement, SummedMunicipality]:
    if readiness is None:
        return dict.fromkeys(REQUIREMENTS, SummedMunicipality(in_place=False, known=False))
    found = {}
    for requirement in REQUIREMENTS:
        status = standing(readiness, requirement, context.today, context.calendar).status
        in_place = status is RequirementStatus.IN_PLACE
        seen = agreed and in_place and requirement is Requirement.R7
        found[requirement] = SummedMunicipality(in_place=in_place, known=readiness.share_details or seen)
    return found


def _sum(requirement: Requirement, places: Collection[SummedMunicipality]) -> RequirementSum:
    at_least, at_most = told(places)
    return RequirementSum(requirement=requirement, at_least=at_least, at_most=at_most)
