"""Meetings for the pages: other counties' as their events bring them, without Kafka."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.meetings.handlers import HANDLERS
from shared.contracts.action_items import ActionItem, ActionItemAssigned
from shared.contracts.actors import Actor, ActorRegistered
from shared.contracts.event import READER, Event
from shared.contracts.meetings import Meeting, MeetingInvited
from shared.messaging.handlers import handle
from shared.messaging.outbox import Writer
from tests.service.meetings.boards import received
from tests.support.databases import connector
from tests.support.workspace import WorkspaceHouse
from tests.unit.meetings.given import ACTORS, a_meeting


async def bring(house: WorkspaceHouse, *events: Event, version: int = 1) -> None:
    """The events have reached the county, and the actors before them."""
    conn = await connector(house.settings, house.county, "meetings")()
    writer = Writer(house.county.name, "http://county.test", house.settings.now)
    try:
        async with conn.transaction():
            await handle(conn, writer, HANDLERS, [received(each) for each in ACTORS.values()])
            await handle(conn, writer, HANDLERS, [received(each, version=version) for each in events])
    finally:
        await conn.close()


async def given_actor(house: WorkspaceHouse, functions: Sequence[str], **changes: Any) -> Actor:
    """An actor of the county with these contact functions: registered, and known to the meetings."""
    contacts = [{"function": each, "mailbox": f"{each.lower()}@jamtland.example"} for each in functions]
    details = {"name": "Styrelsen", "type": "COUNTY_BOARD", "level": "REGIONAL", "contact_functions": contacts}
    async with house.client("COUNTY_COORDINATOR") as county:
        made = await county.post("/actors", json=details | changes)
    assert made.status_code == 201, made.text
    actor = ActorRegistered.model_validate(made.json(), extra="ignore", context=READER)
    await bring(house, actor)
    return actor


async def given_meeting(house: WorkspaceHouse, identity: Any, **changes: Any) -> Meeting:
    """A steering meeting in a month, to which Västerbotten has invited the boards, police and customs."""
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    meeting = MeetingInvited(
        **dict(a_meeting()) | {"id": identity, "starts_at": starts, "ends_at": starts + timedelta(hours=2)} | changes
    )
    await bring(house, meeting)
    return meeting


async def given_item(house: WorkspaceHouse, identity: Any, **changes: Any) -> ActionItem:
    """Something that Jämtland's coordinator was to do until Epiphany 2026, a day on which offices are closed."""
    item = ActionItemAssigned.model_validate(
        {
            "id": identity,
            "county": "vasterbotten",
            "kind": "STEERING",
            "meeting": identity,
            "text": "Ta fram en utbildningsplan",
            "owner": {"county": "jamtland", "function": "COUNTY_COORDINATOR"},
            "asked_due": date(2026, 1, 6),
            "due": date(2026, 1, 7),
            **changes,
        }
    )
    await bring(house, item)
    return item
