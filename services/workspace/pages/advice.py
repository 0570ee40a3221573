"""The advice page for staff who suspect a shipment: open to all, and nothing of it is kept.

It looks at no cookie and opens no database. In a browser with scripts the gate runs there, also without a network; the
forms here are for browsers without. They are sent by POST, so that no answer stands in an address.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.render import markup, render
from services.workspace.shown import ShownAdvice, ShownChoice, ShownQuestion
from services.workspace.site import WorkspaceSite
from shared.calendar import day_of, written_date

SEVERAL = ("dangers", "signs")
SINGLE = ("at_work", "condition", "suspicion", "from_abroad")
OFFLINE_FILES = ("workspace.css", "rad.js", "gate.js", "tables.json", "icon.svg", "icon-180.png")
CAREFUL = ("DO_NOT_OPEN", "PUT_ASIDE", "TELL_MANAGER")
"""The lines that hold whatever the shipment is."""
CALLS = ("CALL_112", "CALL_POLICE", "CALL_CUSTOMS")
"""The lines that the links to call say already."""
VALUES = {"true": True, "false": False}


def routes(site: WorkspaceSite) -> list[Route]:
    """The page, its poster, and what makes it installable."""
    first = first_question(json.loads(site.files.content["tables.json"]))

    def with_site(
        answer: Callable[[WorkspaceSite, ShownAdvice, Request], Awaitable[Response]],
    ) -> Callable[..., object]:
        async def asked(request: Request) -> Response:
            return await answer(site, first, request)

        return asked

    return [
        Route("/rad", lambda _: RedirectResponse("/rad/", 301)),
        Route("/rad/", with_site(begin), methods=["GET"]),
        Route("/rad/", with_site(go_on), methods=["POST"]),
        Route("/rad/affisch", with_site(poster)),
        Route("/rad/app.webmanifest", with_site(manifest)),
        Route("/rad/sw.js", with_site(worker)),
    ]


async def begin(site: WorkspaceSite, first: ShownAdvice, _: Request) -> Response:
    """The first question."""
    return _page(site, first, {})


async def go_on(site: WorkspaceSite, _: ShownAdvice, request: Request) -> Response:
    """The answer to what has been answered so far, as the county's gate gives it."""
    situation = situation_of(await form_of(request))
    try:
        return _page(site, await site.interface.advice({**situation, "language": "sv"}), situation)
    except (CountyAway, CallRefused):
        return render(site, "advice_away.html", 503, lines=lines_of(site, *CAREFUL))


async def poster(site: WorkspaceSite, first: ShownAdvice, _: Request) -> Response:
    """A page for the wall, A4: the first lines, the numbers, and where the advice is."""
    address = f"{site.own.workspace_url}/rad/"
    code = segno.make(address, error="m").svg_inline(
        omitsize=True, border=2, title=address, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )
    lines = lines_of(site, "CALL_112", *CAREFUL)
    mark = Markup(code)  # noqa: S704 - it is made here, from an address of our settings
    return render(site, "poster.html", 200, address=address, code=mark, lines=lines, question=first.text[0])


async def manifest(site: WorkspaceSite, _: ShownAdvice, __: Request) -> Response:
    """All that a telephone needs to put the page on its home screen (W3C: Web Application Manifest)."""
    icons = [{"src": site.files.address("icon.svg"), "sizes": "any", "type": "image/svg+xml"}]
    known = {
        "name": str(site.words.text("advice.title")),
        "short_name": str(site.words.text("advice.short")),
        "lang": "sv",
        "start_url": "/rad/",
        "scope": "/rad/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0d3b52",
        "icons": icons,
    }
    return Response(json.dumps(known, ensure_ascii=False), media_type="application/manifest+json")


async def worker(site: WorkspaceSite, _: ShownAdvice, __: Request) -> Response:
    """The service worker: a fixed list of files, in a cache of its own for each version."""
    files = ["/rad/", *(site.files.address(name) for name in OFFLINE_FILES)]
    head = f"const VERSION = {json.dumps(site.files.version)};\nconst FILES = {json.dumps(files)};\n"
    return Response(head.encode() + site.files.content["worker.js"], media_type="text/javascript")


def situation_of(form: Mapping[str, list[str]]) -> dict[str, object]:
    """The answers in a form, as the gate takes them. A question of several choices is answered with none, too."""
    answered = form.get("answered", [])
    found: dict[str, object] = {
        name: sorted(set(form.get(name, []))) for name in SEVERAL if name in answered or name in form
    }
    found |= {name: VALUES.get(form[name][0], form[name][0]) for name in SINGLE if name in form}
    return found | ({"called": True} if "called" in form else {})


def lines_of(site: WorkspaceSite, *codes: str) -> list[str]:
    """The sentences of these lines, as the gate says them."""
    lines = json.loads(site.files.content["tables.json"])["lines"]
    return [lines[code][0] for code in codes]


def first_question(tables: Mapping[str, Any]) -> ShownAdvice:
    """The first question, from the tables that browsers have."""
    question = tables["questions"]["1"]
    field = str(question["field"])
    choices = [ShownChoice(value=value, text=swedish) for value, swedish, _ in tables["choices"][field]]
    asked = ShownQuestion(field=field, text=question["text"][0], several=True, choices=choices)
    return ShownAdvice(outcome="ASK", calls=[], lines=[], text=[asked.text], asked=asked)


def _page(site: WorkspaceSite, advice: ShownAdvice, situation: Mapping[str, object]) -> Response:
    said = zip(advice.lines, advice.text, strict=False)  # a question comes after the lines
    read = [text for line, text in said if line not in CALLS]
    kept: list[tuple[str, object]] = []
    for name, value in situation.items():
        values = value if isinstance(value, list) else [value]
        kept += [(name, str(each).lower() if isinstance(each, bool) else each) for each in values]
        kept += [("answered", name)] if isinstance(value, list) else []
    shown: dict[str, object] = {
        "advice": advice,
        "read": read,
        "kept": kept,
        "begun": bool(situation),
        "day": written_date(day_of(site.now())),
    }
    return Response(markup(site, "advice.html", shown), media_type="text/html")
