"""Faults of the federated deployment: of mirrors, and of what is between two counties."""

import time
from collections.abc import Iterable
from random import Random

from confluent_kafka import KafkaException
from psutil import Process

from infra.engine import federated
from infra.engine.processes import EngineProcess
from infra.mirror.newest import newest
from tests.faults.commands import COUNTIES
from tests.faults.field import Field
from tests.faults.kind import LINKS, Kind
from tests.faults.pace import PACE
from tests.faults.plan import FEDERATED
from tests.faults.proxy import Mode, Proxy
from tests.faults.waits import until

STARTED_WITHIN = 60.0 * PACE
SHORT, LONG = 3.0, 20.0


def _mirror_killed(field: Field, rng: Random, county: str) -> str | None:
    """Kill the mirror; its watchdog starts it again. Now and then the watchdog dies with it, and is started later."""
    mirror, watchdog = _parts(field, county)
    before = field.process(mirror)
    both = rng.random() < 0.3
    if both:
        field.process(watchdog).kill()
    before.kill()
    since = time.time()
    time.sleep(rng.uniform(0, 5))
    if both:
        field.engine.start_mirror(county, federated.peers_folder(field.engine.config.data, county))
    again = _again(field, county, before, since)
    return f"process {before.pid} was killed{', and its watchdog' if both else ''}; {again}"


def _mirror_frozen(field: Field, rng: Random, county: str) -> str | None:
    """Suspend the mirror. It goes on after some seconds, or its watchdog must end it and start another."""
    mirror, _ = _parts(field, county)
    frozen = field.process(mirror)
    frozen.suspend()
    since = time.time()
    if rng.random() < 0.4:
        time.sleep(rng.uniform(2, 7))
        frozen.resume()
        return f"process {frozen.pid} stood still for some seconds"
    return f"process {frozen.pid} stood still; {_again(field, county, frozen, since)}"


def _again(field: Field, county: str, before: Process, since: float) -> str:
    """Wait until another mirror than ``before`` brings records of all counties; how long that took, from ``since``."""
    mirror, _ = _parts(field, county)
    others = [one for one in COUNTIES if one != county]

    def brings() -> bool:
        try:
            return min(newest(field.kafka(county).administered, others).values()) > started
        except KafkaException:
            return False

    if not until(lambda: mirror.process() not in (None, before), STARTED_WITHIN):
        return "NO OTHER WAS STARTED"
    started = time.time()
    took = "has not brought records yet"
    if until(brings, STARTED_WITHIN, 0.5):
        took = f"brought records of all {time.time() - started:.1f} s later"
    return f"another was started after {started - since:.1f} s, and {took}"


def _link(mode: Mode) -> Kind:
    def strike(field: Field, rng: Random, county: str) -> str | None:
        other = rng.choice([one for one in COUNTIES if one != county])
        both = rng.random() < 0.5
        assert field.federation
        links = field.federation.links
        chosen = [links[county, other], *([links[other, county]] if both else [])]
        really = rng.choice((Mode.HOLE, Mode.ONE_WAY)) if mode is Mode.HOLE else mode
        return _during(chosen, really, rng, f"the link from {other}{' and back' if both else ''}")

    return Kind(f"link {mode.name.lower()}", strike, frozenset({LINKS}), of=FEDERATED)


def _county_dark(field: Field, rng: Random, county: str) -> str | None:
    """Nobody reaches the county's Kafka, and its mirror none of the others'."""
    assert field.federation
    return _during(field.federation.of(county), rng.choice((Mode.CUT, Mode.HOLE)), rng, "every link")


def _during(chosen: Iterable[Proxy], mode: Mode, rng: Random, what: str) -> str | None:
    links, seconds = list(chosen), rng.uniform(SHORT, LONG)
    slow, size = rng.uniform(0.1, 1), rng.choice((1024, 8192))
    before = sum(link.felt for link in links)
    for link in links:
        link.set(mode, slow, size)
    try:
        time.sleep(seconds)
    finally:
        felt = sum(link.felt for link in links) - before
        for link in links:
            link.set(Mode.OPEN)
    return f"{what} was {mode.value} for {seconds:.0f} s, which {felt} times was felt" if felt else None


def _parts(field: Field, county: str) -> tuple[EngineProcess, EngineProcess]:
    assert field.federation
    return field.federation.mirror(field.engine, county), field.federation.watchdog(field.engine, county)


KINDS = (
    Kind("mirror killed", _mirror_killed, of=FEDERATED),
    Kind("mirror frozen", _mirror_frozen, of=FEDERATED),
    *(_link(mode) for mode in (Mode.CUT, Mode.HOLE, Mode.SLOW)),
    Kind("county dark", _county_dark, frozenset({LINKS}), of=FEDERATED),
)
