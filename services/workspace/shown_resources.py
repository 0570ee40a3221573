"""Resources in the county's interface, as far as pages show them."""

from datetime import date

from services.workspace.shown import FromCounty, ShownPage


class ShownResource(FromCounty):
    """A handbook, a report, a legal source or a page of others; ``checked_on`` is when its address last led there."""

    id: str
    county: str
    version: int
    status: str
    kind: str
    title: str
    publishers: tuple[str, ...] = ()
    published: int | None = None
    designation: str | None = None
    section: str | None = None
    url: str | None = None
    checked_on: date | None = None
    themes: tuple[str, ...] = ()
    policy_areas: tuple[str, ...] = ()


class ResourcePage(ShownPage):
    """Resources in Swedish order."""

    items: list[ShownResource]
