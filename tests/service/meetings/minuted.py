"""A meeting that was held, its minutes and its action items: over HTTP, in the steps that people take."""

from datetime import timedelta
from typing import Any

from tests.service.meetings.boards import Boards, path
from tests.service.offices import CLOCK, Office, ok
from tests.unit.meetings.given import BOARDS, MIDDLE, STARTS, invited

HELD = STARTS + timedelta(hours=3)
DECISION: dict[str, Any] = {"number": 4, "text": "En gemensam utbildningsplan för 2027", "decided_on": "2026-12-09"}
COORDINATOR = "COUNTY_COORDINATOR"


def roles(*approvers: str) -> list[dict[str, Any]]:
    """The four boards as invitees; those of ``approvers`` approve the minutes."""
    return [
        {**each.model_dump(mode="json"), "role": "APPROVER" if each.actor.county in approvers else "PARTICIPANT"}
        for each in invited(*BOARDS)
    ]


async def held(boards: Boards, *approvers: str, **changes: Any) -> dict[str, Any]:
    """A steering meeting that was held, with Jämtland as the approver of its minutes if none is named."""
    meeting = await boards.invited(**{"invitees": roles(*approvers or (MIDDLE,)), **changes})
    CLOCK.now = HELD
    marks = [{"invitee": each["id"], "presence": "ATTENDED"} for each in meeting["invitees"]]
    after = await boards.host.post(path(meeting) + "/attendance", {"attendance": marks}, seen=meeting)
    await boards.settle()
    return dict(after)


def content(meeting: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The text of a meeting's minutes."""
    fields = {
        "type": "PROTOCOL",
        "text": "# Styrgruppen\n\nGruppen beslutade om utbildningar.",
        "present": [each["id"] for each in meeting["invitees"]],
        "decisions": [DECISION],
    }
    return fields | changes


async def drafted(boards: Boards, meeting: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The host's draft."""
    body = {**content(meeting, **changes), "meeting": meeting["id"]}
    return dict(await boards.host.post("/minutes/drafts", body, status=201))


async def circulated(boards: Boards, *approvers: str, **changes: Any) -> dict[str, Any]:
    """Minutes that all counties have received."""
    draft = await drafted(boards, await held(boards, *approvers), **changes)
    sent = await boards.host.post(f"/minutes/drafts/{draft['id']}/circulate", {}, seen=draft, status=201)
    await boards.settle()
    return dict(sent)


async def approved(boards: Boards, **changes: Any) -> dict[str, Any]:
    """Minutes that Jämtland has approved, as all counties know them."""
    minutes = await circulated(boards, **changes)
    await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes)
    await boards.settle()
    return dict(await boards.host.get(place(minutes)))


async def corrected(boards: Boards, minutes: dict[str, Any], status: int = 200, **changes: Any) -> dict[str, Any]:
    """The host corrects the minutes."""
    kept = {name: minutes[name] for name in ("type", "text", "present", "absent", "decisions")}
    headers = {"If-Match": f'"{minutes["version"]}"'}
    answer = await boards.host.api.put(place(minutes), json=kept | changes, headers=headers)
    return dict(ok(answer, status))


async def assigned(
    boards: Boards, meeting: dict[str, Any], county: str, status: int = 201, **changes: Any
) -> dict[str, Any]:
    """An action item of the county, due on Epiphany 2027, which the county has received."""
    item = {
        "meeting": meeting["id"],
        "text": "Ta fram en utbildningsplan",
        "owner": {"county": county, "function": COORDINATOR},
        "asked_due": "2027-01-06",
    }
    after = await boards.host.post("/action-items", item | changes, status=status)
    await boards.settle()
    return dict(after)


async def changed(boards: Boards, item: dict[str, Any], status: int = 200, **changes: Any) -> dict[str, Any]:
    """The host changes the item, and everybody hears of it."""
    kept = {name: item[name] for name in ("text", "owner", "asked_due", "decision")}
    headers = {"If-Match": f'"{item["version"]}"'}
    body = ok(await boards.host.api.put(place(item, "action-items"), json=kept | changes, headers=headers), status)
    await boards.settle()
    return dict(body)


async def reported(office: Office, item: dict[str, Any], work: str, status: int = 200) -> dict[str, Any]:
    """The owner's county says how far it is."""
    return dict(await office.post(place(item, "action-items") + "/report", {"work": work}, seen=item, status=status))


def place(aggregate: dict[str, Any], resource: str = "minutes") -> str:
    """The address of minutes, or of an action item."""
    return f"/{resource}/{aggregate['county']}/{aggregate['id']}"


async def kept(office: Office) -> str:
    """Every row of every table of the county's database, as text; bytes as the text that they are."""
    names = await office.db.fetch("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'")
    rows = [row for (name,) in names for row in await office.db.fetch(f'SELECT * FROM "{name}"')]
    return "\n".join(
        value.decode(errors="replace") if isinstance(value, bytes) else str(value) for row in rows for value in row
    )
