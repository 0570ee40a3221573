"""The pages of municipal readiness: whom they show one by one, and what they tell of the others."""

import re
from datetime import date
from typing import Any

import pytest

from services.initiatives.api.readiness_views import readiness_view
from services.initiatives.domain import assessing, readiness
from services.workspace.pages import readiness as pages
from services.workspace.pages import readiness_details, readiness_forms
from shared.contracts.codes import FunctionCode
from shared.contracts.readiness import Assessment, Evidence, ReadinessDetails
from shared.contracts.readiness_codes import Requirement
from shared.contracts.reference.readiness import REQUIREMENTS
from shared.runtime.auth import Role
from tests.support.contexts import decision_context
from tests.support.forms import form_of
from tests.support.workspace_alone import ACTOR, BOARD, EMPTY, OTHER, MadeUpCounty, errors_in, text_of

BERG = "2326"
EVIDENCE = {"kind": "DECISION", "title": "Lägesbild", "dated": "2024-11-01", "diary_number": "KS 2024-14"}
SUMS = {
    "id": "018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e11",
    "county": "vasternorrland",
    "version": 1,
    "municipalities": 7,
    "requirements": [
        {"requirement": "R1", "at_least": 0, "at_most": 2},
        {"requirement": "R2", "at_least": 3, "at_most": 3},
    ],
}


def of_berg(today: date, proposed: str = "") -> dict[str, Any]:
    """Berg works for agreements, and has something to show for it, as seen on this day; the county may propose."""
    context = decision_context("jamtland", today=date(2024, 11, 5))
    state = readiness.begin(BERG, context)
    said = Assessment.model_validate({"status": "IN_PROGRESS", "evidence": [EVIDENCE]})
    after = assessing.assess(Requirement.R7, said, state, FunctionCode.MUNICIPAL_COORDINATOR, context)
    assert after
    if proposed:
        said_there = {"requirement": "R7", "status": proposed, "text": "Avtalet är klart", "proposed_on": "2024-11-05"}
        after = readiness.propose(readiness.ReadinessProposal.model_validate(said_there), after)
    return readiness_view(after or state, 2, today).model_dump(mode="json")


def county(proposed: str = "") -> MadeUpCounty:
    """A county in which Berg alone has said something."""
    found = of_berg(date(2026, 12, 9), proposed)
    return MadeUpCounty(
        {
            "/readiness/at-home": {"items": [found], "counties": [], "next": None},
            "/readiness/sums": {"items": [SUMS], "counties": [], "next": None},
            f"/readiness/{BERG}": found,
            "/actors": EMPTY | {"items": [BOARD | {"id": ACTOR, "municipality": BERG}]},
        }
    )


def linked(text: str) -> list[str]:
    return re.findall(r'href="/beredskap/(\d+)"', text)


@pytest.mark.parametrize(
    ("role", "municipality", "seen"),
    [
        (Role.COUNTY_COORDINATOR, None, 8),
        (Role.READER, None, 8),
        (Role.MUNICIPAL_COORDINATOR, BERG, 1),
        (Role.MUNICIPAL_COORDINATOR, None, 0),
        (Role.POLICE, BERG, 0),
    ],
)
async def test_a_municipality_is_listed_for_whoever_may_see_it(role: Role, municipality: str | None, seen: int) -> None:
    made = county()
    text = text_of(await made.open(pages.show_list, "/beredskap", roles=[role], municipality=municipality))

    assert len(linked(text)) == seen
    assert ("/readiness/at-home" in made.asked) is (seen > 0)


async def test_of_another_county_no_more_is_said_than_it_tells() -> None:
    text = text_of(await county().open(pages.show_list, "/beredskap"))

    assert re.findall(r'<td class="number">([^<]+)</td>', text)[:3] == ["0–2", "3", "–"]
    assert "av 7" in text


@pytest.mark.parametrize(
    ("role", "municipality", "said"),
    [
        (Role.COUNTY_COORDINATOR, None, ["1", "0"]),
        (Role.READER, None, ["1", "0"]),
        (Role.MUNICIPAL_COORDINATOR, BERG, ["0–2", "3"]),
        (Role.POLICE, None, ["0–2", "3"]),
    ],
)
async def test_who_sees_each_municipality_sees_the_right_sum(role: Role, municipality: Any, said: list[str]) -> None:
    made = county()
    found, sums = of_berg(date(2026, 12, 9)), SUMS | {"county": "jamtland", "municipalities": 8}
    found["requirements"][0]["status"] = "IN_PLACE"
    made.answers["/readiness/at-home"] = {"items": [found], "counties": [], "next": None}
    made.answers["/readiness/sums"] = {"items": [sums], "counties": [], "next": None}
    text = text_of(await made.open(pages.show_list, "/beredskap", roles=[role], municipality=municipality))

    assert re.findall(r'<td class="number">([^<]+)</td>', text)[:2] == said
    assert ("står det rätta talet" in text) is (said == ["1", "0"])


