"""The subject `meetings`: coordinators plan meetings, invite the boards of other counties, answer, and follow up; what
they do about minutes is in `minutes`.

A draft is in no event, so planning leaves no mark. A county acknowledges what it receives: of these events no command
asks. Answers and reports are by the county that was asked, and their commands are not told the version that they make;
each leaves a mark of its own.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from services.actors.domain.actor import id_from
from services.meetings.domain.ids import answer_id, item_id, meeting_id, report_id
from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.counties import DEFAULT, parse
from tests.faults import minutes
from tests.faults.subject import Command, Known, Subject

BOARD, FUNCTION = "board", "COUNTY_COORDINATOR"
COUNTIES = [county.name for county in parse(DEFAULT)]
CANCELLED, INVITED, DRAFT = "cancelled", "invited", " utkast"
SOON = 0.35
"""So many of the meetings begin within seconds, so that their minutes can be written."""
NEVER = 1_000
"""So often no meeting moves; by the next sequence it may have moved when the answer comes."""
FIRST = (datetime.now(UTC) + timedelta(days=30)).replace(hour=9, minute=0, second=0, microsecond=0)
ANSWERS = [("ACCEPTED", None), ("DECLINED", None), ("TENTATIVE", None)] + [
    ("DELEGATED", code) for code in sorted(FunctionCode.codes())
]
MARK = f"""
    CASE {minutes.MARK}
    WHEN {{0}} ? 'work' THEN {{0}} ->> 'work'
    WHEN {{0}} ? 'answers' THEN concat_ws(' ', {{0}} ->> 'sequence', {{0}} -> 'invitees' -> 0 ->> 'state',
        {{0}} -> 'invitees' -> 0 ->> 'delegated_to')
    WHEN {{0}} ->> 'status' = 'CANCELLED' THEN '{CANCELLED}'
    WHEN {{0}} ->> 'title' LIKE '%{DRAFT}' THEN '{INVITED}'
    ELSE coalesce({{0}} ->> 'title', {{0}} ->> 'text') END
"""
"""Of a report, an answer, a meeting, minutes or an action item. Who invites leaves the title of the draft."""


def board(county: str) -> str:
    """The id of the actor that others invite."""
    return str(id_from(county, BOARD))


class _Turn:
    """One turn of a county's user."""

    def __init__(self, rng: Random, county: str, known: Known, number: int) -> None:
        self.rng, self.county, self.known, self.number = rng, county, known, number

    def plan(self) -> Iterator[Command]:
        """A draft to which the boards of some counties are to be invited, who approve the minutes; some begin soon."""
        reference = f"fault-{self.number}"
        identity = str(meeting_id(self.county, reference))
        whom = [
            {"actor": {"county": name, "id": board(name)}, "contact_function": _contact(name), "role": "APPROVER"}
            for name in self.rng.sample(COUNTIES, self.rng.choice((1, 2, 3)))
        ]
        body: dict[str, object] = {
            "kind": "STEERING",
            "level": "REGIONAL",
            "organiser": FUNCTION,
            "form": "ONLINE",
            "invitees": whom,
        }
        body |= {"title": f"Möte {self.number}{DRAFT}", "url": "https://mote.example/1"}
        body |= minutes.soon(self.rng) if self.rng.random() < SOON else _time(self.rng)
        self.known.bodies[identity] = body
        yield Command("plan", identity, "", "POST", "/meetings", {**body, "reference": reference})

    def invite(self) -> Iterator[Command]:
        """The earliest first, for some begin soon."""
        for identity, version in sorted(
            self._mine("title"), key=lambda each: str(self.known.bodies[each[0]]["starts_at"])
        ):
            if version == 1 and not minutes.has_begun(self.known.bodies[identity]):
                path = f"/meetings/{self.county}/{identity}/invite"
                yield Command("invite", identity, INVITED, "POST", path, None, version)

    def change(self) -> Iterator[Command]:
        """Another title, and perhaps another time, so that all are asked anew."""
        for identity, version in self._shared():
            if minutes.has_begun(self.known.bodies[identity]):
                continue
            more = _time(self.rng) if self.rng.random() < 0.5 else {}
            kind, mark = "move" if more else "change", f"Möte efter {self.number}"
            yield self._put(kind, "meetings", self.county, identity, version, {"title": mark, **more}, mark)

    def cancel(self) -> Iterator[Command]:
        for identity, version in self._shared():
            path = f"/meetings/{self.county}/{identity}/cancel"
            yield Command("cancel", identity, CANCELLED, "POST", path, None, version, ends=True)

    def answer(self) -> Iterator[Command]:
        """Of all answers to this sequence one that the county has not given before."""
        for item, identity in self._invitations():
            state, function = self.rng.choice(ANSWERS)
            mark = " ".join(filter(None, (str(item["sequence"]), state, function)))
            if (identity, mark) not in self.known.used:
                yield self._answer("answer", item, identity, item["sequence"], state, function, mark)

    def assign(self) -> Iterator[Command]:
        for meeting, _ in self._shared():
            reference, mark = f"fault-{self.number}", f"Punkt {self.number}"
            identity = str(item_id(self.county, reference))
            owner = {"county": self.rng.choice(COUNTIES), "function": FUNCTION}
            body: dict[str, object] = {"text": mark, "owner": owner, "asked_due": FIRST.date().isoformat()}
            self.known.bodies[identity] = body
            more = {"meeting": meeting, "reference": reference}
            yield Command("assign", identity, mark, "POST", "/action-items", {**body, **more})

    def change_item(self) -> Iterator[Command]:
        for identity, version in self._mine("owner"):
            mark = f"Punkt efter {self.number}"
            yield self._put("change item", "action-items", self.county, identity, version, {"text": mark}, mark)

    def cancel_item(self) -> Iterator[Command]:
        for identity, version in self._mine("owner"):
            path = f"/action-items/{self.county}/{identity}/cancel"
            yield Command("cancel item", identity, CANCELLED, "POST", path, None, version, ends=True)

    def report(self) -> Iterator[Command]:
        """How far an item is, each thing once."""
        for item in self._listed("work"):
            identity = str(report_id(_reference(item), self.county))
            work = self.rng.choice(("ONGOING", "DONE"))
            if (identity, work) not in self.known.used:
                path = f"/action-items/{item['county']}/{item['id']}/report"
                yield Command("report", identity, work, "POST", path, {"work": work}, item["version"], told=False)

    def minute(self) -> Iterator[Command]:
        """The next step about minutes."""
        yield from minutes.steps(self.rng, self.county, self.known, self.number)

    def refused(self) -> Iterator[Command]:
        mark, elsewhere = f"Aldrig {self.number}", self.rng.choice([one for one in COUNTIES if one != self.county])
        found = []
        for identity, version in self._shared()[:1]:
            body = {"title": mark}
            found = [
                self._put("refused: stale", "meetings", self.county, identity, version + 1, body, mark),
                self._put("refused: not the owner", "meetings", elsewhere, identity, version, body, mark),
                self._put("refused: invalid", "meetings", self.county, identity, version, {"title": mark * 99}, mark),
            ]
        for identity, version in list(self.known.retired.items())[-1:]:
            resource = _resource(self.known, identity)
            name = "title" if resource == "meetings" else "text"
            found.append(self._put("refused: cancelled", resource, self.county, identity, version, {name: mark}, mark))
        for item, identity in list(self._invitations())[:1]:
            for sequence in {item["sequence"] + NEVER, max(0, item["sequence"] - 1)} - {item["sequence"]}:
                found.append(self._answer("refused: moved", item, identity, sequence, "ACCEPTED", None, mark))
        yield from self.rng.sample(found, min(1, len(found)))

    def _mine(self, field: str) -> list[tuple[str, int]]:
        """Own meetings, or own action items, by a field that they have, in an order of chance."""
        mine = [each for each in self.known.sure().items() if field in self.known.bodies[each[0]]]
        return self.rng.sample(mine, len(mine))

    def _shared(self) -> list[tuple[str, int]]:
        return [each for each in self._mine("title") if each[1] > 1]

    def _listed(self, field: str) -> list[dict[str, Any]]:
        listed = [each for each in self.known.listed if field in each]
        return self.rng.sample(listed, len(listed))

    def _invitations(self) -> Iterator[tuple[dict[str, Any], str]]:
        for item in self._listed("invitee"):
            yield item, str(answer_id(_reference(item), self.county))

    def _put(
        self, kind: str, resource: str, owner: str, identity: str, version: int, changes: dict[str, Any], mark: str
    ) -> Command:
        body = {**self.known.bodies[identity], **changes}
        return Command(kind, identity, mark, "PUT", f"/{resource}/{owner}/{identity}", body, version)

    def _answer(
        self, kind: str, item: dict[str, Any], identity: str, sequence: int, state: str, function: str | None, mark: str
    ) -> Command:
        path = f"/invitations/{item['county']}/{item['id']}/{item['invitee']['id']}/answer"
        body = {"state": state, "sequence": sequence, "delegated_to": function}
        return Command(kind, identity, mark, "POST", path, body, told=False)


