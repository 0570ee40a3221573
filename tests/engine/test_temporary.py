"""A temporary engine: real servers that survive a kill, and nothing left of them however it ends."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from infra.engine import Engine, EngineError, create_databases, temporary_engine
from infra.engine.binaries import program_folder
from infra.engine.osuser import as_user, unprivileged_user
from infra.engine.ports import free_ports, is_free
from infra.engine.postgres import Postgres
from tests.support.waiting import DEADLINE, eventually


def is_gone(engine: Engine) -> bool:
    assert engine.own_postgres
    config = engine.config
    return (
        is_free(config.kafka_port)
        and is_free(config.postgres_port)
        and not config.data.exists()
        and not engine.own_postgres.folder.exists()
    )


async def test_killed_servers_keep_what_was_acknowledged() -> None:
    with temporary_engine(fsync=True) as engine:
        admin = AdminClient({"bootstrap.servers": engine.kafka, "log_level": 0})
        admin.create_topics([NewTopic("kept", 1, 1)])["kept"].result(DEADLINE)
        assert engine.create_databases(["norrbotten_actors"]) == ["norrbotten_actors"]
        assert engine.create_databases(["norrbotten_actors"]) == []
        assert engine.kill_kafka()
        assert engine.kill_postgres()
        engine.start()
        assert "kept" in admin.list_topics(timeout=DEADLINE).topics
        dsn = engine.postgres.replace("://", f"://norrbotten_actors:{engine.database_password}@") + "/norrbotten_actors"
        connection = await asyncpg.connect(dsn)
        await connection.execute("CREATE TABLE mine (id uuid DEFAULT uuidv7())")
        await connection.close()
    assert is_gone(engine)


def test_a_kafka_that_is_ready_answers_for_each_topic() -> None:
    with temporary_engine(postgres=False) as engine:
        admin = AdminClient({"bootstrap.servers": engine.kafka, "log_level": 0})
        names = [f"topic-{number}" for number in range(100)]
        for made in admin.create_topics([NewTopic(name, 1, 1) for name in names]).values():
            made.result(DEADLINE)
        assert engine.kill_kafka()

        engine.start_kafka()

        with closing(Consumer({"bootstrap.servers": engine.kafka, "group.id": "reader"})) as consumer:
            ends = [
                consumer.get_watermark_offsets(TopicPartition(name, 0), timeout=DEADLINE) for name in reversed(names)
            ]
        assert ends == [(0, 0)] * len(names)


async def test_a_service_cannot_open_another_one_s_database() -> None:
    with temporary_engine(kafka=False) as engine:
        await create_databases(engine.postgres_admin_dsn, {"a_one": "hemligt", "a_two": "annat"})
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(engine.postgres.replace("://", "://a_one:hemligt@") + "/a_two")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(engine.postgres.replace("://", "://a_two:hemligt@") + "/a_two")
        admin = await asyncpg.connect(engine.postgres_admin_dsn)
        await admin.execute(
            "CREATE ROLE keeper LOGIN CREATEROLE CREATEDB PASSWORD 'pw'; CREATE ROLE guest LOGIN PASSWORD 'pw'"
        )
        await admin.close()
        keeper = engine.postgres.replace("://", "://keeper:pw@") + "/postgres"
        assert await create_databases(keeper, {"b_one": "hemligt"}) == ["b_one"]
        with pytest.raises(EngineError, match="needs CREATEROLE and CREATEDB"):
            await create_databases(keeper.replace("keeper", "guest"), {"c_one": "hemligt"})
        with pytest.raises(EngineError, match="cannot be a database"):
            await create_databases(engine.postgres_admin_dsn, {'a"; DROP ROLE postgres': "hemligt"})


def test_an_exception_in_the_block_leaves_nothing() -> None:
    with pytest.raises(ZeroDivisionError), temporary_engine(kafka=False) as engine:
        _ = 1 / 0
    assert is_gone(engine)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_program_ended_by_a_signal_leaves_nothing(number: signal.Signals) -> None:
    code = (
        "import time; from infra.engine import temporary_engine\n"
        "with temporary_engine(kafka=False) as engine:\n"
        "  print(engine.config.data, engine.config.postgres_port, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        folder, port = program.stdout.readline().split()
        assert not is_free(int(port))
        program.send_signal(number)

    def nothing_is_left() -> None:
        assert is_free(int(port)), f"the server on port {port} is still there"
        assert not Path(folder).exists(), f"{folder} is still there"

    asyncio.run(eventually(nothing_is_left))  # after SIGKILL somebody else has to notice


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL another user's rights")
def test_postgres_keeps_its_files_where_its_user_reaches_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    server = Postgres(tmp_path, free_ports(1)[0], fsync=False)
    try:
        assert server.start()
        assert tmp_path not in server.folder.parents
        assert (server.folder / "PG_VERSION").exists()
        assert server.folder.stat().st_uid != 0
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        server.remove()
    assert not server.folder.parent.exists() or server.folder.parent == tmp_path


def test_postgres_starts_despite_a_dead_server_s_lock(tmp_path: Path) -> None:
    server = Postgres(tmp_path, free_ports(1)[0], fsync=False)
    # Of the same user: PostgreSQL itself sees through an id that belongs to another.
    with subprocess.Popen(["sleep", "60"], **as_user(unprivileged_user())) as stranger:
        try:
            server.start()
            lock = server.folder / "postmaster.pid"
            rest = lock.read_text().split("\n", 1)[1]
            server.kill()
            lock.write_text(f"{stranger.pid}\n{rest}")
            assert server.start()
        finally:
            stranger.kill()
            server.stop()
            server.remove()


def test_the_package_s_programs_are_found() -> None:
    assert {"postgres", "initdb", "psql", "pgbench"} <= {path.name for path in program_folder(None).iterdir()}
