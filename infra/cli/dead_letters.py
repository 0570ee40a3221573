"""`norrsam dead-letters`: what could not be applied, why, and what becomes of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import asyncpg
import typer

from infra.cli.local import operator_settings, said_clearly
from shared.messaging import dead_letters as letters_of
from shared.messaging.outbox import Writer
from shared.rejected import Rejected
from shared.runtime.db import arguments
from shared.runtime.service import Service, find

dead_letters = typer.Typer(help="Records that could not be applied: list, show, retry, discard.", no_args_is_help=True)

T = TypeVar("T")
County = Annotated[str, typer.Option("--county", help="The county whose database is meant.")]
ServiceName = Annotated[str, typer.Option("--service", help="The service whose database is meant.")]
Number = Annotated[int, typer.Argument(help="The dead letter's number, as `list` shows it.")]
Work = Callable[[asyncpg.Connection, Writer, Service], Awaitable[T]]


@dead_letters.command("list")
def list_(
    county: County,
    service: ServiceName = "actors",
    settled: Annotated[bool, typer.Option("--settled", help="Show settled ones too.")] = False,
) -> None:
    """The dead letters of a service, oldest first."""

    async def work(conn: asyncpg.Connection, writer: Writer, of: Service) -> None:
        letters = await letters_of.find(conn, settled=settled)
        for letter in letters:
            old = not letter.outcome and await letters_of.superseded(conn, letter, of.handlers)
            state = letter.outcome or ("superseded" if old else "open")
            typer.echo(
                f"{letter.id:>6}  {state:<10}  {letter.reason:<14}  {letter.topic}@{letter.offset}  {letter.detail}"
            )
        if not letters:
            typer.echo("There are no dead letters.")

    _run(county, service, work)


@dead_letters.command()
def show(number: Number, county: County, service: ServiceName = "actors") -> None:
    """One dead letter with its headers. Its data are not printed: they may be anything."""

    async def work(conn: asyncpg.Connection, writer: Writer, of: Service) -> None:
        letter = await letters_of.get(conn, number)
        typer.echo(f"{letter.topic} at offset {letter.offset}, received {letter.received_at:%Y-%m-%d %H:%M:%S %Z}")
        typer.echo(f"{letter.reason}: {letter.detail}")
        for name, value in letter.headers:
            typer.echo(f"  {name}: {value!r}")
        typer.echo(f"  key of {len(letter.key or b'')} bytes, data of {len(letter.value or b'')} bytes")

    _run(county, service, work)


@dead_letters.command()
def retry(number: Number, county: County, service: ServiceName = "actors") -> None:
    """Apply a dead letter now, after what was wrong has been mended."""

    async def work(conn: asyncpg.Connection, writer: Writer, of: Service) -> None:
        await letters_of.retry(conn, writer, of.handlers, number)
        typer.echo(f"Dead letter {number} is applied.")

    _run(county, service, work)


@dead_letters.command()
def discard(number: Number, county: County, service: ServiceName = "actors") -> None:
    """Settle a dead letter without applying it."""

    async def work(conn: asyncpg.Connection, writer: Writer, of: Service) -> None:
        await letters_of.discard(conn, number)
        typer.echo(f"Dead letter {number} is discarded.")

    _run(county, service, work)


def _run(county_name: str, service_name: str, work: Work[None]) -> None:
    """`work` was done in one transaction, or the error was said and nothing has changed."""

    async def run() -> None:
        settings = operator_settings()
        county, service = settings.county(county_name), find(service_name)
        with said_clearly(settings, county.database(service.name)):
            conn = await asyncpg.connect(**arguments(settings, county, service.name))
        try:
            async with conn.transaction():
                await work(conn, Writer(county.name, settings.address(county)), service)
        finally:
            await conn.close()

    try:
        asyncio.run(run())
    except Rejected as rejected:
        typer.echo(rejected.message, err=True)
        raise typer.Exit(1) from None
