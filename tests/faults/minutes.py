"""The commands about minutes, of users of the subject `meetings`.

A meeting that begins soon is held; its minutes are drafted, sent, corrected, objected to and approved.

Only the answer to a draft tells its id, so a user finds its drafts in their list. That all have approved is said by the
host, which no command asks for.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from services.meetings.domain.ids import approval_id
from shared.contracts.asking import Reference
from tests.faults.subject import Command, Known

HELD, TYPE = "held", "PROTOCOL"
OBJECTED, CORRECTED = 0.3, 0.3
"""How often an approver objects; and the text is corrected when nothing else is to be done, so that others can read."""
SOON = (4, 8)
"""Seconds until a meeting begins whose minutes are to be written: time enough to invite to it."""
LISTS = ("/minutes/drafts?limit=50", "/minutes?waiting=true&limit=50")
MARK = f"""
    WHEN {{0}} ? 'verdict' THEN coalesce({{0}} ->> 'reason', {{0}} ->> 'revision')
    WHEN {{0}} ? 'revision' THEN concat_ws(' ', {{0}} ->> 'text', nullif({{0}} ->> 'status', 'CIRCULATED'))
    WHEN {{0}} ->> 'status' = 'HELD' THEN '{HELD}'
"""
"""Of an approval, of minutes, and of a meeting that was held. Minutes have the meeting's title, which tells nothing."""


def soon(rng: Random) -> dict[str, str]:
    """The times of a meeting that begins within seconds."""
    begins = datetime.now(UTC) + timedelta(seconds=rng.uniform(*SOON))
    return {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}


def has_begun(body: dict[str, object]) -> bool:
    """Whether the meeting with this body has begun."""
    return "starts_at" in body and datetime.fromisoformat(str(body["starts_at"])) <= datetime.now(UTC)


def steps(rng: Random, county: str, known: Known, number: int) -> Iterator[Command]:
    """The next steps about minutes, the first that is possible first."""
    begun = [each for each in known.sure().items() if each[1] > 1 and has_begun(known.bodies[each[0]])]
    for meeting, version in begun:
        if (meeting, HELD) not in known.used:
            known.used.add((meeting, HELD))
            yield Command("hold", meeting, HELD, "POST", f"/meetings/{county}/{meeting}/attendance", {}, version)
    for meeting, _ in begun:
        if (meeting, "") not in known.used:
            body: dict[str, object] = {"meeting": meeting, "type": TYPE, "text": f"Protokoll {number}"}
            yield Command("draft", meeting, "", "POST", "/minutes/drafts", body, told=False)
    for draft in (each for each in known.listed if "doubts" in each):
        if (draft["id"], draft["text"]) not in known.used:
            yield _circulate(draft, known)
    waiting = [(each, one) for each in known.listed for one in each.get("approvals", ()) if one["waits"]]
    for minutes, approver in rng.sample(waiting, len(waiting)):
        if approver["county"] == county:
            yield from _say(rng, known, minutes, approver["invitee"], number)
    mine = [each for each in known.sure().items() if "type" in known.bodies[each[0]]]
    if mine and rng.random() < CORRECTED:
        (identity, version), mark = rng.choice(mine), f"Protokoll efter {number}"
        body = {"type": TYPE, "text": mark}
        yield Command("correct", identity, mark, "PUT", f"/minutes/{county}/{identity}", body, version)


def _circulate(draft: dict[str, Any], known: Known) -> Command:
    identity, text = draft["id"], draft["text"]
    known.bodies[identity] = {"type": TYPE, "text": text}
    known.used.add((identity, text))
    return Command("circulate", identity, text, "POST", f"/minutes/drafts/{identity}/circulate", {}, draft["version"])


def _say(rng: Random, known: Known, minutes: dict[str, Any], approver: str, number: int) -> Iterator[Command]:
    """Approve a revision once, or object to it."""
    one = f"/minutes/{minutes['county']}/{minutes['id']}"
    identity = str(approval_id(Reference(county=minutes["county"], id=minutes["id"]), UUID(approver)))
    mark, kind = str(minutes["revision"]), "approve"
    body: dict[str, object] = {"approver": approver}
    if rng.random() < OBJECTED:
        mark, kind = f"Invändning {number}", "object"
        body["reason"] = mark
    if (identity, mark) not in known.used:
        yield Command(kind, identity, mark, "POST", f"{one}/{kind}", body, minutes["version"], told=False)
