"""Makes a page from its template: everything is escaped, and a missing value is an error."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from services.workspace.prose import prose
from services.workspace.site import WorkspaceSite
from services.workspace.words import Wording
from shared import calendar
from shared.calendar import day_of, written_date, written_moment

TEMPLATES = Path(__file__).with_name("templates")
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.filters |= {
    "moment": written_moment,
    "date": lambda moment: written_date(day_of(moment)),
    "day": written_date,
    "prose": prose,
    "week": lambda code: f"v. {int(code[6:])} {code[:4]}",
}
COMMON = {
    "freshness": (),
    "menu": (),
    "principal": None,
    "path": "",
    "who": "",
    "offer_login": False,
    "live": False,
}


def render(site: WorkspaceSite, template: str, status: int, **values: object) -> Response:
    """The page; ``values`` are those of its template."""
    return HTMLResponse(markup(site, template, values), status)


def markup(site: WorkspaceSite, template: str, values: Mapping[str, object]) -> str:
    """The HTML of a template."""
    words: Wording = site.words
    known = {
        "t": words.text,
        "n": words.number,
        "has": words.has,
        "static": site.files.address,
        "county_name": site.name,
        "name_of": site.name_of,
        "clock": lambda moment: clock(moment, site.now()),
        "renewed": _renewed if values.get("live") else _part,
    }
    return _ENVIRONMENT.get_template(template).render({**COMMON, **known, **values})


def _part(identity: str, _: str) -> Markup:
    return Markup(' id="part-{}"').format(identity)


def _renewed(identity: str, streams: str) -> Markup:
    """The attributes of a part of a page that is fetched again when one of these streams has moved."""
    return Markup(' id="part-{}" data-live="{}"').format(identity, streams)


def clock(moment: datetime, now: datetime) -> str:
    """The time of day in Swedish, as in `kl. 10.12`; with the date before it if it is not today's."""
    day = "" if day_of(moment) == day_of(now) else f"{written_date(day_of(moment))} "
    return f"{day}kl. {calendar.clock(moment)}"
