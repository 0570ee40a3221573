"""The smallest service: one aggregate, one event. No register has its stream, so nobody relays it."""

import asyncio
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

from fastapi import Request, Response
from pydantic import BaseModel, Field

from shared.contracts.event import Event
from shared.rejected import Rejected
from shared.runtime.auth import Role
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import check_version
from shared.runtime.routes import Router
from shared.runtime.service import OPEN, Service

READERS = frozenset({Role.READER, Role.COUNTY_COORDINATOR})
WRITERS = frozenset({Role.COUNTY_COORDINATOR})

router = Router()


class ToyMade(Event):
    event_type: ClassVar[str] = "se.norrsam.toys.ToyMade.v1"

    name: str


class ToyView(BaseModel):
    id: UUID
    name: str
    version: int


class MakeToy(BaseModel, extra="forbid"):
    name: str = Field(max_length=100)
    seconds: float = Field(default=0, ge=0, le=5)


@router.post("/toys", status_code=201)
async def make_toy(command: MakeToy, request: CommandRequest) -> Response:
    """A toy is made. Its name selects the failure."""
    async with request.command() as tx:
        toy = uuid4()
        await tx.conn.execute("INSERT INTO toys VALUES ($1, $2, 1)", toy, command.name)
        await tx.emit(ToyMade(id=toy, county=request.county, name=command.name), 1)
        await asyncio.sleep(command.seconds)
        if command.name == "refused":
            raise Rejected("too-ugly", "No toy may be called 'refused'. Choose another name.", name=command.name)
        if command.name == "crash":
            raise RuntimeError("a secret of the inside")
        return tx.reply(ToyView(id=toy, name=command.name, version=1), location=f"/toys/{toy}")


@router.put("/toys/{toy}")
async def rename_toy(toy: UUID, command: MakeToy, request: CommandRequest) -> Response:
    """Rename the toy, if its version is still the one in If-Match."""
    async with request.command() as tx:
        version = await tx.conn.fetchval("SELECT version FROM toys WHERE id = $1 FOR UPDATE", toy)
        if version is None:
            raise Rejected("not-found", f"There is no toy {toy}.")
        check_version(tx, version)
        await tx.conn.execute("UPDATE toys SET name = $2, version = version + 1 WHERE id = $1", toy, command.name)
        return tx.reply(ToyView(id=toy, name=command.name, version=version + 1))


@router.get("/toys")
async def list_toys(request: QueryRequest, limit: int = 10) -> list[str]:
    """The names of the toys."""
    async with request.db.read() as conn:
        rows = await conn.fetch("SELECT name FROM toys ORDER BY name LIMIT $1", limit)
    return [row["name"] for row in rows]


@router.post("/toys/wish")
async def wish(command: MakeToy) -> dict[str, int]:
    """Take a wish without a trace of who, when or what."""
    if command.name == "crash":
        raise RuntimeError(f"a secret of the inside: {command.name}")
    return {"letters": len(command.name)}


@router.get("/toys/caller")
async def show_caller(request: Request) -> dict[str, str]:
    """Who asks, and over what, as far as the process knows."""
    assert request.client
    return {"host": request.client.host, "scheme": request.url.scheme}


@router.post("/toys/boom")
async def explode(request: QueryRequest) -> None:
    """Fail for a reason that no caller may see."""
    raise RuntimeError("a secret of the inside")


service = Service(
    name="toys",
    router=router,
    handlers=(),
    migrations=Path(__file__).parent / "toy_migrations",
    rights={"make_toy": WRITERS, "rename_toy": WRITERS, "list_toys": READERS, "explode": WRITERS}
    | {"wish": OPEN, "show_caller": OPEN},
    untraced=frozenset({"wish"}),
)
