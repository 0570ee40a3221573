"""Somebody else has changed what a form is about: each form says so and what to do, and keeps what was typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.responses import Response

from services.initiatives.domain import processes as signing
from services.reports.domain.yearly import HEADINGS
from services.workspace.addresses import PAGES
from services.workspace.pages.stepping import STEPS
from services.workspace.pages.work_form import WorkForm
from shared.contracts.readiness_codes import ProcessStep
from shared.runtime.auth import Role
from tests.support.forms import form_of
from tests.support.workspace_alone import EMPTY, INVITEE, ITEM, OTHER, PATH, MadeUpCounty, text_of
from tests.support.workspace_alone import MEETING as SIGNAL
from tests.unit.initiatives.ready import on
from tests.unit.initiatives.test_processes import AGREEMENT, at
from tests.unit.workspace import test_est_pages as est
from tests.unit.workspace import test_hosting_pages as hosting
from tests.unit.workspace import test_joint_pages as joint
from tests.unit.workspace import test_lesson_pages as lessons
from tests.unit.workspace import test_picture_pages as pictures
from tests.unit.workspace import test_process_pages as processes
from tests.unit.workspace import test_readiness_pages as readiness
from tests.unit.workspace import test_report_pages as reports
from tests.unit.workspace import test_resource_pages as resources
from tests.unit.workspace import test_signal_partners as signals
from tests.unit.workspace import test_support_pages as support
from tests.unit.workspace import test_writing_pages as writing

HERE = "{county}/{identity:uuid}"
MUNICIPALITY, COUNTY, POLICE = Role.MUNICIPAL_COORDINATOR, Role.COUNTY_COORDINATOR, Role.POLICE
NEW = {
    "/signaler/ny",
    "/rutiner/utkast/ny",
    "/ombud/ny",
    f"/utbildningar/{HERE}",
    "/moten/nytt",
    f"/moten/{HERE}/atgard",
    "/lagesbilder/ny",
    f"/lagesbilder/{HERE}/atgard",
    f"/lagesbilder/{HERE}/gemensam",
    "/stod/ny",
    "/samverkan/ny",
    "/est/ny",
    f"/est/{HERE}/{{year:int}}/{{week:int}}/rapportera",
    f"/est/{HERE}/{{year:int}}/{{week:int}}/atgard",
    "/lardomar/ny",
    "/lardomar/inriktning/ny",
    "/kunskap/ny",
}
"""Forms for something that nobody else can have changed yet."""
UNSEEN = {
    "/rutiner/utkast/{identity:uuid}/godkann",
    "/rutiner/utkast/{identity:uuid}/kasta",
    f"/rutiner/rutin/{HERE}/bekrafta",
    "/intyg",
    f"/moten/{HERE}/svar/{{invitee:uuid}}",
    f"/lagesbilder/atgarder/{HERE}/sedd",
    f"/lagesbilder/{HERE}/sedd",
    f"/lagesbilder/gemensamma/{HERE}/svara",
    f"/est/{HERE}/{{year:int}}/{{week:int}}/ta-tillbaka",
    "/logga-ut",
}
"""Forms about what has no versions: a draft, an answer of one's own."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that somebody has open: the county, the address, who it is, and what is typed."""

    made: MadeUpCounty
    path: str
    typed: Mapping[str, Any] = field(default_factory=dict)
    role: Role = COUNTY
    home: str = "2380"
    named: Mapping[str, Any] = field(default_factory=dict)
    shown: str = ""
    """The address of the page that has the form, if it is another."""


