"""Ways to break Kafka and its topics, and what others write there."""

import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

from confluent_kafka.admin import AdminClient

from shared.contracts.topics import LINKS, topic_name
from tests.faults.waits import require
from tests.faults.walks import shifted
from tests.faults.walks.system import COUNTIES, System
from tests.support import forger
from tests.support.forgeries import FALSE_ENVELOPES, MUTING, NAME, TRUE_LOOKING, Forgery

MISSING, LOST = "A topic is missing, or was made anew", "Kafka was lost"
LETTERS, FALSE = "Many dead letters at once", "Dead letter: false envelope"
FLOOD = 600
CLOCKS = {"half an hour ahead": 1800, "two hours ahead": 7200, "a day ahead": 86_400, "an hour behind": -3600}
_DISCARD = "norrsam dead-letters discard --county jamtland --reason false-envelope --topic norrbotten.shared.links.v1"


def topic_deleted(system: System, rng: Random, county: str, other: str) -> None:
    """Somebody deletes a topic while all run."""
    topic = topic_name(county, "actors")
    system.require_seen(system.register(county, "Skolan före"))
    admin = AdminClient({"bootstrap.servers": system.engine.kafka, "log_level": 0})
    admin.delete_topics([topic])[topic].result()
    system.register(county, "Skolan medan den saknades")
    if f"create {topic}" not in system.type("norrsam topics plan"):
        raise RuntimeError("`norrsam topics plan` does not miss the topic")
    system.follow(MISSING, "norrsam topics apply")
    if rng.random() < 0.5:
        _restart(system, *COUNTIES)  # "To hurry, restart them"


def kafka_emptied(system: System, rng: Random, county: str, other: str) -> None:
    """Kafka's folder is gone."""
    system.require_seen(system.register(county, "Skolan före"))
    system.engine.kill_kafka()
    shutil.rmtree(_log(system))
    system.register(county, "Skolan utan Kafka")
    system.type("norrsam up")
    system.follow(LOST, "norrsam topics apply")


def older_copy_of_a_topic(system: System, rng: Random, county: str, other: str) -> None:
    """An older copy of a topic's files is put back. There is nothing to do."""
    system.require_seen(system.register(county, "Skolan före"))
    folder, copy = _log(system) / f"{topic_name(county, 'actors')}-0", system.folder / "copy"
    system.engine.stop_kafka()
    shutil.copytree(folder, copy)
    system.type("norrsam up")
    system.require_seen(system.register(county, "Skolan som topicen glömde"))
    system.engine.stop_kafka()
    shutil.rmtree(folder)
    copy.rename(folder)
    system.type("norrsam up")


def clock_wrong(system: System, rng: Random, county: str, other: str) -> None:
    """A machine's clock is wrong, and set right while the county runs."""
    how, wrong = rng.choice(list(CLOCKS)), system.folder / "the-clock-is-wrong"
    print(f"      the clock of {county} is {how}")
    wrong.touch()
    system.engine.stop_county(county)
    process = system.engine.county(county)
    env = {**process.env, shifted.BY: str(CLOCKS[how]), shifted.WHILE: str(wrong)}
    replace(process, program=(sys.executable, "-m", "tests.faults.walks.shifted"), env=env).launch()
    system.require_sign("runbook.md#clocks-differ" if CLOCKS[how] < 0 else f"{county}.shared.links.v1")
    wrong.unlink()
    time.sleep(20)  # "the county is heard within some ten seconds"
    _settle(system)


def flood_of_dead_letters(system: System, rng: Random, county: str, other: str) -> None:
    """Hundreds of false records come at once."""
    topic = topic_name(county, "actors")
    system.require_seen(system.register(county, "Skolan före"))
    truth = forger.look(system.engine.kafka, topic, rng)
    assert truth is not None
    forger.send(system.engine.kafka, [next(iter(rng.choice(FALSE_ENVELOPES).make(truth))) for _ in range(FLOOD)])
    letters = f"norrsam dead-letters list --county {other} --service actors | wc -l"
    require(lambda: int(system.type(letters)) > FLOOD / 2, 150, "the dead letters have come")
    time.sleep(60)  # "end the cause first": the last ones are false once a minute has gone
    _settle(system)


def forged(system: System, rng: Random, county: str, other: str) -> None:
    """Somebody writes what looks true in each respect to a county's topics."""
    place = system.register(county, "Skolan före")
    system.require_seen(place)
    for forgery in rng.sample(TRUE_LOOKING[:2], 2):
        _forge(system, rng, forgery, topic_name(county, "actors"), None)
    _forge(system, rng, MUTING[1], topic_name(county, LINKS), b"actors")
    system.require_sign('"doubt":"')
    said = system.follow(FALSE, "norrsam recover --county norrbotten --service actors --report FILE", norrbotten=county)
    print(said)
    for known, actor in system.users[county].directory().items():  # "put right by hand what is not true"
        if actor["name"].startswith(NAME):
            system.rename(known, system.names.get(known, "Skolan som ingen har"))
    system.engine.stop_county(county)
    system.follow("A county is muted", "norrsam up")
    _settle(system)


def _forge(system: System, rng: Random, forgery: Forgery, topic: str, key: bytes | None) -> None:
    truth = forger.look(system.engine.kafka, topic, rng, key)
    assert truth is not None
    forger.send(system.engine.kafka, forgery.make(truth))


def _settle(system: System) -> None:
    """Settle what could not be applied, in every county: by reason and topic, as the runbook says."""
    for county in COUNTIES:
        listed = system.follow("Dead letters", "norrsam dead-letters list --county jamtland", jamtland=county)
        words = [line.split() for line in listed.splitlines() if "@" in line]
        for reason, topic in sorted({(each[3], each[6].split("@")[0]) for each in words}):
            instead = {"jamtland": county, "false-envelope": reason, "norrbotten.shared.links.v1": topic}
            system.follow(LETTERS, _DISCARD, **instead)


def _restart(system: System, *names: str) -> None:
    for name in names:
        system.engine.stop_county(name)
    system.type("norrsam up")


def _log(system: System) -> Path:
    return system.engine.config.data / "kafka" / "log"
