"""Who the participants of an own request are: this county's knowledge, kept apart from everything that is shared.

Invariant: a name is written to its own table and shown to the county's coordinators, and to the coordinator of the
municipality that has asked. It is in no state, no event, no log, and in no answer that is kept for an Idempotency-Key.
"""

from pydantic_core import to_json
from starlette.responses import Response

from services.trainings.api.answered import PATH, REQUESTS
from services.trainings.api.callers import WRITES_ALL, check_asker
from services.trainings.store import participants
from services.trainings.store.participants import NamedParticipant
from shared.runtime.request import QueryRequest
from shared.runtime.resource import Id, Owner, check_owner
from shared.runtime.routes import Router

router = Router()


@router.get(PATH + "/{county}/{id}/persons", response_model=list[NamedParticipant])
async def list_participants(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """The names behind an own request's participants, as long as they are needed."""
    check_owner(request.writer, county)
    async with request.db.read() as conn:
        await check_asker(conn, request.principal, identity, WRITES_ALL)
        await REQUESTS.known(conn, request, county, identity)
        persons = await participants.persons(conn, identity)
    return Response(to_json(persons), media_type="application/json", headers={"Cache-Control": "no-store"})
