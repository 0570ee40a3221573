"""`norrsam notices`: list the mails that wait or were refused, show one, send it again or discard it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from infra.cli.database import CountyName, Open, ServiceName, in_database
from shared.contracts.topics import SERVICES
from shared.runtime.notices import queue
from shared.runtime.notices.queue import Notice
from shared.swedish import TIME_ZONE

notices = typer.Typer(help="What people are told by e-mail: list, show, retry, discard.", no_args_is_help=True)

Identity = Annotated[UUID, typer.Argument(help="The notice's id, as `list` shows it.")]


@notices.command("list")
def list_(
    county: CountyName,
    service: Annotated[list[str] | None, typer.Option("--service", help="Only this service; several times.")] = None,
    settled: Annotated[bool, typer.Option("--settled", help="Show those of the last 30 days too.")] = False,
) -> None:
    """The notices of every service that wait or were refused, oldest first. No address is shown."""

    async def work(db: Open) -> list[str]:
        found = await queue.find(db.conn, settled=settled)
        return [f"{db.service.name:<15}  {_line(notice)}" for notice in found]

    lines = [line for name in service or SERVICES for line in in_database(county, name, work)]
    typer.echo("\n".join(lines) or "No notice waits, and none was refused.")


@notices.command()
def show(identity: Identity, county: CountyName, service: ServiceName) -> None:
    """One notice, with the address that it is for, as long as that is known. What it says is not printed."""

    async def work(db: Open) -> Notice:
        return await queue.get(db.conn, identity)

    notice = in_database(county, service, work)
    typer.echo(_line(notice))
    typer.echo(f"  to: {notice.address or 'nobody any more'} ({notice.recipient})")
    typer.echo(f"  about: {notice.about}")
    typer.echo(f"  written for: {_at(notice.at)}; tried {notice.attempts} times; next: {_at(notice.tried_next)}")
    if notice.settled_at:
        typer.echo(f"  {notice.outcome}: {_at(notice.settled_at)}")


@notices.command()
def retry(identity: Identity, county: CountyName, service: ServiceName) -> None:
    """Send a notice that was refused once more, after the address or the mail server has been mended."""

    async def work(db: Open) -> None:
        await queue.retry(db.conn, identity, db.writer.now())

    in_database(county, service, work)
    typer.echo(f"Notice {identity} is sent again.")


@notices.command()
def discard(identity: Identity, county: CountyName, service: ServiceName) -> None:
    """Give a notice up. Tell the person some other way, if it matters."""

    async def work(db: Open) -> None:
        await queue.discard(db.conn, identity, db.writer.now())

    in_database(county, service, work)
    typer.echo(f"Notice {identity} is discarded.")


def _line(notice: Notice) -> str:
    state = notice.outcome or ("waits" if notice.attempts == 0 else f"tried {notice.attempts} times")
    return f"{notice.id}  {state:<15}  {notice.kind:<18}  {_at(notice.at)}  {notice.reason or ''}".rstrip()


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"
