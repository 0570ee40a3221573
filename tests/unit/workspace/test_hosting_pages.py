"""The pages of a host: what they offer, what they send (read by the services' own models), and what is wrong."""

from datetime import datetime
from typing import Any

import pytest

from services.meetings.api.action_items import AssignItem
from services.meetings.api.meetings import RecordPresence
from services.meetings.api.minutes_drafts import BeginDraft
from services.meetings.api.minutes_views import CorrectMinutes
from services.meetings.domain.plan import MUNICIPAL as THEIRS
from services.meetings.domain.plan import MeetingPlan, PlanMeeting
from services.meetings.service import RIGHTS
from services.workspace.pages import assigning, circulating, holding, inviting, planning, recording, stepping
from services.workspace.pages.meetings import KINDS, MUNICIPAL
from services.workspace.roles import COORDINATORS, HOSTS
from shared.contracts.action_items import ActionItemDetails
from shared.runtime.auth import Role
from tests.support.forms import MEETING_PLAN, form_of
from tests.support.workspace_alone import (
    ACTOR,
    BOARD,
    CONTACT,
    EMPTY,
    INVITED,
    INVITEE,
    ITEM,
    MEETING,
    MINUTES,
    OTHER,
    PATH,
    MadeUpCounty,
    a_hosted_meeting,
    errors_in,
    text_of,
)

PLAN: dict[str, Any] = {**MEETING_PLAN, "version": "3", "day": "2027-01-07"}
WRITTEN: dict[str, Any] = {
    "type": "PROTOCOL",
    "text": "# Läget\r\n\r\nLänen **berättade**.",
    "version": "2",
    "number": ["4", "", "5"],
    "decision": ["En gemensam plan", "", "Nästa möte i maj"],
    "decided_on": ["2026-12-09", "", "2026-12-09"],
    "dissent": ["", "", "Nej"],
}
DECISION = {"number": 4, "text": "Misstänkt Gösta", "decided_by": None, "decided_on": "2026-12-09", "dissent": None}
DRAFT = {
    "id": MINUTES,
    "meeting": MEETING,
    "version": 2,
    "type": "PROTOCOL",
    "decisions": [DECISION],
    "text": "Läget\nGösta Berling är misstänkt.",
    "notice": "Det blir en allmän handling.",
    "doubts": [],
}
DOUBTS = [{"field": field, "line": line, "column": 1} for field, line in (("text", 2), ("decisions.0.text", 1))]
SENT = {
    "id": MINUTES,
    "county": "jamtland",
    "meeting": MEETING,
    "title": "Vårens styrgrupp",
    "type": "PROTOCOL",
    "status": "CIRCULATED",
    "version": 2,
    "revision": 1,
    "swedish": "protokoll",
    "text": "Läget",
    "notice": "",
    "approve_by": "2027-01-07",
    "late": False,
    "present": [],
    "absent": [],
    "approvals": [],
    "decisions": [DECISION | {"replaces": {"county": "jamtland", "minutes": OTHER, "number": 2}}],
}
GIVEN = {
    "id": ITEM,
    "county": "jamtland",
    "version": 1,
    "status": "ASSIGNED",
    "work": "OPEN",
    "meeting": MEETING,
    "text": "Ta fram en plan",
    "owner": {"county": "norrbotten", "function": "AREA_POLICE", "actor": None},
    "asked_due": "2027-01-07",
    "due_swedish": "7 januari",
    "progress": "OPEN",
    "swedish": "öppen",
}


def county(meeting: dict[str, Any] | None = None, **more: Any) -> MadeUpCounty:
    """A county with this meeting, one actor of another, and no minutes; ``more`` are answers by the first word."""
    known = {"/meetings": meeting or a_hosted_meeting(), "/actors/": BOARD, "/actors": {**EMPTY, "items": [BOARD]}}
    return MadeUpCounty(known | {f"/{name.replace('_', '-')}": value for name, value in more.items()})


HELD = a_hosted_meeting(-1, status="HELD", attendance=[{"invitee": INVITEE, "presence": "ATTENDED"}])


