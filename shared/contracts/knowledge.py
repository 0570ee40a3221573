"""Handbooks, reports, legal sources and pages of others that a county recommends, of the stream `initiatives`.

They are the county board's own choice; the texts themselves lie with their publishers.
"""

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from shared.contracts.actors import PolicyAreas
from shared.contracts.codes import Status
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import WebAddress, as_set, matching, within
from shared.contracts.initiative_codes import ResourceKind, Theme
from shared.contracts.initiatives import Title
from shared.contracts.times import Day

_DESIGNATION = r"(?:(?:SFS|SOU|Ds|[Pp]rop\.|[Bb]et\.|[Dd]ir\.) )?\d{4}(?:/\d{2,4})?:[A-Za-z]{0,4}\d{1,5}"
_PART = r"(?:(?:kap|avsnitt|artikel|art|punkt|p|s|st|bilaga)\.?|\xa7{1,2}|\d{1,4}(?: ?[a-z])?)"
_SECTION = rf"{_PART}(?: {_PART}){{0,9}}"


class KnowledgeResourceDetails(Shared):
    """A resource as a county describes it.

    ``publishers`` are organisations. A legal source has its ``designation``, such as 2016:1258 or SOU 2021:49, and
    perhaps a ``section`` of it; nothing else has one. ``checked_on`` is the day on which ``url`` led there.
    """

    kind: ResourceKind
    title: Title
    publishers: Annotated[tuple[Title, ...], as_set(0, 10, "publishers")] = ()
    published: Annotated[int, within(1900, 2099)] | None = None
    designation: Annotated[str, matching(_DESIGNATION, "a designation such as 2016:1258 or SOU 2021:49", 30)] | None = (
        None
    )
    section: Annotated[str, matching(_SECTION, "a section such as 2 §, 5 kap. 3 § or avsnitt 4", 50)] | None = None
    url: WebAddress | None = None
    checked_on: Day | None = None
    themes: Annotated[tuple[Theme, ...], as_set(0, 20, "themes")] = ()
    policy_areas: PolicyAreas = ()

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> Self:
        if info.context == READER:
            return self
        if (self.kind is ResourceKind.LEGAL_SOURCE) != (self.designation is not None):
            raise ValueError("designation is named of a legal source, and of nothing else")
        if self.section is not None and self.designation is None:
            raise ValueError("section is one of a designation; name that")
        if (self.url is None) != (self.checked_on is None):
            raise ValueError("url and checked_on are named together: the day on which the address led there")
        return self


class KnowledgeResource(KnowledgeResourceDetails, Event, stream="initiatives"):
    """A resource that a county recommends."""

    status: Status = Status.ACTIVE


class ResourceListed(KnowledgeResource, version=1):
    """A county recommends a resource."""


class ResourceChanged(KnowledgeResource, version=1):
    """Something else is said of a resource, or its address was checked again: this is how it is now."""


class ResourceWithdrawn(KnowledgeResource, version=1):
    """A resource is not recommended any more. It stays readable."""


EVENTS = events_in(globals())
