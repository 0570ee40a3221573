"""`norrsam dead-letters`: list records that could not be applied, show why, retry or discard them."""

from typing import Annotated

import typer

from infra.cli.database import CountyName, Open, ServiceName, beside_database, in_database
from shared.contracts.topics import SERVICES
from shared.recovery import dead_letters as letters_of
from shared.runtime.settings import SettingsError

dead_letters = typer.Typer(help="Records that could not be applied: list, show, retry, discard.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The dead letter's number, as `list` shows it.")]


@dead_letters.command("list")
def list_(
    county: CountyName,
    service: Annotated[list[str] | None, typer.Option("--service", help="Only this service; several times.")] = None,
    settled: Annotated[bool, typer.Option("--settled", help="Show settled ones too.")] = False,
) -> None:
    """The dead letters of every service, oldest first."""

    async def work(db: Open) -> list[str]:
        lines = []
        for letter in await letters_of.find(db.conn, settled=settled):
            old = not letter.outcome and await letters_of.superseded(db.conn, letter, db.service.handlers)
            state = letter.outcome or ("superseded" if old else "open")
            lines.append(
                f"{db.service.name:<15}  {letter.id:>6}  {state:<10}  {letter.reason:<14}  "
                f"{_retried(letter):<10}  {letter.topic}@{letter.offset}  {letter.detail}"
            )
        return lines

    lines = [line for name in service or SERVICES for line in in_database(county, name, work)]
    typer.echo("\n".join(lines) or "There are no dead letters.")


@dead_letters.command()
def show(number: Number, county: CountyName, service: ServiceName) -> None:
    """One dead letter with its headers. Its data are not printed: they may be anything."""

    async def work(db: Open) -> letters_of.DeadLetter:
        return await letters_of.get(db.conn, number)

    letter = in_database(county, service, work)
    typer.echo(f"{letter.topic} at offset {letter.offset}, received {letter.received_at:%Y-%m-%d %H:%M:%S %Z}")
    typer.echo(f"{letter.reason}, {_retried(letter)}: {letter.detail}")
    for name, value in letter.headers:
        typer.echo(f"  {name}: {value!r}")
    typer.echo(f"  key of {len(letter.key or b'')} bytes, data of {len(letter.value or b'')} bytes")


@dead_letters.command()
def retry(number: Number, county: CountyName, service: ServiceName) -> None:
    """Apply a dead letter now, after what was wrong has been mended."""

    async def work(db: Open) -> None:
        await letters_of.retry(db.conn, db.writer, db.service.handlers, number)

    beside_database(county, service, work)  # not all in one transaction: an attempt that fails is counted
    typer.echo(f"Dead letter {number} is applied.")


@dead_letters.command()
def discard(
    county: CountyName,
    service: Annotated[
        str | None, typer.Option("--service", help="The service that a number is of; else only this one.")
    ] = None,
    number: Annotated[
        int | None, typer.Argument(help="The dead letter's number; or name topic, reason or both.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="All open ones of this topic.")] = None,
    reason: Annotated[str | None, typer.Option(help="All open ones for this reason, as `list` shows it.")] = None,
) -> None:
    """Settle a dead letter without applying it, or all of a topic, a reason, or both, of every service."""
    if (number is None) == (topic is None and reason is None):
        raise SettingsError("Give the number of one dead letter, or --topic, --reason or both.")
    if number is not None and service is None:
        raise typer.BadParameter("Missing option '--service': the number is one of a service's.")

    async def work(db: Open) -> int:
        if number is None:
            return await letters_of.discard_all(db.conn, topic, reason)
        async with db.conn.transaction():
            await letters_of.discard(db.conn, number)
        return 1

    # Each topic is settled in a transaction of its own, so that no reader is held up by another topic.
    count = sum(beside_database(county, name, work) for name in ([service] if service else SERVICES))
    typer.echo(f"{count} dead letters are discarded." if number is None else f"Dead letter {number} is discarded.")


def _retried(letter: letters_of.DeadLetter) -> str:
    return "1 retry" if letter.attempts == 1 else f"{letter.attempts} retries"
