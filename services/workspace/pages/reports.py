"""Reports: which there are, for which time and county, each as a file."""

import asyncio
from dataclasses import replace

from starlette.responses import Response

from services.workspace import calls_reports as calls
from services.workspace.answers import CallRefused
from services.workspace.guard import Visit
from services.workspace.lists import Filter, Option, filter_of
from services.workspace.sections import section
from services.workspace.shown_reports import ShownYearlyState
from shared.calendar import day_of
from shared.runtime.auth import Role

FORMS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
"""The media type of each form of a file."""
FIRST_YEAR, QUARTERS = 2016, ("1", "2", "3", "4")
NAMES = (
    *("trainings", "participants", "certificates", "meetings", "signals"),
    *("policy-areas", "method-coverage", "measures", "support", "readiness"),
)
"""The reports that have a name in words; another one is shown by its code."""
NOW = ("readiness",)
"""Those of how things are now: they are of no year and no quarter."""


async def show(visit: Visit) -> Response:
    """The reports with a link for each form, and for coordinators the yearly ones to Brå."""
    chosen, this_year = _chosen(visit), day_of(visit.site.now()).year
    interface, token = visit.site.interface, visit.token
    found, begun = await asyncio.gather(calls.reports(interface, token), section(_begun(visit)))
    yearly = dict.fromkeys((this_year, this_year - 1)) | {
        each.year: each for each in begun.content or [] if each.year <= this_year
    }
    return visit.page(
        "reports.html",
        filter=chosen,
        year=chosen.value("ar") or str(this_year),
        years=[Option(str(each), str(each)) for each in range(this_year, FIRST_YEAR - 1, -1)],
        quarters=[Option(each, visit.site.words.text("reports.quarter-of", quarter=each)) for each in QUARTERS],
        counties=visit.site.county_options,
        reports=[each.report for each in found.items],
        forms=tuple(FORMS),
        address=lambda report, form: _address(chosen, report, form),
        writes=Role.COUNTY_COORDINATOR in visit.roles,
        begun=begun,
        yearly=sorted(yearly.items(), reverse=True),
    )


async def download(visit: Visit) -> Response:
    """The report as a file; CallRefused, as not found, if it is of no known form."""
    form, report = visit.request.path_params["end"], visit.request.path_params["report"]
    if form not in FORMS or not report.replace("-", "").isalpha() or not report.isascii():
        raise CallRefused(404, "not-found")
    chosen = _chosen(visit)
    year = chosen.value("ar") or str(day_of(visit.site.now()).year)
    query = chosen.query(kvartal="quarter", lan="county") | {"year": year}
    content = await calls.download(visit.site.interface, visit.token, report, form, **query)
    name = "-".join(each for each in (report, year, chosen.value("kvartal"), chosen.value("lan")) if each)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, headers=headers, media_type=FORMS[form])


def _address(chosen: Filter, report: str, form: str) -> str:
    """The address of the file, for the time that is chosen if the report is of one."""
    at = replace(chosen, path=f"/rapporter/{report}/fil.{form}")
    return at.address(ar="", kvartal="") if report in NOW else at.address()


def _chosen(visit: Visit) -> Filter:
    years = {str(year) for year in range(FIRST_YEAR, day_of(visit.site.now()).year + 1)}
    names = {county.name for county in visit.site.counties}
    return filter_of(visit.request, ar=years.__contains__, kvartal=QUARTERS.__contains__, lan=names.__contains__)


async def _begun(visit: Visit) -> list[ShownYearlyState]:
    """The yearly reports that are begun; only the county's coordinators see any."""
    if Role.COUNTY_COORDINATOR not in visit.roles:
        return []
    return (await calls.begun_yearly(visit.site.interface, visit.token)).items
