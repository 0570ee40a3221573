"""Resources on the pages: recommended by the county, found by kind and theme, checked again, withdrawn."""

from datetime import datetime

from shared.calendar import ZONE
from tests.service.workspace.test_lessons import made
from tests.service.workspace.test_readiness import say
from tests.support.workspace import Visitor

LAW = {"kind": "LEGAL_SOURCE", "title": "Länsstyrelsernas uppdrag", "designation": "2016:1258", "section": "2 §"}


async def test_a_resource_is_found_by_kind_and_theme_until_withdrawn(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    listed, today = await made(visitor, "/kunskap/ny", **LAW, themes="FRAUD"), datetime.now(ZONE).date()
    found = {
        query: listed in (await visitor.get(f"/kunskap?{query}")).text
        for query in ("slag=LEGAL_SOURCE", "slag=REPORT", "tema=FRAUD", "tema=CANNABIS")
    }
    away = await say(visitor, f"{listed}/andra", url="https://lagar.example/2016:1258", checked_on="2099-01-01")
    checked = await say(visitor, f"{listed}/andra", url="https://lagar.example/2016:1258", checked_on=today.isoformat())
    withdrawn = await say(visitor, f"{listed}/dra-tillbaka")

    assert [query for query, there in found.items() if not there] == ["slag=REPORT", "tema=CANNABIS"]
    assert "Dagen har inte varit än." in away
    assert ("Adressen fungerade" in checked, "2016:1258, 2 §" in checked) == (True, True)
    assert "Länet rekommenderar inte längre det här." in withdrawn
    assert listed not in (await visitor.get("/kunskap")).text


async def test_others_read_and_do_not_recommend(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    listed = await made(visitor, "/kunskap/ny", kind="HANDBOOK", title="EST i praktiken")
    await visitor.log_in("MUNICIPAL_COORDINATOR")

    assert (await visitor.get(listed)).status_code == 200
    assert (await visitor.get("/kunskap/ny")).status_code == 403
    assert "/kunskap/ny" not in (await visitor.get("/kunskap")).text
