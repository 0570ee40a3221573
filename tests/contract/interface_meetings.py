"""Tells the tool of the service `meetings`: meetings that are there, and who can be invited."""

from datetime import UTC, datetime, timedelta

import httpx

from services.meetings.store.actors import ACTORS_STREAM
from shared.messaging.leading import Connect
from tests.contract.served import Values, registered
from tests.service.meetings.boards import NETWORK, actor_events, body, received, reference
from tests.unit.meetings.given import BOARDS, actor, invited

BEGINS, HOUR = datetime.now(UTC) + timedelta(days=30), timedelta(hours=1)
LATER = (BEGINS + 60 * 24 * HOUR).date().isoformat()
TIMES = {"starts_at": BEGINS, "ends_at": BEGINS + HOUR}
OURS = BOARDS[1]
_MUNICIPALITY = actor(OURS.county, "MUNICIPALITY", municipality="2582")
BODEN = _MUNICIPALITY.model_copy(
    update={"contact_functions": (*_MUNICIPALITY.contact_functions, *OURS.contact_functions)}
)
"""It has the function that organises the meetings of its county, so that all kinds are planned alike."""
IN_MEETINGS: Values = {
    "path.county": ["norrbotten"],
    "header.If-Match": ['"1"', '"2"', '"2"', '"3"', 'W/"3"'],
    "query.county": ["norrbotten", "jamtland"],
    "query.network": [reference(NETWORK)],
    "query.from": ["2026-01-01"],
    "query.to": ["2099-01-01"],
    "body.kind": ["STEERING", "NETWORK", "COUNCIL", "EST_WEEKLY", "COLLABORATION"],
    "body.title": ["Möte"],
    "body.level": ["REGIONAL"],
    "body.organiser": ["COUNTY_COORDINATOR"],
    "body.form": ["ONLINE"],
    "body.url": ["https://mote.example/42"],
    "body.place": ["Luleå"],
    "body.time_zone": ["Europe/Stockholm"],
    **{f"body.{name}": [moment.isoformat()] for name, moment in TIMES.items()},
    "body.invitees[*].actor.county": [OURS.county],
    "body.invitees[*].actor.id": [str(OURS.id)],
    "body.invitees[*].contact_function": [str(OURS.contact_functions[0].id)],
    "body.came[*].actor.county": [OURS.county],
    "body.came[*].actor.id": [str(OURS.id)],
    "body.came[*].contact_function": [str(OURS.contact_functions[0].id)],
    "body.network.county": [NETWORK.county],
    "body.network.id": [str(NETWORK.id)],
    "body.type": ["NOTES", "PROTOCOL"],
    "body.text": ["En plan för 2099"],
    "body.reason": ["Fel datum"],
    "body.owner.county": [OURS.county],
    "body.owner.function": ["COUNTY_COORDINATOR"],
    "body.owner.actor": [str(OURS.id)],
    "body.asked_due": [LATER],
    "body.approve_by": [LATER],
    "body.decisions[*].number": ["4"],
    "body.decisions[*].text": ["En plan"],
    "body.decisions[*].decided_on": ["2026-12-09"],
    "body.work": ["ONGOING", "DONE"],
    "body.state": ["ACCEPTED", "DECLINED", "TENTATIVE"],
    "body.sequence": ["0", "1"],
}


async def prepare(client: httpx.AsyncClient, connect: Connect) -> tuple[Values, Values]:
    """Drafts and meetings that are invited to, with values that name them."""
    conn = await connect()
    await ACTORS_STREAM.project(conn, [*actor_events(), received(BODEN)])
    await conn.close()
    kinds = ["STEERING", "NETWORK", "COLLABORATION", "COUNCIL"] * 3
    plans = [body(kind=kind, invitees=invited(*BOARDS), **TIMES) for kind in kinds]
    meetings = [await registered(client, "/meetings", plan) for plan in plans]
    for each in meetings[:9]:
        address = f"/meetings/{each['county']}/{each['id']}/invite"
        (await client.post(address, headers={"If-Match": '"1"'})).raise_for_status()
    ids = [str(each["id"]) for each in meetings]
    item = {"text": "Gör", "owner": {"county": OURS.county, "function": "COUNTY_COORDINATOR"}, "asked_due": LATER}
    items = [await registered(client, "/action-items", {**item, "meeting": each["id"]}) for each in meetings[:2] * 4]
    minutes = {"type": "NOTES", "text": "Hej"}
    of_county = [each for each in meetings[2:] if each["kind"] != "COUNCIL"]
    drafts = [await registered(client, "/minutes/drafts", {**minutes, "meeting": each["id"]}) for each in of_county]
    mine = [str(each["invitees"][1]["id"]) for each in meetings]  # type: ignore[index]
    named = {"path.invitee": mine, "body.attendance[*].invitee": mine, "body.meeting": ids}
    known = {"/action-items": items, "/minutes/drafts": drafts}
    found = {path: [str(one["id"]) for one in every] for path, every in known.items()}
    return {**IN_MEETINGS, **named}, {"/meetings": ids, "/invitations": ids, **found}
