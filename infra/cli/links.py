"""`norrsam links`: up to when each county has what the others wrote, asked of each county itself."""

from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from infra.cli.console import console
from infra.cli.county import local_token
from infra.cli.local import operator_settings
from shared.contracts.counties import County
from shared.contracts.topics import SERVICES
from shared.runtime.settings import Settings

SECONDS = 5.0
WIDTH = 144
"""Of the table. A narrower terminal breaks its lines; a narrower table would cut two counties to one `vaster…`."""
COLUMNS = ("county", "reads", "of", "complete until", "applied", "missing", "behind", "dead letters", "last heard")


def links(
    service: Annotated[list[str] | None, typer.Option("--service", help="Only this service; several times.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the counties answered.")] = False,
) -> None:
    """Show for each county up to when it is complete, stream by stream. Exit status 1 if one does not answer."""
    settings = operator_settings()
    answers = [
        (county, name, _ask(settings, county, name)) for county in settings.counties for name in service or SERVICES
    ]
    if as_json:
        console().print_json(data=[answer for *_, answer in answers if isinstance(answer, dict)])
    else:
        show(console(), answers)
    silent = [
        f"{county.name}: {settings.address(county)}/links/{name} {why}"
        for county, name, why in answers
        if isinstance(why, str)
    ]
    for each in silent:
        typer.echo(each, err=True)
    if silent:
        raise typer.Exit(1)


def show(out: Console, answers: list[tuple[County, str, dict[str, Any] | str]]) -> None:
    """Prints one line for each stream that a service of a county reads."""
    out.width = max(out.width, WIDTH)
    out.print(_table(answers, datetime.now(UTC)))


def _ask(settings: Settings, county: County, service: str) -> dict[str, Any] | str:
    """The county's answer, or the reason why there is none."""
    token = local_token(settings.data, county.name, ["READER"])
    try:
        answer = httpx.get(
            f"{settings.address(county)}/links/{service}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=SECONDS,
        )
        return dict(answer.json()) if answer.is_success else f"answers {answer.status_code} {answer.reason_phrase}."
    except (httpx.HTTPError, ValueError) as error:
        return f"does not answer ({type(error).__name__})."


def _table(answers: list[tuple[County, str, dict[str, Any] | str]], now: datetime) -> Table:
    table = Table(pad_edge=False)
    for place, column in enumerate(COLUMNS):
        table.add_column(column, justify="left" if place < 4 else "right")
    for county, service, answer in answers:
        if isinstance(answer, str):
            table.add_row(county.name, service, "", f"[bold red]{answer}")
            continue
        for link in answer["read"]:
            table.add_row(county.name, link["stream"], link["county"], *_cells(link, now))
    return table


def _cells(link: dict[str, Any], now: datetime) -> list[str]:
    counts = [link[name] for name in ("missing", "behind", "dead_letters")]
    shown = [str(link["applied_number"]), *(f"[yellow]{count}[/]" if count else "0" for count in counts)]
    until = _ago(link["complete_until"], now) if not link["stopped"] else f"[red]stopped: {escape(link['stopped'])}[/]"
    return [until, *shown, _ago(link["heard_at"], now)]


def _ago(text: str | None, now: datetime) -> str:
    if text is None:
        return "never"
    time = datetime.fromisoformat(text)
    seconds = max(0, round((now - time).total_seconds()))
    when = f"{time.astimezone():%H:%M:%S}" if seconds < 86_400 else f"{time.astimezone():%Y-%m-%d %H:%M}"
    return f"{when} ({seconds} s ago)" if seconds < 600 else f"[red]{when}[/]"
