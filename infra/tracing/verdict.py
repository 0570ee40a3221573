"""Whether a version has arrived, and else the first stop on its way where it is missing, with what to do."""

from collections.abc import Sequence

from infra.tracing.way import Arrival, Outbox, Sent, Version
from shared.contracts.topics import county_of, stream_name


def verdict(
    version: Version, outbox: Outbox, found: Sent | None, arrivals: Sequence[Arrival], *, kafka_answers: bool
) -> str | None:
    """The first place where the version is missing, and what to do; None if it has arrived everywhere."""
    away = [each for each in arrivals if each.stream is None]
    missing = [each for each in arrivals if each.stream and not has_arrived(version, each)]
    fault = _fault_of_owner(version, outbox, found, kafka_answers)
    if fault and (missing or len(away) == len(arrivals)):
        return fault
    if missing:
        return _fault_of_reader(version, missing[0])
    if away:
        return (
            f"It has arrived wherever one can ask. {away[0].name} cannot be asked: its database cannot be reached from "
            f"here, and its process {away[0].silent}"
        )
    return None


def has_arrived(version: Version, arrival: Arrival) -> bool:
    """Whether this version or a newer one is there, or has been handled where no row is kept."""
    if version.number is None:
        return False
    if arrival.rows:
        return min(arrival.rows) >= (version.position[0], version.version)
    stream, letter = arrival.stream, arrival.letter(version)
    if stream is None or (letter and letter.outcome != "applied") or (arrival.letters is None and stream.dead_letters):
        return False
    return (stream.epoch, stream.applied_number or 0) >= version.position and not arrival.misses(version)


def _fault_of_owner(version: Version, outbox: Outbox, found: Sent | None, kafka_answers: bool) -> str | None:
    county, service, stream = county_of(version.topic), outbox.service, outbox.streams.get(version.topic)
    where = f"--county {county} --service {service}"
    if outbox.doubt or (version.written_at is None and not outbox.away):
        return f"{county}/{service} may be a restored database: run `norrsam recover {where}`."
    if version.number is None:
        return (
            f"It has no number, so the relay of {county}/{service} does not work: see `relay` in its /health/ready, "
            'and "Events are not numbered" in the runbook.'
        )
    if stream and version.position > (stream.epoch, stream.confirmed):
        return (
            f"Kafka has not confirmed number {version.number}, so it waits in the outbox, and is sent by itself once "
            f"Kafka answers {county}/{service}: see `relay` in its /health/ready."
        )
    if kafka_answers and found is None:
        named = "" if stream_name(version.topic) == service else f" --stream {stream_name(version.topic)}"
        return (
            f"Kafka has confirmed number {version.number}, but its topic does not have it: run `norrsam republish "
            f"{version.number} {version.number} {where}{named}`."
        )
    return None


def _fault_of_reader(version: Version, arrival: Arrival) -> str:
    stream, letter, number = arrival.stream, arrival.letter(version), version.number
    assert stream is not None, "it was asked"
    name, where, silent = arrival.name, f"--county {arrival.county} --service {arrival.service}", arrival.silent
    if letter and letter.outcome is None:
        return (
            f"{name} has put it aside as dead letter {letter.id} ({letter.reason}): see `norrsam dead-letters show "
            f"{letter.id} {where}`, mend that, then `retry` it."
        )
    if stream.stopped:
        return (
            f"{name} has stopped this stream after handler errors: see why in `norrsam links` and mend that; the "
            "stream is tried again each minute."
        )
    if (stream.epoch, stream.applied_number or 0) < version.position:
        if silent:
            return f"{name} has not read number {number}, and its process {silent} Start it: it reads on by itself."
        return (
            f"{name} has not read number {number}, though its process answers: see `inbox` in its /health/ready, and "
            '"A stream is behind" in the runbook.'
        )
    if arrival.misses(version):
        return (
            f"{name} misses number {number}: {county_of(version.topic)} publishes it again within minutes; if not, "
            'see "A gap does not close" in the runbook.'
        )
    if letter:
        return f"{name} has discarded it as dead letter {letter.id}: a newer version brings what it told."
    if arrival.rows is None:
        return (
            f"{name} has read number {number}, but has {stream.dead_letters} dead letters of this stream: ask there "
            "whether it is one of them (`norrsam dead-letters list`)."
        )
    return f"{name} has passed number {number}, but its row is older: run `norrsam rebuild {where}`."
