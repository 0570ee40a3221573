"""Readiness on the pages: the municipality says how far it is, its county proposes, and nothing is said twice."""

import re

import pytest

from shared.contracts.reference import MUNICIPALITIES
from tests.support.forms import form_of
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_initiatives import municipality_of

PICTURE = {"kind": "DOCUMENT", "title": "Lägesbild 2026", "dated": "2026-02-03", "diary_number": "KS 2026-14"}
DAY = "2026-01-05"
PARTS = ["ANALYSIS", "MAPPING", "OTHER_INFORMATION"]


async def say(visitor: Visitor, path: str, **changes: object) -> str:
    """The page after the form at this path was filled in so, and sent."""
    form = form_of((await visitor.get(path)).text, path)
    answer = await visitor.post(path, {**form, **changes})
    while answer.status_code == 303:
        answer = await visitor.get(answer.headers["location"])
    return answer.text


async def row_of(visitor: Visitor, code: str) -> str:
    """The row of a municipality in the list."""
    _, _, row = (await visitor.get("/beredskap")).text.partition(f'href="/beredskap/{code}"')
    return row.partition("</li>")[0]


def colour_of(text: str, paragraph: str) -> list[str]:
    """The colours of the requirements of this paragraph."""
    return re.findall(rf'class="colour (\w+)">[^<]*</strong></p>\s*<span class="detail">{paragraph}', text)


async def test_a_proposal_is_not_the_word_of_the_municipality(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    silent, speaking = [
        each.code for each in MUNICIPALITIES.values() if each.county == "23" and each.code != municipality_of(jamtlands)
    ][:2]
    before = await row_of(visitor, silent)

    await say(visitor, f"/beredskap/{silent}/R1/foresla", status="IN_PROGRESS", text="Utkastet finns")

    assert "Inget är sagt än." in before
    assert await row_of(visitor, silent) == before
    assert "Inget är sagt än." in await row_of(visitor, speaking)


async def test_a_requirement_is_in_place_once_something_shows_it(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    path = f"/beredskap/{municipality_of(jamtlands)}/R1/bedom"

    bare = await say(visitor, path, status="IN_PLACE", parts=PARTS)
    part = await say(visitor, path, status="IN_PLACE", parts=PARTS[:1], **PICTURE)
    whole = await say(visitor, path, status="IN_PLACE", parts=PARTS, **PICTURE)

    assert "Kravet är på plats först när något visar det." in bare
    assert "Allt måste finnas innan kravet är på plats" in part
    assert "Det är sparat." in whole
    assert colour_of(whole, "4 §") == ["GREEN"]
    assert "Dokument: Lägesbild 2026, 3 februari 2026, KS 2026-14" in whole


async def test_effort_makes_amber_of_red(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    path = f"/beredskap/{municipality_of(jamtlands)}/R8"
    before = (await visitor.get(path.rpartition("/")[0])).text

    after = await say(visitor, f"{path}/underlag", kind="MEETING", title="Möte om rådet", dated="2026-02-04")

    assert (colour_of(before, "10 §"), colour_of(after, "10 §")) == (["RED"], ["AMBER"])
    assert "Möte: Möte om rådet" in after


async def test_the_county_proposes_and_the_municipality_decides(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    path = f"/beredskap/{municipality_of(jamtlands)}/R2"
    proposed = "Länsstyrelsen föreslår: pågår."
    await visitor.log_in("COUNTY_COORDINATOR")
    refused = await visitor.post(f"{path}/bedom", {"version": "1", "status": "IN_PROGRESS"})
    shown = await say(visitor, f"{path}/foresla", status="IN_PROGRESS", text="Utkastet finns")
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    start, seen = (await visitor.get("/")).text, (await visitor.get(path.rpartition("/")[0])).text
    left = await say(visitor, f"{path}/avvisa")
    await visitor.log_in("COUNTY_COORDINATOR")
    await say(visitor, f"{path}/foresla", status="IN_PROGRESS", text="Utkastet finns")
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    taken = await say(visitor, f"{path}/bedom")

    assert refused.status_code == 403
    assert [proposed in text for text in (shown, seen, left, taken)] == [True, True, False, False]
    assert "Ett krav i kommunens beredskap att se över" in start
    assert [colour_of(text, "5 §") for text in (seen, left, taken)] == [["RED"]] * 3
    assert "Röd, inte påbörjat" in left
    assert taken.count("Röd, pågår") == seen.count("Röd, pågår") + 1


async def test_a_lost_answer_is_sent_again_and_said_once(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    path = f"/beredskap/{municipality_of(jamtlands)}/R9/underlag"
    form = form_of((await visitor.get(path)).text, path)
    unsure = await visitor.post(
        path, {**form, "kind": "DECISION", "title": "Beslut om funktion", "dated": "2026-01-05"}
    )
    lost.undo()
    again = await visitor.post(path, form_of(unsure.text, path))

    assert (unsure.status_code, again.status_code) == (503, 303)
    assert (await visitor.get(again.headers["location"])).text.count("Beslut om funktion") == 1
