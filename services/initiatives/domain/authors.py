"""Who writes in an initiative: the coordinator of a municipality, or a function of the police."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.contracts.codes import POLICE_FUNCTIONS, FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.initiatives import InitiativeDetails
from shared.contracts.problem_pictures import Contributor
from shared.contracts.reference import COUNTIES, MUNICIPALITIES
from shared.rejected import Rejected


@dataclass(frozen=True, slots=True)
class LocalAuthor:
    """Somebody who writes for a ``municipality``, by its SCB code, or for the ``police`` in a ``function``."""

    municipality: str | None
    police: bool
    function: FunctionCode | None = None

    def writes_for(self, municipalities: Collection[str]) -> bool:
        """Whether it writes in what is about these municipalities of its county."""
        return self.police or self.municipality in municipalities

    def contributor(self) -> Contributor:
        """The author as others see it; Rejected if the police's token names no function of the police."""
        if self.municipality is not None:
            return Contributor(function=FunctionCode.MUNICIPAL_COORDINATOR, municipality=self.municipality)
        if self.function not in POLICE_FUNCTIONS:
            raise Rejected("no-function", "Your token names no function of the police that could write here.")
        return Contributor(function=self.function)


def sees_home(details: InitiativeDetails, author: LocalAuthor, *, county: bool) -> bool:
    """Whether the author may see what stays in the county; ``county``: it coordinates that, and it is for its eyes."""
    return county or author.writes_for(details.municipalities)


def not_theirs(author: LocalAuthor) -> Rejected:
    """The refusal of somebody who is not of the police, and writes for none of the municipalities."""
    if author.municipality is None:
        return Rejected(
            "forbidden", "Your token names no municipality that you coordinate; it needs the claim municipality."
        )
    return Rejected(
        "forbidden", "Your token is of another municipality; name yours, or let the coordinator of one named write."
    )


def check_municipalities(named: Collection[str], author: LocalAuthor, context: DecisionContext) -> None:
    """Rejected unless they lie in this county and the author writes for one of them."""
    check_of_county(named, context)
    if not author.writes_for(named):
        raise not_theirs(author)


def check_of_county(named: Collection[str], context: DecisionContext) -> None:
    """Rejected unless these municipalities lie in this county."""
    county = context.county
    for code in named:
        if not code.startswith(county.code) or (county.code in COUNTIES and code not in MUNICIPALITIES):
            raise Rejected("invalid-municipality", f"No municipality of {county.name} has the code {code}.")
