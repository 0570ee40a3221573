"""Hints for open pages, and that nobody stays logged in by a page that renews itself."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from services.workspace import live
from services.workspace.addresses import PAGES
from services.workspace.guard import RENEWED
from services.workspace.live import TICK
from shared.contracts.topics import STREAMS
from shared.runtime.auth import Role
from tests.support.databases import connector
from tests.support.workspace import Visitor, WorkspaceHouse, moved

FORMS = {path for method, path, *_ in PAGES if method == "POST"}
LISTS = {path: roles for _, path, _, roles in PAGES if roles and "{" not in path and path not in FORMS}
LONG_AGO = timedelta(minutes=5)


@asynccontextmanager
async def hints(visitor: Visitor) -> AsyncIterator[AsyncIterator[str]]:
    """The lines that somebody hears, comments left out."""
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    async with visitor.client.stream("GET", f"{visitor.origin}/nytt", headers={"Cookie": cookies}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield (line async for line in answer.aiter_lines() if line.startswith("data:"))


async def used(house: WorkspaceHouse, ago: timedelta | None = None) -> object:
    """When the log-ins were used last, after they are said to have been so long ago."""
    conn = await connector(house.settings, house.county, "workspace")()
    if ago:
        await conn.execute("UPDATE logins SET used_at = $1", house.site.now() - ago)
    found = await conn.fetch("SELECT used_at FROM logins ORDER BY id")
    await conn.close()
    return found


async def test_who_is_not_logged_in_is_not_asked_to_try_again(visitor: Visitor) -> None:
    answer = await visitor.get("/nytt")

    assert (answer.status_code, answer.content) == (204, b"")


async def test_a_stream_that_moves_is_named(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    await moved(jamtlands, "meetings")
    async with hints(visitor) as heard:
        assert "meetings" in await anext(heard)  # and all others, if nobody has listened before

        await moved(jamtlands, "actors")

        line = await anext(heard)
        while "actors" not in line:
            line = await anext(heard)
        assert line.removesuffix(" meetings") == "data: actors"  # an earlier listener may have looked before that moved


@pytest.mark.parametrize("who", ["READER", "OPERATOR"])
async def test_everybody_may_listen(visitor: Visitor, who: str) -> None:
    await visitor.log_in(who)
    async with hints(visitor):
        pass


async def test_a_page_that_renews_itself_keeps_nobody_logged_in(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await visitor.log_in("READER")
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    head = await visitor.client.head(f"{visitor.origin}/nytt", headers={"Cookie": cookies})  # it ends
    assert (head.headers["content-type"], head.content) == ("text/event-stream; charset=utf-8", b"")
    before = await used(jamtlands, LONG_AGO)

    assert (await visitor.get("/signaler", {RENEWED: "1"})).status_code == 200
    async with hints(visitor):
        pass
    assert await used(jamtlands) == before

    assert (await visitor.get("/signaler")).status_code == 200
    assert await used(jamtlands) != before


@pytest.mark.parametrize("why", ["logged out", "the process stops"])
async def test_the_stream_ends(
    visitor: Visitor, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(live, "LOGIN_SECONDS", 0)
    await visitor.log_in("READER")
    async with hints(visitor) as heard:
        if why == "logged out":
            await jamtlands.site.logins.end(visitor.cookies[jamtlands.site.cookie])
        else:
            monkeypatch.setattr(jamtlands.site, "stopping", lambda: True)
        async for _ in heard:
            pass


async def test_only_a_page_of_somebody_listens(visitor: Visitor) -> None:
    assert "data-live" not in (await visitor.get("/om")).text
    await visitor.log_in("READER")

    assert 'id="part-list" data-live="shipment-signals"' in (await visitor.get("/signaler")).text
    assert "data-live" not in (await visitor.get("/finns-inte")).text


@pytest.mark.parametrize("path", sorted(LISTS))
async def test_each_list_renews_itself(visitor: Visitor, path: str) -> None:
    roles = LISTS[path]
    await visitor.log_in((Role.COUNTY_COORDINATOR if Role.COUNTY_COORDINATOR in roles else min(roles)).value)

    streams = re.findall(r' id="part-(?!freshness)[a-z-]+" data-live="([^"]+)"', (await visitor.get(path)).text)

    assert streams
    assert {name for each in streams for name in each.split()} <= {*STREAMS, TICK}
