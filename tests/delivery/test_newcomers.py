"""A service that runs takes up a county that joins: once its topics may be read, and not before."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from infra import topics
from infra.engine import Engine
from infra.engine.ports import free_ports
from tests.support.tokens import Tokens
from tests.support.waiting import eventually

PROJECT = Path(__file__).parents[2]
NEW = "halland:13"
"""No other test knows it."""


async def test_a_service_begins_anew_with_a_county_that_joined(engine: Engine, tokens: Tokens, tmp_path: Path) -> None:
    joined, log = tmp_path / "joined", tmp_path / "log"
    settings = {
        "NORRSAM_KAFKA": engine.kafka,
        "NORRSAM_POSTGRES": "postgresql://127.0.0.1:1",
        "NORRSAM_JWKS": str(tokens.jwks),
        "NORRSAM_HTTP_PORT": str(free_ports(1)[0]),
        "NORRSAM_JOINED": str(joined),
    }
    command = [sys.executable, "-m", "tests.support.serve_toy"]
    with log.open("w") as output:
        process = await asyncio.to_thread(subprocess.Popen, command, env=settings, cwd=PROJECT, stdout=output)

    def said() -> list[str]:
        assert process.poll() is None
        events = [json.loads(line)["event"] for line in log.read_text().rpartition("\n")[0].splitlines()]
        return [event for event in events if event.startswith(("serve", "counties"))]

    try:
        await eventually(lambda: said() == ["serve.starts"])
        joined.write_text(f"{NEW}\n")
        await eventually(lambda: said()[-1] == "counties.wait")  # there is no topic of it yet

        topics.apply(engine.kafka, [NEW.partition(":")[0]])
        await eventually(lambda: said()[-2:] == ["counties.joined", "serve.starts"])
    finally:
        process.kill()
        process.wait()
