"""How far municipalities are with the method, as far as pages show it."""

from services.workspace.shown import FromCounty, ShownPage


class ShownActivity(FromCounty):
    """An activity for the method, and the last year in which it took place."""

    code: str
    year: int


class ShownImplementation(FromCounty):
    """The method in a municipality; ``municipality`` is its code."""

    county: str
    version: int
    municipality: str
    status: str
    activities: list[ShownActivity]


class ImplementationPage(ShownPage):
    """How far municipalities are, in Swedish order."""

    items: list[ShownImplementation]
