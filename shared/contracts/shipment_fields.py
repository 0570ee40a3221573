"""Fields of the streams `shipment-signals` and `guidance`. None of them takes free text, or a number without bounds.

They are codes of lists that are data, weeks, counts and ids: what is not on the list cannot be written, so nothing
about a site, a person or a single letter can be.
"""

from typing import Annotated

from shared.contracts.asking import Reference
from shared.contracts.fields import SMALLEST_GROUP, for_writers, listed, within
from shared.contracts.reference import MUNICIPALITIES, POLICE_AREAS
from shared.contracts.reference.shipments import ADVICE_LINES, METHOD_ACTIVITIES, METHOD_NAMES

SMALLEST_CELL = 5
"""A number of reports is told from here on, or as none; what lies between would be about someone."""


def told(count: int) -> int:
    """The count; ValueError if it is too small to be told."""
    if 0 < count < SMALLEST_CELL:
        raise ValueError(f"a number from 1 to {SMALLEST_CELL - 1} is not told; leave it out")
    return count


KnownMunicipality = Annotated[str, listed(MUNICIPALITIES, "the code of a municipality in the reference data")]
KnownPoliceArea = Annotated[str, listed(POLICE_AREAS, "the code of a police area in the reference data")]
AdviceLine = Annotated[str, listed(ADVICE_LINES, "the code of a line of advice in the reference data")]
ActivityCode = Annotated[str, listed(METHOD_ACTIVITIES, "the code of an activity in the reference data")]
MethodNameCode = Annotated[str, listed(METHOD_NAMES, "the code of a method's name in the reference data")]

Year = Annotated[int, within(2014, 2099)]
"""A calendar year, or an ISO week's; the method began in 2014."""

Week = Annotated[int, within(1, 53)]
Quarter = Annotated[int, within(1, 4)]
Number = Annotated[int, within(1, 999)]
"""The number of a version."""

ReportCount = Annotated[int, within(0, 99_999), for_writers(told)]
"""How many reports; never 1 to 4."""

CountedSites = Annotated[int, within(SMALLEST_GROUP, 99_999)]
"""How many sites; never fewer than three."""


class VersionReference(Reference):
    """An aggregate of any county, in the version that was seen."""

    version: Number
