"""All initiatives of the stream `initiatives` say this: their municipalities, their theme, and their policy areas."""

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from shared.contracts.actors import PolicyAreas
from shared.contracts.event import READER, Shared
from shared.contracts.fields import MunicipalityCode, Name, as_set
from shared.contracts.initiative_codes import Theme
from shared.contracts.prose import NOT_SENSITIVE

Municipalities = Annotated[tuple[MunicipalityCode, ...], as_set(1, 50, "municipalities")]
Title = Annotated[Name, NOT_SENSITIVE]
"""A name without what must not become a public record."""


class InitiativeDetails(Shared):
    """The subject of an initiative. A ``local_theme`` is named where the theme is LOCAL, and nowhere else."""

    municipalities: Municipalities
    theme: Theme
    local_theme: Title | None = None
    policy_areas: PolicyAreas = ()

    @model_validator(mode="after")
    def _themed(self, info: ValidationInfo) -> Self:
        if info.context != READER and (self.theme is Theme.LOCAL) != (self.local_theme is not None):
            raise ValueError("local_theme is named with the theme LOCAL, and with no other")
        return self
