"""The reference data agree with themselves, with the codes of contracts, and with the directories that ship."""

import re
from datetime import date
from types import ModuleType

import pytest

from infra.cli.import_ import shipped
from services.actors.domain.csv_file import decode, parse
from services.actors.domain.directory import Plan, plan
from services.meetings.domain.action_items import ItemProgress
from services.shipment_alerts.domain.replies import ReplyState
from shared.contracts import (
    counties,
    est_codes,
    meeting_codes,
    minutes_codes,
    reference,
    shipment_codes,
    training_codes,
)
from shared.contracts.codes import ActorLevel, ActorSector, ActorType, FunctionCode, MethodComponent, PolicyArea
from shared.contracts.counties import County
from shared.contracts.event import OpenEnum
from shared.contracts.partner_replies import ReplyCode
from shared.contracts.reference import PoliceArea, est, meetings, minutes, shipments, trainings
from tests.support.contexts import decision_context

FOUR = counties.parse(counties.DEFAULT)
TODAY = date(2026, 11, 23)


def directory(county: County) -> Plan:
    rows, faults = parse(decode(shipped(county.name).read_bytes()))
    result = plan(rows, {}, decision_context(county.name, today=TODAY))
    assert [*faults, *result.faults] == []
    return result


def code_lists(module: ModuleType) -> list[type[OpenEnum]]:
    own = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, OpenEnum)]
    return [MethodComponent, *(each for each in own if each is not OpenEnum)]


def test_each_code_has_its_swedish_word() -> None:
    assert list(reference.ACTOR_TYPES) == ActorType.codes()
    assert list(reference.FUNCTIONS) == FunctionCode.codes()
    assert list(reference.POLICY_AREAS) == PolicyArea.codes()


def test_each_code_about_meetings_has_its_swedish_word() -> None:
    codes = {name: list(terms) for name, terms in meetings.TERMS.items()}

    assert codes == {each.__name__: each.codes() for each in code_lists(meeting_codes)[1:]}
    words = [term for terms in meetings.TERMS.values() for term in terms.values()]
    assert [term.code for term in words if not term.swedish.strip() or term.swedish == term.code] == []


def test_each_code_of_est_has_its_swedish_word() -> None:
    codes = {name: list(terms) for name, terms in est.TERMS.items()}

    assert codes == {each.__name__: each.codes() for each in code_lists(est_codes)[1:]}


def test_each_code_about_minutes_and_items_has_its_swedish_word() -> None:
    codes = {name: list(terms) for name, terms in minutes.TERMS.items()}

    own = {each.__name__: each.codes() for each in code_lists(minutes_codes)[1:]}
    assert codes == own | {"ItemProgress": list(ItemProgress)}


def test_each_code_about_trainings_has_its_swedish_word() -> None:
    lists = code_lists(training_codes)

    codes = {name: list(terms) for name, terms in trainings.TERMS.items()}

    assert codes == {each.__name__: each.codes() for each in lists}
    words = [term for terms in trainings.TERMS.values() for term in terms.values()]
    assert [term.code for term in words if not term.swedish.strip() or term.swedish == term.code] == []


def test_each_code_about_shipments_has_swedish_and_english_words() -> None:
    lists = code_lists(shipment_codes)
    numbered = {"Call": list(shipments.NUMBERS)}

    codes = {name: list(terms) for name, terms in shipments.TERMS.items() if name != "METHOD_NAME"} | numbered

    replies = {"ReplyState": list(ReplyState), "ReplyCode": ReplyCode.codes()}
    assert codes == {each.__name__: each.codes() for each in lists} | replies
    words = [term for terms in shipments.TERMS.values() for term in terms.values()]
    for each in (*words, *shipments.ADVICE_LINES.values(), *shipments.METHOD_ACTIVITIES.values()):
        assert each.text("sv").strip()
        assert each.text("en").strip()
        assert each.text("sv") != each.code


def test_each_activity_of_the_method_belongs_to_a_component() -> None:
    components = {activity.component for activity in shipments.METHOD_ACTIVITIES.values()}
    assert components == set(MethodComponent.codes())


def test_every_number_in_the_advice_is_one_of_the_three() -> None:
    numbers = {number.number for number in shipments.NUMBERS.values()}

    assert numbers == {"112", "114 14", "90 114"}
    for line in shipments.ADVICE_LINES.values():
        for language in ("sv", "en"):
            text = re.sub(r"5 kap\.( 5 §)?", "", line.text(language))
            assert set(re.findall(r"[0-9][0-9 ]*[0-9]", text)) <= numbers


def test_advice_speaks_of_a_suspicion_and_never_of_a_fact() -> None:
    for line in shipments.ADVICE_LINES.values():
        assert not re.search("drogbrev|knark|brottsling|drug letter|criminal", line.swedish + line.english)


def test_the_sector_and_levels_of_an_actor_type_are_codes() -> None:
    for term in reference.ACTOR_TYPES.values():
        assert term.sector in ActorSector.codes()
        assert term.levels
        assert set(term.levels) <= set(ActorLevel.codes())


def test_a_municipality_lies_in_its_county_and_police_area() -> None:
    assert len(reference.MUNICIPALITIES) == 44
    for one in reference.MUNICIPALITIES.values():
        assert one.code[:2] == one.county
        assert reference.POLICE_AREAS[one.police_area].county == one.county
        assert one.police_area_mark in "VMU"


def test_the_reference_data_know_the_default_counties() -> None:
    assert {county.code for county in FOUR} == set(reference.COUNTIES)
    assert {owned.county for owned in reference.OWNED_ACTORS} <= {county.name for county in FOUR}


def test_a_police_area_with_an_end_is_valid_until_that_day() -> None:
    area = PoliceArea("X", "X", "25", date(2020, 1, 1), date(2024, 12, 31))
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2024, 12, 31), date(2025, 1, 1))

    assert [area.valid_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize("county", FOUR, ids=lambda county: county.name)
def test_a_directory_has_all_municipalities_and_police_areas(county: County) -> None:
    actors = [outcome.actor for outcome in directory(county).outcomes]

    own = [one.code for one in reference.MUNICIPALITIES.values() if one.county == county.code]

    assert sorted(actor.municipality for actor in actors if actor.municipality) == own
    areas = {area.code for area in reference.POLICE_AREAS.values() if area.county == county.code}
    assert {actor.police_area for actor in actors if actor.type is ActorType.POLICE and actor.police_area} == areas
    for actor in actors:
        if actor.municipality:
            assert actor.police_area == reference.MUNICIPALITIES[actor.municipality].police_area
            assert actor.reference == f"kommun-{actor.municipality}"


def test_actors_of_all_counties_are_in_their_owner_s_file_alone() -> None:
    owned = {one.reference: one.county for one in reference.OWNED_ACTORS}
    found = {
        outcome.actor.reference: county.name
        for county in FOUR
        for outcome in directory(county).outcomes
        if outcome.actor.reference in owned
    }

    assert found == owned


def test_no_mailbox_is_invented_and_numbers_are_verified() -> None:
    contacts = [one for county in FOUR for each in directory(county).outcomes for one in each.actor.contact_functions]

    assert {one.mailbox for one in contacts} == {None}
    assert {one.telephone for one in contacts} == {None, "114 14", "90 114"}