@pytest.mark.parametrize(
    ("meeting", "offered"),
    [
        (a_hosted_meeting(status="DRAFT"), ["kalla", "kallade", "flytta", "andra", "stall-in"]),
        (a_hosted_meeting(status="DRAFT", invitees=[]), ["kallade", "flytta", "andra", "stall-in"]),
        (
            a_hosted_meeting(),
            ["atgard", "kallade", "flytta", "andra", "bekrafta", "skjut-upp", "stall-in"],
        ),
        (a_hosted_meeting(status="POSTPONED"), ["kalla", "atgard", "kallade", "flytta", "andra", "stall-in"]),
        (a_hosted_meeting(-1), ["narvaro", "atgard", "stall-in"]),
        (HELD, ["narvaro", "protokoll/utkast", "atgard", "avsluta"]),
        (HELD | {"kind": "WORKING"}, ["narvaro", "avsluta"]),
        (HELD | {"county": "norrbotten"}, []),
        (a_hosted_meeting(status="CANCELLED"), []),
    ],
)
async def test_a_host_goes_on_where_the_meeting_can(meeting: dict[str, Any], offered: list[str]) -> None:
    steps = [*stepping.STEPS, "flytta", "andra", "kallade", "narvaro", "atgard"]
    pages = dict.fromkeys(stepping.STEPS, stepping.ask) | {"flytta": planning.ask, "andra": planning.ask}
    pages |= {"kallade": inviting.ask, "narvaro": holding.ask, "atgard": assigning.ask_new}

    opened = [word for word in steps if (await county(meeting).open(pages[word], f"{PATH}/{word}")).status_code == 200]

    assert opened == [word for word in steps if word in offered]


async def test_a_plan_is_one_that_the_county_reads() -> None:
    there = county()

    answer = await there.open(planning.send, "/moten/nytt", PLAN)

    plan = PlanMeeting.model_validate(there.told[0][2])
    assert answer.headers["location"] == f"{PATH}/kallade"
    assert (plan.starts_at.hour, plan.ends_at.hour) == (12, 14)
    assert [(each.title, each.minutes) for each in plan.agenda] == [("Läget", 30), ("Nästa möte", None)]
    assert (plan.level, plan.organiser, plan.invitees) == ("REGIONAL", "COUNTY_COORDINATOR", ())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"title": ""}, "title"),
        ({"day": "i morgon"}, "day"),
        ({"begins": "25.00"}, "begins"),
        ({"ends": "12.30"}, "ends"),
        ({"day": "0001-01-01"}, "day"),
        ({"last_day": "2027-01-06"}, "last_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"day": "2027-03-28", "begins": "2.30"}, "begins"),
        ({"form": ""}, "form"),
        ({"answer_by": "snart"}, "answer_by"),
        ({"minutes": ["lång", "", ""]}, "item"),
        ({"item": ["", "", ""]}, "item"),
    ],
)
async def test_what_is_wrong_with_a_plan_is_said_at_its_field(changes: dict[str, Any], field: str) -> None:
    there = county()

    answer = await there.open(planning.send, "/moten/nytt", PLAN | changes)

    assert (answer.status_code, errors_in(answer), there.told) == (422, [field], [])
    assert text_of(answer).count('aria-invalid="true"') == 1
    assert "https://mote.example/1" in text_of(answer)


@pytest.mark.parametrize(
    ("slug", "names", "field"),
    [("invalid-request", ("url",), "url"), ("invalid-place", (), "place"), ("invalid-time", (), "day")],
)
async def test_what_the_county_refuses_is_said_at_its_field(slug: str, names: tuple[str, ...], field: str) -> None:
    there = county()
    there.refusal = (422, slug, names)

    answer = await there.open(planning.send, "/moten/nytt", PLAN)

    assert (answer.status_code, errors_in(answer)) == (422, [field])


