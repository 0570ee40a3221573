from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from services.actors.domain.actor import change, id_from, register, retire, revive
from services.actors.domain.directory import ActorRow, plan
from shared.contracts.actors import ActorChanged, ActorRegistered, ActorRetired, ActorRevived
from shared.contracts.codes import ActorSector, Status
from shared.contracts.context import DecisionContext
from shared.contracts.counties import County
from shared.contracts.reference import ACTOR_TYPES, MUNICIPALITIES, POLICE_AREAS
from shared.rejected import Rejected
from tests.support.contexts import COUNTIES, decision_context
from tests.unit.actors.given import BODEN, NORRBOTTEN, VASTERBOTTEN, boden, command, details


def refused(slug: str, county: DecisionContext = NORRBOTTEN, **changes: Any) -> Rejected:
    with pytest.raises(Rejected) as caught:
        register(command(**changes), uuid4(), county)
    assert caught.value.slug == slug
    return caught.value


def test_registering_an_actor_tells_its_whole_state() -> None:
    event = register(command(), id_from("norrbotten", "kommun-2582"), NORRBOTTEN)

    assert isinstance(event, ActorRegistered)
    assert (event.county, event.reference, event.status) == ("norrbotten", "kommun-2582", Status.ACTIVE)
    assert event.sector is ActorSector.MUNICIPALITY

    state = event.model_dump(mode="json")
    assert {state.pop(name) for name in ("id", "county", "reference", "status", "sector")} == {
        *(str(id_from("norrbotten", "kommun-2582")), "norrbotten", "kommun-2582", "ACTIVE", "MUNICIPALITY")
    }

    (function,) = state.pop("contact_functions")
    assert {name: function[name] for name in ("function", "mailbox", "telephone")} == {
        "telephone": None,
        **BODEN["contact_functions"][0],
    }
    assert state == {name: value for name, value in BODEN.items() if name != "contact_functions"}


def test_a_reference_gives_one_id_per_county_wherever_computed() -> None:
    assert str(id_from("norrbotten", "kommun-2584")) == "787f9222-91df-5263-a9e0-96085cd803bf"
    assert id_from("norrbotten", "kommun-2584") != id_from("jamtland", "kommun-2584")


def test_a_changed_actor_keeps_its_reference_and_id() -> None:
    before = boden()

    event = change(details(name="Boden"), before, NORRBOTTEN)

    assert isinstance(event, ActorChanged)
    assert (event.name, event.id, event.reference) == ("Boden", before.id, "kommun-2582")


def test_changing_an_actor_to_what_it_is_does_nothing() -> None:
    again = details(policy_areas=["ANDT", "ANDT"], name="  Bodens   kommun ")

    assert change(again, boden(), NORRBOTTEN) is None


def test_a_retired_actor_is_not_changed_or_retired_again() -> None:
    retired = retire(boden())

    assert isinstance(retired, ActorRetired)
    assert retired.status is Status.RETIRED

    with pytest.raises(Rejected, match="retired"):
        change(details(name="Boden"), retired, NORRBOTTEN)
    with pytest.raises(Rejected, match="retired"):
        retire(retired)


def test_every_refusal_of_a_retired_actor_names_the_way_back() -> None:
    retired = retire(boden())
    way = f"POST /actors/norrbotten/{retired.id}/revive"

    with pytest.raises(Rejected, match=way):
        change(details(), retired, NORRBOTTEN)

    (fault,) = plan([ActorRow(2, command())], {retired.id: retired}, NORRBOTTEN).faults
    assert way in fault.reason

    again = revive(retired)
    assert isinstance(again, ActorRevived)
    assert again == ActorRevived(**dict(boden()))
    assert change(details(name="Boden"), again, NORRBOTTEN) is not None

    with pytest.raises(Rejected, match="is not retired"):
        revive(again)


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("invalid-municipality", {"municipality": "2480"}),
        ("invalid-municipality", {"municipality": "2599"}),
        ("invalid-municipality", {"municipality": None}),
        ("invalid-level", {"level": "NATIONAL"}),
        ("invalid-police-area", {"police_area": "UMEA"}),
        ("invalid-police-area", {"police_area": "NOWHERE"}),
    ],
)
def test_an_actor_whose_area_or_level_does_not_fit_is_refused(slug: str, changes: dict[str, Any]) -> None:
    refused(slug, **changes)


@given_any(st.sampled_from(sorted(MUNICIPALITIES)), st.sampled_from(sorted(COUNTIES)))
def test_a_municipality_is_registered_in_its_own_county_alone(code: str, name: str) -> None:
    here = decision_context(name)
    wanted: dict[str, Any] = {"municipality": code, "police_area": None, "reference": None}

    if code.startswith(here.county.code):
        assert register(command(**wanted), uuid4(), here).municipality == code
    else:
        refused("invalid-municipality", here, **wanted)


def test_a_county_without_reference_data_takes_its_own_codes() -> None:
    gavleborg = replace(NORRBOTTEN, county=County("gavleborg", "21"))

    assert register(command(municipality="2180", police_area="GAVLE"), uuid4(), gavleborg).municipality == "2180"

    refused("invalid-municipality", gavleborg, municipality="2582")


def test_nothing_new_is_registered_in_an_abolished_police_area(monkeypatch: pytest.MonkeyPatch) -> None:
    area = POLICE_AREAS["LULEA_BODEN"]
    monkeypatch.setitem(POLICE_AREAS, "LULEA_BODEN", replace(area, valid_to=NORRBOTTEN.today - timedelta(days=1)))
    refused("invalid-police-area")

    monkeypatch.setitem(POLICE_AREAS, "LULEA_BODEN", replace(area, valid_to=NORRBOTTEN.today))

    assert boden().police_area == "LULEA_BODEN"


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "tullverket", "name": "Tullverket", "type": "CUSTOMS", "level": "NATIONAL"},
        {"reference": "tullverket", "name": "Tullen", "type": "CUSTOMS", "level": "NATIONAL"},
        {"reference": None, "name": "TULLVERKET", "type": "CUSTOMS", "level": "NATIONAL"},
        {"reference": "polisregion-nord", "name": "Polisregion Nord", "type": "POLICE", "level": "REGIONAL"},
    ],
)
def test_an_actor_of_all_counties_is_registered_by_its_owner(changes: dict[str, Any]) -> None:
    nowhere: dict[str, Any] = {"municipality": None, "police_area": None}

    assert refused("not-owner", **changes, **nowhere).values == {"owner": "vasterbotten"}
    assert register(command(**changes, **nowhere), uuid4(), VASTERBOTTEN).county == "vasterbotten"


@pytest.mark.parametrize("code", sorted(ACTOR_TYPES))
def test_the_sector_of_a_type_follows_from_the_reference_data(code: str) -> None:
    term = ACTOR_TYPES[code]

    event = register(command(type=code, level=term.levels[0]), uuid4(), NORRBOTTEN)

    assert event.sector == term.sector


@pytest.mark.parametrize(
    "changes",
    [
        {"sector": "STATE"},
        {"status": "RETIRED"},
        {"type": "UNKNOWN"},
        {"type": "KOMMUN"},
        {"name": "=1+1"},
        {"name": " "},
    ],
)
def test_a_field_that_is_not_the_callers_to_set_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        command(**changes)
