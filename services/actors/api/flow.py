"""How every aggregate is registered, changed and shown: find and lock, decide, write state and event together."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from services.actors import store
from services.actors.domain.aggregate import Here
from services.actors.store import Stored
from shared.contracts.event import CountyName, Event
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.call import Answer, CallOf
from shared.runtime.idempotency import reply_of

Owner = Annotated[CountyName, Path(alias="county", description="The county that owns it")]
Id = Annotated[UUID, Path(alias="id")]

OWN_EPOCH = 1
"""Own rows are the truth whatever epoch they are published in; only their version counts."""


def here(tx: Transaction, call: CallOf) -> Here:
    """The place and the day of a decision."""
    county = next(county for county in call.counties if county.name == call.county)
    return Here(county, tx.writer.now().date())


async def register(call: CallOf, path: str, decide: Callable[[Transaction], Awaitable[Event]]) -> Response:
    """A new aggregate and its event are written; Rejected if its id is taken."""

    async def run(tx: Transaction) -> Answer:
        event = await decide(tx)
        stored = Stored(event, OWN_EPOCH, 1)
        address = f"{path}/{event.county}/{event.id}"
        if not await store.save(tx.conn, [stored]):
            raise Rejected("already-registered", f"It is registered already: change {address}.", at=address)
        await tx.emit(event, stored.version)
        return Answer(201, shown(stored), stored.version, address)

    return await call.command(run)


async def change(
    call: CallOf,
    kind: str,
    owner: str,
    identity: UUID,
    decide: Callable[[Transaction, Any], Awaitable[Event | None]],
) -> Response:
    """The next version and its event are written; if nothing is decided, everything stays as it was."""

    async def run(tx: Transaction) -> Answer:
        before = await _own(tx, call, kind, owner, identity)
        event = await decide(tx, before.state)
        if event is None:
            return Answer(200, shown(before), before.version)
        after = Stored(event, before.epoch, before.version + 1)
        await store.save(tx.conn, [after])
        await tx.emit(event, after.version)
        return Answer(200, shown(after), after.version)

    return await call.command(run)


async def read(call: CallOf, kind: str, owner: str, identity: UUID) -> Response:
    """The aggregate of whatever county, with its ETag."""
    async with call.db.read() as conn:
        stored = await store.find(conn, kind, owner, identity)
    if stored is None:
        raise not_found(kind, owner, identity)
    return reply_of(Answer(200, shown(stored), stored.version)).response()


def check_owner(call: CallOf, owner: str) -> None:
    """Rejected if another county owns it: then only that county changes it."""
    if owner != call.county:
        raise Rejected("not-owner", f"This belongs to {owner}, and only {owner} changes it: ask there.", owner=owner)


def not_found(kind: str, owner: str, identity: UUID) -> Rejected:
    """What to raise if there is no such aggregate."""
    return Rejected("not-found", f"No {kind} {owner}/{identity} is known here.")


def shown(stored: Stored) -> dict[str, object]:
    """What an answer says of an aggregate: its state and its version."""
    return {"version": stored.version, **stored.state.model_dump(mode="json")}


async def _own(tx: Transaction, call: CallOf, kind: str, owner: str, identity: UUID) -> Stored:
    """The aggregate, locked, in the version that the caller has seen; Rejected if it is not ours to change."""
    check_owner(call, owner)
    expected = call.required_version
    stored = await store.find(tx.conn, kind, owner, identity, lock=True)
    if stored is None:
        raise not_found(kind, owner, identity)
    if stored.version != expected:
        raise Rejected(
            "precondition-failed",
            f"You have seen version {expected}, but it is at version {stored.version}. Read it again.",
            version=stored.version,
        )
    return stored
