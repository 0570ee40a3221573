"""Ways to break databases and their PostgreSQL."""

import asyncio
import re
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from random import Random

import asyncpg
import httpx
from confluent_kafka.admin import AdminClient

from infra.demo.county import DemoCounty
from infra.engine import Engine
from infra.engine.ports import free_ports
from shared.contracts.topics import topic_name
from tests.faults.waits import require
from tests.faults.walks.system import System

BACKUP, RECOVERING, TAKING_BACK = "Putting a backup back", "Recovering", "Taking back from neighbours"
RECOVER = "norrsam recover --county norrbotten --service actors"
REPORTED_AFTER = 15.0
"""Seconds: every county reports every ten."""
_PUT_BACK = (
    "kill 21564",
    "while kill -0 21564 2> /dev/null; do sleep 1; done",
    "norrsam restore .norrsam/backups/norrbotten_actors-20261124T200110Z.dump --county norrbotten --service actors",
    RECOVER,
    "norrsam up",
)
_TAKE_BACK = (
    "umask 077",
    "norrsam neighbours-copy --of norrbotten --county jamtland --service actors > norrbotten-actors.json",
    f"{RECOVER} --from-neighbours norrbotten-actors.json",
)


def put_back(system: System, rng: Random, county: str, other: str) -> None:
    """Rows are deleted by mistake. Its operator puts the last backup back."""
    place = system.register(county, "Skolan före")
    dump = _backup(system, county)
    system.rename(place, "Skolan efter")
    system.require_seen(place, system.register(county, "Skolan som kom efter"))
    _execute(system, f"{county}_actors", f"DELETE FROM aggregates WHERE county = '{county}'")
    instead = {"21564": system.pid(county), "norrbotten_actors-20261124T200110Z.dump": dump, "norrbotten": county}
    system.follow(BACKUP, *_PUT_BACK, **instead)


def restored_silently(system: System, rng: Random, county: str, other: str) -> None:
    """Somebody has put a dump back and started the county, and told nobody."""
    _restored(system, county)
    system.require_sign("oid of the outbox was")
    system.follow(RECOVERING, RECOVER, norrbotten=county)


def recover_killed(system: System, rng: Random, county: str, other: str) -> None:
    """A recovery is killed, and run again as the runbook says."""
    _restored(system, county)
    words = RECOVER.replace("norrbotten", county).split()
    run = subprocess.Popen(words, cwd=system.folder, env=system.environment, stdout=subprocess.DEVNULL)
    time.sleep(rng.uniform(0.5, 2.5))
    run.kill()
    run.wait()
    system.follow(RECOVERING, RECOVER, norrbotten=county)


def backup_and_topic_lost(system: System, rng: Random, county: str, other: str) -> None:
    """Neither the backup nor the topic has the newest events: a neighbour alone does."""
    place = system.register(county, "Skolan före")
    dump = _backup(system, county)
    system.rename(place, "Skolan efter")
    system.require_seen(place, system.register(county, "Skolan som kom efter"))
    time.sleep(REPORTED_AFTER)
    _stop(system, county)
    system.type(f"norrsam restore .norrsam/backups/{dump} --county {county} --service actors")
    _delete_topic(system, topic_name(county, "actors"))
    system.attempt("norrsam up")  # it makes the topic, and says that the county takes no commands
    _take_back(system, county, other)


def all_of_it_lost(system: System, rng: Random, county: str, other: str) -> None:
    """The database is gone, and the topic with it. A new database asks first."""
    system.require_seen(system.register(county, "Skolan före"))
    time.sleep(REPORTED_AFTER)
    _stop(system, county)
    _execute(system, "postgres", f"DROP DATABASE {county}_actors WITH (FORCE)")
    _delete_topic(system, topic_name(county, "actors"))
    system.attempt("norrsam up")
    system.require_sign("the county was there before")
    _take_back(system, county, other)


def moved(system: System, rng: Random, county: str, other: str) -> None:
    """A dump is moved to another database while the county is stopped."""
    system.require_seen(system.register(county, "Skolan före"))
    _stop(system, county)
    dump = _backup(system, county)
    system.type(f"norrsam restore .norrsam/backups/{dump} --county {county} --service actors")
    said = system.attempt("norrsam up").stderr
    if f"norrsam recover --county {county}" not in said:
        raise RuntimeError(f"`norrsam up` does not tell of the database that moved: {said}")
    system.follow("A database that moved", f"{RECOVER} --moved", norrbotten=county)


