"""A doubt is stored for the epoch in which it arose, and for no later one."""

import httpx

from shared.links import identity
from shared.messaging.leading import Connect
from tests.support import toy


async def test_a_doubt_of_an_epoch_that_a_recovery_has_ended_is_not_stored(toys: Connect) -> None:
    conn = await toys()
    try:
        before = await identity.epoch(conn)
        await conn.execute("UPDATE identity SET doubt = NULL, epoch = epoch + 1")

        await identity.store_doubt(conn, "the topic has more", before)
        late = await conn.fetchval("SELECT doubt FROM identity")
        await identity.store_doubt(conn, "the topic has more", before + 1)
        stored = await conn.fetchval("SELECT doubt FROM identity")
        await conn.execute("UPDATE identity SET doubt = NULL, epoch = $1", before)
    finally:
        await conn.close()

    assert (late, stored) == (None, "the topic has more")


async def test_health_tells_of_a_doubt_as_long_as_it_lasts(toys: Connect, client: httpx.AsyncClient) -> None:
    async def told(doubt: str | None) -> str | None:
        """The doubt in /health/ready, just after another connection has stored this one, as a recovery does."""
        conn = await toys()
        await conn.execute("UPDATE identity SET doubt = $1", doubt)
        await conn.close()
        health = (await client.get("/health/ready")).json()
        return str(found) if (found := health["services"][toy.service.name]["doubt"]) else None

    assert [await told(each) for each in (None, "the topic has more", None)] == [None, "the topic has more", None]
