"""The functions of the own county's actors that are told something, with their shared mailboxes."""

from collections.abc import Collection
from uuid import UUID

from shared.contracts.actors import Actor
from shared.contracts.codes import ActorType, FunctionCode, Status
from shared.contracts.event import READER
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.runtime.notices import Recipient

ACTORS_STREAM = StreamTable("actors", "actors", 1, {"actor": Actor}, lambda _: "")
ACTORS = AggregateTable(ACTORS_STREAM, Actor)


async def mailboxes(
    conn: Connection, county: str, functions: Collection[FunctionCode], types: Collection[ActorType] = ()
) -> dict[Recipient, FunctionCode]:
    """Who reads the mailboxes of these functions, of active actors of these types or of all; one for each mailbox."""
    rows = await ACTORS.page(conn, county, [{"status": Status.ACTIVE}])
    actors = [Actor.model_validate(row.body, extra="ignore", context=READER) for row in rows]
    found = {
        each.mailbox: (Recipient(each.id, each.mailbox), each.function)
        for actor in actors
        if not types or actor.type in types
        for each in actor.contact_functions
        if each.function in functions and each.mailbox
    }
    return dict(found.values())


async def is_own(conn: Connection, county: str, function: UUID) -> bool:
    """Whether it is a contact function of an actor of the county."""
    return bool(await ACTORS.page(conn, county, [{"contact_functions": [{"id": str(function)}]}], limit=1))
