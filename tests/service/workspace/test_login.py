"""Log-in: what counts, what does not, and what is kept of it."""

import asyncio
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.engine.login import LoginGrant
from services.workspace.oidc import Tokens
from services.workspace.pages.login import safe
from tests.support.databases import connector
from tests.support.forms import form_of
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_alone import MEETING


async def kept(house: WorkspaceHouse) -> str:
    """All that the workspace's database holds, as text."""
    conn = await connector(house.settings, house.county, "workspace")()
    rows = await conn.fetch("SELECT * FROM logins")
    await conn.close()
    return "\n".join(str(dict(row)) for row in rows)


async def test_who_is_not_logged_in_comes_back_where_they_were(visitor: Visitor) -> None:
    asked = await visitor.get("/anslutning")
    assert (asked.status_code, asked.headers["location"]) == (303, "/logga-in?till=%2Fanslutning")

    back = await visitor.log_in("READER", "/anslutning")

    assert (back.status_code, back.headers["location"]) == (303, "/anslutning")
    assert (await visitor.get("/anslutning")).status_code == 200


async def test_the_cookie_is_of_this_county_and_of_no_script(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    answer = await visitor.log_in("READER")

    (line,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("__Host-norrsam-jamtland=")]
    flags = {part.strip().lower() for part in line.split(";")[1:]}
    assert flags == {"path=/", "secure", "httponly", "samesite=lax"}  # and no Max-Age: it ends with the browser


async def test_nothing_in_the_database_logs_anybody_in(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await visitor.log_in("POLICE")

    stored = await kept(jamtlands)

    assert visitor.cookies["__Host-norrsam-jamtland"] not in stored
    assert "POLICE" not in stored
    assert "eyJhbGciOiJFUzI1NiI" not in stored  # the head of a signed token


async def test_each_log_in_has_a_new_id_and_ends_the_one_before(visitor: Visitor) -> None:
    await visitor.log_in("READER")
    first = dict(visitor.cookies)

    await visitor.log_in("READER")

    second, visitor.cookies = visitor.cookies, first
    assert second != first
    assert (await visitor.get("/")).status_code == 303
    visitor.cookies = {"__Host-norrsam-jamtland": "a-value-that-somebody-has-planted"}
    assert (await visitor.get("/")).status_code == 303


@pytest.mark.parametrize("name", ["state", "iss", "code"])
async def test_an_answer_that_was_changed_logs_nobody_in(visitor: Visitor, name: str) -> None:
    start = await visitor.get("/logga-in")
    way = await visitor.choose(start.headers["location"], "READER")
    query = {key: value[0] for key, value in parse_qs(urlsplit(way).query).items()}
    query[name] = query[name][:-3] + "abc"  # the attempt's cookie is found all the same

    answer = await visitor.get("/logga-in/svar?" + "&".join(f"{key}={value}" for key, value in query.items()))

    assert answer.status_code == 400
    assert "Inloggningen gick inte" in answer.text
    assert "__Host-norrsam-jamtland" not in visitor.cookies


async def test_a_code_counts_once(visitor: Visitor) -> None:
    start = await visitor.get("/logga-in")
    attempt = dict(visitor.cookies)
    way = await visitor.choose(start.headers["location"], "READER")
    assert (await visitor.get(way)).status_code == 303

    visitor.cookies = attempt
    assert (await visitor.get(way)).status_code == 400


async def test_an_answer_for_another_browser_logs_nobody_in(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    other = Visitor(jamtlands.url)
    start = await other.get("/logga-in")
    way = await other.choose(start.headers["location"], "READER")
    await other.client.aclose()

    assert (await visitor.get(way)).status_code == 400


@pytest.mark.parametrize("nonce", ["another", ""])
async def test_an_identity_for_another_attempt_counts_not(
    visitor: Visitor, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch, nonce: str
) -> None:
    start = await visitor.get("/logga-in")
    way = await visitor.choose(start.headers["location"], "READER")
    (code,) = parse_qs(urlsplit(way).query)["code"]
    grants = jamtlands.example._codes
    monkeypatch.setitem(grants, code, replace(grants[code], nonce=nonce))

    assert (await visitor.get(way)).status_code == 400


async def test_a_token_that_ends_is_renewed_once_for_all(
    visitor: Visitor, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.engine.login.ACCESS_SECONDS", 20)  # sooner than the workspace waits with renewing
    await visitor.log_in("READER")
    monkeypatch.undo()
    renewed = []
    refresh = jamtlands.site.provider.refresh

    async def counted(token: str) -> Tokens:
        renewed.append(token)
        return await refresh(token)

    monkeypatch.setattr(jamtlands.site.provider, "refresh", counted)

    answers = await asyncio.gather(*(visitor.get("/om") for _ in range(6)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(renewed) == 1
    assert (await visitor.get("/")).status_code == 200


async def test_a_log_in_that_cannot_be_renewed_has_ended(
    visitor: Visitor, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.engine.login.ACCESS_SECONDS", 20)
    await visitor.log_in("READER")
    jamtlands.example._refreshing.clear()

    assert (await visitor.get("/")).headers["location"] == "/logga-in?till=%2F"
    assert visitor.cookies["__Host-norrsam-jamtland"] not in await kept(jamtlands)


async def test_log_out_forgets_and_leads_on_by_a_link(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await visitor.log_in("READER")
    before = dict(visitor.cookies)

    answer = await visitor.post("/logga-ut")

    assert answer.status_code == 200  # and no redirect: a form may not lead to another origin
    assert f'href="{jamtlands.provider}/end?' in answer.text
    assert "__Host-norrsam-jamtland" not in visitor.cookies
    visitor.cookies = before
    assert (await visitor.get("/")).status_code == 303


async def test_a_log_in_of_another_county_counts_not_here(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    start = await visitor.get("/logga-in")
    way = await visitor.choose(start.headers["location"], "READER")
    tokens = jamtlands.example._tokens

    def of_norrbotten(grant: LoginGrant) -> dict[str, object]:
        answer = tokens(grant)
        claims = {"iss": "https://norrsam.local", "aud": "norrbotten", "sub": "x", "exp": 2_000_000_000, "roles": []}
        return answer | {"access_token": jamtlands.example._signed(claims)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jamtlands.example, "_tokens", of_norrbotten)
        answer = await visitor.get(way)

    assert answer.status_code == 403
    assert "ingen behörighet" in answer.text


@pytest.mark.parametrize(
    "back", ["//other.example/", "https://other.example/", "/\\other.example", "javascript:alert(1)", "", "/a\nb"]
)
def test_the_way_back_leads_nowhere_else(back: str) -> None:
    assert safe(back) == "/"
    assert safe("/anslutning?a=b") == "/anslutning?a=b"


async def test_a_form_of_a_log_in_that_has_ended_keeps_what_was_typed(visitor: Visitor) -> None:
    form = {"need": "Hjälp <med> analysen", "policy_areas": ["ANDT", "EST"], "key": "k"}

    answer = await visitor.post("/stod/ny", form)

    assert answer.status_code == 401
    assert 'href="/logga-in?till=%2Fstod%2Fny" target="_blank"' in answer.text
    assert form_of(answer.text, "/stod/ny") == {
        "need": ["Hjälp <med> analysen"],
        "policy_areas": ["ANDT", "EST"],
        "key": ["k"],
    }


async def test_a_log_in_after_a_form_leads_to_the_page_that_has_it(visitor: Visitor) -> None:
    answer = await visitor.post(f"/moten/jamtland/{MEETING}/svar/{MEETING}", {"answer": "ACCEPTED"})

    assert f'href="/logga-in?till=%2Fmoten%2Fjamtland%2F{MEETING}"' in answer.text
