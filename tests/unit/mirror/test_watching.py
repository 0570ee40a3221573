"""A watchdog and its mirror, without a Kafka: what is done, and what is said."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from confluent_kafka import KafkaError, KafkaException
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from infra.engine.mirror import Mirror
from infra.engine.processes import EngineProcess
from infra.mirror import watching
from infra.mirror.arrivals import PATIENCE
from infra.mirror.peers import Peering
from infra.mirror.watching import Watchdog
from shared.runtime.settings import Settings, SettingsError
from shared.transport.kafka import KafkaCluster

OWN, JAMTLAND, VASTERBOTTEN = (KafkaCluster(f"127.0.0.1:{port}") for port in (1, 2, 3))


class World:
    """The newest records of each Kafka, the clock, and a mirror that does nothing."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.newest = {OWN.bootstrap: {"jamtland": 100.0, "vasterbotten": 100.0}}
        self.newest |= {JAMTLAND.bootstrap: {"jamtland": 100.0}, VASTERBOTTEN.bootstrap: {"vasterbotten": 100.0}}
        self.now, self.runs, self.did = 0.0, False, list[str]()
        patch.setattr(watching, "newest", self._newest)
        patch.setattr(watching, "said", lambda kafka, error: str(error.args[0].str()))
        patch.setattr("time.monotonic", lambda: self.now)
        patch.setattr(Mirror, "start", lambda _: self._run("start", runs=True))
        patch.setattr(Mirror, "stop", lambda _: self._run("stop", runs=False))
        patch.setattr(EngineProcess, "process", lambda _: psutil.Process() if self.runs else None)
        patch.setattr(watching, "peering", lambda settings, county: self._peering())
        self.todo = Peering("both", OWN, {"jamtland": JAMTLAND, "vasterbotten": VASTERBOTTEN}, "")
        self.wrong: str | None = None
        (folder / "mirror-norrbotten").mkdir()
        (folder / "mirror-norrbotten" / "mirror.properties").write_text("both")
        self.watchdog = Watchdog(Mirror("norrbotten", "", folder, list), self.todo)

    def _newest(self, kafka: KafkaCluster, counties: Iterable[str]) -> dict[str, float]:
        if kafka.bootstrap not in self.newest:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT, "it is away"))
        return {county: self.newest[kafka.bootstrap][county] for county in counties}

    def _peering(self) -> Peering:
        if self.wrong:
            raise SettingsError(self.wrong)
        return self.todo

    def _run(self, what: str, *, runs: bool) -> bool:
        self.did.append(what)
        changed, self.runs = self.runs != runs, runs
        return changed

    def turns(self, seconds: float) -> list[Any]:
        """Turns of the watchdog for so long; what it logged."""
        with capture_logs() as logged:
            for _ in range(int(seconds / watching.EVERY) + 1):
                self.watchdog.take_up(Settings())
                self.watchdog.turn()
                self.now += watching.EVERY
        return logged


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    found = World(monkeypatch, tmp_path)
    assert [line["event"] for line in found.turns(0)] == ["mirror.started"]
    found.did.clear()
    return found


def test_while_records_arrive_nothing_is_done(world: World) -> None:
    assert world.turns(10 * PATIENCE) == []
    assert world.did == []


@pytest.mark.parametrize("after", [watching.EVERY, 2 * watching.STEADY])
def test_a_mirror_that_has_ended_is_started_again(world: World, after: float) -> None:
    world.turns(after)
    world.runs = False

    assert [(line["event"], line["reason"]) for line in world.turns(0)] == [("mirror.restarted", "it has ended")]
    assert world.did == ["start"]


def test_a_mirror_taken_over_from_another_watchdog_is_watched(world: World) -> None:
    watchdog = world.watchdog
    world.watchdog = Watchdog(watchdog.mirror, watchdog.todo)
    assert said(world.turns(watching.EVERY)) == ["mirror.runs"]
    world.runs = False

    assert [(line["event"], line["reason"]) for line in world.turns(0)] == [("mirror.restarted", "it has ended")]


def test_a_mirror_that_ends_at_once_is_started_ever_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EngineProcess, "process", lambda _: None)

    world.turns(600)

    assert 5 < len(world.did) < 10


