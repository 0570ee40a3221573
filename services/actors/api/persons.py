"""Who is behind a contact function: the own county's knowledge, kept apart from everything that is shared.

Invariant: a name is written to its own table and shown to the county's coordinators. It is in no state, no event,
no log, and in no answer that is kept for an Idempotency-Key: therefore these routes do not use `call.command`.
"""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json
from starlette.responses import Response

from services.actors import store
from services.actors.api.actors import ACTORS
from services.actors.domain.aggregate import living
from shared.contracts.fields import Name
from shared.rejected import Rejected
from shared.runtime.call import Call
from shared.runtime.resource import Id, Owner, check_owner

router = APIRouter()


class Person(BaseModel):
    """Who is behind a contact function; null for nobody."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Name | None


class NamedContact(BaseModel):
    """A contact function with the name behind it."""

    contact_function: UUID
    name: str


@router.put("/actors/{county}/{id}/contact-functions/{contact}/person", status_code=204)
async def name_person(county: Owner, identity: Id, contact: UUID, person: Person, call: Call) -> Response:
    """The name behind the contact function is kept in this county, or forgotten."""
    check_owner(call, county)
    async with call.db.begin(call.correlation_id) as tx:
        stored = await ACTORS.aggregates.find(tx.conn, ACTORS.kind, county, identity, lock=True)
        if stored is None:
            raise ACTORS.not_found()
        living(stored.state)
        if contact not in {one.id for one in stored.state.contact_functions}:
            raise Rejected("not-found", f"The actor has no contact function {contact}.")
        await store.name_person(tx.conn, identity, contact, person.name)
    return Response(status_code=204)


@router.get("/actors/{county}/{id}/persons", response_model=list[NamedContact])
async def list_persons(county: Owner, identity: Id, call: Call) -> Response:
    """The names behind an own actor's contact functions."""
    check_owner(call, county)
    async with call.db.read() as conn:
        if await ACTORS.aggregates.find(conn, ACTORS.kind, county, identity) is None:
            raise ACTORS.not_found()
        names = await store.persons(conn, identity)
    body = [NamedContact(contact_function=contact, name=name) for contact, name in sorted(names.items())]
    return Response(to_json(body), media_type="application/json", headers={"Cache-Control": "no-store"})