async def test_each_requirement_is_said_by_colour_and_word() -> None:
    text = text_of(await county().open(pages.show_one, f"/beredskap/{BERG}", code=BERG))

    assert len(re.findall(r'<strong class="colour (?:GREEN|AMBER|RED|GREY)">\w+, [\w ]+<', text)) == 11
    assert 'class="colour AMBER">Gul, pågår<' in text
    assert "Beslut: Lägesbild, 1 november 2024, KS 2024-14" in text
    assert "Kommunen delar inte sin beredskap" in text


HOME = (Role.MUNICIPAL_COORDINATOR,)
R7 = f"/beredskap/{BERG}/R7"
NEW = {"kind": "AGREEMENT", "title": "Överenskommelse", "dated": "2026-12-01", "valid_to": "2028-12-31"}


async def at(made: MadeUpCounty, path: str, form: Any = None, roles: Any = HOME, municipality: Any = BERG) -> Any:
    """The page of a requirement, opened or sent to; without more by the coordinator of Berg."""
    *_, requirement, word = path.split("/")
    work = readiness_forms.FORMS[word]
    page = work.ask if form is None else work.send
    return await made.open(page, path, form, roles, municipality, code=BERG, requirement=requirement)


def offered(text: str) -> set[str]:
    """The steps that are offered for the agreements of Berg."""
    return set(re.findall(rf'href="/beredskap/{BERG}/R7/(\w+)"', text))


@pytest.mark.parametrize(
    ("role", "municipality", "words"),
    [
        (Role.MUNICIPAL_COORDINATOR, BERG, {"bedom", "underlag", "avvisa"}),
        (Role.MUNICIPAL_COORDINATOR, "2380", set()),
        (Role.COUNTY_COORDINATOR, None, {"foresla"}),
        (Role.READER, None, set()),
        (Role.POLICE, None, set()),
    ],
)
async def test_the_municipality_says_and_the_county_proposes(role: Role, municipality: str, words: set[str]) -> None:
    made = county("IN_PLACE")
    shown = await made.open(pages.show_one, f"/beredskap/{BERG}", None, [role], municipality, code=BERG)

    assert offered(text_of(shown)) == words
    assert f'href="/beredskap/{BERG}/R6/' not in text_of(shown)
    opened = [word for word in readiness_forms.FORMS if await _opens(made, word, role, municipality)]
    assert set(opened) == words


async def _opens(made: MadeUpCounty, word: str, role: Role, municipality: str | None) -> bool:
    return bool((await at(made, f"{R7}/{word}", None, [role], municipality)).status_code == 200)


async def test_an_assessment_keeps_what_was_shown_before() -> None:
    made = county()
    filled = form_of(text_of(await at(made, f"{R7}/bedom")), R7)
    done = await at(made, f"{R7}/bedom", {**filled, "status": "IN_PLACE", **NEW})

    assert done.headers["location"] == f"/beredskap/{BERG}?klart=bedom"
    ((method, path, body),) = made.told
    said = Assessment.model_validate(body)
    assert (method, path) == ("PUT", f"/readiness/{BERG}/R7")
    assert said.evidence == (Evidence.model_validate(EVIDENCE), Evidence.model_validate(NEW))
    mark = re.search(r'name="remove" value="(\w+)"', text_of(await at(made, f"{R7}/bedom")))
    assert mark
    await at(made, f"{R7}/bedom", {**filled, "remove": mark[1]})
    assert made.told[-1][2]["evidence"] == []


async def test_evidence_that_another_adds_meanwhile_is_kept() -> None:
    made = county()
    filled = form_of(text_of(await at(made, f"{R7}/bedom")), R7)
    now: Any = made.answers[f"/readiness/{BERG}"]
    now["requirements"][6]["evidence"].append({**EVIDENCE, "title": "Protokoll"})
    await at(made, f"{R7}/bedom", filled)
    marks = re.findall(r'name="remove" value="(\w+)"', text_of(await at(made, f"{R7}/bedom")))
    await at(made, f"{R7}/bedom", {**filled, "remove": marks[1]})

    sent = [[each["title"] for each in body["evidence"]] for *_, body in made.told]
    assert sent == [["Lägesbild", "Protokoll"], ["Lägesbild"]]


