"""How often the members of a network came to its meetings."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from services.meetings.api import lists
from services.meetings.api.meetings import PATH
from services.meetings.domain.invitees import Actors
from services.meetings.domain.presence import MemberPresence, presence_of
from services.meetings.store import actors, listing
from services.meetings.store.actors import ACTORS_STREAM, NETWORKS
from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts.asking import Reference
from shared.runtime import cursors
from shared.runtime.aggregates import ListPosition
from shared.runtime.lists import Page
from shared.runtime.request import QueryRequest
from shared.runtime.resource import check_county, page_of
from shared.runtime.routes import Router
from shared.swedish import sort_key, start_of

router = Router()


class PresenceView(BaseModel):
    """An actor's part in the meetings of a network in a period."""

    actor: Reference
    actor_name: str | None
    member: bool
    invited: int
    attended: int
    absent: int
    absent_with_notice: int


@router.get(PATH + "/attendance", response_model=Page[PresenceView])
async def list_presence(query: Annotated[lists.PresenceQuery, Query()], request: QueryRequest) -> Response:
    """The members of a network in Swedish order, with how often each came to its meetings of a period."""
    network = query.reference()
    check_county(request.writer, network.county, "invalid-network")
    check_county(request.writer, query.county, "invalid-county")
    list_id = query.list_id(PATH)
    after = query.after(list_id)
    counties = await request.freshness(MEETINGS_STREAM.stream, ACTORS_STREAM.stream)
    async with request.db.read() as conn:
        stored = await NETWORKS.find(conn, network.county, network.id)
        if stored is None:
            raise NETWORKS.not_found()
        members = [Reference(county=each.county, id=each.id) for each in stored.state.members]
        first, last = start_of(query.first), start_of(query.last + timedelta(days=1))
        found = presence_of(members, await listing.held_of(conn, network, first, last))
        known = await actors.known(conn, [each.actor for each in found])
    views = [_view(each, each.actor in members, known) for each in found if query.county in (None, each.actor.county)]
    items = sorted((each for each in views if _position(each) > after), key=_position)
    shown, more = items[: query.limit], len(items) > query.limit
    return page_of(shown, cursors.encode([list_id, *map(str, _position(shown[-1]))]) if more else None, counties)


def _position(view: PresenceView) -> ListPosition:
    return sort_key(view.actor_name or ""), view.actor.county, view.actor.id


def _view(presence: MemberPresence, member: bool, known: Actors) -> PresenceView:
    name = known[presence.actor].name if presence.actor in known else None
    return PresenceView(**asdict(presence), actor_name=name, member=member)