OF_SIGNAL = {"/shipment-signals/": signals.SHOWN | {"municipality": "2380"}}
ANSWERED = {"county": "jamtland", "version": 1, "code": "RECEIVED", "status": "ACTIVE"}
NORTHERN = {
    "/shipment-signals/": signals.SHOWN | {"county": "norrbotten"},
    f"/shipment-signals/norrbotten/{SIGNAL}/feedback": EMPTY | {"items": [ANSWERED]},
}
VERSION = {
    "number": 1,
    "approved_by": "COUNTY_COORDINATOR",
    "valid_from": "2026-12-01",
    "audience": ["POSTAL_STAFF"],
    "steps": [],
    "calls": [],
    "tlp": "GREEN",
}
ROUTINE = {"id": OTHER, "county": "jamtland", "version": 2, "status": "ACTIVE", "versions": [VERSION]}
SITE = {"id": OTHER, "version": 2, "type": "AGENT", "operator": "postnord", "municipality": "2380", "active": True}
METHOD = {"county": "jamtland", "version": 2, "municipality": "2380", "status": "STARTED", "activities": []}
ENROLMENT = {
    "id": OTHER,
    "county": "jamtland",
    "version": 2,
    "occasion": {"county": "jamtland", "id": ITEM},
    "overdue": False,
    "participants": [{"id": INVITEE, "wish": "SEAT"}],
    "settled": False,
    "seats": [{"participant": INVITEE, "swedish": "erbjuden", "state": "OFFERED"}],
}
APPROVED = hosting.SENT | {"approvals": [{"county": "jamtland", "invitee": INVITEE, "waits": True}]}
OWN_ITEM = hosting.GIVEN | {"owner": {"county": "jamtland", "function": "COUNTY_COORDINATOR", "actor": None}}
FOLLOWED = {"colour": "GREEN", "text": "Det går bra", "day": "2026-12-01"}


PROCESS = signing.sign(AGREEMENT, at(ProcessStep.JOINT_PREPARATION), on(processes.TODAY))
assert PROCESS


def of_site(path: str, **typed: Any) -> OpenForm:
    """A form about a site of the county's register."""
    operators = EMPTY | {"items": [{"slug": "postnord", "name": "PostNord"}]}
    sites = EMPTY | {"items": [SITE]}
    return OpenForm(
        MadeUpCounty({"/shipment-alerts/sites": sites, "/shipment-alerts/operators": operators}), path, typed
    )


def enrolled() -> MadeUpCounty:
    """A county with an enrolment that has an offer."""
    return MadeUpCounty({"/enrolments": EMPTY | {"items": [ENROLMENT]}, "/enrolments/jamtland/": ENROLMENT})


def met(path: str, typed: Mapping[str, Any] | None = None, **more: Any) -> OpenForm:
    """A form about a meeting that was held, or about what followed from it."""
    return OpenForm(hosting.county(hosting.HELD, **more), path, typed or {})


def recorded(word: str, **typed: Any) -> OpenForm:
    """A form about the draft of its minutes."""
    made = hosting.county(hosting.HELD, minutes=EMPTY)
    made.answers["/minutes/drafts"] = EMPTY | {"items": [hosting.DRAFT]}
    return OpenForm(made, f"{PATH}/protokoll/{word}", typed)


def local(made: MadeUpCounty, path: str, **typed: Any) -> OpenForm:
    """A form of the coordinator of Östersund."""
    return OpenForm(made, path, typed, MUNICIPALITY)


def jointly() -> MadeUpCounty:
    """A county with a joint measure that Östersund leads, and its picture."""
    made = joint.county()
    made.answers[joint.OF_PICTURE] = pictures.of(pictures.SHARED)
    return made


def of_berg(word: str, typed: Mapping[str, Any], role: Role = MUNICIPALITY) -> OpenForm:
    """A form about a requirement on Berg."""
    named = {"code": readiness.BERG, "requirement": "R7"}
    path = f"/beredskap/{readiness.BERG}{'' if word == 'andra' else '/R7'}/{word}"
    return OpenForm(readiness.county("IN_PLACE"), path, typed, role, readiness.BERG, named)


def of_est(path: str, **typed: Any) -> OpenForm:
    """A form of the municipality about EST."""
    named = {"code": est.HOME, "year": 2026, "quarter": 4}
    return OpenForm(est.county(), path, typed, MUNICIPALITY, est.HOME, named)


