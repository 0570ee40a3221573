"""A county that tells people something: notices in a real PostgreSQL, sent by a mailer that the test moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from shared.contracts.counties import County
from shared.letter import Letter
from shared.messaging.leading import Connect
from shared.messaging.outbox import Transaction, Writer
from shared.runtime import notices
from shared.runtime.mail_server import MailServer
from shared.runtime.notices import Recipient, queue
from shared.runtime.notices.mailer import Mailer
from shared.runtime.notices.queue import Notice
from shared.runtime.notices.transport import Server, Transport
from tests.support.databases import forget

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
SENDER, NAME = "samverkan@norrbotten.example", "Länsstyrelsen i Norrbottens län"


def letter(subject: str = "Din plats är klar", method: str | None = None) -> Letter:
    file = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n".encode() if method else None
    return Letter("test", subject, "Räkna med oss på Ålö.", file, method)


@dataclass
class Post:
    """The database, the clock, and the mailer of whoever leads."""

    conn: asyncpg.Connection
    connect: Connect
    county: County
    transport: Transport
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.mailer = Mailer(self.transport, SENDER, NAME, lambda: self.now)

    @property
    def writer(self) -> Writer:
        return Writer(self.county.name, "http://county.test", lambda: self.now)

    def tx(self, caused_at: datetime | None = None) -> Transaction:
        return Transaction(self.conn, self.writer, None, caused_at=caused_at)

    async def tell(self, to: str, about: UUID | None = None, caused_at: datetime | None = None, **more: Any) -> UUID:
        """Write a notice; gives whose mailbox it is."""
        owner = uuid4()
        async with self.conn.transaction():
            await notices.write(self.tx(caused_at), Recipient(owner, to), about or uuid4(), letter(**more))
        return owner

    async def turn(self, after: timedelta = timedelta()) -> None:
        """Send all that may go, some time later."""
        self.now += after
        while await self.mailer.turn(self.conn, asyncio.Lock()):
            pass

    async def rows(self, *, settled: bool = True) -> list[Notice]:
        return list(await queue.find(self.conn, settled=settled))

    async def outcomes(self) -> list[str | None]:
        return [row.outcome for row in await self.rows()]


def to_server(port: int) -> Server:
    return Server(MailServer("127.0.0.1", port, "off"))


@asynccontextmanager
async def post(connect: Connect, county: County, transport: Transport) -> AsyncIterator[Post]:
    """An empty table of notices, and a mailer for it."""
    conn = await connect()
    await forget(conn, "notices")
    await conn.execute("UPDATE identity SET epoch = 1, doubt = NULL")
    yield Post(conn, connect, county, transport)
    await conn.close()
