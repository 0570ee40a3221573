"""Four counties, each a process of its own, on one Kafka."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from infra import topics
from infra.cli.county import local_token
from infra.cli.import_ import shipped
from infra.demo.county import DemoCounty, until
from infra.demo.mail import with_mailboxes
from infra.demo.police import Police
from infra.engine import Engine, temporary_engine
from shared.contracts.counties import DEFAULT, parse
from tests.support.waiting import DEADLINE

COUNTIES = {county.name: county for county in parse(DEFAULT)}
SITES = {"vasterbotten": {"2480": 6, "2403": 1, "2460": 2}, "vasternorrland": {"2281": 5, "2262": 3}}
"""Umeå, Bjurholm, Vännäs; Sundsvall, Timrå: postal agents in each."""
NAMES = ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")


@pytest.fixture(scope="package")
def engine() -> Iterator[Engine]:
    """An engine that no other tests write to: what is on its topics is what these counties have done."""
    with temporary_engine() as own:
        yield own


@pytest.fixture(scope="package")
def counties(engine: Engine) -> Iterator[list[DemoCounty]]:
    """The four, ready; Norrbotten first."""
    topics.apply(engine.kafka, NAMES)
    engine.migrate(NAMES)
    with ThreadPoolExecutor(len(NAMES)) as pool:
        urls = list(pool.map(engine.start_county, NAMES))
    found = [
        DemoCounty(name, url, local_token(engine.config.data, name, ["COUNTY_COORDINATOR"]))
        for name, url in zip(NAMES, urls, strict=True)
    ]
    for county in found:
        county.client.timeout = httpx.Timeout(DEADLINE)
    yield found
    for county in found:
        county.close()


@pytest.fixture(scope="package")
def named(counties: list[DemoCounty]) -> dict[str, DemoCounty]:
    """The counties with their directories, by name; each knows all boards, police and customs."""
    for county in counties:
        county.import_csv(with_mailboxes(shipped(county.name).read_bytes(), county.name))
    found = {county.name: county for county in counties}
    until(lambda: len(found["vasterbotten"].get("/actors", type="COUNTY_BOARD")["items"]) == 4, "the boards are known")
    return found


@pytest.fixture(scope="package")
def police(engine: Engine, counties: list[DemoCounty]) -> Iterator[dict[str, Police]]:
    """The police of each county. Its sites are registered, so that it is known which places are small."""
    found = {}
    for county in counties:
        county.open_sites(SITES.get(county.name, {}))
        token = local_token(engine.config.data, county.name, ["POLICE"], sub="police", function="LPO_CHIEF")
        found[county.name] = Police(COUNTIES[county.name], county.url, token)
        found[county.name].client.timeout = httpx.Timeout(DEADLINE)
    yield found
    for each in found.values():
        each.close()