async def test_a_move_says_beforehand_that_all_are_asked_anew() -> None:
    there = county()

    asked = text_of(await there.open(planning.ask, f"{PATH}/flytta"))
    other = text_of(await there.open(planning.ask, f"{PATH}/andra"))
    await there.open(planning.send, f"{PATH}/flytta", PLAN | {"begins": "7.15"})
    about = {"mandate_area": "EXCHANGE", "policy_areas": ["ANDT", "INTEGRATION"]}
    await there.open(planning.send, f"{PATH}/andra", PLAN | about)
    moved, changed = (MeetingPlan.model_validate(body) for _, _, body in there.told)

    before = MeetingPlan.model_validate(
        {
            **{name: value for name, value in a_hosted_meeting().items() if name in MeetingPlan.model_fields},
            "invitees": [{name: INVITED[name] for name in ("actor", "contact_function", "role")}],
        }
    )
    assert "frågas alla kallade på nytt" in asked
    assert 'value="2027-01-08"' in asked
    assert "behöver inte svara igen" in other
    names = {name for name in MeetingPlan.model_fields if getattr(moved, name) != getattr(before, name)}
    assert names == {"starts_at", "ends_at"}
    names = {name for name in MeetingPlan.model_fields if getattr(changed, name) != getattr(before, name)}
    assert names == {"agenda", "mandate_area", "policy_areas"}
    assert (changed.mandate_area, changed.policy_areas) == ("EXCHANGE", ("ANDT", "INTEGRATION"))


async def test_a_meeting_over_midnight_is_filled_in_and_kept() -> None:
    night = a_hosted_meeting() | {"starts_at": "2027-01-07T22:00:30Z", "ends_at": "2027-01-08T00:30:00Z"}
    there = county(night)

    asked = form_of(bytes((await there.open(planning.ask, f"{PATH}/flytta")).body).decode())
    await there.open(planning.send, f"{PATH}/flytta", asked)
    await there.open(planning.send, f"{PATH}/flytta", asked | {"last_day": "2027-01-09"})
    kept, longer = (MeetingPlan.model_validate(body) for _, _, body in there.told)

    assert [asked[name] for name in ("day", "begins", "ends", "last_day")] == [
        ["2027-01-07"],
        ["23.00"],
        ["01.30"],
        ["2027-01-08"],
    ]
    assert (kept.starts_at, kept.ends_at) == tuple(datetime.fromisoformat(night[n]) for n in ("starts_at", "ends_at"))
    assert longer.ends_at == datetime.fromisoformat("2027-01-09T00:30:00Z")


async def test_a_search_keeps_who_was_chosen() -> None:
    there = county()
    new, old = f"norrbotten/{ACTOR}/{OTHER}", f"jamtland/{ACTOR}/{CONTACT}"
    form = {"version": "3", old: "CHAIR", new: "GUEST", "sok": "norr", "sok-efter": "ja"}

    found = text_of(await there.open(inviting.send, f"{PATH}/kallade", form))
    nothing = list(there.told)
    saved = await there.open(inviting.send, f"{PATH}/kallade", {**form, "sok-efter": []})

    assert nothing == []
    assert found.count("Länsstyrelsen i norr, registrator") == 1
    assert [found.count(f'value="{role}" selected') for role in ("CHAIR", "GUEST")] == [1, 1]
    assert saved.headers["location"] == f"{PATH}?klart=kallade"
    sent = MeetingPlan.model_validate(there.told[0][2]).invitees
    assert [(str(each.contact_function), each.role) for each in sent] == [(CONTACT, "CHAIR"), (OTHER, "GUEST")]


async def test_who_came_is_said_as_the_county_reads_it() -> None:
    there = county(a_hosted_meeting(-1))
    guest = f"norrbotten/{ACTOR}/{OTHER}"
    form = {"version": "3", INVITEE: "ATTENDED", "justerare": [INVITEE], guest: "GUEST"}

    asked = text_of(await there.open(holding.ask, f"{PATH}/narvaro"))
    answer = await there.open(holding.send, f"{PATH}/narvaro", form)

    said = RecordPresence.model_validate(there.told[0][2])
    assert 'value="ATTENDED" selected' in asked
    assert answer.headers["location"] == f"{PATH}?klart=narvaro"
    assert [(str(each.invitee), each.presence) for each in said.attendance] == [(INVITEE, "ATTENDED")]
    assert [(str(each.contact_function), each.role) for each in said.came] == [(OTHER, "GUEST"), (CONTACT, "APPROVER")]


