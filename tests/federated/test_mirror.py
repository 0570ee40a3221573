"""Records that one county shares reach the Kafka of another, whatever befalls the mirror between them."""

import itertools
import json
from typing import Any

import pytest

from infra.access import table
from infra.engine.mirror import MIRROR, WATCHDOG, mirror_part
from infra.engine.processes import EngineProcess
from shared.contracts.topics import LINKS, STREAMS, topic_name
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Record
from shared.transport.sending import OutgoingRecord
from tests.federated.conftest import LONG, NAMES, Side
from tests.support.waiting import eventually

ACTORS, TOLD = topic_name("jamtland", "actors"), topic_name("jamtland", LINKS)
_numbers = itertools.count(1)


def some(count: int) -> list[OutgoingRecord]:
    """Records with a number that none before has had, in a header."""
    return [
        (b"key", b"%d" % n, [("ce_sequence", b"%012d" % n), ("ce_id", b"")]) for n in itertools.islice(_numbers, count)
    ]


def seen(records: list[Record]) -> list[Any]:
    """All that a receiver looks at, but for the position, each record once: what comes again is passed over."""
    return list(dict.fromkeys((each.key, each.value, tuple(each.headers), each.timestamp) for each in records))


async def share(side: Side, count: int = 100) -> None:
    """The county shares records, and says on its links how far it has come."""
    await side.write(ACTORS, some(count))
    await side.write(TOLD, some(1))


async def all_has_arrived(source: Side, target: Side) -> None:
    """All records are there, in the order of their county, and none has overtaken another."""
    for topic in (ACTORS, TOLD):
        assert seen(await target.records(topic)) == seen(await source.records(topic))


async def test_what_a_county_shares_reaches_another_as_it_is(jamtland: Side, norrbotten: Side) -> None:
    await share(jamtland, 500)

    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)

    services = KafkaCluster(norrbotten.engine.kafka, norrbotten.secrets.of("norrbotten-actors"))
    assert await services.ends([ACTORS])  # a service of the other county may read it
    sizes = {part: norrbotten.part(part).memory_info().rss // 2**20 for part in (MIRROR, WATCHDOG)}
    print(f"\nMiB in memory: {sizes}")


async def test_a_mirror_writes_nothing_of_its_own_county(jamtland: Side, norrbotten: Side) -> None:
    own = [topic_name("norrbotten", stream) for stream in STREAMS]
    forged, before = topic_name("norrbotten", "actors"), await norrbotten.administered.ends(own)
    await jamtland.write(forged, some(3))
    await share(jamtland)

    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)

    assert await norrbotten.administered.ends(own) == before
    refused = [
        line for side in (jamtland, norrbotten) for line in side.log("kafka").splitlines() if "is Denied" in line
    ]
    assert [line for line in refused if "-mirror" in line] == []


async def test_a_mirror_leaves_nothing_in_the_other_county(jamtland: Side, norrbotten: Side) -> None:
    await share(jamtland)
    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)

    names = [topic_name(county, stream) for county in NAMES for stream in STREAMS]
    others = ["heartbeats", "mm2-configs.jamtland.internal", "mm2-offset-syncs.norrbotten.internal"]
    assert set(await jamtland.administered.bounds(names + others)) == set(names)


@pytest.mark.faults
async def test_no_record_comes_again_from_before_the_position(jamtland: Side, norrbotten: Side) -> None:
    async def all_is_noted() -> None:
        notes = await norrbotten.records("mm2-offsets.jamtland.internal")
        noted = [json.loads(note.value)["offset"] for note in notes if note.key and ACTORS in note.key.decode()]
        assert noted[-1:] == [(await jamtland.administered.ends([ACTORS]))[ACTORS] - 1]

    await share(jamtland)
    await eventually(all_is_noted, LONG)
    before = len(await norrbotten.records(ACTORS))

    norrbotten.part(MIRROR).kill()
    await share(jamtland, 50)

    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    assert len(await norrbotten.records(ACTORS)) == before + 50


