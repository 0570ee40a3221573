"""A doubt is stored for the epoch in which it arose, and for no later one."""

from shared.links import identity
from shared.messaging.leading import Connect


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
