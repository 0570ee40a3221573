import pytest

from services.shipment_alerts.domain import signals
from services.shipment_alerts.domain.feedback import KINDS, change, check_version, give, withdraw
from shared.contracts.codes import Status
from shared.contracts.shipment_codes import FeedbackCode, MessageKind, SignalStatus
from shared.rejected import Rejected
from tests.support.contexts import decision_context
from tests.unit.shipment_alerts.given import (
    JAMTLAND,
    NORRBOTTEN,
    SIGNAL_ID,
    TODAY,
    VASTERNORRLAND,
    released,
)


def test_an_answer_names_the_signal_in_the_version_seen() -> None:
    event = give(FeedbackCode.RECEIVED, released(), 3, JAMTLAND)

    assert (event.county, event.code, event.message_kind) == ("jamtland", FeedbackCode.RECEIVED, MessageKind.ACK)
    assert (event.signal.county, event.signal.id, event.signal.version) == ("vasternorrland", SIGNAL_ID, 3)


def test_each_county_has_one_answer_to_a_signal() -> None:
    ids = [give(FeedbackCode.RECEIVED, released(), 1, context).id for context in (JAMTLAND, JAMTLAND, NORRBOTTEN)]

    assert ids[0] == ids[1] != ids[2]
    assert SIGNAL_ID not in ids


def test_a_changed_answer_keeps_its_id_and_a_repeat_is_nothing() -> None:
    before = give(FeedbackCode.RECEIVED, released(), 1, JAMTLAND)

    after = change(FeedbackCode.FALSE_POSITIVE, released(), 2, before, JAMTLAND)

    assert after is not None
    assert (after.id, after.message_kind) == (before.id, MessageKind.FEEDBACK)
    assert change(FeedbackCode.FALSE_POSITIVE, released(), 2, after, JAMTLAND) is None

    with pytest.raises(Rejected, match="Version 2"):
        change(FeedbackCode.RECEIVED, released(), 1, after, JAMTLAND)


def test_a_version_later_than_the_signals_is_not_answered() -> None:
    check_version(2, 2)

    with pytest.raises(Rejected, match="at version 2"):
        check_version(3, 2)


def test_an_answer_that_is_taken_back_stays_so() -> None:
    event = withdraw(give(FeedbackCode.EXPIRED, released(), 1, JAMTLAND))

    assert event.status is Status.RETIRED

    with pytest.raises(Rejected, match="withdrawn"):
        change(FeedbackCode.RECEIVED, released(), 2, event, JAMTLAND)
    with pytest.raises(Rejected, match="withdrawn"):
        withdraw(event)


def test_a_withdrawal_can_be_confirmed() -> None:
    assert give(FeedbackCode.RECEIVED, signals.withdraw(released()), 2, JAMTLAND).signal.version == 2


def test_a_county_does_not_answer_its_own_signal() -> None:
    with pytest.raises(Rejected) as caught:
        give(FeedbackCode.RECEIVED, released(), 1, VASTERNORRLAND)
    assert caught.value.slug == "own-signal"


def test_a_signal_in_an_unknown_state_is_not_answered() -> None:
    strange = released().model_copy(update={"status": SignalStatus.UNKNOWN})

    with pytest.raises(Rejected):
        give(FeedbackCode.RECEIVED, strange, 1, JAMTLAND)


def test_an_answer_to_an_exercise_is_an_exercise() -> None:
    assert give(FeedbackCode.ACTED, released(exercise=True), 1, JAMTLAND).exercise
    assert not give(FeedbackCode.ACTED, released(), 1, JAMTLAND).exercise


def test_no_answer_code_says_that_a_county_has_seen_the_same() -> None:
    assert list(KINDS) == list(map(FeedbackCode, FeedbackCode.codes()))
    assert set(KINDS.values()) == {MessageKind.ACK, MessageKind.FEEDBACK, MessageKind.ERROR}
    assert not {"SIGHTING", "SEEN", "CONFIRMED", "SEIZURE"} & set(FeedbackCode.codes())
    assert "SEIZURE" not in MessageKind.codes()


def test_no_answer_holds_a_day() -> None:
    later = decision_context("jamtland", today=TODAY.replace(year=2027))

    assert give(FeedbackCode.ACTED, released(), 1, later) == give(FeedbackCode.ACTED, released(), 1, JAMTLAND)
