"""`norrsam dead-letters`: what could not be applied, why, and what becomes of it."""

from typing import Annotated

import typer

from infra.cli.database import CountyName, Open, ServiceName, in_database
from shared.recovery import dead_letters as letters_of

dead_letters = typer.Typer(help="Records that could not be applied: list, show, retry, discard.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The dead letter's number, as `list` shows it.")]


@dead_letters.command("list")
def list_(
    county: CountyName,
    service: ServiceName = "actors",
    settled: Annotated[bool, typer.Option("--settled", help="Show settled ones too.")] = False,
) -> None:
    """The dead letters of a service, oldest first."""

    async def work(db: Open) -> None:
        letters = await letters_of.find(db.conn, settled=settled)
        for letter in letters:
            old = not letter.outcome and await letters_of.superseded(db.conn, letter, db.service.handlers)
            state = letter.outcome or ("superseded" if old else "open")
            typer.echo(
                f"{letter.id:>6}  {state:<10}  {letter.reason:<14}  {letter.topic}@{letter.offset}  {letter.detail}"
            )
        if not letters:
            typer.echo("There are no dead letters.")

    in_database(county, service, work)


@dead_letters.command()
def show(number: Number, county: CountyName, service: ServiceName = "actors") -> None:
    """One dead letter with its headers. Its data are not printed: they may be anything."""

    async def work(db: Open) -> None:
        letter = await letters_of.get(db.conn, number)
        typer.echo(f"{letter.topic} at offset {letter.offset}, received {letter.received_at:%Y-%m-%d %H:%M:%S %Z}")
        typer.echo(f"{letter.reason}: {letter.detail}")
        for name, value in letter.headers:
            typer.echo(f"  {name}: {value!r}")
        typer.echo(f"  key of {len(letter.key or b'')} bytes, data of {len(letter.value or b'')} bytes")

    in_database(county, service, work)


@dead_letters.command()
def retry(number: Number, county: CountyName, service: ServiceName = "actors") -> None:
    """Apply a dead letter now, after what was wrong has been mended."""

    async def work(db: Open) -> None:
        await letters_of.retry(db.conn, db.writer, db.service.handlers, number)
        typer.echo(f"Dead letter {number} is applied.")

    in_database(county, service, work)


@dead_letters.command()
def discard(number: Number, county: CountyName, service: ServiceName = "actors") -> None:
    """Settle a dead letter without applying it."""

    async def work(db: Open) -> None:
        await letters_of.discard(db.conn, number)
        typer.echo(f"Dead letter {number} is discarded.")

    in_database(county, service, work)