async def test_a_proposal_is_taken_over_or_left() -> None:
    made = county("IN_PLACE")
    opened = text_of(await at(made, f"{R7}/bedom"))
    left = await at(made, f"{R7}/avvisa", {"version": "2"})

    assert form_of(opened, R7)["status"] == ["IN_PLACE"]
    assert "Länsstyrelsen föreslår: på plats. Avtalet är klart" in opened
    assert f'<a href="/beredskap/{BERG}">Tillbaka utan att ändra</a>' in opened
    assert left.headers["location"] == f"/beredskap/{BERG}?klart=avvisa"
    assert made.told == [("POST", f"/readiness/{BERG}/R7/dismiss", {})]


async def test_the_county_s_proposal_is_sent_with_its_reason() -> None:
    made, roles = county(), [Role.COUNTY_COORDINATOR]
    wrong = await at(made, f"{R7}/foresla", {"version": "2", "status": "NOT_RELEVANT"}, roles, None)
    said = {"version": "2", "status": "IN_PROGRESS", "text": "Utkastet  finns"}
    await at(made, f"{R7}/foresla", said, roles, None)

    assert errors_in(wrong) == ["status", "text"]
    body = {"status": "IN_PROGRESS", "text": "Utkastet finns"}
    assert made.told == [("POST", f"/readiness/{BERG}/R7/propose", body)]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"status": ""}, ["status"]),
        ({"title": "Protokoll"}, ["kind", "dated"]),
        ({**NEW, "dated": "i går"}, ["dated"]),
        ({**NEW, "title": "Ring 070-123 45 67"}, ["title"]),
    ],
)
async def test_what_is_wrong_in_an_assessment_is_said(changes: dict[str, str], wrong: list[str]) -> None:
    made = county()
    answer = await at(made, f"{R7}/bedom", {"version": "2", "status": "IN_PROGRESS", **changes})

    assert (answer.status_code, errors_in(answer), made.told) == (422, wrong, [])


async def test_a_refusal_is_said_at_its_field_and_keeps_the_form() -> None:
    made = county()
    made.refusal = (409, "no-evidence", ())
    answer = await at(made, f"{R7}/bedom", {"version": "2", "status": "IN_PLACE", "diary_number": ""})

    assert (answer.status_code, errors_in(answer)) == (409, ["kind"])
    assert form_of(text_of(answer), R7)["status"] == ["IN_PLACE"]


async def test_each_requirement_has_the_form_that_it_asks_for() -> None:
    made, fields = county(), {}
    for code in REQUIREMENTS:
        answer = await at(made, f"/beredskap/{BERG}/{code}/bedom")
        fields[code] = set(re.findall(r'name="(\w+)"', text_of(answer)))

    left = await at(made, f"/beredskap/{BERG}/R6/bedom")
    assert (left.status_code, left.headers["location"]) == (303, f"/beredskap/{BERG}")
    assert [code for code, found in fields.items() if "parts" in found] == ["R1", "R8", "R10"]
    assert [code for code, found in fields.items() if "reason" in found] == ["R5"]
    assert [code for code, found in fields.items() if "valid_to" in found] == ["R7"]


async def test_a_municipality_says_who_leads_and_who_may_see() -> None:
    made, form = county(), readiness_details.DETAILS
    path = f"/beredskap/{BERG}/andra"
    said = {
        "version": "2",
        "responsible_board": "OTHER",
        "board_name": "Socialnämnden",
        "coordination_function": OTHER,
        "share_details": "ja",
    }
    wrong = await made.open(form.send, path, said | {"board_name": ""}, HOME, BERG, code=BERG)
    made.refusal = (409, "no-function", ())
    refused = await made.open(form.send, path, said, HOME, BERG, code=BERG)
    made.refusal = None
    made.told.clear()
    other = await made.open(form.ask, path, None, HOME, "2380", code=BERG)
    done = await made.open(form.send, path, said, HOME, BERG, code=BERG)

    assert (errors_in(wrong), errors_in(refused)) == (["board_name"], ["coordination_function"])
    assert (other.status_code, other.headers["location"]) == (303, f"/beredskap/{BERG}")
    assert done.headers["location"] == f"/beredskap/{BERG}?klart=andra"
    ((method, told, body),) = made.told
    assert (method, told) == ("PUT", f"/readiness/{BERG}")
    sent = ReadinessDetails.model_validate(body)
    assert (sent.board_name, str(sent.coordination_function), sent.share_details) == ("Socialnämnden", OTHER, True)
