from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.shipment_alerts.domain import signals
from services.shipment_alerts.domain.sentences import sentence
from services.shipment_alerts.domain.signals import (
    correct,
    expire,
    expires_on,
    release,
    withdraw,
)
from shared.contracts.context import DecisionContext
from shared.contracts.shipment_codes import HazardClass, MessageKind, SignalStatus, Tlp
from shared.contracts.shipment_signals import ShipmentSignal, ShipmentSignalReleased
from shared.rejected import Rejected
from tests.support.contexts import decision_context
from tests.unit.shipment_alerts.given import (
    BJURHOLM,
    SIGNAL,
    SIGNAL_ID,
    SITES,
    TODAY,
    VASTERBOTTEN,
    VASTERNORRLAND,
    agents,
    details,
    released,
)


def on(day: date) -> DecisionContext:
    return decision_context("vasternorrland", today=day)


def is_listed(signal: ShipmentSignal) -> bool:
    return signals.holds(signal) and signal.tlp in signals.labels(inside=True)


def is_counted(signal: ShipmentSignal) -> bool:
    return signal.status in signals.COUNTED and not signal.exercise


def refused(slug: str, context: DecisionContext = VASTERNORRLAND, **changes: Any) -> Rejected:
    with pytest.raises(Rejected) as caught:
        release(details(**changes), SIGNAL_ID, SITES, context)
    assert caught.value.slug == slug
    return caught.value


def test_releasing_a_signal_tells_its_whole_state() -> None:
    event = released()

    assert isinstance(event, ShipmentSignalReleased)
    assert (event.id, event.county) == (SIGNAL_ID, "vasternorrland")
    assert (event.message_kind, event.status) == (MessageKind.WARNING, SignalStatus.RELEASED)

    state = event.model_dump(mode="json") | {"indicator_groups": None}
    assert state.items() >= (SIGNAL | {"indicator_groups": None, "exercise": False}).items()


def test_a_corrected_signal_keeps_its_id_and_tells_the_present() -> None:
    event = correct(details(hazard_class="H0", site_type=None), released(), SITES, VASTERNORRLAND)

    assert event is not None
    assert (event.id, event.hazard_class, event.site_type) == (SIGNAL_ID, HazardClass.H0, None)
    assert (event.message_kind, event.status) == (MessageKind.FOLLOW_UP, SignalStatus.RELEASED)


def test_a_signal_correction_that_changes_nothing_has_no_event() -> None:
    assert correct(details(), released(), SITES, VASTERNORRLAND) is None

    corrected = correct(details(hazard_class="H0"), released(), SITES, VASTERNORRLAND)
    assert corrected is not None
    assert correct(details(hazard_class="H0"), corrected, SITES, VASTERNORRLAND) is None


def test_a_withdrawn_signal_is_not_listed_or_counted() -> None:
    event = withdraw(released())

    assert (event.id, event.status, event.message_kind) == (SIGNAL_ID, SignalStatus.WITHDRAWN, MessageKind.WITHDRAWAL)
    assert not is_listed(event)
    assert not is_counted(event)


def test_a_signal_expires_after_twelve_weeks_and_still_counts() -> None:
    signal = released()

    assert expires_on(signal) == date(2027, 2, 22)  # the Monday of week 8: weeks 49 to 53 and 1 to 7 have gone by
    assert expire(signal, on(date(2027, 2, 21))) is None

    event = expire(signal, on(date(2027, 2, 22)))
    assert event is not None
    assert (event.id, event.status) == (SIGNAL_ID, SignalStatus.EXPIRED)
    assert not is_listed(event)
    assert is_counted(event)


def test_nothing_brings_an_ended_signal_back() -> None:
    for ended in (withdraw(released()), expire(released(), on(date(2027, 3, 1)))):
        assert ended is not None
        assert expire(ended, on(date(2030, 1, 1))) is None
        with pytest.raises(Rejected, match="cannot be changed"):
            withdraw(ended)
        with pytest.raises(Rejected, match="cannot be changed"):
            correct(details(hazard_class="H0"), ended, SITES, VASTERNORRLAND)


Command = tuple[str, dict[str, Any]]
commands: st.SearchStrategy[list[Command]] = st.lists(
    st.tuples(
        st.sampled_from(["correct", "withdraw", "expire"]),
        st.fixed_dictionaries(
            {"hazard_class": st.sampled_from(["H0", "H1"]), "exercise": st.booleans(), "iso_week": st.integers(46, 48)}
        ),
    ),
    max_size=8,
)


def carried_out(command: Command, before: ShipmentSignal, context: DecisionContext) -> ShipmentSignal | None:
    """The signal's next version, or None if the command changes nothing."""
    name, changes = command
    try:
        if name == "correct":
            return correct(details(**changes), before, SITES, context)
        return withdraw(before) if name == "withdraw" else expire(before, context)
    except Rejected:
        return None


