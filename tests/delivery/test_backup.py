"""A database is backed up, goes on publishing, is put back as it was, and is recovered: as its operator does it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from confluent_kafka.admin import AdminClient

from infra import topics
from infra.cli.county import local_token
from infra.demo.county import DemoCounty, Place, wait_until_seen
from infra.engine import Engine
from infra.engine.ports import free_ports
from shared.contracts.links import LinksReported
from shared.contracts.topics import LINKS, topic_name
from shared.transport.kafka import KafkaCluster
from tests.delivery.harness import county_name
from tests.support.waiting import DEADLINE, eventually

pytestmark = pytest.mark.faults

PROJECT = Path(__file__).parents[2]
SCHOOL = {"name": "Skolan som var", "type": "SCHOOL", "level": "LOCAL", "municipality": "2584"}
AS_A_COPY_OF_FILES = "UPDATE identity SET outbox = 'outbox'::regclass::oid::bigint"


class Home:
    """A county whose database is backed up and restored, and a neighbour that reads it."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.name, self.other = county_name(), county_name()
        self.database = f"{self.name}_actors"
        self.topic = topic_name(self.name, "actors")
        self.folder = folder
        self._engine = engine
        self._counties = {"NORRSAM_COUNTIES": f"{self.name}:25,{self.other}:24"}
        topics.apply(engine.kafka, [self.name, self.other])
        engine.create_databases([self.database, f"{self.other}_actors"])
        self.must("migrate", "--all-counties", "actors")
        self.county: DemoCounty
        self.neighbour: DemoCounty
        self._clients: list[DemoCounty] = []

    def serve(self) -> None:
        """Both counties run."""
        self.neighbour = self.start(self.other)
        self.county = self.start(self.name)
        for each in (self.neighbour, self.county):  # a new database first asks whether its county was there before
            while not each.client.get("/health/ready").json()["services"]["actors"]["ready"]:
                time.sleep(0.05)

    def start(self, name: str, **env: str) -> DemoCounty:
        """The county's process runs, ready or not."""
        process = self._engine.county(name, env=self._counties | env)
        process.launch()
        while not self.answers(process.url):
            process.part.require_running()
            time.sleep(0.05)
        self._clients.append(
            DemoCounty(name, process.url, local_token(self._engine.config.data, name, ["COUNTY_COORDINATOR"]))
        )
        return self._clients[-1]

    def restart(self, **env: str) -> DemoCounty:
        self.stop()
        self.county = self.start(self.name, **env)
        return self.county

    def stop(self) -> None:
        self._engine.stop_county(self.name)

    def close(self) -> None:
        for name in (self.name, self.other):
            self._engine.stop_county(name)
        for client in self._clients:
            client.close()

    @staticmethod
    def answers(url: str) -> bool:
        try:
            return httpx.get(f"{url}/health/live").is_success
        except httpx.TransportError:
            return False

    def command(self, *words: str) -> "tuple[list[str], Mapping[str, str]]":
        """The command line that runs `norrsam` with these arguments, and its environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NORRSAM_")}
        config = self._engine.config
        ports = {"NORRSAM_KAFKA_PORT": str(config.kafka_port), "NORRSAM_POSTGRES_PORT": str(config.postgres_port)}
        settings = {"NORRSAM_DATA": str(config.data), **ports, **self._counties}
        return [sys.executable, "-m", "infra.cli.main", *words], kept | settings

    def norrsam(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command, env = self.command(*words)
        return subprocess.run(
            command, env=env, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=3 * DEADLINE
        )

    def must(self, *words: str) -> str:
        done = self.norrsam(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def back_up(self) -> Path:
        said = self.must("backup", "--county", self.name, "--service", "actors", "--to", str(self.folder))
        (file,) = self.folder.glob(f"{self.database}-*.dump")
        assert str(file) in said
        return file

    def restore(self, file: Path) -> "subprocess.CompletedProcess[str]":
        return self.norrsam("restore", str(file), "--county", self.name, "--service", "actors")

    def recover(self) -> str:
        return self.must("recover", "--county", self.name, "--service", "actors")

    def register(self, name: str) -> Place:
        actor = self.county.register(SCHOOL | {"name": name})
        return actor["county"], actor["id"]

    def doubt(self) -> str | None:
        """Why the home county's database may not be the one that published."""
        found: str | None = self.county.client.get("/health/ready").json()["services"]["actors"]["doubt"]
        return found

    def links(self) -> dict[str, Any]:
        """Where the neighbour stands with the home county's stream."""
        (link,) = self.neighbour.client.get("/links/actors").json()["read"]
        return dict(link)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        conn = await asyncpg.connect(
            self._engine.postgres,
            user=self.database,
            database=self.database,
            password=self._engine.database_password,
        )
        try:
            yield conn
        finally:
            await conn.close()


