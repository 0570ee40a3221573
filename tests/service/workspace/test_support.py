"""Support on the pages, by the municipality and its county: asked for, found on the start page, offered and given."""

from tests.service.workspace.test_readiness import say
from tests.support.forms import form_of
from tests.support.workspace import Visitor


async def ask(visitor: Visitor, **wish: str) -> str:
    """The address of a request of the municipality for this."""
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    form = form_of((await visitor.get("/stod/ny")).text, "/stod/ny")
    answer = await visitor.post("/stod/ny", {**form, **wish})
    return str(answer.headers["location"]).partition("?")[0]


async def test_support_is_asked_for_offered_and_given(visitor: Visitor) -> None:
    asked = await ask(visitor, form="METHOD_PROCESS", need="Hjälp med orsaksanalysen", theme="CANNABIS")
    await visitor.log_in("COUNTY_COORDINATOR")
    start, listed = (await visitor.get("/")).text, (await visitor.get("/stod?slag=METHOD_PROCESS")).text
    none = (await visitor.get("/stod?slag=NETWORK")).text

    offered = await say(visitor, f"{asked}/erbjud", text="Vi kommer i januari")
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    told = (await visitor.get("/")).text
    await visitor.log_in("COUNTY_COORDINATOR")
    given = await say(visitor, f"{asked}/ge")
    again = await visitor.get(f"{asked}/ge")

    assert "om stöd att svara på" in start
    assert f'<a href="{asked}"><strong>Länet erbjuder stöd: Hjälp med orsaksanalysen</strong></a>' in told
    assert listed.count(f'<a href="{asked}">Metod- och processtöd: Ragunda</a>') == 1
    assert none.count(f'<a href="{asked}">') == 1
    assert "<dd>Erbjudet</dd>" in offered
    assert ("<dd>Givet</dd>" in given, "Vi kommer i januari" in given) == (True, True)
    assert again.headers["location"] == asked
    assert f'href="{asked}"' not in (await visitor.get("/stod?lan=norrbotten")).text


async def test_a_step_that_another_took_first_is_said(visitor: Visitor) -> None:
    asked = await ask(visitor, form="NETWORK", need="Träffa andra", theme="FRAUD")
    seen = form_of((await visitor.get(f"{asked}/aterta")).text, asked)
    await visitor.log_in("COUNTY_COORDINATOR")
    await say(visitor, f"{asked}/erbjud", text="Ja")
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    refused = await visitor.post(f"{asked}/aterta", seen)
    done = await visitor.post(f"{asked}/aterta", form_of(refused.text, asked))

    assert (refused.status_code, done.status_code) == (412, 303)
    assert "Någon annan har ändrat" in refused.text


async def test_what_is_too_long_is_told_how_long_it_may_be(visitor: Visitor) -> None:
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    form = form_of((await visitor.get("/samverkan/ny")).text, "/samverkan/ny")

    answer = await visitor.post("/samverkan/ny", {**form, "title": 121 * "a"})

    assert answer.status_code == 422
    assert '<a href="#title">Skriv vad det kallas, utan namn på personer: högst 120 tecken</a>' in answer.text


async def test_a_day_before_the_first_is_said_at_its_field(visitor: Visitor) -> None:
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    path = "/beredskap/2303/R7/underlag"
    form = form_of((await visitor.get(path)).text, path)
    evidence = {"kind": "AGREEMENT", "title": "Avtal", "dated": "2026-01-02", "valid_to": "2026-01-01"}

    answer = await visitor.post(path, {**form, **evidence})

    assert answer.status_code == 422
    assert 'href="#valid_to"' in answer.text


async def test_a_link_that_is_none_is_said_at_the_links(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    form = form_of((await visitor.get("/lardomar/ny")).text, "/lardomar/ny")
    lesson = {"title": "Ljus", "text": "Det hjälpte", "theme": "DRUGS", "links": "https://x.example/å ä"}

    answer = await visitor.post("/lardomar/ny", {**form, **lesson})

    assert answer.status_code == 422
    assert 'href="#links"' in answer.text
