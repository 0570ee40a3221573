"""A change and its event are kept together, or neither is."""

import httpx

from shared.messaging.leading import Connect

KEPT = """
    SELECT (SELECT count(*) FROM toys WHERE name = $1) AS changes,
        (SELECT count(*) FROM outbox WHERE convert_from(payload, 'UTF8')::jsonb ->> 'name' = $1) AS events
"""


async def kept(toys: Connect, name: str) -> tuple[int, int]:
    conn = await toys()
    try:
        row = await conn.fetchrow(KEPT, name)
        assert row is not None
        return row["changes"], row["events"]
    finally:
        await conn.close()


async def test_a_failure_after_the_event_undoes_event_and_change(client: httpx.AsyncClient, toys: Connect) -> None:
    assert (await client.post("/toys", json={"name": "crash"})).status_code == 500
    assert await kept(toys, "crash") == (0, 0)
    assert (await client.post("/toys", json={"name": "whole"})).status_code == 201
    assert await kept(toys, "whole") == (1, 1)
