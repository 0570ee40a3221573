"""Resources on the pages: who recommends them, what is sent, and what of a form does not fit together."""

from typing import Any
from uuid import UUID

import pytest

from services.initiatives.api.knowledge import RecommendResource, ResourceView
from services.initiatives.domain import knowledge
from services.workspace.pages import resource_forms, resources
from services.workspace.pages.work_form import WorkForm
from shared.contracts.knowledge import KnowledgeResourceDetails
from shared.runtime.auth import Role
from tests.support.contexts import decision_context
from tests.support.forms import form_of
from tests.support.workspace_alone import EMPTY, OTHER, MadeUpCounty, errors_in, steps_in, text_of

CONTEXT = decision_context("jamtland")
DETAILS = KnowledgeResourceDetails.model_validate(
    {
        "kind": "LEGAL_SOURCE",
        "title": "Kommuner mot <brott>",
        "designation": "SOU 2021:49",
        "section": "avsnitt 5",
        "publishers": ["Justitiedepartementet"],
        "published": 2021,
        "url": "https://regering.example/sou",
        "checked_on": CONTEXT.today.isoformat(),
        "themes": ["FRAUD"],
        "policy_areas": ["ANDT"],
    }
)
LISTED = knowledge.recommend(DETAILS, UUID(OTHER), CONTEXT)
PATH = f"/kunskap/jamtland/{OTHER}"


def county(**changes: Any) -> MadeUpCounty:
    """A county with one resource."""
    found = ResourceView(**dict(LISTED), version=2).model_dump(mode="json") | changes
    return MadeUpCounty(
        {"/resources": EMPTY | {"items": [found]}, f"/resources/jamtland/{OTHER}": found, "POST /resources": found}
    )


async def at(made: MadeUpCounty, path: str, form: Any = None) -> Any:
    """The form at this path, opened or sent to by the county's coordinator."""
    work: WorkForm[Any] = resource_forms.FORMS[path.rpartition("/")[2]]
    return await made.open(work.ask if form is None else work.send, path, form)


@pytest.mark.parametrize(
    ("changes", "role", "offered"),
    [
        ({}, Role.COUNTY_COORDINATOR, ["andra", "dra-tillbaka"]),
        ({"status": "RETIRED"}, Role.COUNTY_COORDINATOR, []),
        ({"county": "norrbotten"}, Role.COUNTY_COORDINATOR, []),
        ({}, Role.MUNICIPAL_COORDINATOR, []),
    ],
)
async def test_only_the_county_s_coordinator_recommends(changes: Any, role: Role, offered: list[str]) -> None:
    assert steps_in(await county(**changes).open(resources.show_one, PATH, None, [role]), PATH) == offered


async def test_a_resource_is_shown_with_where_it_is_and_when_it_was_checked() -> None:
    text = bytes((await county().open(resources.show_one, PATH)).body).decode()

    assert "<h1>Kommuner mot &lt;brott&gt;</h1>" in text
    assert "SOU 2021:49, avsnitt 5" in text
    assert '<a href="https://regering.example/sou" rel="noreferrer">' in text
    assert "Adressen fungerade" in text


async def test_the_list_says_what_each_is() -> None:
    text = text_of(await county().open(resources.show_list, "/kunskap"))

    assert "Lag, förordning eller förarbete · SOU 2021:49, avsnitt 5 · Justitiedepartementet · 2021" in text


@pytest.mark.parametrize(("query", "said"), [("", "inte rekommenderat något än"), ("?slag=REPORT", "passar in på")])
async def test_a_list_without_a_choice_has_nothing_yet(query: str, said: str) -> None:
    assert said in text_of(await MadeUpCounty({}).open(resources.show_list, f"/kunskap{query}"))


async def test_a_list_is_chosen_by_kind_theme_and_area() -> None:
    made = county()
    await made.open(resources.show_list, "/kunskap?slag=REPORT&tema=FRAUD&omrade=ANDT&lage=ANY&lan=norrbotten")

    (asked,) = [dict(each.url.params) for each in made.requests]
    assert asked == {
        "limit": "50",
        "kind": "REPORT",
        "theme": "FRAUD",
        "policy_area": "ANDT",
        "status": "ANY",
        "county": "norrbotten",
    }


async def test_a_resource_opened_and_sent_is_the_same() -> None:
    made = county()
    shown = text_of(await at(made, f"{PATH}/andra"))
    done = await at(made, f"{PATH}/andra", form_of(shown, PATH))

    assert done.headers["location"] == f"{PATH}?klart=andra"
    ((method, _, body),) = made.told
    sent = RecommendResource.model_validate(body)
    fields = KnowledgeResourceDetails.model_fields
    assert (method, KnowledgeResourceDetails(**{name: getattr(sent, name) for name in fields})) == ("PUT", DETAILS)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, ["kind", "title"]),
        ({"kind": "LEGAL_SOURCE", "title": "A"}, ["designation"]),
        ({"kind": "REPORT", "title": "A", "designation": "2016:1258"}, ["designation"]),
        ({"kind": "REPORT", "title": "A", "section": "2 §"}, ["section"]),
        ({"kind": "REPORT", "title": "A", "url": "https://bra.example/r"}, ["checked_on"]),
        ({"kind": "REPORT", "title": "A", "checked_on": "2026-11-30"}, ["url"]),
        ({"kind": "REPORT", "title": "A", "checked_on": "i går", "url": "https://bra.example"}, ["checked_on"]),
        ({"kind": "REPORT", "title": "Ring 070-123 45 67"}, ["title"]),
    ],
)
async def test_what_does_not_fit_together_is_said(typed: dict[str, str], wrong: list[str]) -> None:
    made = county()
    answer = await at(made, "/kunskap/ny", typed)

    assert (answer.status_code, errors_in(answer), made.told) == (422, wrong, [])


async def test_a_day_to_come_is_refused_at_its_field() -> None:
    made = county()
    made.refusal = (409, "invalid-checked-on", ())
    typed = {"kind": "REPORT", "title": "A", "url": "https://bra.example/r", "checked_on": "2099-01-01"}
    answer = await at(made, "/kunskap/ny", typed)

    assert (answer.status_code, errors_in(answer)) == (409, ["checked_on"])
    assert 'value="2099-01-01"' in text_of(answer)
