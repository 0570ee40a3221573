"""Commands for when something was lost: republish, restate, rebuild, recover."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from infra.cli.database import CountyName, Open, ServiceName, beside_database, in_database
from shared.contracts.topics import topic_name
from shared.recovery import copies, rebuilding, recovering, republishing, restating
from shared.rejected import Rejected

StreamName = Annotated[str | None, typer.Option("--stream", help="The stream, if not that of the service's name.")]


def republish(
    first: Annotated[int, typer.Argument(help="The first number.", min=1)],
    last: Annotated[int, typer.Argument(help="The last number.", min=1)],
    county: CountyName,
    service: ServiceName,
    stream: StreamName = None,
) -> None:
    """Publish numbers of a stream's present epoch once more, as they were. Receivers skip what they have."""

    async def work(db: Open) -> str:
        topic = _topic(db, stream)
        count = await republishing.republish(db.conn, db.kafka, topic, first, last)
        return f"{topic}: {count} events published again."

    typer.echo(beside_database(county, service, work))


def restate(
    county: CountyName,
    service: ServiceName,
    stream: StreamName = None,
    aggregate: Annotated[
        list[UUID] | None, typer.Option("--id", help="Only this aggregate; may be given several times.")
    ] = None,
) -> None:
    """Write every living aggregate of a stream again: receivers close old gaps, and withdraw what is no more."""

    async def work(db: Open) -> str:
        topic = _topic(db, stream)
        if aggregate:
            count = await restating.restate_some(db.conn, topic, aggregate)
        else:
            count = await restating.restate(db.conn, db.writer, topic)
        return f"{topic}: {count} aggregates restated."

    typer.echo(in_database(county, service, work))


def rebuild(county: CountyName, service: ServiceName) -> None:
    """Build a service's read models anew from the topics, beside the running service."""

    async def work(db: Open) -> str:
        await rebuilding.mark_for_rebuild(db.conn, db.streams, db.service.handlers)
        tables = await rebuilding.rebuild(db.connect, db.kafka, db.streams, db.service.handlers)
        if not tables:
            raise Rejected("under-way", "Another process rebuilds, or there is no read model. Try again in a while.")
        return f"Built anew: {', '.join(tables)}."

    typer.echo(beside_database(county, service, work))


def recover(
    county: CountyName,
    service: ServiceName,
    moved: Annotated[
        bool, typer.Option("--moved", help="Only accept that PostgreSQL has moved, if all numbers agree.")
    ] = False,
    from_neighbours: Annotated[
        list[Path] | None,
        typer.Option(
            "--from-neighbours",
            help="Take back what is lost from what `neighbours-copy` printed in a neighbour (- for standard input).",
            exists=True,
            dir_okay=False,
            allow_dash=True,
        ),
    ] = None,
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Give up what only neighbours have applied; it is named in the report."),
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin a new epoch also where nothing says that the database was restored.")
    ] = False,
    report: Annotated[Path | None, typer.Option("--report", help="Write the report to this file too.")] = None,
) -> None:
    """Let a restored database publish again: take over what its topics have, begin a new epoch, restate."""

    async def work(db: Open) -> recovering.RecoveryReport | None:
        counties = [one.name for one in db.writer.counties]
        if moved:
            await recovering.accept_moved(db.conn, db.kafka, db.streams, counties)
            return None
        given = [copies.read_copy(_bytes(file), db.streams) for file in from_neighbours or ()]
        place = (db.conn, db.kafka, db.writer, db.streams, db.service.handlers, counties)
        return await recovering.recover(*place, copies=given, accept_loss=accept_loss, anew=anew)

    found = beside_database(county, service, work, doubted=True)
    if found is None:
        typer.echo("The database has moved, and forgotten nothing: it goes on.")
        return
    typer.echo(_result(found))
    for topic, said in found.topics.items():
        _say(topic, said)
    if report:
        _write(report, json.dumps(asdict(found), indent=2, ensure_ascii=False) + "\n")


def neighbours_copy(
    of: Annotated[str, typer.Option("--of", help="The county that has lost something.")],
    county: CountyName,
    service: ServiceName,
) -> None:
    """Print what this county has applied of another's streams, so that their owner can take it back."""

    async def work(db: Open) -> copies.NeighbourCopy:
        if of == county or of not in [one.name for one in db.writer.counties]:
            raise Rejected("unknown-county", f"--of names another county of NORRSAM_COUNTIES, not {of!r}.")
        return await copies.make_copy(db.conn, db.streams, db.service.handlers, of)

    copy = beside_database(county, service, work, doubted=True)
    typer.echo(copy.model_dump_json())
    withheld = sum(record.value is None for record in copy.records)
    typer.echo(f"{len(copy.records) - withheld} aggregates of {of}. Send them to {of} over a sealed channel.", err=True)
    if withheld:
        typer.echo(f"Of {withheld} more the id alone: their TLP label forbids to copy them.", err=True)


def _result(report: recovering.RecoveryReport) -> str:
    if report.done:
        return f"Epoch {report.epoch} begins."
    nothing = "Nothing was done: neither the topics nor any county's report contradict this database."
    if report.epoch:
        return f"{nothing} It was recovered already; epoch {report.epoch} began with this:"
    return f"{nothing} If everything was set back together, add --anew."


def _bytes(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _write(report: Path, text: str) -> None:
    try:
        report.write_text(text, "utf-8")
    except OSError as error:
        typer.echo(f"The recovery is done, but its report cannot be written: {error}.", err=True)
        raise typer.Exit(1) from None


def _say(topic: str, said: dict[str, Any]) -> None:
    typer.echo(
        f"{topic}: {said['found']} events found on the topic, {len(said['taken_over'])} aggregates taken over from it, "
        f"{said['unpublished']} events still to be published, {said['restated']} aggregates restated."
    )
    for taken in said.get("taken_back", []):
        typer.echo(f"  {taken['id']}: taken back from {taken['county']}, version {taken['version']}")
    for key in said.get("withheld", []):
        typer.echo(f"  {key}: a neighbour has a newer state, which its copy may not give or this version cannot read.")
    for kept in said.get("kept_against_neighbours", []):
        state = json.dumps(kept["neighbour_has"], ensure_ascii=False)
        typer.echo(f"  {kept['id']}: kept as it is here; {kept['county']} has version {kept['version']}: {state}")
    for conflict in said["kept_against_the_topic"]:
        state = json.dumps(conflict["topic_has"], ensure_ascii=False)
        typer.echo(
            f"  {conflict['id']}: kept as it is here; the topic has version {conflict['version']} as number "
            f"{conflict['number']}, which this database never knew: {state}"
        )
    for county, numbers in said["lost"].items():
        typer.echo(f"  {county} had at least {numbers} more numbers; they are lost, here and on the topic.")


def _topic(db: Open, stream: str | None) -> str:
    """The topic of the county's own stream; Rejected if this service does not write it."""
    topic = topic_name(db.streams.county, stream or db.service.name)
    if topic not in db.streams.writes:
        names = ", ".join(topic.split(".")[2] for topic in db.streams.writes)
        raise Rejected("unknown-stream", f"{db.service.name} writes {names}, not {stream}; name one with --stream.")
    return topic
