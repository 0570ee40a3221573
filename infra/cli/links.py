"""`norrsam links`: up to when each county has what the others wrote, asked of each county itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.text import Text

from infra.cli.console import console
from infra.cli.county import local_token
from infra.cli.local import operator_settings
from shared.contracts.counties import County
from shared.contracts.topics import SERVICES
from shared.runtime.settings import Settings

SECONDS = 5.0
HEAD = ("until", "applied", "missing", "behind", "dead", "heard")
WIDTHS = (10, 7, 7, 6, 4, 6)
NAME = 34
"""The width of the longest name, `shipment-signals of vasternorrland`: a line fits 80 columns."""
STALE_SECONDS = 600.0


def links(
    service: Annotated[list[str] | None, typer.Option("--service", help="Only this service; several times.")] = None,
    county: Annotated[list[str] | None, typer.Option("--county", help="Only this county; by default all.")] = None,
    token: Annotated[str | None, typer.Option("--token", help="A token; by default one of the local key.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the counties answered.")] = False,
) -> None:
    """Show for each county up to when it is complete, stream by stream. Exit status 1 if one does not answer."""
    settings = operator_settings()
    asked = [settings.county(name) for name in county] if county else settings.counties
    answers = [(each, name, ask(settings, each, name, token)) for each in asked for name in service or SERVICES]
    if as_json:
        console().print_json(data=[answer for *_, answer in answers if isinstance(answer, dict)])
    else:
        show(console(), answers)
    silent = [
        f"{each.name}: {settings.asked(each)}/links/{name} {why}" for each, name, why in answers if isinstance(why, str)
    ]
    for each in silent:
        typer.echo(each, err=True)
    if silent:
        raise typer.Exit(1)


def show(out: Console, answers: list[tuple[County, str, dict[str, Any] | str]]) -> None:
    """Prints for each service of a county a line for each stream that it reads, then what is wrong."""
    now = datetime.now(UTC)
    for county, service, answer in answers:
        if isinstance(answer, str):
            out.print(f"{county.name} {service} {answer}", style="bold red", markup=False, soft_wrap=True)
            continue
        out.print(_line(f"{county.name} {service}", *HEAD), style="bold", soft_wrap=True)
        for link in answer["read"]:
            out.print(_line(f"{link['stream']} of {link['county']}", *_cells(link, now)), soft_wrap=True)
    for county, service, answer in answers:
        for fault in answer["faults"] if isinstance(answer, dict) else ():
            about = f" ({fault['topic']})" if fault["topic"] else ""
            since = f", since {_time(fault['since'], now)}" if fault["since"] else ""
            text = f"{county.name} {service}: {fault['detail']}{about}{since}. See {fault['runbook']}"
            out.print(text, style="red", markup=False)


def ask(settings: Settings, county: County, service: str, token: str | None = None) -> dict[str, Any] | str:
    """The county's answer, or the reason why there is none."""
    try:
        token = token or local_token(settings.data, county.name, ["READER"])
        answer = httpx.get(
            f"{settings.asked(county)}/links/{service}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=SECONDS,
        )
        if not answer.is_success:
            return f"answers {answer.status_code} {answer.reason_phrase}."
        said = dict(answer.json())
        return said if said.get("county") == county.name else "is the address of another county."
    except (httpx.HTTPError, OSError, ValueError) as error:
        return f"does not answer ({type(error).__name__})."


def _line(name: str, *cells: str) -> Text:
    """The cells in their columns, those that begin with `!` in yellow; a longer name moves them to the right."""
    line = Text(f"{name:<{NAME}}")
    for cell, width in zip(cells, WIDTHS, strict=True):
        line.append(f" {cell.removeprefix('!'):>{width}}", "yellow" if cell.startswith("!") else "")
    return line


def _cells(link: dict[str, Any], now: datetime) -> list[str]:
    counts = [f"!{count}" if (count := link[name]) else "0" for name in ("missing", "behind", "dead_letters")]
    until = "!stopped" if link["stopped"] else _marked(link["complete_until"], now, _time)
    return [until, str(link["applied_number"]), *counts, _marked(link["heard_at"], now, _age)]


def _marked(text: str | None, now: datetime, show: Callable[[str, datetime], str]) -> str:
    if text is None:
        return "!never"
    fresh = abs((now - datetime.fromisoformat(text)).total_seconds()) < STALE_SECONDS
    return show(text, now) if fresh else f"!{show(text, now)}"


def _time(text: str, now: datetime) -> str:
    moment = datetime.fromisoformat(text)
    return (
        f"{moment.astimezone():%H:%M:%S}"
        if abs(now - moment) < timedelta(days=1)
        else f"{moment.astimezone():%Y-%m-%d}"
    )


def _age(text: str, now: datetime) -> str:
    seconds = round((now - datetime.fromisoformat(text)).total_seconds())
    for unit, length in (("s", 600), ("min", 36_000), ("h", 360_000)):
        if seconds < length:
            return f"{seconds // {'s': 1, 'min': 60, 'h': 3600}[unit]} {unit}"
    return f"{seconds // 86_400} d"
