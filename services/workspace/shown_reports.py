"""Reports in the county's interface, as far as pages show them."""

from datetime import date

from services.workspace.shown import FromCounty


class ShownReport(FromCounty):
    """A report that there is."""

    report: str


class ShownReports(FromCounty):
    """All reports."""

    items: list[ShownReport]


class ShownYearlyState(FromCounty):
    """A yearly report to Brå that is begun: the day until which it is sent, and whether it is frozen."""

    year: int
    due: date
    frozen: bool


class ShownYearlyStates(FromCounty):
    """Those that are begun, the newest first."""

    items: list[ShownYearlyState]


class ShownYearly(ShownYearlyState):
    """A yearly report with its texts by heading."""

    version: int
    texts: dict[str, str]
