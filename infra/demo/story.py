"""The story, step by step. Each step is something that a user does, or that happens to a user."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from infra.demo import partner
from infra.demo.county import PATIENCE_SECONDS, DemoCounty, Place, wait_until_seen
from infra.demo.stage import Stage, grid
from infra.engine import furnishing
from infra.engine.engine import Engine
from infra.engine.errors import EngineError
from shared.contracts.topics import topic_name

SAMPLES = 40
CHANGES = 30

NewCounty = Callable[[str, str], DemoCounty]
"""Makes a county's user from its name and address."""


def set_up(stage: Stage, engine: Engine, new_county: NewCounty) -> list[DemoCounty]:
    """Make topics and databases, and start four counties; each as its users see it."""
    names = [county.name for county in engine.config.counties]
    with stage.step("Topics from the register, databases, migrations"):
        made = furnishing.make_topics(engine)
        mirrors = furnishing.start_mirrors(engine)
        engine.migrate(names)
        stage.say(f"{sum(each.is_done for each in made)} topics made, {len(names)} databases ready")
    if mirrors:
        stage.say(f"{len(mirrors)} mirrors start: each county has a Kafka of its own, with access control")
    with stage.step("Four counties start, one process each"):
        with ThreadPoolExecutor(len(names)) as pool:
            urls = list(pool.map(engine.start_county, names))
        for name, url in zip(names, urls, strict=True):
            stage.say(f"{name:<15} {url}")
    return [new_county(name, url) for name, url in zip(names, urls, strict=True)]


def import_directories(stage: Stage, counties: Sequence[DemoCounty], directories: dict[str, bytes]) -> None:
    """Import each county's real actors, and wait until every county knows all."""
    with stage.step("Each county imports its real actors over HTTP; the others see them come"):
        with ThreadPoolExecutor(len(counties)) as pool, stage.live() as screen:
            imports = {county.name: pool.submit(county.import_csv, directories[county.name]) for county in counties}
            deadline = time.monotonic() + PATIENCE_SECONDS
            while True:
                begun = all(one.done() for one in imports.values())
                counts = {county.name: county.counts() for county in counties}
                rows = [(name, *(str(counts[name].get(owner, 0)) for owner in imports)) for name in counts]
                screen.show(grid("actors of … known in …", ("known in", *imports), rows))
                if time.monotonic() > deadline or (
                    begun and len({str(sorted(c.items())) for c in counts.values()}) == 1
                ):
                    break
                time.sleep(0.05)
            expected = {name: one.result()["registered"] for name, one in imports.items()}
        total = sum(expected.values())
        stage.check(f"all directories hold the same {total} actors", all(c == expected for c in counts.values()))


def measure(stage: Stage, counties: Sequence[DemoCounty]) -> None:
    """Change actors in one county, and show how soon the others know."""
    with stage.step(f"{SAMPLES} changes in {counties[0].name}: how soon do the others see them?"):
        home, others = counties[0], list(counties[1:])
        place = own_place(home)
        waits: dict[str, list[float]] = {other.name: [] for other in others}
        with stage.live() as screen:
            for number in range(SAMPLES):
                version = home.rename(place, f"Kommun under namnbyte {number}")
                for name, seconds in wait_until_seen(others, place, version).items():
                    waits[name].append(seconds)
                rows = [(name, str(len(seen)), *_cuts(seen)) for name, seen in waits.items()]
                screen.show(grid("from the command's answer to a reader's", ("in", "seen", "p50", "p99"), rows))
        stage.check("every change was seen in all others", all(len(seen) == SAMPLES for seen in waits.values()))


def _cuts(seconds: Sequence[float]) -> tuple[str, str]:
    ordered = sorted(seconds)
    middle, nearly_all = (ordered[round(share * (len(ordered) - 1))] * 1e3 for share in (0.5, 0.99))
    return f"{middle:.0f} ms", f"{nearly_all:.0f} ms"


def read_as_partner(stage: Stage, engine: Engine, counties: Sequence[DemoCounty]) -> None:
    """Read the topics with a partner's tools, and compare them with the directories."""
    with stage.step("A partner reads the topics: a plain consumer and the CloudEvents SDK"):
        topics = [topic_name(county.name, "actors") for county in counties]  # one Kafka has those of all
        seen = partner.read_at(engine, counties[0].name, topics)
        for topic, content in seen.items():
            stage.say(f"{topic:<36} {len(content.events):>4} events, {len(content.newest):>3} actors")
        newest = {subject for content in seen.values() for subject in content.newest}
        known = {identity for _, identity in counties[0].directory()}
        stage.check("the newest event of each subject is the directory", newest == known)


def kill_a_county(stage: Stage, engine: Engine, counties: Sequence[DemoCounty]) -> None:
    """Kill a county while the others go on; it comes back and has missed nothing."""
    home, victim = counties[0], counties[-1]
    with stage.step(f"{victim.name} is killed (SIGKILL) while {home.name} goes on"):
        place, versions = own_place(home), []
        for number in range(CHANGES):
            if number == CHANGES // 3:
                engine.kill_county(victim.name)
            versions.append(home.rename(place, f"Kommun i ändring {number}"))
        stage.say(f"{CHANGES} changes were accepted; {victim.name} has missed the last {CHANGES - CHANGES // 3}")
        engine.start_county(victim.name)
        waited = max(wait_until_seen([victim], place, versions[-1]).values())
        stage.say(f"{victim.name} is back and knows the newest version after {waited:.1f} s")


def stop_kafka(stage: Stage, engine: Engine, counties: Sequence[DemoCounty]) -> None:
    """Stop Kafka; commands go on, and all events arrive afterwards."""
    with stage.step("Kafka stops. Commands go on"):
        engine.stop_kafka()
        changed = [(county, own_place(county)) for county in counties]
        versions = [county.rename(place, "Kommun utan Kafka") for county, place in changed]
        stage.say(f"{len(versions)} counties accepted a command without Kafka")
    with stage.step("Kafka is back"):
        engine.start_kafka()
        waits: list[float] = []
        for (county, place), version in zip(changed, versions, strict=True):
            others = [other for other in counties if other is not county]
            waits += wait_until_seen(others, place, version).values()
        stage.say(f"all of it has crossed, {max(waits):.1f} s after Kafka answered")


def trace(stage: Stage, engine: Engine, counties: Sequence[DemoCounty]) -> None:
    """Show the way of an event that waited for Kafka, as an operator asks for it."""
    aggregate = "/".join(own_place(counties[0]))
    with stage.step(f"An operator asks what way such a change took: norrsam trace {counties[0].name}/…"):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                lines = engine.command("trace", aggregate).splitlines()
                break
            except EngineError:  # a service that was not waited for may not have read it yet
                if time.monotonic() > deadline:
                    raise
        for line in lines:
            stage.say(line)
        stage.check("it has arrived everywhere", lines[-1] == "It has arrived everywhere.")


def compare(stage: Stage, counties: Sequence[DemoCounty]) -> None:
    """Check that all directories are equal, actor by actor."""
    with stage.step("The end: are all directories equal?"):
        directories = [county.directory() for county in counties]
        stage.say(f"{len(directories[0])} actors in each: place, version and whole state are compared")
        stage.check("all directories are equal", all(each == directories[0] for each in directories))


def own_place(county: DemoCounty) -> Place:
    """The first municipality of the county's own."""
    directory = county.directory().items()
    return next(place for place, actor in directory if place[0] == county.name and actor["type"] == "MUNICIPALITY")
