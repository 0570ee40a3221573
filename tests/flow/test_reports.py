"""Reports of one county count what others have written, through real Kafka, and the same each time."""

from datetime import UTC, datetime, timedelta

import httpx

from infra.cli.county import local_token
from infra.demo.county import DemoCounty, until
from infra.demo.follow_ups import hold_meeting
from infra.demo.meetings import call
from infra.demo.police import Police
from infra.demo.reports import complete
from infra.demo.shipments import HANDLING, case
from infra.demo.trainings import path, publish
from infra.engine import Engine
from services.reports.domain.catalogue import REPORTS
from services.reports.domain.yearly import HEADINGS
from shared.contracts.topics import topic_name
from shared.swedish import day_of
from tests.flow.conftest import NAMES

READS, HOLDS, CANCELS = "vasternorrland", "norrbotten", "vasterbotten"
VOLUNTEERS = {"type": "CIVIL_SOCIETY", "level": "LOCAL", "policy_areas": ["CRISIS_PREPAREDNESS"]}
TEXTS = dict.fromkeys(HEADINGS, "Det här gjordes.")


def totals(county: DemoCounty, *of: str) -> dict[str, dict[str, int]]:
    """The numbers of the county's reports for each of these counties, this year and the next."""
    now = datetime.now(UTC)
    years = sorted({day_of(now).year, day_of(now + timedelta(days=31)).year, day_of(now).isocalendar().year})
    found: dict[str, dict[str, int]] = {}
    for name in of:
        for report in ("policy-areas", "trainings", "meetings", "signals"):
            for year in years if report != "policy-areas" else years[:1]:
                for column, number in county.get(f"/reports/{report}", year=year, county=name)["totals"].items():
                    found.setdefault(name, {}).setdefault(f"{report} {column}", 0)
                    found[name][f"{report} {column}"] += number
    return found


def files(county: DemoCounty) -> dict[tuple[str, str], bytes]:
    """Each report as a file."""
    wanted = [(report, "csv") for report in REPORTS] + [("policy-areas", "pdf"), ("meetings", "xlsx")]
    year = day_of(datetime.now(UTC)).year
    return {
        (report, form): county.client.get(f"/reports/{report}", params={"year": year, "format": form}).content
        for report, form in wanted
    }


def yearly(county: DemoCounty, year: int) -> bytes:
    """The yearly report of the county as it answers."""
    return county.client.get(f"/reports/yearly/{year}").content


def tables(county: DemoCounty) -> dict[tuple[str, str], bytes]:
    """Each report without the time of its data."""
    return {name: content for name, content in files(county).items() if name[1] == "csv"}


def test_a_third_county_counts_what_two_have_written(
    named: dict[str, DemoCounty], police: dict[str, Police], engine: Engine
) -> None:
    reads, holds, cancels = named[READS], named[HOLDS], named[CANCELS]
    begun = datetime.now(UTC)
    until(lambda: complete(reads, begun, [*REPORTS]), "what other tests have written is counted")
    before = totals(reads, HOLDS, CANCELS)

    for county in (holds, cancels):
        county.register({**VOLUNTEERS, "name": f"Frivilliga i {county.name}"})
        police[county.name].release(case({HOLDS: "2584", CANCELS: "2480"}[county.name]), HANDLING)
    meeting = hold_meeting(holds, list(named.values()))
    planned = call(cancels)
    cancels.post(path(planned, "meetings") + "/cancel", seen=planned["version"])
    occasion = publish(cancels, NAMES)
    cancels.post(path(occasion, "occasions") + "/cancel", seen=occasion["version"])

    written = datetime.now(UTC)
    until(lambda: complete(reads, written, [*REPORTS]), "each report says that it has all of it")
    after = totals(reads, HOLDS, CANCELS)
    more = {
        name: {
            column: number - before[name][column]
            for column, number in after[name].items()
            if number != before[name][column]
        }
        for name in after
    }
    assert more == {
        HOLDS: {
            "policy-areas actors": 1,
            "meetings held": 1,
            "meetings invited": len(meeting["invitees"]),
            "meetings attended": len(meeting["invitees"]),
            "signals signals": 1,
        },
        CANCELS: {"policy-areas actors": 1, "trainings cancelled": 1, "meetings cancelled": 1, "signals signals": 1},
    }
    shown = reads.get("/reports/signals", year=begun.year)["counties"]
    assert {each["county"] for each in shown} == {*NAMES}, "up to when it is complete is said of the own county too"
    whole = reads.get("/reports/policy-areas", year=begun.year)
    assert all(sum(row[name] for row in whole["rows"]) == total for name, total in whole["totals"].items())
    until(lambda: tables(cancels) == tables(reads), "another county counts the same")


def test_a_report_is_the_same_when_it_is_made_again(named: dict[str, DemoCounty], engine: Engine) -> None:
    reads, year = named[READS], day_of(datetime.now(UTC)).year - 1
    named[HOLDS].register({**VOLUNTEERS, "name": "Frivilliga vid älven"})
    begun = datetime.now(UTC)
    until(lambda: complete(reads, begun, [*REPORTS]), "what was written until now is counted")
    draft = reads.client.put(f"/reports/yearly/{year}", json=TEXTS)
    assert draft.status_code == httpx.codes.OK, draft.text
    second = local_token(engine.config.data, READS, ["COUNTY_COORDINATOR"], sub="second")
    seen = {"If-Match": draft.headers["ETag"], "Authorization": f"Bearer {second}"}
    frozen = reads.client.post(f"/reports/yearly/{year}/freeze", headers=seen).json()
    streams = {stream for report in REPORTS.values() for stream in report.streams}
    assert frozen["sources"].keys() == {topic_name(name, stream) for name in NAMES for stream in streams}
    assert named[HOLDS].client.get(f"/reports/yearly/{year}").status_code == httpx.codes.NOT_FOUND
    until(lambda: files(reads) == files(reads), "files of one minute are the same")  # they say the minute of their data
    before, kept = tables(reads), yearly(reads, year)
    assert all(content.count(b"\n") > 1 for (report, _), content in before.items() if report == "policy-areas")

    engine.command("rebuild", "--county", READS, "--service", "reports")

    rebuilt = datetime.now(UTC)
    until(lambda: complete(reads, rebuilt, [*REPORTS]), "all is counted again")
    assert (tables(reads), yearly(reads, year)) == (before, kept)
