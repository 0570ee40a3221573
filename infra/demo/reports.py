"""The story of reports: one county counts all four, and opens the draft of its yearly report as PDF."""

from collections.abc import Sequence
from datetime import UTC, datetime

import httpx

from infra.demo.county import DemoCounty, until
from infra.demo.stage import Stage, grid
from services.reports.domain.yearly import HEADINGS
from shared.swedish import day_of

READER = "jamtland"
COUNTED = {"trainings": "held", "meetings": "held", "measures": "measures", "signals": "signals"}
TEXTS = dict.fromkeys(HEADINGS, "Länen har arbetat tillsammans.")


def complete(county: DemoCounty, since: datetime, reports: Sequence[str]) -> bool:
    """Whether these reports of the county say that they have all that was written in each county before then."""
    shown = [each for report in reports for each in county.get(f"/reports/{report}", year=since.year)["counties"]]
    return all(each["complete_until"] and datetime.fromisoformat(each["complete_until"]) > since for each in shown)


def tell(stage: Stage, counties: Sequence[DemoCounty]) -> None:
    """Tell the story."""
    reader = next(county for county in counties if county.name == READER)
    others = [county for county in counties if county is not reader]
    now = datetime.now(UTC)
    year = day_of(now).year
    with stage.step(f"{READER} counts what four counties have published, its own events too"):
        seconds = until(lambda: complete(reader, now, [*COUNTED]), "the reports are complete")
        found = {report: reader.get(f"/reports/{report}", year=year)["rows"] for report in COUNTED}
        rows = [
            (
                county.name,
                *(
                    str(sum(row[column] for row in found[report] if row["county"] == county.name))
                    for report, column in COUNTED.items()
                ),
            )
            for county in counties
        ]
        stage.console.print(grid(f"counted in {READER}, {year}", ("", *COUNTED), rows))
        stage.say(f"complete up to the beginning of this step, {seconds:.1f} s later")
    with stage.step(f"{READER} drafts its yearly report to Brå"):
        draft = reader.client.put(f"/reports/yearly/{year}", json=TEXTS).raise_for_status().json()
        stage.say(f"due {draft['due']}: {len(draft['content']['texts'])} headings, and its numbers as they are now")
        made = reader.client.get(f"/reports/yearly/{year}", params={"format": "pdf"}).raise_for_status()
        stage.say(f"/reports/yearly/{year}?format=pdf: {len(made.content) / 1000:.0f} kB")
        is_tagged = made.content.startswith(b"%PDF") and b"/StructTreeRoot" in made.content
        stage.check("it opens as a PDF that a screen reader can read", is_tagged)
        statuses = {each.client.get(f"/reports/yearly/{year}").status_code for each in others}
        stage.check("no other county has heard of it", statuses == {httpx.codes.NOT_FOUND})
        seen = {"If-Match": f'"{draft["version"]}"'}
        refused = reader.client.post(f"/reports/yearly/{year}/freeze", headers=seen).json()["type"]
        stage.check("nobody freezes it before the year is over", refused == "/problems/year-not-over")