FORMS: dict[str, OpenForm] = {
    f"/signaler/{HERE}/ratta": OpenForm(
        MadeUpCounty({**OF_SIGNAL}),
        f"/signaler/jamtland/{SIGNAL}/ratta",
        {"category": "DOPING", "steg": "slapp", "shown_place": "2380"},
        POLICE,
    ),
    f"/signaler/{HERE}/aterkalla": OpenForm(
        MadeUpCounty({**OF_SIGNAL}), f"/signaler/jamtland/{SIGNAL}/aterkalla", role=POLICE
    ),
    f"/signaler/{HERE}/aterkoppling": OpenForm(
        MadeUpCounty({**NORTHERN}),
        f"/signaler/norrbotten/{SIGNAL}/aterkoppling",
        {"code": "ACTED"},
        named={"county": "norrbotten"},
    ),
    f"/signaler/{HERE}/aterkoppling/ta-tillbaka": OpenForm(
        MadeUpCounty({**NORTHERN}),
        f"/signaler/norrbotten/{SIGNAL}/aterkoppling/ta-tillbaka",
        named={"county": "norrbotten"},
    ),
    f"/rutiner/{{kind}}/{HERE}/aterkalla": OpenForm(
        MadeUpCounty({"/guidance/routines/": ROUTINE}),
        f"/rutiner/rutin/jamtland/{OTHER}/aterkalla",
        named={"kind": "rutin"},
    ),
    "/ombud/{identity:uuid}": of_site(f"/ombud/{OTHER}", type="TERMINAL"),
    "/ombud/{identity:uuid}/stang": of_site(f"/ombud/{OTHER}/stang"),
    "/kommuner/{code}/andra": OpenForm(
        MadeUpCounty({"/guidance/implementations": EMPTY | {"items": [METHOD]}}),
        "/kommuner/2380/andra",
        {"status": "ACTIVE", "VISIT": "2025"},
        named={"code": "2380"},
    ),
    "/anmalningar/{identity:uuid}/avanmal": OpenForm(enrolled(), f"/anmalningar/{OTHER}/avanmal"),
    "/anmalningar/{identity:uuid}/tacka-ja": OpenForm(
        enrolled(), f"/anmalningar/{OTHER}/tacka-ja", shown="/anmalningar"
    ),
    f"/moten/{HERE}/flytta": met(f"{PATH}/flytta", hosting.PLAN),
    f"/moten/{HERE}/andra": met(f"{PATH}/andra", {**hosting.PLAN, "title": "Vinterns styrgrupp"}),
    f"/moten/{HERE}/kallade": met(f"{PATH}/kallade"),
    f"/moten/{HERE}/narvaro": met(f"{PATH}/narvaro"),
    **{f"/moten/{HERE}/{step}": met(f"{PATH}/{step}") for step in STEPS},
    f"/moten/{HERE}/protokoll/{{approver:uuid}}": OpenForm(
        hosting.county(hosting.HELD, minutes=EMPTY | {"items": [APPROVED]}, action_items=EMPTY),
        f"{PATH}/protokoll/{INVITEE}",
        {"verdict": "OBJECTED", "reason": "Det saknas ett beslut"},
        named={"approver": INVITEE},
        shown=f"{PATH}/protokoll",
    ),
    f"/moten/{HERE}/protokoll/utkast": recorded("utkast", **hosting.WRITTEN),
    f"/moten/{HERE}/protokoll/skicka": recorded("skicka"),
    f"/atgarder/{HERE}/andra": met(
        f"/atgarder/jamtland/{ITEM}/andra",
        {"text": "Ta fram två planer"},
        action_items=hosting.GIVEN,
    ),
    f"/atgarder/{HERE}/skriv-av": met(f"/atgarder/jamtland/{ITEM}/skriv-av", action_items=hosting.GIVEN),
    f"/atgarder/{HERE}": met(f"/atgarder/jamtland/{ITEM}", {"work": "DONE"}, action_items=OWN_ITEM),
    f"/lagesbilder/{HERE}/andra": local(pictures.county(), f"{pictures.OWN}/andra", **writing.WRITTEN),
    f"/lagesbilder/atgarder/{HERE}/andra": local(pictures.county(), f"{pictures.MEASURE}/andra", **writing.PLANNED),
    f"/lagesbilder/atgarder/{HERE}/folj-upp": local(pictures.county(), f"{pictures.MEASURE}/folj-upp", **FOLLOWED),
    **{
        f"/lagesbilder/{HERE}/{step}": local(
            pictures.county(), f"{pictures.OWN}/{step}", text="Klart", day="2026-12-01"
        )
        for step in (*writing.PICTURE_ACTS, "sta-bakom")
    },
    f"/lagesbilder/{HERE}/sla-ihop": local(writing.two_own(), f"{pictures.OWN}/sla-ihop", pictures=[OTHER]),
    **{
        f"/lagesbilder/atgarder/{HERE}/{step}": local(pictures.county(), f"{pictures.MEASURE}/{step}")
        for step in writing.MEASURE_ACTS
    },
    **{
        f"/lagesbilder/gemensamma/{HERE}/{word}": local(jointly(), f"{joint.PATH}/{word}", **FOLLOWED)
        for word in joint.ACTS
    },
    "/beredskap/{code}/andra": of_berg("andra", {}),
    "/beredskap/{code}/{requirement}/bedom": of_berg("bedom", {"status": "IN_PLACE"}),
    "/beredskap/{code}/{requirement}/underlag": of_berg("underlag", readiness.NEW),
    "/beredskap/{code}/{requirement}/foresla": of_berg(
        "foresla", {"status": "IN_PLACE", "text": "Avtalet är klart"}, COUNTY
    ),
    "/beredskap/{code}/{requirement}/avvisa": of_berg("avvisa", {}),
    f"/stod/{HERE}/andra": local(support.county(), f"{support.PATH}/andra", need="Mer hjälp"),
    f"/stod/{HERE}/aterta": local(support.county(), f"{support.PATH}/aterta"),
    **{
        f"/stod/{HERE}/{word}": OpenForm(support.county(), f"{support.PATH}/{word}", {"text": "Vi kommer i mars"})
        for word in ("erbjud", "ge", "avsla")
    },
    **{
        f"/samverkan/{HERE}/{word}": local(processes.county(PROCESS), f"{processes.PATH}/{word}", **typed)
        for word, typed in {
            "andra": {},
            "nasta": {},
            "anteckna": {},
            "overenskommelse": {},
            "tillbaka": {"step": "INITIATED", "reason": "Nytt läge"},
            "avsluta": {},
        }.items()
    },
    f"/est/{HERE}/andra": of_est(f"{est.PATH}/andra", name="Stora torget"),
    f"/est/{HERE}/avsluta": of_est(f"{est.PATH}/avsluta"),
    "/est/kommun/{code}/{year:int}/utvardera": of_est(f"{est.YEAR}/utvardera", text="Färre klotter"),
    "/est/kommun/{code}/{year:int}/dra-tillbaka": of_est(f"{est.YEAR}/dra-tillbaka"),
    "/est/kommun/{code}/{year:int}/{quarter:int}/prioritera": of_est(f"{est.YEAR}/4/prioritera", reason="Flest"),
    "/est/kommun/{code}/{year:int}/{quarter:int}/dra-tillbaka": of_est(f"{est.YEAR}/4/dra-tillbaka"),
    f"/lardomar/{HERE}/andra": OpenForm(lessons.county(), f"{lessons.PATH}/andra", {"title": "Ljus hjälper"}),
    f"/lardomar/{HERE}/dra-tillbaka": OpenForm(lessons.county(), f"{lessons.PATH}/dra-tillbaka"),
    f"/lardomar/inriktning/{HERE}/andra": OpenForm(lessons.county(), f"{lessons.FOCUS_PATH}/andra", {"text": "Stöd"}),
    f"/lardomar/inriktning/{HERE}/dra-tillbaka": OpenForm(lessons.county(), f"{lessons.FOCUS_PATH}/dra-tillbaka"),
    f"/kunskap/{HERE}/andra": OpenForm(resources.county(), f"{resources.PATH}/andra", {"title": "Mot brott"}),
    f"/kunskap/{HERE}/dra-tillbaka": OpenForm(resources.county(), f"{resources.PATH}/dra-tillbaka"),
    "/rapporter/bra/{year:int}": OpenForm(
        reports.county(), reports.BRA, dict.fromkeys(HEADINGS, "Nytt"), named={"year": 2025}
    ),
    "/rapporter/bra/{year:int}/las": OpenForm(reports.county(), f"{reports.BRA}/las", named={"year": 2025}),
}
FIRST = (
    f"/signaler/{HERE}/aterkoppling",
    "/kommuner/{code}/andra",
    "/beredskap/{code}/{requirement}/bedom",
    "/beredskap/{code}/{requirement}/foresla",
    "/est/kommun/{code}/{year:int}/utvardera",
    "/est/kommun/{code}/{year:int}/{quarter:int}/prioritera",
    "/rapporter/bra/{year:int}",
)
"""Forms for something that another may say first."""
ELSEWHERE = {
    "/anmalningar/{identity:uuid}/tacka-ja": "/anmalningar",
    f"/moten/{HERE}/protokoll/{{approver:uuid}}": f"/moten/{HERE}/protokoll",
}
"""Forms that are on another page."""
NOT_OPEN = {
    *(f"/moten/{HERE}/{word}" for word in ("flytta", "andra", "kallade", "kalla", "bekrafta", "skjut-upp", "stall-in")),
    *(f"/lagesbilder/{HERE}/{word}" for word in (*writing.PICTURE_ACTS, "sta-bakom") if word != "arkivera"),
    *(f"/lagesbilder/atgarder/{HERE}/{word}" for word in ("besluta", "paborja")),
    *(f"/lagesbilder/gemensamma/{HERE}/{word}" for word in ("paborja", "folj-upp", "genomford")),
    f"/samverkan/{HERE}/nasta",
}
"""Forms that nobody has open in the state that is made up here: another was first long ago."""
ENDPOINTS: Mapping[tuple[str, str], Any] = {(method, path): page for method, path, page, _ in PAGES}


