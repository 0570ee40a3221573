import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from infra.engine.ports import free_ports
from shared.messaging.leading import Connect
from shared.runtime.connections import MAX_HEAD_BYTES
from shared.runtime.settings import Settings
from tests.support.tokens import ISSUER, Tokens
from tests.support.waiting import DEADLINE, eventually

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {
        "NORRSAM_KAFKA": settings.kafka,
        "NORRSAM_POSTGRES": settings.postgres,
        "NORRSAM_DATABASE_PASSWORD": settings.database_password.get_secret_value(),
        "NORRSAM_JWKS": str(settings.jwks),
        "NORRSAM_ISSUER": ISSUER,
        "NORRSAM_HTTP_PORT": str(free_ports(1)[0]),
    }


@asynccontextmanager
async def served(
    environment: Mapping[str, str], program: str = "tests.support.serve_toy"
) -> AsyncIterator[tuple[subprocess.Popen[str], httpx.AsyncClient]]:
    process = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-m", program],
        env=environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = f"http://127.0.0.1:{environment['NORRSAM_HTTP_PORT']}"
        async with httpx.AsyncClient(base_url=address, timeout=DEADLINE) as client:
            await eventually(lambda: _lives(client))
            yield process, client
    finally:
        process.kill()
        process.communicate()


async def _lives(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/live")).status_code == 200
    except httpx.TransportError:
        return False


async def end(process: subprocess.Popen[str]) -> tuple[str, str]:
    return await asyncio.to_thread(process.communicate, timeout=DEADLINE)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_told_to_stop_answers_and_ends_well(
    toys: Connect, environment: dict[str, str], tokens: Tokens, stop: signal.Signals
) -> None:
    async with served(environment) as (process, client):
        headers = tokens.headers("norrbotten", "COUNTY_COORDINATOR")

        command = asyncio.create_task(client.post("/toys", json={"name": "slow", "seconds": 3}, headers=headers))

        await eventually(lambda: _under_way(toys))

        process.send_signal(stop)
        assert (await command).status_code == 201

        lines, errors = await end(process)
        assert (process.returncode, errors) == (0, "")
        assert {json.loads(line)["county"] for line in lines.splitlines()} == {"norrbotten"}


async def _under_way(toys: Connect) -> bool:
    conn = await toys()
    try:
        return bool(
            await conn.fetchval(
                "SELECT true FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%outbox%'"
            )
        )
    finally:
        await conn.close()


async def test_an_answer_without_end_ends_with_its_process(environment: dict[str, str]) -> None:
    async with served(environment, "tests.support.serve_pages") as (process, client):
        async with client.stream("GET", "/endless") as answer:
            lines = answer.aiter_lines()
            assert await anext(lines) == "begun"

            process.terminate()

            assert [line async for line in lines] == ["ended by itself"]
        _, errors = await end(process)
        assert (process.returncode, errors) == (0, "")


async def test_a_process_reads_no_endless_head(environment: dict[str, str]) -> None:
    async with served(environment):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(environment["NORRSAM_HTTP_PORT"]))
        try:
            writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * 16 * MAX_HEAD_BYTES)  # more than is read at once

            assert (await asyncio.wait_for(reader.read(12), DEADLINE)) == b"HTTP/1.1 431"
        finally:
            writer.close()


async def test_a_process_believes_no_header_about_who_asks(environment: dict[str, str]) -> None:
    forged = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}

    async with served(environment) as (_, client):
        answer = await client.get("/toys/caller", headers=forged)

    assert answer.json() == {"host": "127.0.0.1", "scheme": "http"}


@pytest.mark.faults
async def test_a_command_that_comes_while_a_process_stands_still_is_done(
    toys: Connect, environment: dict[str, str], tokens: Tokens
) -> None:
    headers = tokens.headers("norrbotten", "COUNTY_COORDINATOR")
    async with served(environment) as (process, client):

        async def takes_commands() -> bool:
            return (await client.post("/toys", json={"name": "early"}, headers=headers)).status_code == 201

        await eventually(takes_commands)
        process.send_signal(signal.SIGSTOP)
        command = asyncio.create_task(client.post("/toys", json={"name": "late"}, headers=headers))
        await asyncio.sleep(6)  # longer than uvicorn keeps a connection by itself
        process.send_signal(signal.SIGCONT)

        assert (await command).status_code == 201


async def test_a_port_that_is_taken_is_named_with_its_setting(toys: Connect, environment: dict[str, str]) -> None:
    async with served(environment):
        second = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "tests.support.serve_toy"],
            env=environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )

    assert second.returncode != 0
    assert f"Port {environment['NORRSAM_HTTP_PORT']} is taken" in second.stderr
    assert "NORRSAM_HTTP_PORT" in second.stderr


async def test_without_engines_a_process_lives_and_is_not_ready(environment: dict[str, str]) -> None:
    nobody, none = free_ports(2)
    away = {"NORRSAM_POSTGRES": f"postgresql://127.0.0.1:{nobody}", "NORRSAM_KAFKA": f"127.0.0.1:{none}"}

    async with served(environment | away) as (process, client):
        ready = await client.get("/health/ready")

        assert (ready.status_code, ready.json()["ready"]) == (503, False)
        assert ready.json()["services"]["toys"]["postgres"].startswith("down")

        process.terminate()
        _, errors = await end(process)
        assert (process.returncode, errors) == (0, "")