@pytest.mark.faults
async def test_a_mirror_that_was_killed_goes_on(jamtland: Side, norrbotten: Side) -> None:
    await share(jamtland)
    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    restarts = norrbotten.log(WATCHDOG).count("mirror.restarted")

    norrbotten.part(MIRROR).kill()
    await share(jamtland)

    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    assert norrbotten.log(WATCHDOG).count("mirror.restarted") > restarts  # again where the first records take long
    again = len(await norrbotten.records(ACTORS)) - len(await jamtland.records(ACTORS))
    print(f"\n{again} records came again")


@pytest.mark.faults
async def test_a_mirror_that_brings_nothing_is_started_again(jamtland: Side, norrbotten: Side) -> None:
    await share(jamtland)
    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)

    def said() -> int:
        return norrbotten.log(WATCHDOG).count("nothing arrives, though there are newer records")

    before = said()
    norrbotten.part(MIRROR).suspend()  # it is there, and looks as if it ran
    await share(jamtland)

    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    assert said() > before  # again where the first records take long


def hears(side: Side) -> bool:
    """Whether what an earlier test took away is over for the watchdog too: it says each change once.

    One that was started since, or that had the county removed, has nothing to take back.
    """
    told = side.log(WATCHDOG)
    over = ("mirror.kafka-answers", "mirror.runs", "mirror.peers-changed")
    return max(told.rfind(event) for event in over) >= told.rfind("mirror.kafka-away")


@pytest.mark.faults
async def test_a_county_that_was_away_is_not_the_mirror_s_fault(jamtland: Side, norrbotten: Side) -> None:
    await share(jamtland)
    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    mirror = norrbotten.part(MIRROR)

    def said(event: str) -> int:
        return norrbotten.log(WATCHDOG).count(event)

    await eventually(lambda: hears(norrbotten), LONG)
    before = said("mirror.kafka-away")
    jamtland.engine.stop_kafka()
    await eventually(lambda: said("mirror.kafka-away") == before + 1, LONG)
    jamtland.engine.start_kafka()
    await share(jamtland)

    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    assert norrbotten.part(MIRROR) == mirror


@pytest.mark.faults
async def test_a_right_that_was_taken_away_is_said(jamtland: Side, norrbotten: Side) -> None:
    await share(jamtland)
    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    grants = table.grants(["jamtland"], NAMES)

    def said() -> int:
        return norrbotten.log(WATCHDOG).count("No leaders found")  # what is forbidden is hidden

    await eventually(lambda: hears(norrbotten), LONG)
    before = said()
    jamtland.allow([grant for grant in grants if grant.user != "norrbotten-mirror"])
    await share(jamtland)  # the mirror looks as if it ran, and brings nothing
    await eventually(lambda: said() == before + 1, LONG)
    jamtland.allow(grants)

    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    assert len(norrbotten.log(MIRROR)) < 1_000_000
    EngineProcess("kafka", jamtland.engine.config.data).log.write_text("")  # what was refused is no concern of others


@pytest.mark.faults
async def test_a_watchdog_that_ends_leaves_the_mirror_running(jamtland: Side, norrbotten: Side) -> None:
    await share(jamtland)
    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)  # so both run

    mirror, watchdog = norrbotten.part(MIRROR), norrbotten.part(WATCHDOG)
    watchdog.kill()
    watchdog.wait()

    before = norrbotten.log(WATCHDOG).count("mirror.runs")
    started = norrbotten.engine.start_mirror("norrbotten", norrbotten.peers)
    await share(jamtland)

    await eventually(lambda: norrbotten.log(WATCHDOG).count("mirror.runs") == before + 1, LONG)
    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
    assert started
    assert norrbotten.part(MIRROR) == mirror


@pytest.mark.faults
async def test_a_county_that_is_removed_and_joined_again(jamtland: Side, norrbotten: Side) -> None:
    await share(jamtland)
    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)

    def changes() -> int:
        return norrbotten.log(WATCHDOG).count("mirror.peers-changed")

    before = changes()
    norrbotten.joining.remove("jamtland")
    await eventually(lambda: changes() == before + 1, LONG)
    await eventually(lambda: mirror_part("norrbotten", norrbotten.engine.config.data).process() is None, LONG)
    await share(jamtland, 50)
    norrbotten.join(jamtland)

    await eventually(lambda: all_has_arrived(jamtland, norrbotten), LONG)
