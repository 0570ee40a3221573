"""A service in the process of operation, and the tool that sends it whatever its description knows or forbids."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from infra import generate
from infra.engine.ports import free_ports
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime.auth import Role
from shared.runtime.service import Service
from shared.runtime.settings import Settings
from tests.support.tokens import ISSUER, Tokens
from tests.support.waiting import eventually

TOOL = Path(sys.executable).with_name("schemathesis")
CALLERS = Path(__file__).with_name("callers.py")
LEFT_OUT = "negative_data_rejection,positive_data_acceptance,ensure_resource_availability"
"""The description does not tell the rules of the domain, a number may be written as a string, and a new address of a
calendar ends the one before."""

NO_PROXIES = {"NO_PROXY": "*", "NETRC": "none"}
"""The whole environment of the tool, which reads all of it for proxies, and looks for passwords, with each request."""

PATIENCE = 60

Values = Mapping[str, Sequence[str]]
"""Values by their place in a request, with which it comes further than with random ones."""


@asynccontextmanager
async def serving(
    service: Service, settings: Settings, county: County, tokens: Tokens, log: Path, **more: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A client, with every role, of a process that runs the service; with ``more`` settings."""
    port, nobody = free_ports(2)
    environment = {
        "NORRSAM_KAFKA": f"127.0.0.1:{nobody}",
        "NORRSAM_POSTGRES": settings.postgres,
        "NORRSAM_DATABASE_PASSWORD": settings.database_password.get_secret_value(),
        "NORRSAM_JWKS": str(tokens.jwks),
        "NORRSAM_ISSUER": ISSUER,
        "NORRSAM_HTTP_PORT": str(port),
        **more,
    }
    command = [sys.executable, "-m", "infra.cli.main", "serve", "--county", county.name, service.name]
    headers = tokens.headers(county.name, *Role, function="COUNTY_COORDINATOR", municipality="2582")
    with log.open("wb") as written:
        process = await asyncio.to_thread(
            subprocess.Popen, command, env=environment, cwd=generate.ROOT, stdout=written, stderr=written
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


async def send_anything(
    client: httpx.AsyncClient,
    service: Service,
    known: Values,
    ids: Values,
    folder: Path,
    phases: str,
    callers: Sequence[str],
) -> "subprocess.CompletedProcess[str]":
    """Run these phases of the tool, each request as the next of ``callers``, which are values of Authorization.

    Exit status 0 if every answer is as described and none is a server error. ``ids`` are those of aggregates that are
    there, by the path before them.
    """
    (folder / "schemathesis.toml").write_text(_configuration(known, ids), "utf-8")
    (folder / CALLERS.with_suffix(".json").name).write_text(json.dumps(callers), "utf-8")
    description = generate.ROOT / generate.OPENAPI / f"{service.name}.json"
    command = [TOOL, "run", description, "--url", client.base_url, "--phases", phases, "--request-timeout", PATIENCE]
    command += ["--checks", "all", "--exclude-checks", LEFT_OUT, "--warnings", "off", "--continue-on-failure"]
    return await asyncio.to_thread(
        subprocess.run, [str(word) for word in command], cwd=folder, env=NO_PROXIES, capture_output=True, text=True
    )


async def registered(client: httpx.AsyncClient, path: str, body: Mapping[str, object]) -> dict[str, object]:
    """An aggregate that is there."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def types_written(connect: Connect) -> int:
    """How many types of events there are in the outbox."""
    conn = await connect()
    try:
        return int(await conn.fetchval("SELECT count(DISTINCT headers ->> 'ce_type') FROM outbox"))
    finally:
        await conn.close()


def _configuration(known: Values, ids: Values) -> str:
    """The tool's settings: the same requests in every run, most of them about what is there."""
    known = {**known, "header.Idempotency-Key": [str(uuid4()) for _ in range(500)]}
    lines = [f"hooks = {json.dumps(str(CALLERS))}"]
    lines += ["[generation]", "deterministic = true", 'database = "none"', "max-examples = 10"]
    for name, values in {**known, **ids}.items():
        lines += [f'[dictionaries."{name}"]', f"values = {json.dumps(list(values))}"]
    lines += ["[parameters]", *(_bound(place, place) for place in known)]
    for path in ids:
        lines += ["[[operations]]", f'include-path-regex = "^{path}/"', f"parameters = {{ {_bound('path.id', path)} }}"]
    return "\n".join(lines)


def _bound(place: str, dictionary: str) -> str:
    return f'"{place}" = {{ dictionary = "{dictionary}", probability = 0.9 }}'


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False
