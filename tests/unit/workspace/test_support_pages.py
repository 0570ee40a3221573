"""Support on the pages: who asks and who answers, in which state, and how it is sent."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.initiatives.api.support_requests import AnswerSupport, SupportView
from services.initiatives.domain import support as deciding
from services.initiatives.domain.readiness_life import SUPPORT, ReadinessCause
from services.workspace.pages import start, support, support_forms
from shared.contracts.support_requests import SupportDetails
from shared.runtime.auth import Role
from tests.support.contexts import decision_context
from tests.support.forms import form_of
from tests.support.workspace_alone import EMPTY, MadeUpCounty, errors_in, steps_in, text_of

HOME, ID = "2380", UUID(int=5, version=4)
PATH = f"/stod/jamtland/{ID}"
CONTEXT = decision_context("jamtland", today=date(2026, 12, 1))
WISH = {"municipalities": [HOME], "theme": "DRUGS", "form": "METHOD_PROCESS", "need": "Hjälp med <analysen>"}
CAUSES = {
    "erbjud": ReadinessCause.OFFERED,
    "ge": ReadinessCause.PROVIDED,
    "avsla": ReadinessCause.DECLINED,
    "aterta": ReadinessCause.TAKEN_BACK,
}


def asked(*steps: str) -> dict[str, Any]:
    """The county's answer about a request that has taken these steps."""
    found: Any = deciding.ask(SupportDetails.model_validate(WISH), ID, CONTEXT)
    for step in steps:
        found = deciding.answer(CAUSES[step], "Vi kommer i januari", found, CONTEXT)
    return SupportView(**dict(found), version=3).model_dump(mode="json")


def county(*steps: str) -> MadeUpCounty:
    """A county with this request alone."""
    found = asked(*steps)
    page = EMPTY | {"items": [found]}
    return MadeUpCounty(
        {"/support-requests": page, f"/support-requests/jamtland/{ID}": found, "POST /support-requests": found}
    )


async def opened(made: MadeUpCounty, word: str, form: Any = None, role: Role = Role.MUNICIPAL_COORDINATOR) -> Any:
    """The form of that word, opened or sent to by somebody of Östersund, or of the county."""
    work = support_forms.FORMS[word]
    path = "/stod/ny" if word == "ny" else f"{PATH}/{word}"
    return await made.open(work.ask if form is None else work.send, path, form, [role], HOME)


def test_each_step_of_support_is_one_of_the_service() -> None:
    states = {word: set(SUPPORT.befores(cause)) for word, cause in CAUSES.items()}

    assert {word: set(support_forms.STEPS[word]) for word in CAUSES} == states
    assert support_forms.CALLS.keys() == CAUSES.keys()


@pytest.mark.parametrize(
    ("steps", "role", "municipality", "offered"),
    [
        ((), Role.MUNICIPAL_COORDINATOR, HOME, ["andra", "aterta"]),
        ((), Role.MUNICIPAL_COORDINATOR, "2326", []),
        ((), Role.COUNTY_COORDINATOR, None, ["erbjud", "ge", "avsla"]),
        ((), Role.POLICE, None, []),
        (["erbjud"], Role.COUNTY_COORDINATOR, None, ["ge", "avsla"]),
        (["erbjud"], Role.MUNICIPAL_COORDINATOR, HOME, ["aterta"]),
        (["ge"], Role.COUNTY_COORDINATOR, None, []),
    ],
)
async def test_the_municipality_asks_and_the_county_answers(
    steps: list[str], role: Role, municipality: str | None, offered: list[str]
) -> None:
    shown = await county(*steps).open(support.show_one, PATH, None, [role], municipality)

    assert steps_in(shown, PATH) == offered


@pytest.mark.parametrize(
    ("role", "heading"),
    [
        (Role.COUNTY_COORDINATOR, "Att svara på eller ge i Jämtlands län"),
        (Role.MUNICIPAL_COORDINATOR, "Kommunens begäranden som inte är avslutade"),
        (Role.POLICE, ""),
    ],
)
async def test_a_request_is_listed_once_under_whoever_it_waits_for(role: Role, heading: str) -> None:
    made = county()
    made.answers["/support-requests"] = EMPTY | {"items": [asked()]}
    above, _, below = text_of(await made.open(support.show_list, "/stod", None, [role], HOME)).partition('id="list"')

    assert [f'href="{PATH}"' in part for part in (above, below)] == [bool(heading), not heading]
    assert (f">{heading}</h2>" in above) is bool(heading)
    wanted = HOME if role is Role.MUNICIPAL_COORDINATOR else None
    assert {each.url.params.get("municipality") for each in made.requests[1:]} <= {wanted}