@pytest.fixture
def home(engine: Engine, tmp_path: Path) -> Iterator[Home]:
    found = Home(engine, tmp_path)
    yield found
    found.close()


@pytest.fixture
def serving(home: Home) -> Home:
    home.serve()
    return home


def path_of(place: Place) -> str:
    return f"/actors/{place[0]}/{place[1]}"


async def test_an_outbox_restored_from_a_dump_is_given_away_by_its_oid(serving: Home, engine: Engine) -> None:
    home = serving
    place = home.register("Skolan före")
    wait_until_seen([home.neighbour], place, 1)
    file = home.back_up()
    refused = home.restore(file)
    assert refused.returncode == 1
    assert f"{home.database} is in use by" in refused.stderr
    home.stop()
    done = home.restore(file)
    assert done.returncode == 0, done.stderr
    (nobody,) = free_ports(1)
    county = home.restart(NORRSAM_KAFKA=f"127.0.0.1:{nobody}")  # so that no topic and no neighbour can tell
    assert county.client.get("/health/ready").status_code == 503
    assert "oid of the outbox was" in str(home.doubt())
    answer = county.client.post("/actors", json=SCHOOL)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/restored-database")
    assert county.client.get(path_of(place)).json()["name"] == "Skolan före"
    assert (
        f'norrsam_database_doubted{{county="{home.name}",service="actors"}} 1.0' in county.client.get("/metrics").text
    )
    report = str(home.folder / "nowhere" / "report.json")
    recovered = home.norrsam("recover", "--county", home.name, "--service", "actors", "--report", report)
    assert "its report cannot be written" in recovered.stderr
    assert "1 aggregates restated." in recovered.stdout
    assert county.client.post("/actors", json=SCHOOL).status_code == 201
    kept = done.stdout.split("is kept as ")[1].split(".")[0]
    assert kept.startswith(f"{home.database}_replaced_")
    admin = await asyncpg.connect(engine.postgres_admin_dsn)
    try:
        assert await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", kept)
    finally:
        await admin.close()


async def test_recover_sends_every_command_since_the_backup(
    serving: Home,
) -> None:
    home = serving
    places = {name: home.register(name) for name in ("kept", "taken", "found", "conflict")}
    for place in places.values():
        wait_until_seen([home.neighbour], place, 1)
    async with home.connection() as conn, conn.transaction():  # nothing is numbered while the stream's row is locked
        await conn.execute("SELECT FROM streams WHERE topic = $1 FOR UPDATE", home.topic)
        home.county.rename(places["found"], "found, written before the backup, published after it")
        file = home.back_up()
    home.county.rename(places["taken"], "taken, renamed after the backup")
    home.county.rename(places["conflict"], "conflict, as the topic has it")
    places["new"] = home.register("new, after the backup")
    for name, version in {"found": 2, "taken": 2, "conflict": 2, "new": 1}.items():
        wait_until_seen([home.neighbour], places[name], version)

    home.stop()
    assert home.restore(file).returncode == 0
    async with home.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE number IS NULL") == 1
        await conn.execute(AS_A_COPY_OF_FILES)
    (nobody,) = free_ports(1)
    home.restart(NORRSAM_KAFKA=f"127.0.0.1:{nobody}")
    home.county.rename(places["conflict"], "conflict, as it was decided after the restore")

    county = home.restart()

    await eventually(lambda: " has " in str(home.doubt()))  # the topic, or the neighbour: whoever is first
    answer = county.client.post("/actors", json=SCHOOL)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/restored-database")
    epoch = home.links()["epoch"]
    said = home.recover()
    assert "2 aggregates taken over" in said, said
    assert f"{places['conflict'][1]}: kept as it is here; the topic has version 2" in said
    assert "conflict, as the topic has it" in said

    async def recovered() -> None:
        assert home.county.client.get("/health/ready").json()["services"]["actors"]["ready"]
        (written,) = home.county.client.get("/links/actors").json()["written"]
        link = home.links()
        assert link["epoch"] == written["epoch"] > epoch
        assert (link["applied_number"], link["missing"], link["behind"]) == (written["last"], 0, 0)
        assert written["last"] == len(places) + 2  # each is restated, then the end, then what was not published yet

    await eventually(recovered)
    names = {name: home.neighbour.client.get(path_of(place)).json()["name"] for name, place in places.items()}
    assert names == {
        "kept": "kept",
        "taken": "taken, renamed after the backup",
        "found": "found, written before the backup, published after it",
        "conflict": "conflict, as it was decided after the restore",
        "new": "new, after the backup",
    }
    for place in places.values():
        own, seen = (each.client.get(path_of(place)).json() for each in (home.county, home.neighbour))
        assert own == seen
    after = home.register("after the recovery")
    wait_until_seen([home.neighbour], after, 1)


