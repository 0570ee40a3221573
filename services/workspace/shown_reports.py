"""Reports in the county's interface, as far as pages show them."""

from datetime import date

from services.workspace.shown import FromCounty


class ShownReport(FromCounty):
    """A report that there is."""

    report: str


class ShownReports(FromCounty):
    """All reports."""

    items: list[ShownReport]


class ShownYearly(FromCounty):
    """The yearly report to Brå: its texts by heading, the day until which it is sent, and whether it is frozen."""

    version: int
    year: int
    due: date
    frozen: bool
    texts: dict[str, str]
