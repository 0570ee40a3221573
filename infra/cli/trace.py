"""`norrsam trace`: one aggregate's way, a line a stop, and the first place where it is missing."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from textwrap import fill
from typing import Annotated
from uuid import UUID

import typer
from confluent_kafka import KafkaException

from infra.cli.database import Open, beside_database
from infra.cli.links import ask
from infra.cli.local import operator_settings
from infra.kafka.clients import said
from infra.tracing import way
from infra.tracing.verdict import has_arrived, verdict
from infra.tracing.way import Arrival, Outbox, Sent, Version
from shared.contracts.counties import County
from shared.contracts.topics import SERVICES, STREAMS, county_of, topic_name
from shared.links.freshness import ReadStream, WrittenStream
from shared.runtime.kafka import kafka_of
from shared.runtime.service import find
from shared.runtime.settings import Settings, SettingsError

WIDTH = 80
_ARRIVAL = "{:<10} {:<30} {:>10}  {:<3}  {:<11}  {:>7}"


def trace(
    aggregate: Annotated[str, typer.Argument(metavar="COUNTY/ID", help="The aggregate, by its owner and its id.")],
    version: Annotated[int | None, typer.Option("--version", help="This version, not the last.", min=1)] = None,
    all_versions: Annotated[bool, typer.Option("--all", help="Every version that its owner still has.")] = False,
) -> None:
    """Show the way of an aggregate's last version to each county. Exit status 1 unless it has arrived everywhere."""
    settings = operator_settings()
    county, identity = _place(settings, aggregate)
    outbox = _outbox_of(settings, county, identity)
    chosen = outbox.versions if all_versions else _chosen(outbox.versions, version)
    lines, everywhere = _shown(settings, outbox, chosen, identity)
    typer.echo("\n".join([f"{county.name}/{identity}", *lines]))
    if not everywhere:
        raise typer.Exit(1)


def _place(settings: Settings, aggregate: str) -> tuple[County, UUID]:
    county, _, identity = aggregate.partition("/")
    try:
        return settings.county(county), UUID(identity)
    except ValueError:
        raise SettingsError(
            f"{aggregate!r} is not an aggregate. Write <county>/<id>, as in norrbotten/01980c3e-7a11-7c3e-9d0b-…."
        ) from None


def _outbox_of(settings: Settings, county: County, identity: UUID) -> Outbox:
    """The outbox that has the aggregate; LookupError if it is neither there nor on a topic."""
    outboxes = {service: _outbox(settings, county, service, identity) for service in SERVICES}
    for outbox in outboxes.values():
        if outbox.versions:
            return outbox
    away = [f"{service}: {each.away}" for service, each in outboxes.items() if each.away]
    for stream in STREAMS.values():  # an older database may have forgotten it, and one that is away cannot be asked
        if stream.service is None:
            continue
        kafka = kafka_of(operator_settings(county.name), county.name, stream.service)
        topic = topic_name(county.name, stream.name)
        try:
            newest = {each.version.version: each.version for each in way.sent(kafka, stream.service, topic, identity)}
        except (KafkaException, TimeoutError) as error:
            away.append(f"{topic}: {said(kafka, error)}")
            continue
        if newest:
            return replace(outboxes[stream.service], versions=[newest[number] for number in sorted(newest)])
    raise LookupError(
        f"No event of {county.name}/{identity} is in an outbox of {county.name} or on its topics. Check county and id."
        + "".join(f"\nNot asked: {each}" for each in away)
    )


def _outbox(settings: Settings, county: County, service: str, identity: UUID) -> Outbox:
    async def work(db: Open) -> Outbox:
        return await way.outbox(db.conn, service, identity)

    try:
        return beside_database(county.name, service, work, doubted=True)
    except SettingsError as error:
        answer = ask(settings, county, service)
        written = [] if isinstance(answer, str) else [WrittenStream(**each) for each in answer["written"]]
        return Outbox(service, [], {each.topic: each for each in written}, away=str(error))


def _chosen(versions: Sequence[Version], wanted: int | None) -> list[Version]:
    """The version that is asked for, by default the last; LookupError if there is none."""
    if chosen := [each for each in versions if wanted in (None, each.version)]:
        return chosen[-1:]
    raise LookupError(
        f"There is no version {wanted} on {versions[0].topic}: its owner has {versions[0].version} to "
        f"{versions[-1].version}."
    )