def two_databases(system: System, rng: Random, county: str, other: str) -> None:
    """PostgreSQL's files are copied, as by a fail-over, and both servers live; the county publishes on both."""
    system.require_seen(system.register(county, "Skolan före"))
    own = system.engine.own_postgres
    assert own is not None
    own.stop()
    twin = Engine(replace(system.engine.config, data=system.folder / "twin", postgres_port=free_ports(1)[0]))
    assert twin.own_postgres is not None
    shutil.copytree(system.engine.config.data / "secrets", twin.config.data / "secrets")
    subprocess.run(["cp", "-a", own.folder, twin.config.data / "postgres"], check=True)
    (port,) = free_ports(1)
    env = {"NORRSAM_POSTGRES": twin.postgres, "NORRSAM_HTTP_PORT": str(port), "NORRSAM_KAFKA": system.engine.kafka}
    words = ["norrsam", "serve", "--county", county, "actors"]
    log = (system.engine.config.data / "logs" / f"{county}-twin.log").open("w")
    system.type("norrsam up")
    twin.start_postgres()
    try:
        with subprocess.Popen(words, cwd=system.folder, env=system.environment | env, stdout=log, stderr=log) as wrong:
            user = system.user(county, f"http://127.0.0.1:{port}")
            _wait_until_ready(user)
            taken = [system.register(county, f"Skolan i fel databas {n}", user) for n in range(2)]
            time.sleep(rng.uniform(0, 2))
            with suppress(RuntimeError):  # the right one may have noticed, and refuse
                system.register(county, "Skolan i rätt databas")
            system.require_sign('"doubt":"')
            wrong.kill()  # as "Two processes lead the relay" says
    finally:
        twin.stop()
        shutil.rmtree(twin.config.data, ignore_errors=True)
        log.close()
    said = system.follow(RECOVERING, RECOVER, norrbotten=county)
    for place in taken:
        if place[1] in said and not system.users[county].version(f"/actors/{county}/{place[1]}"):
            del system.names[place]  # its operator was told that it is not here


# --- what they have in common


def _restored(system: System, county: str) -> None:
    place = system.register(county, "Skolan före")
    dump = _backup(system, county)
    system.rename(place, "Skolan efter")
    system.require_seen(place, system.register(county, "Skolan som kom efter"))
    _stop(system, county)
    system.type(f"norrsam restore .norrsam/backups/{dump} --county {county} --service actors")
    said = system.attempt("norrsam up").stderr
    if f"norrsam recover --county {county}" not in said:
        raise RuntimeError(f"`norrsam up` does not tell of the restored database: {said}")


def _take_back(system: System, county: str, other: str) -> None:
    """Recover, be refused, and take back from a neighbour what is lost."""
    refused = system.attempt(RECOVER.replace("norrbotten", county))
    if "Nothing was recovered, and commands are refused." not in refused.stderr:
        raise RuntimeError(f"the recovery does not refuse: {refused.stdout}{refused.stderr}")
    system.follow(TAKING_BACK, *_TAKE_BACK, norrbotten=county, jamtland=other)


def _backup(system: System, county: str) -> str:
    """Back the county's actors up; the dump's name."""
    said = system.type(f"norrsam backup --county {county} --service actors")
    found = re.search(rf"{county}_actors-\w+\.dump", said)
    assert found, said
    return found[0]


def _stop(system: System, county: str) -> None:
    system.engine.stop_county(county)


def _execute(system: System, database: str, statement: str) -> None:
    async def work() -> None:
        dsn = system.engine.postgres_admin_dsn.rpartition("/")[0]
        conn = await asyncpg.connect(f"{dsn}/{database}")
        try:
            await conn.execute(statement)
        finally:
            await conn.close()

    asyncio.run(work())


def _delete_topic(system: System, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": system.engine.kafka, "log_level": 0})
    admin.delete_topics([topic])[topic].result()
    time.sleep(2)


def _wait_until_ready(user: DemoCounty) -> None:
    def ready() -> bool:
        with suppress(httpx.TransportError):
            return user.client.get("/health/ready").is_success
        return False

    require(ready, 60, f"{user.url} is ready")
