"""The example people of the development log-in: functions, and no names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from shared.contracts.reference import FUNCTIONS, MUNICIPALITIES
from shared.runtime.auth import Role


@dataclass(frozen=True, slots=True)
class ExamplePerson:
    """Somebody whom everybody on this machine may be; ``claims`` is what the access token says of them."""

    key: str
    title: str
    organisation: str
    claims: Mapping[str, object]


_PAGE = """<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inloggning för utveckling</title>
<style>
:root {{ color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }}
body {{ max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem }}
ul {{ list-style: none; padding: 0 }}
a {{ display: block; padding: .75rem 1rem; margin: .5rem 0; border: 1px solid; border-radius: .25rem }}
a[aria-current] {{ border-width: 3px }}
</style>
</head>
<body>
<main>
<h1>Vem är du i dag?</h1>
<p>Inloggning för utveckling, på den här datorn. I drift loggar du in hos länets egen inloggningstjänst.</p>
<ul>{people}</ul>
</main>
</body>
</html>
"""


def people(code: str) -> list[ExamplePerson]:
    """The people of the county with this SCB code: one for each role, and a second one for what takes two."""
    home = next((each for each in MUNICIPALITIES.values() if each.county == code), None)
    found = [
        _person(Role.COUNTY_COORDINATOR, "COUNTY_COORDINATOR", "Länsstyrelsen"),
        _person(Role.COUNTY_COORDINATOR, "COUNTY_ANDT_COORDINATOR", "Länsstyrelsen", key="COUNTY_COORDINATOR_2"),
        _person(Role.POLICE, "LPO_CHIEF", "Polismyndigheten"),
        _person(Role.OPERATOR, "SITE_MANAGER", "postnord"),
        _person(Role.READER, "REGISTRAR", "Länsstyrelsen"),
    ]
    place = {"municipality": home.code} if home else {}
    municipal = _person(
        Role.MUNICIPAL_COORDINATOR, "MUNICIPAL_COORDINATOR", f"{home.name} kommun" if home else "Kommun", **place
    )
    return [*found[:2], municipal, *found[2:]]


def show(county: str, known: Iterable[ExamplePerson], asked: Mapping[str, str]) -> str:
    """The page on which one of them is chosen; the one that ``login_hint`` names stands out."""
    lines = [
        f'<li><a href="/authorize?{escape(urlencode({**asked, "person": person.key}))}"'
        f"{' aria-current=true' if asked.get('login_hint') == person.key else ''}>"
        f"<strong>{escape(person.title[:1].upper() + person.title[1:])}</strong><br>"
        f"{escape(person.organisation)} ({escape(county)})</a></li>"
        for person in known
    ]
    return _PAGE.format(people="".join(lines))


def _person(role: Role, function: str, organisation: str, key: str | None = None, **more: str) -> ExamplePerson:
    claims = {"roles": [role.value], "function": function, "organisation": organisation, **more}
    return ExamplePerson(key or role.value, FUNCTIONS[function].swedish, organisation, claims)
