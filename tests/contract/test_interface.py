"""The HTTP interface against its description: whatever is sent to a running service, the answer is as described.

The process is the one of operation, with a real PostgreSQL. Kafka is away, which no caller may notice.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from infra import generate
from infra.engine import Engine
from infra.engine.ports import free_ports
from services.actors.service import service
from shared.contracts.actors import EVENTS
from shared.contracts.counties import County
from shared.messaging.kafka import Connect
from shared.runtime.settings import Settings
from tests.support.databases import fresh
from tests.support.tokens import ISSUER, Tokens
from tests.support.waiting import eventually

TOOL = Path(sys.executable).with_name("schemathesis")
LEFT_OUT = "negative_data_rejection,positive_data_acceptance"
"""The description does not tell the rules of the domain, and a number may be written as a string."""

PATIENCE = 60

BODEN = {
    "name": "Bodens kommun",
    "type": "MUNICIPALITY",
    "level": "LOCAL",
    "municipality": "2582",
    "contact_functions": [{"function": "DPO"}],
}
AGREED = {"name": "K", "purposes": ["p"], "areas": ["a"], "signed": "2026-01-01", "valid_from": "2026-01-01"}
KNOWN: dict[str, list[str]] = {
    "path.county": ["norrbotten"],
    "path.event_type": [event.event_type for event in EVENTS],
    "header.If-Match": ['"1"', '"1"', '"1"', '"2"', 'W/"3"'],
    "query.county": ["norrbotten", "jamtland"],
    "query.municipality": ["2582"],
    "query.police_area": ["LULEA_BODEN"],
    "body.name": ["Boden", "Åre"],
    "body.type": ["POLICE", "SCHOOL"],
    "body.level": ["LOCAL", "REGIONAL"],
    "body.municipality": ["2582"],
    "body.police_area": ["LULEA_BODEN"],
    "body.contact_functions[*].function": ["DPO"],
    "body.policy_areas[*]": ["ANDT"],
    "body.members[*].county": ["norrbotten"],
    "body.parties[*].county": ["norrbotten"],
    "body.purposes[*]": ["Trygghet"],
    "body.areas[*]": ["Boden"],
}
"""Values by their place in a request, with which it comes further than with random ones."""


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    return await fresh(postgres, settings, county, service)


@pytest.fixture(scope="module")
async def client(
    connect: Connect, settings: Settings, county: County, tokens: Tokens, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A coordinator's client of a process that runs the service."""
    port, nobody = free_ports(2)
    environment = {
        "NORRSAM_KAFKA": f"127.0.0.1:{nobody}",
        "NORRSAM_POSTGRES": settings.postgres,
        "NORRSAM_DATABASE_PASSWORD": settings.database_password.get_secret_value(),
        "NORRSAM_JWKS": str(tokens.jwks),
        "NORRSAM_ISSUER": ISSUER,
        "NORRSAM_HTTP_PORT": str(port),
    }
    command = [sys.executable, "-m", "infra.cli.main", "serve", "--county", county.name, service.name]
    headers = tokens.headers(county.name, "COUNTY_COORDINATOR")
    with (tmp_path_factory.mktemp("served") / "log").open("wb") as log:
        process = await asyncio.to_thread(
            subprocess.Popen, command, env=environment, cwd=generate.ROOT, stdout=log, stderr=log
        )
        try:
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=PATIENCE
            ) as client:
                await eventually(lambda: _ready(client), deadline=PATIENCE)
                yield client
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def test_given_anything_when_sent_then_no_answer_is_a_failure_and_each_is_as_described(
    client: httpx.AsyncClient, connect: Connect, tmp_path: Path
) -> None:
    (tmp_path / "schemathesis.toml").write_text(await _configuration(client), "utf-8")
    description = generate.ROOT / generate.OPENAPI / f"{service.name}.json"
    command = [TOOL, "run", description, "--url", client.base_url]
    command += ["--header", f"Authorization: {client.headers['Authorization']}", "--request-timeout", PATIENCE]
    command += ["--checks", "all", "--exclude-checks", LEFT_OUT, "--warnings", "off", "--continue-on-failure"]
    run = await asyncio.to_thread(
        subprocess.run, [str(word) for word in command], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert await _types_written(connect) > 5, "hardly a command got past the checks, so this proves little"


async def _configuration(client: httpx.AsyncClient) -> str:
    """The tool's settings: the same requests in every run, most of them about what is there."""
    actors = [await _registered(client, "/actors", BODEN) for _ in range(8)]
    pair = [{"county": each["county"], "id": each["id"]} for each in actors[:2]]
    networks = [await _registered(client, "/networks", {"name": "N", "members": pair}) for _ in range(8)]
    agreements = [await _registered(client, "/cooperations", AGREED | {"parties": pair}) for _ in range(8)]
    ids = {"actors": _ids(actors), "networks": _ids(networks), "cooperations": _ids(agreements)}
    known = KNOWN | {
        "path.contact": [each["contact_functions"][0]["id"] for each in actors],
        "header.Idempotency-Key": [str(uuid4()) for _ in range(500)],
        "body.members[*].id": ids["actors"],
        "body.parties[*].id": ids["actors"],
    }
    lines = ["[generation]", "deterministic = true", 'database = "none"', "max-examples = 20"]
    for name, values in {**known, **ids}.items():
        lines += [f'[dictionaries."{name}"]', f"values = {json.dumps(values)}"]
    lines += ["[parameters]", *(_bound(place, place) for place in known)]
    for kind in ids:
        lines += [
            "[[operations]]",
            f'include-path-regex = "^/{kind}/"',
            f"parameters = {{ {_bound('path.id', kind)} }}",
        ]
    return "\n".join(lines)


def _bound(place: str, dictionary: str) -> str:
    return f'"{place}" = {{ dictionary = "{dictionary}", probability = 0.9 }}'


def _ids(aggregates: Iterable[Mapping[str, Any]]) -> list[str]:
    return [each["id"] for each in aggregates]


async def _registered(client: httpx.AsyncClient, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _types_written(connect: Connect) -> int:
    conn = await connect()
    try:
        return int(await conn.fetchval("SELECT count(DISTINCT headers ->> 'ce_type') FROM outbox"))
    finally:
        await conn.close()
