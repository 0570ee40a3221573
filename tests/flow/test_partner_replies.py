"""Customs answer a signal that they were shown (`norrsam sim customs`), and the county that showed it sees it."""

from infra.demo.county import DemoCounty, until, wait_known
from infra.demo.police import Police
from infra.demo.shipments import HANDLING, case
from infra.engine import Engine
from tests.support.waiting import DEADLINE

SHOWS, OWNS = "vasterbotten", "vasternorrland"


def test_customs_answer_a_signal_and_the_county_sees_it(
    counties: list[DemoCounty], police: dict[str, Police], engine: Engine
) -> None:
    by_name = {county.name: county for county in counties}
    signal = police[OWNS].release(case("2281"), HANDLING)
    wait_known(counties, "shipment-signals", signal)

    said = engine.command(
        "sim", "customs", "answer", "--county", SHOWS, "--code", "CONFIRMED", "--signal", signal["id"]
    )

    assert said == f"customs CONFIRMED {OWNS}/{signal['id']} version 1"
    where = f"/shipment-signals/{OWNS}/{signal['id']}/partners"
    until(lambda: by_name[SHOWS].get(where)["items"][0:1], "the service has read what customs were shown", 2 * DEADLINE)
    until(lambda: by_name[SHOWS].get(where)["items"][0]["acknowledged_at"], "and their answer", 2 * DEADLINE)
    (shown,) = by_name[SHOWS].get(where)["items"]
    assert (shown["agency"], shown["state"], shown["version"], shown["code"]) == ("customs", "ACKNOWLEDGED", 1, None)
    (seen,) = police[SHOWS].client.get(where).json()["items"]
    assert seen["code"] == "CONFIRMED"
    assert by_name[OWNS].get(where)["items"] == [], "what one county has shown is no other's"