async def test_minutes_are_such_as_the_county_reads() -> None:
    there = county(HELD)
    there.answers["POST /minutes/drafts"] = DRAFT

    answer = await there.open(recording.send, f"{PATH}/protokoll/utkast", WRITTEN | {"version": ""})

    draft = BeginDraft.model_validate(there.told[0][2])
    assert answer.headers["location"] == f"{PATH}/protokoll/skicka"
    assert draft.text == "# Läget\n\nLänen **berättade**."
    assert [(each.number, each.text, each.dissent) for each in draft.decisions] == [
        (4, "En gemensam plan", None),
        (5, "Nästa möte i maj", "Nej"),
    ]
    assert ([str(each) for each in draft.present], draft.absent) == ([INVITEE], ())


@pytest.mark.parametrize(
    ("changes", "field", "place"),
    [
        ({"text": "En rad\r\nRing 070-123 45 67"}, "text", "Texten, rad 2, tecken 6: ett telefonnummer"),
        ({"text": ""}, "text", ""),
        ({"decision": ["19121212-1212", "", "x"]}, "decision", "Beslutet § 4: ett personnummer"),
        ({"dissent": ["a@gmail.com", "", ""]}, "decision", "Beslutet § 4: någons e-postadress"),
        ({"number": ["4", "", "4"]}, "decision", ""),
        ({"number": ["x", "", "4"]}, "decision", ""),
        ({"decided_on": ["idag", "", "2026-12-09"]}, "decision", ""),
        ({"approve_by": "snart"}, "approve_by", ""),
    ],
)
async def test_what_is_wrong_with_minutes_is_said_at_its_place(changes: dict[str, Any], field: str, place: str) -> None:
    there = county(HELD)

    answer = await there.open(recording.send, f"{PATH}/protokoll/utkast", WRITTEN | changes)

    assert (answer.status_code, errors_in(answer), there.told) == (422, [field], [])
    assert place in text_of(answer)
    assert ('id="findings"' in text_of(answer)) is bool(place)


async def test_a_doubt_is_looked_at_before_minutes_are_sent() -> None:
    there = county(HELD, minutes_drafts={**EMPTY, "items": [DRAFT | {"doubts": DOUBTS}]})
    there.answers["/minutes/drafts"] = there.answers.pop("/minutes-drafts")
    there.answers[f"/minutes/drafts/{MINUTES}"] = SENT
    form = {"version": "2", "draft": MINUTES}

    looked = text_of(await there.open(circulating.ask, f"{PATH}/protokoll/skicka"))
    hasty = await there.open(circulating.send, f"{PATH}/protokoll/skicka", form)
    done = await there.open(circulating.send, f"{PATH}/protokoll/skicka", form | {"confirmed": "ja"})

    assert "Det blir en allmän handling." in looked
    assert "<li>Gösta Berling är misstänkt." in looked
    assert "<li>Misstänkt Gösta" in looked
    assert (hasty.status_code, errors_in(hasty)) == (422, ["confirmed"])
    assert there.told == [("POST", f"/minutes/drafts/{MINUTES}/circulate", {"confirmed": True})]
    assert done.headers["location"] == f"{PATH}/protokoll?klart=skickat"


