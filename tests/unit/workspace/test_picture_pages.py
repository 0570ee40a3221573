"""The pages of problem pictures and measures: whose they show, in which words, and what they leave to whom."""

import re
from typing import Any
from uuid import UUID

import pytest

from services.initiatives.api.measure_views import measure_view
from services.initiatives.api.picture_views import picture_view
from services.initiatives.domain import measures as measuring
from services.initiatives.domain import pictures as picturing
from services.initiatives.domain.pictures import AnyPicture
from services.initiatives.store.home import Kept
from services.workspace.pages import measures, pictures
from shared.runtime.auth import Role
from tests.support.workspace_alone import MadeUpCounty, text_of
from tests.unit.initiatives import given, given_measures
from tests.unit.initiatives.given_measures import MODEL

SHARED = picturing.release(given.agreed(), confirmed=True)
OWN = f"/lagesbilder/jamtland/{given.ID}"
MEASURE = f"/lagesbilder/atgarder/jamtland/{given_measures.OF}"
HOME = (Role.COUNTY_COORDINATOR, Role.MUNICIPAL_COORDINATOR, Role.POLICE)


def of(picture: AnyPicture) -> dict[str, Any]:
    """The answer of the county about a picture."""
    return picture_view(Kept(picture, 3)).model_dump(mode="json")


def of_measure(measure: measuring.AnyMeasure, **changes: Any) -> dict[str, Any]:
    """The same about a measure."""
    return measure_view(Kept(measure, 4)).model_dump(mode="json") | changes


def page(*items: dict[str, Any]) -> dict[str, Any]:
    """A list with these."""
    return {"items": list(items), "counties": [], "next": None}


def county(**more: Any) -> MadeUpCounty:
    """A county with a shared picture, a draft of its own, and a measure that follows another county's."""
    followed = measuring.follow_up(
        given_measures.follow_up(colour="YELLOW"),
        given_measures.ongoing(model=MODEL),
        given.JAMTLAND,
        confirmed=True,
    )
    model = of_measure(given_measures.released(), id=MODEL["id"], county="norrbotten", title="Förlagan i norr")
    return MadeUpCounty(
        {
            "/problem-pictures": page(of(SHARED)),
            "/problem-pictures/at-home": page(of(given.begun(title="Bara <b>hemma</b>"))),
            f"/problem-pictures/jamtland/{given.ID}": of(SHARED),
            "/measures/at-home": page(of_measure(followed, shared=False)),
            f"/measures/jamtland/{given_measures.OF}": of_measure(followed),
            f"/measures/norrbotten/{MODEL['id']}": model,
            **more,
        }
    )


@pytest.mark.parametrize("role", [*HOME, Role.READER])
async def test_what_stays_at_home_is_shown_to_whoever_may_see_it(role: Role) -> None:
    made = county()
    shown = bytes((await made.open(pictures.show_list, "/lagesbilder", roles=[role])).body).decode()

    assert OWN in shown
    assert ("Bara &lt;b&gt;hemma" in shown) is (role is not Role.READER)
    assert ("/problem-pictures/at-home" in made.asked) is (role is not Role.READER)


async def test_a_picture_says_each_of_the_three_in_words() -> None:
    bare = of(given.begun(factors=[], causes=[]))
    whole = text_of(await county().open(pictures.show_one, OWN))
    empty = text_of(await county(**{f"/problem-pictures/jamtland/{given.ID}": bare}).open(pictures.show_one, OWN))

    for word in ("Motiverad gärningsperson", "Lämpligt objekt eller offer", "Kapabel väktare"):
        assert word in whole
        assert word in empty
    for said in ("Säljare från andra orter", "Torget är skymt", "Kommunal brottsförebyggande", "Östersund", "2 av 5"):
        assert said in whole
    assert empty.count("Inget är skrivet än.") == 3
    assert "Lägesbilden finns bara i" in empty
    assert "Lägesbilden finns bara i" not in whole


async def test_how_a_measure_goes_is_said_by_colour_and_word() -> None:
    listed = text_of(await county().open(pictures.show_one, OWN))
    one = text_of(await county().open(measures.show_one, MEASURE))

    for text in (listed, one):
        assert re.search(r'class="colour YELLOW">Gul, går sämre än planerat<', text)
    assert "från 2 till 20 kvällar" in one
    assert "Torget är skymt" in one


async def test_a_measure_shows_the_model_that_it_follows() -> None:
    path = f"/lagesbilder/atgarder/norrbotten/{UUID(MODEL['id'])}"
    followed = text_of(await county().open(measures.show_one, MEASURE))
    away = MadeUpCounty(county().answers, unknown=("/measures/norrbotten",))
    without = text_of(await away.open(measures.show_one, MEASURE))

    assert f'href="{path}">Förlagan i norr<' in followed
    assert "Inte uppföljd än" in followed
    assert "Förebild i ett annat län kan inte visas just nu" in without
