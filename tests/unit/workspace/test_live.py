from collections.abc import Mapping
from typing import cast

import pytest

from services.workspace import live
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.county import CountyInterface
from services.workspace.live import SHOWN, StreamLooks
from services.workspace.shown import ShownLinks

Answer = Mapping[str, int] | Exception


class County:
    """Its services, whose own streams have these numbers, or that fail."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {name: {name: 1} for name in SHOWN}
        self.asked = 0

    async def links(self, _: str, service: str) -> ShownLinks:
        self.asked += 1
        answer = self.answers[service]
        if isinstance(answer, Exception):
            raise answer
        written = [{"stream": stream, "epoch": 1, "last": last} for stream, last in answer.items()]
        heard = {"county": "jamtland", "stream": service, "epoch": 1, "applied_number": 7}
        return ShownLinks.model_validate({"service": service, "written": written, "read": [heard], "faults": []})


@pytest.fixture
def county(monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0)
    return County()


async def begun(county: County) -> tuple[StreamLooks, float]:
    looks = StreamLooks(cast(CountyInterface, county))
    return looks, (await looks.since(0, "token"))[1]


async def test_a_stream_that_moved_is_named_to_each_listener_once(county: County) -> None:
    looks, seen = await begun(county)
    assert (await looks.since(seen, "token"))[0] == set()

    county.answers["meetings"] = {"meetings": 2}

    for _ in range(2):
        named, until = await looks.since(seen, "token")
        assert named == {"meetings"}
        assert (await looks.since(until, "token"))[0] == set()


async def test_what_moved_between_page_and_listening_is_named(county: County) -> None:
    looks, made = await begun(county)
    county.answers["actors"] = {"actors": 2}
    await looks.since(made, "another's token")

    assert (await looks.since(made, "token"))[0] == {"actors"}


async def test_the_first_look_names_all(county: County) -> None:
    looks = StreamLooks(cast(CountyInterface, county))

    assert (await looks.since(0, "token"))[0] == set(SHOWN)


async def test_however_many_listen_the_county_is_asked_once(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 3600)
    looks, seen = await begun(county)

    for _ in range(100):
        await looks.since(seen, "token")

    assert county.asked == len(SHOWN)


async def test_all_of_a_service_is_named_once_it_is_back(county: County) -> None:
    looks, seen = await begun(county)
    county.answers["trainings"] = CountyAway("ConnectError")
    named, seen = await looks.since(seen, "token")
    assert named == set()

    county.answers["trainings"] = {"trainings": 1}

    assert (await looks.since(seen, "token"))[0] == {"trainings"}


async def test_another_refusal_is_a_defect(county: County) -> None:
    looks, seen = await begun(county)
    county.answers["trainings"] = CallRefused(403, "forbidden")

    with pytest.raises(CallRefused):
        await looks.since(seen, "token")


async def test_a_token_that_has_ended_moves_nothing(county: County) -> None:
    looks, seen = await begun(county)
    county.answers["trainings"] = CallRefused(401, "unauthorized")
    named, seen = await looks.since(seen, "token")
    assert named == set()

    county.answers["trainings"] = {"trainings": 1}

    assert (await looks.since(seen, "token"))[0] == set()
