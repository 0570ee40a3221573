"""Four counties, each a process of its own, on one Kafka."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra import topics
from infra.cli.county import local_token
from infra.demo.county import County
from infra.engine import Engine, temporary_engine

NAMES = ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine that no other tests write to: what is on its topics is what these counties have done."""
    with temporary_engine() as own:
        yield own


@pytest.fixture(scope="session")
def counties(engine: Engine) -> Iterator[list[County]]:
    """The four, ready; Norrbotten first."""
    topics.apply(engine.kafka, NAMES)
    engine.migrate(NAMES)
    with ThreadPoolExecutor(len(NAMES)) as pool:
        urls = list(pool.map(engine.start_county, NAMES))
    found = [
        County(name, url, local_token(engine.config.data, name, ["COUNTY_COORDINATOR"]))
        for name, url in zip(NAMES, urls, strict=True)
    ]
    yield found
    for county in found:
        county.close()
