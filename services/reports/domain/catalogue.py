"""The reports that there are, and the time that each is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.contracts.reference import ACTOR_TYPES
from shared.rejected import Rejected

CountRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CountReport:
    """A table of counts: one row for each combination of its ``by``, with the numbers ``counted``.

    It is complete for a county once that county's ``streams`` are.
    """

    name: str
    streams: tuple[str, ...]
    by: tuple[str, ...]
    counted: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return self.by + self.counted

    def totals(self, rows: Sequence[CountRow]) -> dict[str, int]:
        """The sum of each number over the rows."""
        return {name: sum(number for row in rows if isinstance(number := row[name], int)) for name in self.counted}


REPORTS = {
    report.name: report
    for report in (
        CountReport(
            "trainings",
            ("trainings", "enrolments"),
            ("county", "training", "mandate_area"),
            ("held", "cancelled", "seats", "attended", "absent"),
        ),
        CountReport("participants", ("trainings", "enrolments"), ("county", "municipality", "sector"), ("attended",)),
        CountReport("certificates", ("enrolments",), ("county", "municipality", "actor_type"), ("certificates",)),
        CountReport("meetings", ("meetings",), ("county", "kind"), ("held", "cancelled", "invited", "attended")),
        CountReport("signals", ("shipment-signals",), ("county", "iso_week_year", "iso_week"), ("signals",)),
        CountReport(
            "policy-areas",
            ("actors", "trainings", "meetings", "initiatives"),
            ("county", "policy_area"),
            ("actors", "trainings", "meetings", "pictures", "measures"),
        ),
        CountReport(
            "method-coverage",
            ("guidance",),
            ("county", "municipality", "status", "last_yearly_meeting"),
            ("trainings", "visits"),
        ),
        CountReport(
            "measures",
            ("initiatives",),
            ("county", "measure_status", "follow_up"),
            ("measures", "joint_measures"),
        ),
        CountReport("support", ("initiatives",), ("county", "form"), ("asked", "provided", "declined")),
        CountReport(
            "readiness",
            ("initiatives",),
            ("county", "requirement", "municipalities"),
            ("at_least", "at_most"),
        ),
    )
}


NOW = ("readiness",)
"""Reports of how things are on the day of counting, whatever period is asked for."""


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year, or a quarter of it: the days from ``first`` up to but not including ``end``."""

    year: int
    quarter: int | None = None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * (self.quarter or 1) - 2, 1)

    @property
    def end(self) -> date:
        """The day after its last."""
        month = self.first.month + (3 if self.quarter else 12)
        return date(self.year + (month > 12), (month - 1) % 12 + 1, 1)

    @property
    def written(self) -> str:
        """The period in Swedish, as in `2026` or `kvartal 3 2026`."""
        return f"kvartal {self.quarter} {self.year}" if self.quarter else str(self.year)


def find(name: str) -> CountReport:
    """The report of that name; Rejected if there is none."""
    if name not in REPORTS:
        raise Rejected("not-found", f"There is no such report. These are: {', '.join(REPORTS)}.")
    return REPORTS[name]


def by_sector(rows: Sequence[CountRow]) -> list[dict[str, object]]:
    """Participants by the sector of their actor type, in the order of county, municipality and sector."""
    found: dict[tuple[str, str, str], int] = {}
    for row in rows:
        term = ACTOR_TYPES.get(str(row["actor_type"]))
        key = (str(row["county"]), str(row["municipality"] or ""), term.sector if term else "UNKNOWN")
        attended = row["attended"]
        assert isinstance(attended, int)
        found[key] = found.get(key, 0) + attended
    names = ("county", "municipality", "sector", "attended")
    return [dict(zip(names, (*key, found[key]), strict=True)) for key in sorted(found)]