_KINDS: dict[Callable[[_Turn], Iterator[Command]], int] = {
    _Turn.plan: 12,
    _Turn.invite: 20,
    _Turn.change: 16,
    _Turn.cancel: 3,
    _Turn.answer: 24,
    _Turn.assign: 8,
    _Turn.change_item: 8,
    _Turn.cancel_item: 2,
    _Turn.report: 10,
    _Turn.minute: 20,
    _Turn.refused: 10,
}


def _draw(rng: Random, county: str, known: Known, number: int) -> Command:
    """Draw the next command: of a kind that is possible, or a plan."""
    turn = _Turn(rng, county, known, number)
    (kind,) = rng.choices(list(_KINDS), list(_KINDS.values()))
    command = next(kind(turn), None) or next(turn.plan())
    if not command.told:
        known.used.add((command.id, command.mark))
    if command.kind == "move":
        known.bodies[command.id] = dict(command.body or {})
    return command


def _look(rng: Random, county: str) -> str:
    chance = rng.random()
    if chance < 0.3:
        return rng.choice(minutes.LISTS)
    if chance < 0.6:
        return f"/action-items?owner={county}&limit=20&from={FIRST.date() - timedelta(days=1)}"
    day = FIRST.date() + timedelta(days=rng.randrange(200))
    return f"/invitations?state=ANY&limit=20&from={day}"


def _time(rng: Random) -> dict[str, str]:
    """Some time within 200 days."""
    begins = FIRST + timedelta(days=rng.randrange(200), minutes=rng.randrange(1, 480))
    return {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}


def _contact(county: str) -> str:
    return str(uuid5(UUID(board(county)), f"{FUNCTION}/0"))


def _reference(item: dict[str, Any]) -> Reference:
    return Reference(county=item["county"], id=item["id"])


def _resource(known: Known, identity: str) -> str:
    body = known.bodies[identity]
    return "meetings" if "title" in body else "action-items" if "owner" in body else "minutes"


MEETINGS = Subject(
    service="meetings",
    stream="meetings",
    tables=("meetings", "follow_ups"),
    mark=MARK,
    draw=_draw,
    path=lambda county, identity, known: f"/{_resource(known, identity)}/{county}/{identity}",
    look=_look,
    unasked=("InvitationReceived", "ActionItemSeen", "MinutesApproved"),
)