def test_each_form_that_is_sent_is_in_the_table() -> None:
    assert {path for method, path in ENDPOINTS if method == "POST"} == {*FORMS, *NEW, *UNSEEN}


@pytest.mark.parametrize("address", FORMS)
async def test_a_form_says_that_another_was_first(address: str) -> None:
    case = FORMS[address]
    shown = form_of(text_of(await opened(address)), case.path)
    form = {"version": "1", **shown, **case.typed}

    answer = await sent(address, form, (412, "precondition-failed", ()))

    text, again = text_of(answer), form_of(text_of(answer), case.path)
    summary = text.partition('class="errors"')[2].partition("</div>")[0]
    typed = {*shown, *(case.typed.keys() & again.keys())} - {"key", "version"}
    assert ["if-match" in each.headers for each in case.made.requests if each.method != "GET"] == [True]
    assert answer.status_code == 412
    assert re.search(r"Någon annan har ändrat[^.]*\. (Läs|Se|Jämför) ", summary)
    assert ("anmälan" in summary) is ("anmalningar" in address)
    assert (f'<a href="{case.path}" target="_blank">' in summary) is (address not in ELSEWHERE)
    assert [name for name in typed if not filled(form[name]) <= filled(again.get(name))] == []
    assert again.get("key") != form.get("key")


