"""`norrsam late`: what came late, because a county was away."""

from datetime import datetime
from typing import Annotated

import typer

from infra.cli.database import CountyName, Open, ServiceName, beside_database
from shared.contracts.topics import county_of, stream_name
from shared.links import late as lateness
from shared.links.late import Late


def late(
    county: CountyName,
    service: ServiceName,
    most: Annotated[int, typer.Option("--most", help="How many lines at most, the newest.", min=1)] = 20,
) -> None:
    """Show what came late in this county: which stream was not complete for ten minutes or more."""

    async def work(db: Open) -> list[Late]:
        return await lateness.newest(db.conn, most)

    found = beside_database(county, service, work, doubted=True)
    typer.echo(f"{'complete until':<16}  {'and again':<16}  {'events':>6}  stream" if found else "Nothing was late.")
    for each in found:
        again, events = "is late", ""
        if each.until:
            again, events = _time(each.until), "" if each.events is None else str(each.events)
        stream = f"{stream_name(each.topic)} of {county_of(each.topic)}"
        typer.echo(f"{_time(each.since):<16}  {again:<16}  {events:>6}  {stream}")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
