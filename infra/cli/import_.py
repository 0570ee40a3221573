"""`norrsam import`: a county's actors from a CSV file, through the same HTTP route that everyone else uses."""

from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from infra.cli.county import local_token
from infra.cli.local import operator_settings
from shared.contracts.counties import County
from shared.runtime.settings import Settings, SettingsError

DIRECTORY = Path(__file__).parents[2] / "services" / "actors" / "data"
ROLE = "COUNTY_COORDINATOR"
SECONDS = 60.0


def shipped(county: str) -> Path:
    """The file with the county's real actors; SettingsError if none is shipped."""
    file = DIRECTORY / f"{county}.csv"
    if not file.is_file():
        raise SettingsError(f"No directory of {county} is shipped. Name a FILE to import.")
    return file


def import_(
    file: Annotated[Path | None, typer.Argument(help="A CSV file; the shipped directory if none is named.")] = None,
    county: Annotated[str, typer.Option("--county", help="The county that owns the actors, or all.")] = "all",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would happen.")] = False,
    url: Annotated[
        str | None, typer.Option("--url", help="The county's address, if it is not on this machine.")
    ] = None,
    token: Annotated[
        str | None, typer.Option("--token", envvar="NORRSAM_TOKEN", help="A token; made with the local key if none.")
    ] = None,
) -> None:
    """Register and change actors from a CSV file: all of its rows, or none. The same file twice changes nothing."""
    settings = operator_settings()
    if county == "all" and (file or url or token):
        raise SettingsError("A file, an address or a token belongs to one county: name it with --county.")
    counties = settings.counties if county == "all" else (settings.county(county),)
    done = [_import(settings, one, file or shipped(one.name), dry_run, url, token) for one in counties]
    if not all(done):
        raise typer.Exit(1)


def _import(settings: Settings, county: County, file: Path, dry_run: bool, url: str | None, token: str | None) -> bool:
    """Import one file and print the outcome; whether every row was right."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from None
    address = f"{(url or settings.asked(county)).rstrip('/')}/actors/import"
    token = token or local_token(settings.data, county.name, [ROLE])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
    try:
        answer = httpx.post(address, params={"dry_run": dry_run}, content=data, headers=headers, timeout=SECONDS)
        body: dict[str, Any] = answer.json()
    except httpx.TransportError as error:
        typer.echo(f"{county.name}: nothing answers at {address} ({error}). Is it up? See `norrsam status`.", err=True)
        return False
    except ValueError:
        typer.echo(f"{county.name}: {address} does not answer as a county does.", err=True)
        return False
    return _print(county.name, answer, body, dry_run)


def _print(county: str, answer: httpx.Response, body: dict[str, Any], dry_run: bool) -> bool:
    errors = body.get("errors", [])
    for error in errors:
        where = f"line {error['line']}" if "line" in error else error.get("field", "")
        typer.echo(f"{county}: {where}: {error.get('reason') or error.get('message')}", err=True)
    if not answer.is_success:
        typer.echo(f"{county}: {body.get('detail', answer.reason_phrase)}", err=True)
        return False
    would = "would be " if dry_run else ""
    counts = ", ".join(f"{body[word]} {would}{word}" for word in ("registered", "changed", "unchanged"))
    typer.echo(f"{county}: {counts}")
    return not errors