def _shown(settings: Settings, outbox: Outbox, chosen: Sequence[Version], identity: UUID) -> tuple[list[str], bool]:
    """The lines of the chosen versions, and whether each has arrived everywhere."""
    newest = outbox.versions[-1]
    since = min((each.written_at for each in chosen if each.written_at), default=None)
    owner, silent, found = county_of(newest.topic), None, list[Sent]()
    kafka = kafka_of(operator_settings(owner), owner, outbox.service)
    try:
        found = way.sent(kafka, outbox.service, newest.topic, identity, since)
    except (KafkaException, TimeoutError) as error:
        silent = said(kafka, error)
    arrivals = [
        _arrival(settings, county, service, newest, identity)
        for county in settings.counties
        for service in SERVICES
        if newest.topic in find(service).topics_read(county.name, [each.name for each in settings.counties])
    ]
    several = len({each.service for each in arrivals}) > 1
    lines: list[str] = []
    everywhere = True
    for version in chosen:
        of_it = next((each for each in found if each.version.position == version.position), None)
        missing = verdict(version, outbox, of_it, arrivals, kafka_answers=silent is None)
        everywhere = everywhere and missing is None
        lines += [
            f"{version.type}, version {version.version}",
            "",
            *_stops(version, outbox, of_it, silent),
            "",
            _ARRIVAL.format("until", "county", "checkpoint", "gap", "dead letter", "version"),
            *(_line(version, each, each.name if several else each.county) for each in arrivals),
            "",
            _wrapped(missing or "It has arrived everywhere."),
            "",
        ]
    return lines[:-1], everywhere


def _arrival(settings: Settings, county: County, service: str, newest: Version, identity: UUID) -> Arrival:
    """The versions at one service of a county, by its database; if that is not reachable from here, by its HTTP."""

    async def work(db: Open) -> Arrival:
        return await way.arrival(db.conn, county.name, service, db.service.handlers, newest, identity)

    found = Arrival(county.name, service, None)
    with suppress(SettingsError):
        found = beside_database(county.name, service, work, doubted=True)
        if has_arrived(newest, found):
            return found
    answer = ask(settings, county, service)
    if isinstance(answer, str):
        return replace(found, silent=answer)
    (stream,) = [each for each in answer["read"] if each["topic"] == newest.topic]
    return replace(found, stream=found.stream or ReadStream(**stream))


def _stops(version: Version, outbox: Outbox, found: Sent | None, kafka: str | None) -> list[str]:
    """The owner's stops: outbox, number, confirmed by Kafka, topic."""
    stream = outbox.streams.get(version.topic)
    written = _time(version.written_at) if version.written_at else outbox.away or "not there"
    number = "none yet" if version.number is None else f"{version.number} in epoch {version.epoch}"
    confirmed = f"by Kafka up to {stream.confirmed}" if stream else "unknown"
    on_topic = f"{version.topic}@{found.offset}, {_time(found.at)}" if found else kafka or "not there"
    stops = {"outbox": written, "number": number, "confirmed": confirmed, "topic": on_topic}
    return [_wrapped(f"{stop:<10}  {said}", " " * 12) for stop, said in stops.items()]


def _line(version: Version, arrival: Arrival, name: str) -> str:
    stream, letter = arrival.stream, arrival.letter(version)
    if stream is None:
        return f"{'away':<10} {name}"
    perhaps = "perhaps" if arrival.letters is None and stream.dead_letters else "no"
    rows = arrival.rows
    return _ARRIVAL.format(
        _until(stream.complete_until),
        name,
        stream.applied_number,
        "yes" if arrival.misses(version) else "no",
        f"{letter.id} {letter.outcome or ''}" if letter else perhaps,
        "?" if rows is None else (min(rows)[1] or "none") if rows else "no row",
    ).rstrip()


def _wrapped(text: str, indent: str = "") -> str:
    return fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _until(time: datetime | None) -> str:
    if time is None:
        return "never"
    recent = (datetime.now(UTC) - time).total_seconds() < 86_400
    return f"{time.astimezone():%H:%M:%S}" if recent else f"{time.astimezone():%Y-%m-%d}"


def _time(time: datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M:%S}"
