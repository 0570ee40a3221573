from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from infra.demo.county import DemoCounty
from infra.demo.trainings import wait_for

REQUEST = {"county": "jamtland", "id": "1"}


def county(statuses: Iterator[int]) -> DemoCounty:
    """A county that answers with these statuses, one after the other."""
    found = DemoCounty("jamtland", "http://127.0.0.1", "token")
    found.close()
    seats = {"seats": [{"state": "CONFIRMED"}]}
    answering = httpx.MockTransport(lambda request: httpx.Response(next(statuses), json=seats))
    found.client = httpx.Client(base_url=found.url, transport=answering)
    return found


def test_a_county_that_does_not_know_it_yet_is_asked_again() -> None:
    with closing(county(iter([404, 200]))) as asked:
        wait_for(asked, REQUEST, ["CONFIRMED"])


def test_a_county_that_fails_is_not_asked_again() -> None:
    with closing(county(iter([500, 200]))) as asked, pytest.raises(RuntimeError, match="answered 500"):
        wait_for(asked, REQUEST, ["CONFIRMED"])
