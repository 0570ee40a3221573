"""The pages without a browser: who sees what, what every answer carries, and what happens while the county is away."""

import gzip
import itertools
import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.workspace.addresses import PAGES
from services.workspace.answers import CountyAway
from services.workspace.every_answer import HEADERS
from services.workspace.menu import MENU
from shared.contracts.topics import SERVICES
from shared.runtime.auth import Role
from tests.support.workspace import Visitor, WorkspaceHouse, given_occasion
from tests.support.workspace_meetings import given_item

PEOPLE = [role.value for role in Role]
SHOWN = {path: roles for method, path, _, roles in PAGES if method == "GET" and roles is not None and "{" not in path}
OPEN_PAGES = ["/om", "/tillganglighet", "/rad/", "/rad/affisch"]
ENTRIES = [entry for entries in MENU.values() for entry in entries]
MOST_BYTES = 15_000
"""Of a page as a proxy sends it, packed: two seconds of a slow line (400 kbit/s, 400 ms)."""
STATES = ["same-origin", "none", "same-site", "cross-site", None]


@pytest.mark.parametrize("person", PEOPLE)
async def test_every_page_of_the_menu_opens_for_its_roles(visitor: Visitor, person: str) -> None:
    await visitor.log_in(person)

    for path, roles in SHOWN.items():
        answer = await visitor.get(path)
        assert answer.status_code == (200 if Role(person) in roles else 403), path
        offered = {entry.path for entry in ENTRIES if f'<a href="{entry.path}"' in answer.text}
        assert offered == {entry.path for entry in ENTRIES if Role(person) in entry.roles}
        assert answer.text.count("<h1>") == 1
        assert len(gzip.compress(answer.content)) <= MOST_BYTES, path


async def test_a_page_has_those_of_its_group_beside_it(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    start, items = [(await visitor.get(path)).text for path in ("/", "/atgarder")]

    beside = items.partition('<nav class="menu beside" aria-label="Möten och åtgärder">')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"( aria-current="page")?', beside) == [
        ("/moten", ""),
        ("/atgarder", ' aria-current="page"'),
    ]
    assert "beside" not in start


@pytest.mark.parametrize("path", [*SHOWN, *OPEN_PAGES, "/no-such-page", "/health/ready"])
async def test_every_answer_has_the_headers(visitor: Visitor, path: str) -> None:
    answer = await visitor.get(path)

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_open_pages_need_no_log_in_and_set_no_cookie(visitor: Visitor, path: str) -> None:
    answer = await visitor.get(path)

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("site", "own"), list(itertools.product(STATES, [True, False])))
async def test_only_a_form_of_a_page_of_ours_is_believed(visitor: Visitor, site: str | None, own: bool) -> None:
    await visitor.log_in("READER")
    headers = {"Origin": visitor.origin if own else "https://other.example"}
    headers |= {"Sec-Fetch-Site": site} if site else {}

    answer = await visitor.post("/logga-ut", headers=headers)

    believed = site in ("same-origin", "none") or (site is None and own)
    assert answer.status_code == (200 if believed else 403)
    assert ("__Host-norrsam-jamtland" in visitor.cookies) is not believed


async def test_a_form_that_says_not_where_it_comes_from_is_not(visitor: Visitor) -> None:
    await visitor.log_in("READER")

    assert (await visitor.post("/logga-ut", headers={})).status_code == 403


async def test_a_county_that_is_away_leaves_the_page_standing(
    visitor: Visitor, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    async def away(*_: object, **__: object) -> None:
        raise CountyAway("ConnectError")

    monkeypatch.setattr(jamtlands.site.interface, "_send", away)
    start, links, advice = [await visitor.get(path) for path in ("/", "/anslutning", "/rad/")]

    assert {answer.status_code for answer in (start, links, advice)} == {200}
    assert start.text.count("kan inte visas just nu") == 3
    assert "Inget väntar på dig." not in start.text
    assert links.text.count("Kan inte visas just nu") == 3 * len(SERVICES)
    assert "Är det fara just nu?" in advice.text


async def test_a_part_that_is_away_leaves_the_rest_to_be_done(
    visitor: Visitor, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await given_item(jamtlands, uuid4())
    await visitor.log_in("COUNTY_COORDINATOR")
    send = jamtlands.site.interface._send

    async def but_minutes(method: str, path: str, **more: Any) -> httpx.Response:
        if path in ("/minutes", "/invitations"):
            raise CountyAway("ReadTimeout")
        return await send(method, path, **more)

    monkeypatch.setattr(jamtlands.site.interface, "_send", but_minutes)
    text = (await visitor.get("/")).text

    assert "Det här saknas: möten att svara på, protokoll att justera." in text
    assert re.search(r"<strong>(En åtgärd|\d+ åtgärder) att göra</strong>", text)
    assert "Inget väntar på dig." not in text


async def test_the_police_release_a_signal_from_the_start_page(visitor: Visitor) -> None:
    offered = []
    for person in ("POLICE", "COUNTY_COORDINATOR", "READER"):
        await visitor.log_in(person)
        offered += [person] if 'href="/signaler/ny"' in (await visitor.get("/")).text else []

    assert offered == ["POLICE"]


async def test_without_its_database_a_page_says_so(
    visitor: Visitor, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.log_in("READER")
    monkeypatch.setattr(jamtlands.site.logins, "tokens", _away)

    answer = await visitor.get("/")

    assert answer.status_code == 503
    assert "Försök igen om en stund" in answer.text
    assert (await visitor.get("/rad/")).status_code == 200


async def test_figures_say_whether_log_ins_can_be_kept(
    visitor: Visitor, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = (await visitor.get("/metrics")).text
    monkeypatch.setattr(jamtlands.site, "pending", lambda: _away(""))
    lost = (await visitor.get("/metrics")).text

    figure = 'norrsam_database_up{county="jamtland",service="workspace"}'
    assert f"{figure} 1.0" in kept
    assert 'norrsam_migrations_pending{county="jamtland",service="workspace"} 0.0' in kept
    assert f"{figure} 0.0" in lost


async def _away(*_: object) -> None:
    raise TimeoutError


async def test_markup_in_the_county_s_answers_is_text(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    training = {"title": "A <b>B</b> {{ 7 * 7 }}"}
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        made = await given_occasion(county, training)
    assert made["status"] == "OPEN"

    page = await visitor.get("/")

    assert "A &lt;b&gt;B&lt;/b&gt; {{ 7 * 7 }}" in page.text
    assert "<b>" not in page.text


async def test_a_body_that_is_too_large_is_refused(visitor: Visitor) -> None:
    answer = await visitor.post("/rad/", data={"answered": "x" * 300_000})

    assert answer.status_code == 413


async def test_static_files_are_kept_for_ever_by_their_version(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    address = jamtlands.site.files.address("workspace.css")

    now, other = await visitor.get(address), await visitor.get("/static/000000000000/workspace.css")

    assert "immutable" in now.headers["cache-control"]
    assert other.headers["cache-control"] == "no-store"
    assert (await visitor.get("/static/x/../app.py")).status_code == 404


async def test_static_files_are_sent_packed_where_that_is_taken(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    files = jamtlands.site.files
    for name in ("workspace.css", "icon-180.png"):
        taken, plain = [
            await visitor.get(files.address(name), {"Accept-Encoding": how}) for how in ("gzip, br", "identity")
        ]

        assert taken.content == plain.content == files.content[name]
        assert "content-encoding" not in plain.headers
        assert taken.headers.get("content-encoding") == ("gzip" if name.endswith(".css") else None)
        assert taken.headers["vary"] == "Accept-Encoding"