async def test_what_backup_and_topic_lost_comes_back_from_a_neighbour(serving: Home, engine: Engine) -> None:
    home = serving
    kept = home.register("kept, in the backup")
    wait_until_seen([home.neighbour], kept, 1)
    file = home.back_up()
    lost = home.register("lost, since the backup")
    home.county.rename(kept, "renamed since the backup")
    wait_until_seen([home.neighbour], lost, 1)
    wait_until_seen([home.neighbour], kept, 2)

    async def reported() -> None:
        read = KafkaCluster(engine.kafka).read(topic_name(home.other, LINKS))
        reports = [LinksReported.read(record.value) async for batch in read for record in batch]
        assert any(each.topic == home.topic and each.number == 3 for report in reports for each in report.applied)

    await eventually(reported)
    home.stop()
    assert home.restore(file).returncode == 0
    admin = AdminClient({"bootstrap.servers": engine.kafka})
    admin.delete_topics([home.topic])[home.topic].result()
    await eventually(lambda: home.topic not in admin.list_topics(timeout=DEADLINE).topics)
    topics.apply(engine.kafka, [home.name])
    place = ("--county", home.name, "--service", "actors")
    refused = home.norrsam("recover", *place)
    assert (refused.returncode, "Nothing was recovered" in refused.stderr) == (1, True), refused
    copy = home.folder / "copy.json"
    copy.write_text(home.must("neighbours-copy", "--of", home.name, "--county", home.other, "--service", "actors"))

    said = home.must("recover", *place, "--from-neighbours", str(copy))

    for one, version in ((kept, 2), (lost, 1)):
        assert f"{one[1]}: taken back from {home.other}, version {version}" in said
    assert "Nothing was done" in home.must("recover", *place, "--from-neighbours", str(copy))
    home.restart()
    names = [home.county.client.get(path_of(one)).json()["name"] for one in (kept, lost)]
    assert names == ["renamed since the backup", "lost, since the backup"]
    after = home.register("after the recovery")
    wait_until_seen([home.neighbour], after, 1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_an_interrupted_backup_leaves_no_file_named_as_a_dump(home: Home, how: signal.Signals) -> None:
    async with home.connection() as conn, conn.transaction():
        await conn.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
        command, env = home.command("backup", "--county", home.name, "--to", str(home.folder))
        running = await asyncio.create_subprocess_exec(*command, env=env, cwd=PROJECT)

        async def it_waits_in_the_database() -> bool:
            async with home.connection() as other:
                return bool(
                    await other.fetchval("SELECT true FROM pg_stat_activity WHERE application_name = 'pg_dump'")
                )

        await eventually(it_waits_in_the_database)
        running.send_signal(how)
        assert await running.wait() != 0

    if how == signal.SIGTERM:
        assert list(home.folder.iterdir()) == []

    async def pg_dump_has_ended() -> None:
        async with home.connection() as other:
            assert not await other.fetchval("SELECT true FROM pg_stat_activity WHERE application_name = 'pg_dump'")

    await eventually(pg_dump_has_ended)
    assert list(home.folder.glob("*.dump")) == []