async def test_minutes_that_were_sent_are_corrected_until_approved() -> None:
    there = county(HELD, minutes={**EMPTY, "items": [SENT]})
    there.answers["/minutes/drafts"], there.answers["/minutes/jamtland"] = EMPTY, SENT

    asked = text_of(await there.open(recording.ask, f"{PATH}/protokoll/utkast"))
    done = await there.open(recording.send, f"{PATH}/protokoll/utkast", WRITTEN)
    there.refusal = (409, "unconfirmed", ())
    doubtful = await there.open(recording.send, f"{PATH}/protokoll/utkast", WRITTEN)
    there.answers["/minutes"] = {**EMPTY, "items": [SENT | {"status": "APPROVED"}]}
    approved = await there.open(recording.ask, f"{PATH}/protokoll/utkast")

    corrected = CorrectMinutes.model_validate(there.told[0][2])
    assert "justerar den på nytt" in asked
    assert done.headers["location"] == f"{PATH}/protokoll?klart=rattat"
    assert str(corrected.decisions[0].replaces.minutes if corrected.decisions[0].replaces else "") == OTHER
    assert errors_in(doubtful) == ["confirmed"]
    assert approved.headers["location"] == f"{PATH}/protokoll"


async def test_an_item_is_given_and_changed_as_the_county_reads_it() -> None:
    there = county(HELD, action_items=GIVEN)
    form = {"text": "Ta fram en plan", "owner": f"jamtland/COUNTY_COORDINATOR/{ACTOR}", "asked_due": "2027-01-07"}
    page = f"/atgarder/jamtland/{ITEM}"

    given = await there.open(assigning.give, f"{PATH}/atgard", form)
    asked = text_of(await there.open(assigning.ask_change, f"{page}/andra"))
    changed = await there.open(assigning.change, f"{page}/andra", form | {"version": "1"})
    gone = await there.open(assigning.withdraw, f"{page}/skriv-av", {"version": "1"})

    new, after = AssignItem.model_validate(there.told[0][2]), ActionItemDetails.model_validate(there.told[1][2])
    assert (str(new.meeting), str(new.owner.actor)) == (MEETING, ACTOR)
    assert after.text == "Ta fram en plan"
    assert 'value="norrbotten/AREA_POLICE/" selected' in asked
    done = [each.headers["location"].partition("=")[2] for each in (given, changed, gone)]
    assert done == ["given", "andrad", "avskriven"]


async def test_what_is_wrong_with_an_item_is_said_at_its_field() -> None:
    there = county(HELD)
    page = f"{PATH}/atgard"

    empty = await there.open(assigning.give, page, {"text": ""})
    named = await there.open(
        assigning.give, page, {"text": "Ring 070-123 45 67", "owner": "x", "asked_due": "2027-01-07"}
    )

    assert errors_in(empty) == ["text", "owner", "asked_due"]
    assert errors_in(named) == ["text"]
    assert there.told == []


async def test_markup_in_a_meeting_is_text() -> None:
    planted = "<script>alert(1)</script>"
    there = county(HELD | {"title": planted, "status": "INVITED", "starts_at": a_hosted_meeting()["starts_at"]})
    pages = {"kallade": inviting.ask, "andra": planning.ask, "stall-in": stepping.ask, "atgard": assigning.ask_new}

    for word, page in pages.items():
        answer = bytes((await there.open(page, f"{PATH}/{word}")).body).decode()
        assert "&lt;script&gt;alert" in answer
        assert "<script>alert" not in answer


async def test_a_municipality_plans_its_own_kinds() -> None:
    answer = text_of(await county().open(planning.ask, "/moten/nytt", roles=[Role.MUNICIPAL_COORDINATOR]))

    kinds = answer.partition('id="kind"')[2].partition("</select>")[0]
    assert [kind for kind in KINDS if f'value="{kind}"' in kinds] == [kind for kind in KINDS if kind in THEIRS]


def test_the_role_tables_are_those_of_the_service() -> None:
    steps = ("plan", "change", "invite_to", "confirm", "postpone", "cancel", "hold", "close")
    assert {RIGHTS[f"{name}_meeting"] for name in steps} == {HOSTS}
    names = ("draft_minutes", "circulate_minutes", "correct_minutes", "assign_item", "change_item", "cancel_item")
    assert {RIGHTS[name] for name in names} == {COORDINATORS}
    assert set(MUNICIPAL) == THEIRS
