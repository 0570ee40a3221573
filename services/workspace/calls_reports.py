"""The calls about reports: they are files of counts; only the yearly report to Brå is written."""

from collections.abc import Mapping

from services.workspace.answers import CallRefused
from services.workspace.county import CountyInterface
from services.workspace.shown_reports import ShownReports, ShownYearly, ShownYearlyStates

REPORTS = "/reports"


async def reports(interface: CountyInterface, token: str) -> ShownReports:
    """The reports that there are."""
    return await interface.get(token, REPORTS, ShownReports)


async def download(interface: CountyInterface, token: str, report: str, form: str, **query: str) -> bytes:
    """A report about a year or a quarter, of one county or all: ``form`` is `pdf`, `xlsx` or `csv`."""
    return await interface.file(token, f"{REPORTS}/{report}", format=form, **query)


async def begun_yearly(interface: CountyInterface, token: str) -> ShownYearlyStates:
    """The years whose reports to Brå somebody has begun."""
    return await interface.get(token, f"{REPORTS}/yearly", ShownYearlyStates)


async def yearly(interface: CountyInterface, token: str, year: int) -> ShownYearly | None:
    """The report of a year to Brå; None if nobody has begun it."""
    try:
        return await interface.get(token, f"{REPORTS}/yearly/{year}", ShownYearly)
    except CallRefused as refused:
        if refused.status == 404:
            return None
        raise


async def download_yearly(interface: CountyInterface, token: str, year: int) -> bytes:
    """The same as PDF, a draft as it is counted now; CallRefused, as not found, if nobody has begun it."""
    return await interface.file(token, f"{REPORTS}/yearly/{year}", format="pdf")


async def write_yearly(
    interface: CountyInterface, token: str, key: str, year: int, texts: Mapping[str, str], version: int | None
) -> ShownYearly:
    """The draft, as it was seen, says this; ``version`` is None for the first one."""
    return await interface.command(token, key, "PUT", f"{REPORTS}/yearly/{year}", ShownYearly, texts, version)


async def freeze_yearly(interface: CountyInterface, token: str, key: str, year: int, version: int) -> ShownYearly:
    """The caller, a second person, has checked the draft, as it was seen; it stays so."""
    return await interface.command(token, key, "POST", f"{REPORTS}/yearly/{year}/freeze", ShownYearly, {}, version)
