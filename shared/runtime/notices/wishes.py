"""Which functions do without the weekly digest, in the table `without_digest` of each service that writes one."""

from uuid import UUID

from shared.runtime.db import Connection
from shared.runtime.models import RequestModel


class DigestWish(RequestModel):
    """Whether a function wants the weekly digest: it gets one while there is something to tell."""

    wanted: bool


async def without_digest(conn: Connection) -> set[UUID]:
    """The functions that do not want the digest."""
    return {row["function"] for row in await conn.fetch("SELECT function FROM without_digest")}


async def save_digest_wish(conn: Connection, function: UUID, wish: DigestWish) -> None:
    """The function wants the digest from now on, or does not."""
    if wish.wanted:
        await conn.execute("DELETE FROM without_digest WHERE function = $1", function)
    else:
        await conn.execute("INSERT INTO without_digest (function) VALUES ($1) ON CONFLICT DO NOTHING", function)