async def test_another_county_s_request_is_only_read() -> None:
    made = county()
    made.answers[f"/support-requests/jamtland/{ID}"] = asked() | {"county": "norrbotten"}

    shown = await made.open(support.show_one, PATH, None, [Role.COUNTY_COORDINATOR])

    assert steps_in(shown, PATH) == []
    assert "Hjälp med &lt;analysen&gt;" in bytes(shown.body).decode()


async def test_support_is_asked_for_as_the_form_says() -> None:
    made = county()
    wish = {**WISH, "need": " Hjälp  med analysen ", "wanted_by": "2027-01-15"}
    done = await opened(made, "ny", wish)

    assert done.headers["location"] == f"{PATH}?klart=ny"
    ((method, path, body),) = made.told
    assert (method, path) == ("POST", "/support-requests")
    sent = SupportDetails.model_validate(body)
    assert (sent.need, sent.wanted_by, sent.municipalities) == ("Hjälp med analysen", date(2027, 1, 15), (HOME,))


async def test_a_request_opened_and_sent_is_the_same() -> None:
    made = county()
    shown = bytes((await opened(made, "andra")).body).decode()
    await opened(made, "andra", form_of(shown, PATH))

    ((method, _, body),) = made.told
    assert method == "PUT"
    assert SupportDetails.model_validate(body) == SupportDetails.model_validate(WISH)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"form": "MONEY", "need": "", "theme": "", "municipalities": []}, ["form", "need", "municipalities", "theme"]),
        ({"wanted_by": "snart"}, ["wanted_by"]),
        ({"theme": "LOCAL"}, ["local_theme"]),
        ({"local_theme": "Torget"}, ["local_theme"]),
        ({"need": "Ring 070-123 45 67"}, ["need"]),
    ],
)
async def test_what_is_wrong_in_a_request_is_said(changes: dict[str, Any], wrong: list[str]) -> None:
    made = county()
    answer = await opened(made, "ny", WISH | changes)

    assert (answer.status_code, errors_in(answer), made.told) == (422, wrong, [])


async def test_a_refusal_of_the_county_is_said_at_its_field() -> None:
    made = county()
    made.refusal = (422, "invalid-wanted-by", ())
    late = await opened(made, "ny", WISH | {"wanted_by": "2026-01-01"})
    made.refusal = (422, "invalid-request", ("need",))
    long = await opened(made, "ny", WISH)

    assert ("Dagen har varit." in text_of(late), errors_in(late)) == (True, ["wanted_by"])
    assert ("Skriv vad ni behöver hjälp med" in text_of(long), errors_in(long)) == (True, ["need"])


async def test_who_declines_support_says_why() -> None:
    made = county()
    bare = await opened(made, "avsla", {"version": "3"}, Role.COUNTY_COORDINATOR)
    await opened(made, "avsla", {"version": "3", "text": "Inga medel"}, Role.COUNTY_COORDINATOR)
    await opened(made, "erbjud", {"version": "3"}, Role.COUNTY_COORDINATOR)

    assert errors_in(bare) == ["text"]
    assert [(path.rpartition("/")[2], body) for _, path, body in made.told] == [
        ("decline", {"text": "Inga medel"}),
        ("offer", {"text": None}),
    ]
    assert all(AnswerSupport.model_validate(body) for *_, body in made.told)


async def test_who_may_have_done_it_sends_the_same_again() -> None:
    made = county()
    form = {"key": "a-key-of-the-first-time", "version": "2", "text": "Inga medel"}
    made.refusal = (503, "", ())
    unsure = form_of(text_of(await opened(made, "avsla", form, Role.COUNTY_COORDINATOR)), PATH)
    made.refusal = (412, "precondition-failed", ())
    late = form_of(text_of(await opened(made, "avsla", form, Role.COUNTY_COORDINATOR)), PATH)

    assert unsure == {name: [text] for name, text in form.items()}
    assert (late["version"], late["text"], late["key"] == [form["key"]]) == (["3"], ["Inga medel"], False)


async def test_the_start_page_tells_the_county_who_waits() -> None:
    shown, asked = {}, []
    for role in (Role.COUNTY_COORDINATOR, Role.MUNICIPAL_COORDINATOR, Role.POLICE):
        made = county()
        shown[role] = "Kommunen väntar på länets svar." in text_of(await made.open(start.show, "/", None, [role]))
        asked += [each.url.params for each in made.requests if each.url.path == "/support-requests"]

    assert [role for role, told in shown.items() if told] == [Role.COUNTY_COORDINATOR]
    assert [dict(each) for each in asked] == [{"limit": "50", "county": "jamtland", "status": "ASKED"}]