@pytest.mark.parametrize("address", FORMS.keys() - ELSEWHERE.keys() - set(FIRST))
async def test_an_open_form_can_tell_that_it_is_older(address: str) -> None:
    page = await opened(address)
    found = re.findall(r'id="part-version" data-live="(?:[a-z-]+ )?tick" data-version="(\d+)" hidden>', text_of(page))
    seen = form_of(text_of(page), FORMS[address].path).get("version", [])

    assert set(found) == filled(seen)
    assert bool(found) is (address not in NOT_OPEN)


@pytest.mark.parametrize("address", FIRST)
async def test_who_says_something_first_is_told_of_another(address: str) -> None:
    case = FORMS[address]
    form = {**form_of(text_of(await opened(address)), case.path), **case.typed}
    nothing = "0" if isinstance(getattr(ENDPOINTS["POST", address], "__self__", None), WorkForm) else ""

    answer = await sent(address, form | {"version": nothing}, (428, "precondition-required", ()))

    assert ["if-match" in each.headers for each in case.made.requests if each.method != "GET"] == [False]
    assert answer.status_code == 428
    assert "har redan" in text_of(answer) or "Någon annan har" in text_of(answer)


async def opened(address: str) -> Response:
    """The page that has the form."""
    case = FORMS[address]
    shown = ("GET", address) if ("GET", address) in ENDPOINTS else ("GET", ELSEWHERE[address])
    return await case.made.open(ENDPOINTS[shown], case.shown or case.path, None, [case.role], case.home, **case.named)


async def sent(address: str, form: Mapping[str, Any], refusal: tuple[int, str, tuple[str, ...]]) -> Response:
    """The form is sent, and refused."""
    case = FORMS[address]
    case.made.refusal, case.made.requests = refusal, []
    return await case.made.open(ENDPOINTS["POST", address], case.path, form, [case.role], case.home, **case.named)


def filled(value: Any) -> set[str]:
    """All that is filled in of a field, with the lines as the page has them."""
    values = [value] if isinstance(value, str) else value or []
    return {each.replace("\r\n", "\n").strip() for each in values if each.strip()}
