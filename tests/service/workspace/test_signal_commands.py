"""All that is done with signals on the pages: each step, each refusal in words, and a lost answer."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from infra.engine import Engine
from services.workspace.answers import CountyAway
from shared.runtime.settings import Settings
from tests.service.shipment_alerts.given import BJURHOLM, SIGNAL, SKELLEFTEA, SMALL, UMEA, WEEK, ok
from tests.service.workspace.signals import FORM, VASTERBOTTEN, given_places, hidden, neighbours_signal
from tests.service.workspace.test_guidance_commands import said
from tests.service.workspace.test_reading import posted
from tests.support.workspace import Visitor, WorkspaceHouse, house, lose_answers

NEW = "/signaler/ny"
PLACE = re.compile(r'<option value="(\w+)" selected>')


@pytest.fixture(scope="module")
async def vasterbottens(
    postgres: Engine, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WorkspaceHouse]:
    async with house(postgres, tmp_path_factory.mktemp("workspace"), settings, VASTERBOTTEN) as found:
        await given_places(found)
        yield found


@pytest.fixture
async def visitor(vasterbottens: WorkspaceHouse) -> AsyncIterator[Visitor]:
    found = Visitor(vasterbottens.url)
    yield found
    await found.client.aclose()


async def checked(visitor: Visitor, page: str = NEW, **changes: Any) -> tuple[httpx.Response, dict[str, Any]]:
    """The page that shows how the signal will be, and the form that releases it."""
    form = hidden((await visitor.get(page)).text)
    answer = await visitor.post(page, form | FORM | changes | {"steg": "granska"})
    return answer, hidden(answer.text) | {"steg": "slapp"}


async def given(vasterbottens: WorkspaceHouse, **changes: Any) -> dict[str, Any]:
    """A signal of the county that it has released, and its page as ``page``."""
    signal = await posted(vasterbottens, "POLICE", "/shipment-signals", SIGNAL | changes)
    return signal | {"page": f"/signaler/vasterbotten/{signal['id']}"}


async def all_ids(vasterbottens: WorkspaceHouse) -> set[str]:
    async with vasterbottens.client("POLICE") as police:
        return {each["id"] for each in ok(await police.get("/shipment-signals", params={"limit": 500}))["items"]}


async def test_a_signal_is_shown_as_it_will_be_and_then_released(
    visitor: Visitor, vasterbottens: WorkspaceHouse
) -> None:
    await visitor.log_in("POLICE")
    assert f'href="{NEW}"' in (await visitor.get("/signaler")).text
    before = await all_ids(vasterbottens)

    shown, form = await checked(visitor)
    meanwhile = await all_ids(vasterbottens)
    done = await visitor.post(NEW, form)
    page = (await visitor.get(done.headers["location"])).text

    assert shown.status_code == 200
    assert "Plats: du valde Bjurholm, signalen säger lokalpolisområdet Umeå." in shown.text
    assert "Slag av postställe: du valde ombud, signalen säger inget." in shown.text
    assert f"<strong>Lokalpolisområde Umeå, v. {WEEK}, brev, inrikes" in shown.text
    assert meanwhile == before
    assert re.fullmatch(r"/signaler/vasterbotten/[0-9a-f-]{36}\?klart=slappt", done.headers["location"])
    assert "Signalen är släppt." in page
    assert "<dd>Lokalpolisområdet Umeå</dd>" in page
    assert "<dd>Förpackning, lukt</dd>" in page
    assert "Bjurholm" not in page
    assert len(await all_ids(vasterbottens)) == len(before) + 1


async def test_a_signal_that_is_exact_enough_stays_so(visitor: Visitor) -> None:
    await visitor.log_in("POLICE")

    shown, form = await checked(visitor, place=UMEA)
    done = await visitor.post(NEW, form)

    assert "Inget behövde göras mindre exakt." in shown.text
    assert "<dd>Ombud</dd>" in (await visitor.get(done.headers["location"])).text


@pytest.mark.parametrize(("place", "named"), [("UMEA", "Lokalpolisområdet Umeå"), ("24", "Hela länet")])
async def test_a_larger_place_has_no_type_of_site(visitor: Visitor, place: str, named: str) -> None:
    await visitor.log_in("POLICE")

    shown, form = await checked(visitor, place=place, exercise="ja")
    done = await visitor.post(NEW, form)

    assert "Slag av postställe: du valde ombud, signalen säger inget." in shown.text
    assert "Plats: du valde" not in shown.text
    page = (await visitor.get(done.headers["location"])).text
    assert f"<dd>{named}</dd>" in page
    assert "Det här är en övning." in page


async def test_the_form_says_how_exact_a_signal_may_be_and_why(visitor: Visitor) -> None:
    await visitor.log_in("POLICE")

    text = (await visitor.get(NEW)).text

    assert "Platsen pekar aldrig ut ett enskilt ombud." in text
    assert "Tiden är en vecka." in text
    assert 'type="text"' not in text
    assert "<textarea" not in text
    assert PLACE.findall(text) == []
    assert f'value="{FORM["week"]}" selected' in text


@pytest.mark.parametrize("field", ["place", "week", "kind", "origin", "category", "hazard_class", "tlp"])
@pytest.mark.parametrize("value", ["", "LOVE"])
async def test_a_field_without_a_code_of_its_list_is_named(visitor: Visitor, field: str, value: str) -> None:
    await visitor.log_in("POLICE")

    answer, _ = await checked(visitor, **{field: value})

    assert said(answer, 422, f'<a href="#{field}">')
    assert f'id="{field}-error"' in answer.text
    kept = {name: given for name, given in FORM.items() if name not in (field, "indicator_groups")}
    assert [name for name, given in kept.items() if f'<option value="{given}" selected' not in answer.text] == []
    assert answer.text.count(" checked>") == 2


async def test_a_place_that_is_too_exact_by_now_is_refused_at_its_field(visitor: Visitor) -> None:
    await visitor.log_in("POLICE")
    _, form = await checked(visitor)

    refused = await visitor.post(NEW, form | {"shown_place": BJURHOLM})
    again = await visitor.post(NEW, hidden(refused.text) | FORM)
    done = await visitor.post(NEW, hidden(again.text) | {"steg": "slapp"})

    assert said(refused, 409, '<a href="#place">Platsen är för exakt nu')
    assert f'<option value="{BJURHOLM}" selected' in refused.text
    assert '<option value="AGENT" selected' in refused.text
    assert hidden(refused.text)["key"] != form["key"]
    assert done.headers["location"].endswith("klart=slappt")


async def test_what_was_chosen_can_be_changed_after_the_check(visitor: Visitor) -> None:
    await visitor.log_in("POLICE")
    _, form = await checked(visitor)

    back = await visitor.post(NEW, form | {"steg": "andra"})

    assert back.status_code == 200
    assert f'<option value="{BJURHOLM}" selected' in back.text
    assert back.text.count(" checked>") == 2


async def test_a_release_whose_answer_is_lost_is_there_once(
    visitor: Visitor, vasterbottens: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.log_in("POLICE")
    before, (_, form) = await all_ids(vasterbottens), await checked(visitor)

    lose_answers(vasterbottens, monkeypatch)
    unsure = await visitor.post(NEW, form)
    monkeypatch.undo()
    sent = [await visitor.post(NEW, hidden(unsure.text) | {"steg": "slapp"}) for _ in range(2)]

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert "du valde Bjurholm" in unsure.text
    assert [answer.status_code for answer in sent] == [303, 303]
    assert len(await all_ids(vasterbottens)) == len(before) + 1


async def test_a_county_that_is_away_checks_nothing(
    visitor: Visitor, vasterbottens: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.log_in("POLICE")
    form = hidden((await visitor.get(NEW)).text) | FORM

    async def away(*_: object, **__: object) -> None:
        raise CountyAway("ConnectError")

    monkeypatch.setattr(vasterbottens.site.interface, "_send", away)
    answer = await visitor.post(NEW, form)

    assert said(answer, 503, "så signalen kunde inte granskas. Inget är sparat.")
    assert f'<option value="{BJURHOLM}" selected' in answer.text


async def test_a_signal_is_corrected(visitor: Visitor, vasterbottens: WorkspaceHouse) -> None:
    signal = await given(vasterbottens, exercise=True)
    page = f"{signal['page']}/ratta"
    await visitor.log_in("POLICE")
    assert f'href="{page}"' in (await visitor.get(signal["page"])).text

    form = (await visitor.get(page)).text
    _, sent = await checked(visitor, page, place=SKELLEFTEA, site_type="", hazard_class="H4")
    done = await visitor.post(page, sent)
    shown = (await visitor.get(done.headers["location"])).text

    assert PLACE.findall(form)[:2] == [UMEA, "AGENT"]
    assert done.headers["location"] == f"{signal['page']}?klart=rattad"
    assert "Signalen är rättad." in shown
    assert "<dd>Skellefteå</dd>" in shown
    assert "<dd>H4: " in shown
    assert "Det här är en övning." in shown


async def test_a_signal_that_somebody_else_has_corrected_is_shown(
    visitor: Visitor, vasterbottens: WorkspaceHouse
) -> None:
    signal = await given(vasterbottens)
    page = f"{signal['page']}/ratta"
    await visitor.log_in("POLICE")
    _, first = await checked(visitor, page, place=SKELLEFTEA)
    _, second = await checked(visitor, page, place=BJURHOLM)
    await visitor.post(page, first)

    refused = await visitor.post(page, second)
    again = await visitor.post(page, hidden(refused.text) | FORM)
    done = await visitor.post(page, hidden(again.text) | {"steg": "slapp"})

    assert said(refused, 412, "Någon annan har ändrat.")
    assert f"När du började: Umeå, v. {WEEK}" in refused.text
    assert f"Så här är den nu: Skellefteå, v. {WEEK}" in refused.text
    assert f'<option value="{BJURHOLM}" selected' in refused.text
    assert done.headers["location"] == f"{signal['page']}?klart=rattad"
    assert "<dd>Lokalpolisområdet Umeå</dd>" in (await visitor.get(signal["page"])).text


async def test_an_exercise_does_not_become_real(visitor: Visitor, vasterbottens: WorkspaceHouse) -> None:
    page = f"{(await given(vasterbottens))['page']}/ratta"
    await visitor.log_in("POLICE")

    _, form = await checked(visitor, page)
    refused = await visitor.post(page, form | {"exercise": "ja"})

    assert said(refused, 422, "En övning blir aldrig verklig")


async def test_a_signal_is_withdrawn_after_a_question(visitor: Visitor, vasterbottens: WorkspaceHouse) -> None:
    signal = await given(vasterbottens)
    page = f"{signal['page']}/aterkalla"
    await visitor.log_in("POLICE")
    _, late = await checked(visitor, f"{signal['page']}/ratta")
    assert f'href="{page}"' in (await visitor.get(signal["page"])).text

    asked = (await visitor.get(page)).text
    stale = await visitor.post(page, hidden(asked) | {"version": "99"})
    done = await visitor.post(page, hidden(asked))
    shown = (await visitor.get(done.headers["location"])).text

    assert "Det går inte att ångra" in asked
    assert said(stale, 412, "Någon annan har ändrat.")
    assert 'name="version" value="1"' in stale.text
    assert "Alla län får veta det." in shown
    assert "Den ska inte användas längre." in shown
    assert "/ratta" not in shown
    assert "/aterkalla" not in shown
    assert said(await visitor.post(page, hidden(stale.text) | {"version": "2"}), 409, "har gått ut och kan inte ändras")
    assert said(
        await visitor.post(f"{signal['page']}/ratta", late | {"version": "2"}), 409, "har gått ut och kan inte ändras"
    )
    for path in (page, f"{signal['page']}/ratta"):
        assert (await visitor.get(path)).headers["location"] == signal["page"]


async def test_a_withdrawal_whose_answer_is_lost_is_sent_again(
    visitor: Visitor, vasterbottens: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"{(await given(vasterbottens))['page']}/aterkalla"
    await visitor.log_in("POLICE")
    form = hidden((await visitor.get(page)).text)

    lose_answers(vasterbottens, monkeypatch)
    unsure = await visitor.post(page, form)
    monkeypatch.undo()
    done = await visitor.post(page, hidden(unsure.text))

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert done.headers["location"].endswith("?klart=aterkallad")


async def test_a_county_answers_its_neighbours_signal(visitor: Visitor, vasterbottens: WorkspaceHouse) -> None:
    signal = await neighbours_signal(vasterbottens)
    one = f"/signaler/vasternorrland/{signal['id']}"
    page = f"{one}/aterkoppling"
    await visitor.log_in("COUNTY_COORDINATOR")
    assert f'href="{page}"' in (await visitor.get(one)).text
    first = hidden((await visitor.get(page)).text)

    missing = await visitor.post(page, first)
    done = await visitor.post(page, hidden(missing.text) | {"code": "RECEIVED"})
    late = await visitor.post(page, first | {"code": "ACTED"})
    changed = await visitor.post(page, hidden(late.text) | {"code": "ACTED"})
    shown = (await visitor.get(changed.headers["location"])).text

    assert said(missing, 422, '<a href="#code">Välj ett svar</a>')
    assert done.headers["location"] == f"{one}?klart=svarat"
    assert said(late, 428, "Länet har redan svarat.")
    assert 'value="ACTED" checked' in late.text
    assert "Länets svar hittills: Mottagen." in late.text
    assert "Länets svar är sparat." in shown
    assert "<div><dt>Västerbotten</dt><dd>Åtgärd vidtagen</dd></div>" in shown


async def test_an_answer_is_taken_back_for_good(
    visitor: Visitor, vasterbottens: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal = await neighbours_signal(vasterbottens)
    one = f"/signaler/vasternorrland/{signal['id']}"
    page, back = f"{one}/aterkoppling", f"{one}/aterkoppling/ta-tillbaka"
    await visitor.log_in("COUNTY_COORDINATOR")
    assert (await visitor.get(back)).status_code == 404
    await visitor.post(page, hidden((await visitor.get(page)).text) | {"code": "FALSE_POSITIVE"})

    asked = await visitor.get(back)
    lose_answers(vasterbottens, monkeypatch)
    unsure = await visitor.post(back, hidden(asked.text))
    monkeypatch.undo()
    done = await visitor.post(back, hidden(unsure.text))
    shown = (await visitor.get(done.headers["location"])).text
    again = await visitor.post(page, {"code": "RECEIVED", "number": "1", "version": "2"})

    assert f'href="{page}' not in shown
    assert "Ett nytt kan inte ges." in shown
    assert (await visitor.get(page)).headers["location"] == one
    assert (await visitor.get(back)).status_code == 404
    assert "Det går inte att ångra" in asked.text
    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert "Länets svar är taget tillbaka." in shown
    assert "Inget län har svarat än." in shown
    assert said(again, 409, "Länets svar är taget tillbaka och kan inte ges på nytt.")


async def test_a_version_that_nobody_has_seen_is_not_answered(visitor: Visitor, vasterbottens: WorkspaceHouse) -> None:
    page = f"/signaler/vasternorrland/{(await neighbours_signal(vasterbottens))['id']}/aterkoppling"
    await visitor.log_in("COUNTY_COORDINATOR")

    refused = await visitor.post(page, {"code": "RECEIVED", "number": "9", "version": ""})
    without = await visitor.post(page, {"code": "RECEIVED"})

    assert said(refused, 422, "Signalen har ändrats.")
    assert 'name="number" value="1"' in refused.text
    assert without.status_code == 404


@pytest.mark.parametrize("person", ["READER", "MUNICIPAL_COORDINATOR", "OPERATOR", "POLICE", "COUNTY_COORDINATOR"])
async def test_who_may_not_act_on_a_signal_is_offered_nothing(
    visitor: Visitor, vasterbottens: WorkspaceHouse, person: str
) -> None:
    own = (await given(vasterbottens, **SMALL, tlp="GREEN"))["page"]
    others = f"/signaler/vasternorrland/{(await neighbours_signal(vasterbottens, tlp='GREEN'))['id']}"
    await visitor.log_in(person)
    text = [(await visitor.get(path)).text for path in ("/signaler", own, others)]
    offered = {NEW} & set(re.findall(r'href="([^"]+)"', text[0]))
    offered |= {
        path for path in re.findall(r'href="([^"]+)"', "".join(text)) if path.startswith((f"{own}/", f"{others}/"))
    }

    ways = {
        "POLICE": {NEW, f"{own}/ratta", f"{own}/aterkalla"},
        "COUNTY_COORDINATOR": {f"{others}/aterkoppling"},
    }
    assert offered == ways.get(person, set())
    for path in {NEW, f"{own}/ratta", f"{own}/aterkalla", f"{others}/aterkoppling"} - offered:
        assert [(await visitor.get(path)).status_code, (await visitor.post(path, {})).status_code] == [403, 403], path


async def test_what_belongs_to_another_county_is_not_changed(visitor: Visitor, vasterbottens: WorkspaceHouse) -> None:
    others = f"/signaler/vasternorrland/{(await neighbours_signal(vasterbottens))['id']}"
    own = (await given(vasterbottens))["page"]
    await visitor.log_in("POLICE")
    for way in ("ratta", "aterkalla"):
        assert (await visitor.get(f"{others}/{way}")).headers["location"] == others
    forbidden = await visitor.post(f"{others}/aterkalla", {"version": "1"})

    await visitor.log_in("COUNTY_COORDINATOR")
    assert forbidden.status_code == 403
    assert (await visitor.get(f"{own}/aterkoppling")).status_code == 404
