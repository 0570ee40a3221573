"""Pages of a workspace without its county: what the county answers is made up, and what it is told is noted."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
from starlette.requests import Request
from starlette.responses import Response

from services.workspace.county import CountyInterface
from services.workspace.files import StaticFiles
from services.workspace.guard import Endpoint, Visit, Visitor
from services.workspace.oidc import Tokens
from services.workspace.site import WorkspaceSite
from services.workspace.words import Wording
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.reference import county_name
from shared.runtime.auth import Principal, Role

NOW = datetime(2026, 12, 9, 12, tzinfo=UTC)
MEETING, INVITEE, ACTOR, CONTACT, MINUTES, ITEM, OTHER = (str(UUID(int=number, version=4)) for number in range(7, 14))
PATH = f"/moten/jamtland/{MEETING}"
INVITED = {
    "id": INVITEE,
    "actor": {"county": "jamtland", "id": ACTOR},
    "contact_function": CONTACT,
    "actor_name": "Länsstyrelsen",
    "function": "COUNTY_COORDINATOR",
    "role": "PARTICIPANT",
    "state": "ACCEPTED",
    "swedish": "kommer",
    "received": True,
}
BOARD = {
    "id": ACTOR,
    "county": "norrbotten",
    "name": "Länsstyrelsen i norr",
    "type": "COUNTY_BOARD",
    "sector": "STATE",
    "status": "ACTIVE",
    "policy_areas": [],
    "contact_functions": [{"id": OTHER, "function": "REGISTRAR"}],
}
EMPTY: dict[str, Any] = {"items": [], "counties": [], "next": None}


def a_hosted_meeting(days: float = 30, **changes: Any) -> dict[str, Any]:
    """A steering meeting of Jämtland, so many days from NOW."""
    starts = NOW + timedelta(days=days)
    return {
        "id": MEETING,
        "county": "jamtland",
        "version": 3,
        "sequence": 0,
        "status": "INVITED",
        "kind": "STEERING",
        "title": "Vårens styrgrupp",
        "when": "torsdag 7 januari",
        "swedish": "styrgruppsmöte, kallat",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "time_zone": "Europe/Stockholm",
        "level": "REGIONAL",
        "organiser": "COUNTY_COORDINATOR",
        "form": "ONLINE",
        "url": "https://mote.example/1",
        "place": None,
        "purpose": "Läget",
        "policy_areas": ["ANDT"],
        "network": {"county": "jamtland", "id": OTHER},
        "series": OTHER,
        "agenda": [{"title": "Läget i länen", "minutes": 30, "presenter": "COUNTY_COORDINATOR"}],
        "invitees": [INVITED],
        **changes,
    }


@dataclass
class MadeUpCounty:
    """The answers by path (the longest beginning counts), the refusal of commands if any, and what it was told.

    A path with a method before it is that of this command alone; nothing is found where one is ``unknown``.
    """

    answers: dict[str, object]
    refusal: tuple[int, str, tuple[str, ...]] | None = None
    unknown: tuple[str, ...] = ()
    now: datetime = NOW
    doubts: Sequence[Mapping[str, object]] = ()
    asked: list[str] = field(default_factory=list)
    told: list[tuple[str, str, Any]] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer of the county to this request."""
        path, body = request.url.path, json.loads(request.content or b"null")
        self.asked.append(path)
        self.requests.append(request)
        if path.startswith(self.unknown or ("?",)):
            return httpx.Response(404, json={"type": "/problems/not-found"})
        if request.method != "GET":
            self.told.append((request.method, path, body))
            if self.refusal:
                status, slug, names = self.refusal
                errors = [{"field": name} for name in names]
                problem = {"type": f"/problems/{slug}", "errors": errors, "doubts": list(self.doubts)}
                return httpx.Response(status, json=problem)
        found = max((each for each in self.answers if path.startswith(each)), key=len, default="")
        known = self.answers.get(found, EMPTY)
        return httpx.Response(200, json=self.answers.get(f"{request.method} {path}", known))

    async def open(
        self,
        page: Endpoint,
        path: str,
        form: Mapping[str, Sequence[str] | str] | None = None,
        roles: Sequence[Role] = (Role.COUNTY_COORDINATOR,),
        municipality: str | None = None,
        **named: object,
    ) -> Response:
        """The page at this address, opened or, with a form, sent to, by somebody of Jämtland; ``named``: more of it."""
        site = object.__new__(WorkspaceSite)
        site.counties = parse(DEFAULT)
        site.county = next(each for each in site.counties if each.name == "jamtland")
        site.name, site.words, site.files = county_name("jamtland", site.counties), Wording(), StaticFiles()
        site.now = lambda: self.now
        site.interface = object.__new__(CountyInterface)
        transport = httpx.MockTransport(self.answer)
        site.interface._client = httpx.AsyncClient(base_url="http://county.test", transport=transport)
        path, _, query = path.partition("?")
        ids = re.findall(r"[0-9a-f-]{36}", path)
        body, sent = urlencode(form or {}, doseq=True).encode(), form is not None
        scope = {
            "type": "http",
            "method": "POST" if sent else "GET",
            "path": path,
            "query_string": query.encode(),
            "scheme": "http",
            "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
            "path_params": {**({"county": "jamtland", "identity": UUID(ids[0])} if ids else {}), **named},
            "server": ("workspace.test", 80),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        principal = Principal(
            sub="somebody", roles=frozenset(roles), function="COUNTY_COORDINATOR", municipality=municipality
        )
        visitor = Visitor(principal, Tokens("t", None, None))
        return await page(Visit(site, Request(scope, receive), visitor))


def steps_in(answer: Response, path: str) -> list[str]:
    """The steps that a page offers under this path, in order."""
    return [each.partition('"')[0] for each in text_of(answer).split(f'href="{path}/')[1:]]


def text_of(answer: Response) -> str:
    """The page as text, its characters as they are."""
    return unescape(bytes(answer.body).decode())


def errors_in(answer: Response) -> list[str]:
    """The fields that the error summary leads to."""
    summary = text_of(answer).partition('class="errors"')[2].partition("</div>")[0]
    return re.findall(r'<a href="#([^"]+)">', summary)