def test_a_full_disk_does_not_end_the_watchdog(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    def full(_: Mirror) -> bool:
        raise OSError("No space left on device")

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise SystemExit

    world.runs = False
    monkeypatch.setattr(Mirror, "start", full)
    monkeypatch.setattr("time.sleep", sleep)
    with capture_logs() as logged, pytest.raises(SystemExit):
        world.watchdog.run(Settings())

    assert {line["event"] for line in logged} == {"mirror.waits"}


def test_a_mirror_that_brings_nothing_from_one_is_restarted(world: World) -> None:
    world.newest[JAMTLAND.bootstrap] = {"jamtland": 200.0}

    (line,) = world.turns(PATIENCE)

    assert world.did == ["stop", "start"]
    assert line["event"] == "mirror.restarted"
    assert line["log_level"] == "warning"
    assert [key for key in line if key.startswith("age_")] == ["age_jamtland"]


def test_a_mirror_that_was_just_started_has_its_time(world: World) -> None:
    world.newest[JAMTLAND.bootstrap] = {"jamtland": 200.0}
    world.turns(PATIENCE / 2)
    world.newest[VASTERBOTTEN.bootstrap] = {"vasterbotten": 200.0}  # waits for half as long when it is started again
    world.turns(PATIENCE / 2)
    assert world.did == ["stop", "start"]

    world.turns(PATIENCE / 2)

    assert world.did == ["stop", "start"]


def test_a_restart_gives_all_counties_the_same_time(world: World) -> None:
    """On a slow machine what one county brings begins 40 s after a start, and what the other brings after 70 s."""
    began = 0.0
    for _ in range(60):
        before = len(world.did)
        world.turns(0)
        began = world.now if len(world.did) > before else began
        for kafka, county, after in ((JAMTLAND, "jamtland", 40), (VASTERBOTTEN, "vasterbotten", 70)):
            world.newest[kafka.bootstrap] = {county: 200 + world.now}
            if world.now - began > after:
                world.newest[OWN.bootstrap][county] = 200 + world.now

    assert world.did == ["stop", "start"] * 2


def test_a_county_whose_kafka_is_away_restarts_nothing(world: World) -> None:
    back = world.newest.pop(JAMTLAND.bootstrap)

    said = world.turns(10 * PATIENCE)
    world.newest[JAMTLAND.bootstrap] = back

    assert [(line["event"], line["kafka"], line["reason"]) for line in said] == [
        ("mirror.kafka-away", "jamtland", "it is away")
    ]
    assert [(line["event"], line["kafka"]) for line in world.turns(0)] == [("mirror.kafka-answers", "jamtland")]
    assert world.did == []


def test_a_mirror_waits_for_its_own_kafka(world: World) -> None:
    world.runs = False
    back = world.newest.pop(OWN.bootstrap)

    said = world.turns(10 * PATIENCE)
    assert world.did == []
    world.newest[OWN.bootstrap] = back
    world.turns(0)

    assert [(line["event"], line["kafka"]) for line in said] == [("mirror.kafka-away", "norrbotten")]
    assert world.did == ["start"]


def test_the_mirror_ends_with_its_watchdog(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(_: float) -> None:
        raise SystemExit

    monkeypatch.setattr("time.sleep", ended)
    with pytest.raises(SystemExit):
        world.watchdog.run(Settings())

    assert world.did == ["stop"]


def said(logged: list[Any]) -> list[str]:
    return [line["event"] for line in logged]


def test_a_county_that_joins_is_taken_up(world: World) -> None:
    world.todo = Peering("three", OWN, {**world.todo.others, "gavleborg": KafkaCluster("127.0.0.1:4")}, "")
    world.newest["127.0.0.1:4"] = {"gavleborg": 7.0}
    world.newest[OWN.bootstrap]["gavleborg"] = 7.0

    assert said(world.turns(watching.EVERY)) == ["mirror.peers-changed", "mirror.started"]
    assert world.did == ["stop", "start"]
    assert world.watchdog.mirror.configuration == "three"


def test_a_county_that_is_removed_is_read_no_longer(world: World) -> None:
    world.todo = replace(world.todo, configuration="one", others={"vasterbotten": VASTERBOTTEN})
    del world.newest[JAMTLAND.bootstrap]

    assert said(world.turns(10 * PATIENCE)) == ["mirror.peers-changed", "mirror.started"]
    assert world.watchdog.mirror.configuration == "one"


def test_the_last_county_that_is_removed_stops_the_mirror(world: World) -> None:
    world.todo = replace(world.todo, configuration="", others={})

    assert said(world.turns(10 * PATIENCE)) == ["mirror.peers-changed"]
    assert world.did == ["stop"]


def test_a_password_that_was_replaced_is_taken_up(world: World) -> None:
    world.todo = replace(world.todo, digest="another")

    assert said(world.turns(watching.EVERY)) == ["mirror.peers-changed", "mirror.started"]


def test_peers_in_error_are_said_once_and_change_nothing(world: World) -> None:
    world.wrong = "NORRSAM_PEERS: …/jamtland/password: No such file or directory."

    assert said(world.turns(10 * PATIENCE)) == ["mirror.peers-refused"]
    world.wrong = None
    assert world.turns(PATIENCE) == []
    assert world.did == []


def test_a_mirror_that_was_set_up_otherwise_is_started_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(_: float) -> None:
        raise SystemExit

    world.watchdog.mirror = replace(world.watchdog.mirror, configuration="another")
    monkeypatch.setattr("time.sleep", ended)
    with pytest.raises(SystemExit):
        world.watchdog.run(Settings())

    assert world.did[:2] == ["stop", "start"]


def figure(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"norrsam_mirror_{name}", {"county": "norrbotten", **labels})


def test_what_arrives_and_each_restart_is_a_figure(world: World) -> None:
    restarts = figure("restarts_total") or 0
    world.newest[JAMTLAND.bootstrap]["jamtland"] = 130.0
    world.turns(0)
    shown = [figure(name, other="jamtland") for name in ("arrived_seconds", "lag_seconds")]
    world.runs = False
    world.turns(0)
    world.todo = replace(world.todo, others={"vasterbotten": VASTERBOTTEN})
    world.turns(0)

    assert shown == [100.0, 30.0]
    assert figure("restarts_total") == restarts + 1
    assert figure("arrived_seconds", other="jamtland") is None
    assert figure("arrived_seconds", other="vasterbotten") == 100.0
