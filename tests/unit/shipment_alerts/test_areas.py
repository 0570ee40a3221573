"""Small places: all municipalities of the four counties, with every relevant number of sites."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.shipment_alerts.domain.areas import COUNTY, Area, areas, as_exact_as_allowed, check_area
from services.shipment_alerts.domain.generaliser import generalise
from services.shipment_alerts.domain.sites import SiteCounts
from shared.contracts.reference import COUNTIES, MUNICIPALITIES
from shared.contracts.shipment_codes import SiteType
from shared.contracts.shipment_signals import SignalDetails
from shared.rejected import Rejected
from tests.unit.shipment_alerts.given import BJURHOLM, PLACES, SUNDSVALL, UMEA, VASTERBOTTEN, agents, details
from tests.unit.shipment_alerts.test_generaliser import HANDLING, seen

TYPES = [SiteType.AGENT, SiteType.TERMINAL, SiteType.PARCEL_LOCKER]


@st.composite
def registers(draw: st.DrawFn) -> SiteCounts:
    """The register of any county: 0 to 5 sites of some types in each municipality."""
    county = draw(st.sampled_from(sorted(COUNTIES)))
    number = st.integers(0, 5)
    types = draw(st.sampled_from([TYPES[:1], TYPES]))
    return SiteCounts(county, {(code, kind): draw(number) for code in PLACES[county] for kind in types})


def told(counts: SiteCounts) -> Mapping[tuple[str, SiteType], tuple[Area, SiteType | None]]:
    """The area that a signal of each site names, for all sites with staff."""
    signals = {
        (code, kind): generalise(seen(municipality=code, site_type=kind), counts, HANDLING)
        for (code, kind), count in counts.sites.items()
        if count and kind is not SiteType.PARCEL_LOCKER
    }
    return {site: (Area(signal.municipality, signal.police_area), signal.site_type) for site, signal in signals.items()}


@given_any(registers())
def test_three_sites_stand_behind_whatever_is_said(counts: SiteCounts) -> None:
    """The register and the rule do not tell which of three sites it was, not even by subtraction."""
    said = told(counts)
    total = sum(counts.sites[site] for site in said)

    for each in set(said.values()):
        behind = sum(counts.sites[site] for site, what in said.items() if what == each)
        assert behind >= min(3, total)
    for area in {where for where, _ in said.values()} - {COUNTY}:
        assert sum(counts.sites[site] for site, (where, _) in said.items() if where == area) >= 3


@given_any(registers())
def test_an_area_is_named_only_where_three_sites_are(counts: SiteCounts) -> None:
    for code, area in areas(counts).items():
        assert area in (
            COUNTY,
            Area(code, MUNICIPALITIES[code].police_area),
            Area(None, MUNICIPALITIES[code].police_area),
        )
        if area.municipality:
            assert counts.by_municipality()[code] >= 3
        if area.police_area:
            assert counts.by_police_area()[area.police_area] >= 3


@pytest.mark.parametrize("code", sorted(MUNICIPALITIES))
@pytest.mark.parametrize("count", range(6))
def test_a_municipality_among_large_ones_is_named_from_three_on(code: str, count: int) -> None:
    county = code[:2]

    counts = SiteCounts(
        county, {(each, SiteType.AGENT): 9 for each in PLACES[county]} | {(code, SiteType.AGENT): count}
    )

    assert (areas(counts)[code].municipality == code) == (count >= 3)


@pytest.mark.parametrize("code", sorted(MUNICIPALITIES))
@pytest.mark.parametrize("count", range(3))
def test_small_municipalities_give_a_police_area_from_three_on(code: str, count: int) -> None:
    place = MUNICIPALITIES[code]
    near = {each for each in PLACES[place.county] if MUNICIPALITIES[each].police_area == place.police_area}
    sites = {(each, SiteType.AGENT): 1 if each in near else 9 for each in PLACES[place.county]}
    counts = SiteCounts(place.county, sites | {(code, SiteType.AGENT): count})

    enough = counts.by_police_area()[place.police_area] >= 3

    assert areas(counts)[code] == (Area(None, place.police_area) if enough else COUNTY)


def test_one_agent_in_bjurholm_gives_the_police_area_of_umea() -> None:
    counts = agents(VASTERBOTTEN, m2403=1, m2404=1, m2401=2, m2480=20)

    assert areas(counts)[BJURHOLM] == Area(None, "UMEA")
    assert areas(counts)[UMEA] == Area(UMEA, "UMEA")


def test_a_lone_agent_in_bjurholm_is_not_given_by_police_area() -> None:
    """Umeå is always named itself, so a signal of its police area alone could only be from Bjurholm."""
    counts = agents(VASTERBOTTEN, m2403=1, m2480=20, m2421=2, m2422=1)

    assert areas(counts)[BJURHOLM] == COUNTY
    assert areas(counts)["2421"] == COUNTY  # it hides behind Bjurholm, and Bjurholm behind it
    assert areas(counts)[UMEA] == Area(UMEA, "UMEA")


def test_beside_a_single_small_place_another_is_not_named() -> None:
    counts = agents(VASTERBOTTEN, m2403=1, m2480=20, m2482=9)

    assert set(areas(counts).values()) == {COUNTY, Area(UMEA, "UMEA")}


def test_nobody_hides_behind_parcel_lockers() -> None:
    lockers = {(BJURHOLM, SiteType.PARCEL_LOCKER): 9, (BJURHOLM, SiteType.AGENT): 1}

    others = {(code, SiteType.AGENT): 2 for code in PLACES["24"] if code != BJURHOLM}

    assert areas(SiteCounts("24", lockers | others))[BJURHOLM] == Area(None, "UMEA")


def test_without_reference_data_only_the_county_is_named() -> None:
    assert areas(SiteCounts("21", {("2180", SiteType.AGENT): 9})) == {}


@given_any(registers(), st.data())
def test_the_county_takes_what_the_generaliser_says_or_less(counts: SiteCounts, data: Any) -> None:
    code = data.draw(st.sampled_from(PLACES[counts.county]))
    kind = data.draw(st.sampled_from(TYPES))
    signal = generalise(seen(municipality=code, site_type=kind), counts, HANDLING)
    check_area(signal, counts)
    check_area(signal.model_copy(update={"site_type": None}), counts)
    check_area(signal.model_copy(update=dict.fromkeys(("site_type", "municipality", "police_area"))), counts)


@given_any(registers(), st.data())
def test_the_county_refuses_anything_more_exact_unrepeated(counts: SiteCounts, data: Any) -> None:
    code = data.draw(st.sampled_from(PLACES[counts.county]))
    place = MUNICIPALITIES[code]
    signal = generalise(seen(municipality=code), counts, HANDLING)
    claims: list[dict[str, Any]] = []
    if signal.municipality is None:
        claims.append({"municipality": code, "police_area": place.police_area, "site_type": None})
    if signal.police_area is None and counts.by_municipality()[code]:
        claims.append({"municipality": None, "police_area": place.police_area, "site_type": None})
    if signal.municipality is not None and signal.site_type is None:
        claims.append({"municipality": code, "police_area": place.police_area, "site_type": SiteType.AGENT})

    for claim in claims:
        with pytest.raises(Rejected) as caught:
            check_area(signal.model_copy(update=claim), counts)
        assert caught.value.slug == "too-exact"
        assert not {code, place.name} & set(caught.value.message.split())
        assert caught.value.values == {}


def test_a_refusal_says_what_may_be_released_instead() -> None:
    counts = agents(VASTERBOTTEN, m2403=1, m2404=1, m2401=2, m2480=20)
    claim: SignalDetails = details(municipality=BJURHOLM, police_area="UMEA", site_type=None)

    with pytest.raises(Rejected, match="for the police area UMEA"):
        check_area(claim, counts)

    check_area(details(municipality=None, police_area="UMEA", site_type=None), counts)


def test_agents_beside_a_lone_terminal_are_told_without_type() -> None:
    counts = SiteCounts("22", {(SUNDSVALL, SiteType.AGENT): 12, (SUNDSVALL, SiteType.TERMINAL): 1})

    for kind in (SiteType.AGENT, SiteType.TERMINAL):
        signal = generalise(seen(municipality=SUNDSVALL, site_type=kind), counts, HANDLING)
        assert (signal.municipality, signal.site_type) == (SUNDSVALL, None)


@given_any(registers(), st.sampled_from(TYPES), st.booleans(), st.data())
def test_what_may_be_said_is_as_exact_as_allowed(
    counts: SiteCounts, kind: SiteType, by_area: bool, data: st.DataObject
) -> None:
    code = data.draw(st.sampled_from(sorted(PLACES[counts.county])))
    exact = {} if by_area else {"municipality": code, "site_type": kind}
    asked = details(**{"municipality": None, "site_type": None} | exact, police_area=MUNICIPALITIES[code].police_area)

    shown = as_exact_as_allowed(asked, counts)

    check_area(shown, counts)
    assert as_exact_as_allowed(shown, counts) == shown
    try:
        check_area(asked, counts)
    except Rejected:
        assert shown != asked
    else:
        assert shown == asked  # nothing is lost that may be said
    if not by_area:
        known = generalise(seen(municipality=code, site_type=kind), counts, HANDLING)
        for name in ("municipality", "police_area", "site_type"):
            assert getattr(shown, name) == getattr(known, name)
