"""A GET by someone who has the newest already."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.links.freshness import Freshness
from shared.runtime.edge import Edge
from shared.runtime.resource import page_of


async def endless() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""


SECOND = timedelta(seconds=1)

FORMS: dict[str, Callable[[], Response]] = {
    "versioned": lambda: JSONResponse({"name": "owl"}, headers={"ETag": '"3"', "Vary": "Accept"}),
    "listed": lambda: JSONResponse(["owl", "elk"]),
    "other": lambda: JSONResponse(["owl"]),
    "pieces": lambda: StreamingResponse(iter(["owl", "elk"])),
    "endless": lambda: StreamingResponse(endless(), media_type="text/event-stream"),
    "secret": lambda: JSONResponse("owl", headers={"Cache-Control": "no-store"}),
    "missing": lambda: JSONResponse("none", 404),
}


async def answer(request: Request) -> Response:
    return FORMS[request.path_params["form"]]()


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = Edge(Starlette(routes=[Route("/{form}", answer, methods=["GET", "POST"])]), "norrbotten")
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://county.test")


@pytest.mark.parametrize(
    "seen",
    ['"3"', 'W/"3"', '"2", "3"', 'W/"2",W/"3"', "*", " * "],
    ids=["strong", "weak", "list", "weak-list", "*", " *"],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_whoever_has_the_version_gets_304_and_no_body(client: httpx.AsyncClient, method: str, seen: str) -> None:
    spared = await client.request(method, "/versioned", headers={"If-None-Match": seen})

    assert (spared.status_code, spared.content) == (304, b"")
    assert [spared.headers.get(name) for name in ("ETag", "Vary", "Cache-Control")] == ['"3"', "Accept", "no-store"]
    assert {"content-type", "content-length"}.isdisjoint(spared.headers)


async def test_the_head_of_what_never_ends_ends(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    head = await client.head("/endless")

    assert (head.status_code, head.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert (head.content, caplog.records) == (b"", [])


@pytest.mark.parametrize("seen", [None, '"2"', '"33"', "3", 'w/"3', ""])
async def test_whoever_has_another_version_gets_the_body(client: httpx.AsyncClient, seen: str | None) -> None:
    full = await client.get("/versioned", headers={} if seen is None else {"If-None-Match": seen})

    assert (full.status_code, full.json(), full.headers["ETag"]) == (200, {"name": "owl"}, '"3"')


async def test_a_list_has_a_weak_etag_of_its_content(client: httpx.AsyncClient) -> None:
    first, again, other = [await client.get(path) for path in ("/listed", "/listed", "/other")]
    seen = {"If-None-Match": first.headers["ETag"]}

    spared, full = await client.get("/listed", headers=seen), await client.get("/other", headers=seen)

    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["ETag"] == again.headers["ETag"] != other.headers["ETag"]
    assert (spared.status_code, spared.content, full.status_code, full.json()) == (304, b"", 200, ["owl"])


def tag_of(items: list[str], second: int, **changes: int) -> str:
    known = Freshness(county="jamtland", complete_until=datetime(2026, 11, 23, 11, 5, tzinfo=UTC) + second * SECOND)
    answer = page_of(items, None, [known.model_copy(update=changes)])
    assert json.loads(bytes(answer.body)) == {
        "items": items,
        "next": None,
        "counties": [known.model_copy(update=changes).model_dump(mode="json")],
    }
    return answer.headers["ETag"]


def test_a_list_keeps_its_etag_while_only_its_time_moves_a_little() -> None:
    assert tag_of(["owl"], 0) == tag_of(["owl"], 10) == tag_of(["owl"], 299)

    others = [tag_of(["elk"], 0), tag_of(["owl"], 300), tag_of(["owl"], 0, open_gaps=1)]
    assert len({tag_of(["owl"], 0), *others}) == 4


@pytest.mark.parametrize(
    ("method", "form", "status"),
    [("GET", "pieces", 200), ("GET", "secret", 200), ("GET", "missing", 404), ("POST", "listed", 200)],
)
async def test_other_answers_have_no_etag_and_are_whole(
    client: httpx.AsyncClient, method: str, form: str, status: int
) -> None:
    full = await client.request(method, f"/{form}", headers={"If-None-Match": "*"})

    assert (full.status_code, full.headers.get("ETag")) == (status, None)
    assert full.content
