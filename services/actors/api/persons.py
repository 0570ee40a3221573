"""Who is behind a contact function: the own county's knowledge, kept apart from everything that is shared.

Invariant: a name is written to its own table and shown to the county's coordinators. It is in no state, no event,
no log, and in no answer that is kept for an Idempotency-Key.
"""

from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from services.actors import commands, store
from services.actors.api.actors import ACTORS
from shared.contracts.fields import Name
from shared.runtime.models import RequestModel
from shared.runtime.openapi import KEEPS_NO_ANSWER, LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, check_owner
from shared.runtime.routes import Router

router = Router()


class Person(RequestModel):
    """Who is behind a contact function; null for nobody."""

    name: Name | None


class NamedContact(BaseModel):
    """A contact function with the name behind it."""

    contact_function: UUID
    name: str


@router.put(
    "/actors/{county}/{id}/contact-functions/{contact}/person",
    status_code=204,
    openapi_extra=KEEPS_NO_ANSWER | LOCKS_NO_VERSION,
)
async def name_person(county: Owner, identity: Id, contact: UUID, person: Person, request: CommandRequest) -> Response:
    """The name behind the contact function is kept in this county, or forgotten."""
    check_owner(request.writer, county)
    async with request.command(keep_answer=False) as tx:
        await commands.name_person(tx, identity, contact, person.name)
    return Response(status_code=204)


@router.get("/actors/{county}/{id}/persons", response_model=list[NamedContact])
async def list_persons(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """The names behind an own actor's contact functions."""
    check_owner(request.writer, county)
    async with request.db.read() as conn:
        await ACTORS.known(conn, request, county, identity)
        names = await store.persons(conn, identity)
    body = [NamedContact(contact_function=contact, name=name) for contact, name in sorted(names.items())]
    return Response(to_json(body), media_type="application/json", headers={"Cache-Control": "no-store"})