def history(given: list[Command]) -> list[ShipmentSignal]:
    """The versions of a signal that gets these commands, two weeks apart."""
    versions: list[ShipmentSignal] = [released()]
    for number, command in enumerate(given):
        after = carried_out(command, versions[-1], on(TODAY + timedelta(weeks=2 * number)))
        versions += [after] if after else []
    return versions


@given_any(commands)
def test_no_command_changes_a_signals_id_exercise_or_end(given: list[Command]) -> None:
    versions = history(given)

    assert {(version.id, version.county, version.exercise) for version in versions} == {
        (SIGNAL_ID, "vasternorrland", False)
    }
    assert {version.status for version in versions[:-1]} <= {SignalStatus.RELEASED}
    assert versions[-1].final == (versions[-1].status is not SignalStatus.RELEASED)


@given_any(commands, st.data())
def test_the_newest_version_gives_the_owners_state_in_any_order(given: list[Command], data: st.DataObject) -> None:
    log = list(enumerate(history(given), 1))
    arriving = data.draw(st.permutations(log + data.draw(st.lists(st.sampled_from(log)))))
    newest: tuple[int, ShipmentSignal] = (0, log[0][1])

    for version, event in arriving:
        newest = max(newest, (version, event), key=lambda each: each[0])
        if newest[1].final:
            assert not is_listed(newest[1])
    assert newest == log[-1]


def test_an_exercise_flows_uncounted_and_never_becomes_real() -> None:
    drill = released(exercise=True)

    assert drill.exercise
    assert is_listed(drill)
    assert not is_counted(drill)
    assert withdraw(drill).exercise

    with pytest.raises(Rejected, match="exercise"):
        correct(details(exercise=False), drill, SITES, VASTERNORRLAND)
    with pytest.raises(Rejected, match="exercise"):
        correct(details(exercise=True), released(), SITES, VASTERNORRLAND)


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("invalid-municipality", {"municipality": BJURHOLM, "police_area": "UMEA"}),
        ("invalid-police-area", {"municipality": None, "police_area": "UMEA", "site_type": None}),
        ("invalid-week", {"iso_week": 49}),
        ("invalid-week", {"iso_week_year": 2027, "iso_week": 1}),
        ("invalid-week", {"iso_week": 35}),
    ],
)
def test_an_impossible_place_or_week_is_refused_unrepeated(slug: str, changes: dict[str, Any]) -> None:
    rejected = refused(slug, **changes)

    assert not any(place in rejected.message for place in ("2403", "Bjurholm", "UMEA"))
    assert rejected.values == {}


def test_the_oldest_week_that_has_not_expired_is_released() -> None:
    assert released(iso_week=36).iso_week == 36


def test_a_named_small_place_is_refused_for_its_police_area() -> None:
    sites = agents(VASTERBOTTEN, m2403=1, m2404=1, m2401=2, m2480=20)
    named = details(municipality=BJURHOLM, police_area="UMEA", site_type=None)

    with pytest.raises(Rejected) as caught:
        release(named, SIGNAL_ID, sites, VASTERBOTTEN)
    assert caught.value.slug == "too-exact"

    event = release(details(municipality=None, police_area="UMEA", site_type=None), SIGNAL_ID, sites, VASTERBOTTEN)
    assert b"2403" not in event.write()

    with pytest.raises(Rejected):
        correct(named, event, sites, VASTERBOTTEN)


def test_the_last_message_of_an_ended_signal_warns_of_nothing() -> None:
    expired = expire(released(), on(TODAY + timedelta(weeks=13)))

    assert expired is not None
    assert expired.message_kind is MessageKind.FOLLOW_UP
    for ended, swedish, english in (
        (expired, "Utgången, ", "Expired, "),
        (withdraw(released()), "Återkallad, ", "Withdrawn, "),
        (withdraw(released(exercise=True)), "Återkallad, övning, ", "Withdrawn, exercise, "),
    ):
        assert sentence(ended, "sv").startswith(swedish)
        assert sentence(ended, "en").startswith(english)


def test_a_signal_with_an_unknown_label_is_shown_to_nobody() -> None:
    newer = released().write().replace(b'"tlp":"AMBER"', b'"tlp":"VIOLET"')

    assert is_listed(ShipmentSignalReleased.read(released().write()))
    assert not is_listed(ShipmentSignalReleased.read(newer))


def test_those_outside_see_only_what_its_label_lets_be_spread() -> None:
    assert set(signals.labels(inside=False)) == {Tlp.CLEAR, Tlp.GREEN}
    assert set(signals.labels(inside=True)) == {Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT}
