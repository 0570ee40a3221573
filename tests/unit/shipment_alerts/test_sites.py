from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.shipment_alerts.domain.sites import Operator, Site, SiteCounts, SiteDetails, change, close, register
from services.shipment_alerts.domain.tables import EmployerRoutine
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.shipment_codes import SiteType
from shared.rejected import Rejected
from tests.unit.shipment_alerts.given import NORRBOTTEN

OPERATORS = {"postnord", "citymail"}


def details(**changes: Any) -> SiteDetails:
    return SiteDetails(**{"type": "AGENT", "operator": "postnord", "municipality": "2584", **changes})


def site(**changes: Any) -> Site:
    return register(details(**changes), uuid4(), OPERATORS, NORRBOTTEN)


def test_a_registered_site_is_active_and_known_by_codes_alone() -> None:
    assert site().active
    assert set(Site.model_fields) == {"id", "version", "type", "operator", "municipality", "active"}
    for field in ("name", "address", "manager"):
        with pytest.raises(ValidationError):
            details(**{field: "ICA Kiruna"})


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("invalid-municipality", {"municipality": "2480"}),
        ("invalid-municipality", {"municipality": "2599"}),
        ("unknown-operator", {"operator": "nobody"}),
    ],
)
def test_a_site_of_a_wrong_municipality_or_operator_is_refused(slug: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as caught:
        site(**changes)
    assert caught.value.slug == slug

    with pytest.raises(Rejected) as caught:
        change(details(**changes), site(), OPERATORS, NORRBOTTEN)
    assert caught.value.slug == slug


def test_a_changed_site_keeps_its_id_and_a_repeat_is_nothing() -> None:
    before = site()

    after = change(details(operator="citymail"), before, OPERATORS, NORRBOTTEN)

    assert after is not None
    assert (after.id, after.operator, after.version) == (before.id, "citymail", before.version + 1)
    assert change(details(), before, OPERATORS, NORRBOTTEN) == before


def test_a_closed_site_does_not_change() -> None:
    closed = close(site())

    assert closed is not None
    assert close(closed) == closed

    with pytest.raises(Rejected, match="closed"):
        change(details(type="TERMINAL"), closed, OPERATORS, NORRBOTTEN)


def test_sites_are_counted_by_municipality_type_and_police_area() -> None:
    sites = [site(), site(), site(type="TERMINAL"), site(municipality="2523"), site(municipality="2582")]

    counts = SiteCounts("25", Counter((each.municipality, each.type) for each in sites))

    assert counts.types("2584") == {SiteType.AGENT: 2, SiteType.TERMINAL: 1}
    assert counts.by_police_area()["NORRA_LAPPLAND"] == 4
    assert counts.by_police_area()["LULEA_BODEN"] == 1

    own = [code for code, one in MUNICIPALITIES.items() if one.county == "25"]
    assert list(counts.by_municipality()) == own
    assert sum(counts.by_municipality().values()) == sum(counts.by_police_area().values()) == 5


def test_staff_of_an_unknown_operator_go_to_the_employer_first() -> None:
    assert Operator(slug="postnord", name="PostNord").routine is EmployerRoutine.EMPLOYER_FIRST
