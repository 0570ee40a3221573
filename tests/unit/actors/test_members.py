"""The rules that agreements and networks share, tried on both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from services.actors.domain import cooperation, network
from shared.contracts.actors import CooperationDetails, Member, NetworkDetails
from shared.contracts.codes import Status
from shared.rejected import Rejected
from tests.unit.actors.given import member

ONE, TWO, THREE = member("one"), member("two"), member("three", "jamtland")
KNOWN = {ONE: Status.ACTIVE, TWO: Status.ACTIVE, THREE: Status.ACTIVE}


def agreement(*parties: Member, **changes: Any) -> CooperationDetails:
    start = date(2026, 1, 1)
    standard = {"name": "Överenskommelse", "purposes": ["Trygghet"], "areas": ["Skola"], "signed": start}
    return CooperationDetails(**{**standard, "valid_from": start, "parties": parties, **changes})


def circle(*members: Member, **changes: Any) -> NetworkDetails:
    return NetworkDetails(**{"name": "Regionalt nätverk", "members": members, **changes})


@dataclass(frozen=True)
class Kind:
    details: Callable[..., Any]
    register: Callable[[Any, UUID, Mapping[Member, Status], str], Any]
    change: Callable[[Any, Any, Mapping[Member, Status]], Any]
    retire: Callable[[Any], Any]


KINDS = [
    Kind(agreement, cooperation.register, cooperation.change, cooperation.retire),
    Kind(circle, network.register, network.change, network.retire),
]
both = pytest.mark.parametrize("kind", KINDS, ids=["agreement", "network"])


@both
def test_an_event_names_each_member_once_by_county_and_id(kind: Kind) -> None:
    event = kind.register(kind.details(ONE, TWO, THREE, ONE), uuid4(), KNOWN, "norrbotten")

    named = event.model_dump()["parties" if kind.details is agreement else "members"]

    assert sorted(each["county"] for each in named) == ["jamtland", "norrbotten", "norrbotten"]
    assert (event.county, event.status) == ("norrbotten", Status.ACTIVE)


@both
def test_an_unknown_member_is_refused_by_name(kind: Kind) -> None:
    with pytest.raises(Rejected) as caught:
        kind.register(kind.details(ONE, TWO, THREE), uuid4(), {ONE: Status.ACTIVE, TWO: Status.ACTIVE}, "norrbotten")
    assert caught.value.slug == "unknown-member"
    assert caught.value.values == {"member": str(THREE.id)}


@both
def test_a_retired_member_may_stay_but_not_join(kind: Kind) -> None:
    retired = KNOWN | {TWO: Status.RETIRED}

    with pytest.raises(Rejected) as caught:
        kind.register(kind.details(ONE, TWO), uuid4(), retired, "norrbotten")
    assert caught.value.slug == "retired-member"

    before = kind.register(kind.details(ONE, TWO), uuid4(), KNOWN, "norrbotten")
    assert kind.change(kind.details(ONE, TWO, name="Nytt namn"), before, retired).name == "Nytt namn"


@both
def test_a_network_that_is_not_changed_has_no_event(kind: Kind) -> None:
    before = kind.register(kind.details(ONE, TWO), uuid4(), KNOWN, "norrbotten")

    assert kind.change(kind.details(TWO, ONE), before, KNOWN) is None
    assert kind.change(kind.details(ONE, TWO, THREE), before, KNOWN) is not None


@both
def test_a_retired_network_changes_no_more(kind: Kind) -> None:
    before = kind.register(kind.details(ONE, TWO), uuid4(), KNOWN, "norrbotten")

    retired = kind.retire(before)

    assert (retired.status, retired.id) == (Status.RETIRED, before.id)

    with pytest.raises(Rejected, match="retired"):
        kind.retire(retired)
    with pytest.raises(Rejected, match="retired"):
        kind.change(kind.details(ONE, TWO), retired, KNOWN)


@pytest.mark.parametrize(
    "changes",
    [{"purposes": []}, {"areas": []}, {"parties": [ONE, ONE]}, {"valid_to": date(2025, 12, 31)}, {"signed": None}],
)
def test_an_agreement_without_its_legal_parts_is_refused(changes: dict[str, Any]) -> None:
    agreement(ONE, TWO)

    with pytest.raises(ValidationError):
        agreement(*changes.pop("parties", (ONE, TWO)), **changes)


def test_a_network_may_begin_without_members() -> None:
    assert network.register(circle(), uuid4(), {}, "norrbotten").members == ()
