"""Certificates: for those who came, without a name, and checked by a secret code."""

from datetime import date

import pytest

from services.trainings.domain.certificates import (
    POSSIBLE,
    Attended,
    Checked,
    check,
    code_from,
    expire,
    fingerprint,
    issue,
    revoke,
    undone,
)
from services.trainings.domain.ids import ALPHABET
from services.trainings.domain.seats import attend
from shared.contracts.codes import FunctionCode
from shared.contracts.enrolments import Certificate, Seat
from shared.contracts.training_codes import CertificateStatus, SeatState
from shared.rejected import Rejected
from tests.unit.trainings.given import ENDS, HOUR, STARTS, Y, Z, at, context, host, identity, registered, training

CODE = code_from(123_456_789_012_345)
AFTER = context(ENDS, Y)
BY = FunctionCode.COUNTY_COORDINATOR


def seat(came: bool = True) -> Seat:
    answer = host().ask("a")
    recorded = attend(answer, {identity("a"): came}, registered(), context(STARTS))
    assert recorded is not None
    return recorded.seats[0]


def attended(came: bool = True) -> Attended:
    return Attended(seat(came), registered(), training())


def issued(**changes: object) -> Certificate:
    event = issue(attended(), None, CODE, BY, AFTER)
    assert event is not None
    return event.model_copy(update=changes)


def test_a_certificate_says_what_and_when_and_not_who() -> None:
    event = issued()

    assert (event.county, event.occasion.county, event.participant) == (Y, Z, identity("a"))
    assert (event.title, event.routine_version) == (training().title, 3)
    assert (event.held_on, event.minutes, event.valid_until) == (date(2027, 4, 8), 180, date(2029, 4, 8))
    assert event.fingerprint == fingerprint(CODE)
    assert CODE not in event.write().decode()


def test_an_absent_participant_gets_no_certificate() -> None:
    for other in (attended(came=False), Attended(host().ask("a").seats[0], registered(), training())):
        with pytest.raises(Rejected, match="not recorded"):
            issue(other, None, CODE, BY, AFTER)


def test_only_a_revoked_certificate_is_issued_again() -> None:
    assert issue(attended(), issued(), code_from(1), BY, AFTER) is None

    again = issue(attended(), revoke(issued()), code_from(1), BY, AFTER)
    assert again is not None
    assert (again.id, again.fingerprint) == (issued().id, fingerprint(code_from(1)))


def test_correcting_attendance_takes_the_certificate_back() -> None:
    event = undone(issued(), seat(came=False))

    assert event is not None
    assert event.status is CertificateStatus.REVOKED
    assert undone(issued(), seat()) is None
    assert undone(event, seat(came=False)) is None


def test_a_certificate_is_revoked_once_and_expires_in_the_end() -> None:
    revoked = revoke(issued())

    with pytest.raises(Rejected, match="revoked"):
        revoke(revoked)
    assert expire(issued(), date(2029, 4, 8)) is None

    expired = expire(issued(), date(2029, 4, 9))
    assert expired is not None
    assert expired.status is CertificateStatus.EXPIRED
    assert expire(revoked, date(2029, 4, 9)) is None


def test_checking_a_code_tells_validity_what_and_when() -> None:
    by_fingerprint = {issued().fingerprint: issued()}

    valid = Checked(True, training().title, date(2027, 4, 8), date(2029, 4, 8))

    assert check(CODE, by_fingerprint, date(2029, 4, 8)) == valid

    late = check(CODE, by_fingerprint, date(2029, 4, 9))
    assert late is not None
    assert not late.valid

    withdrawn = check(CODE, {issued().fingerprint: revoke(issued())}, date(2027, 4, 9))
    assert withdrawn is not None
    assert not withdrawn.valid
    assert check(code_from(1), by_fingerprint, date(2027, 4, 9)) is None


def test_a_code_is_read_as_a_person_writes_it() -> None:
    code = "01ABCDEFGH"

    for written in ("01abc-defgh", " 01ABC DEFGH ", "OIabcdefgh", "oLABCDEFGH"):
        assert fingerprint(written) == fingerprint(code)
    assert fingerprint("01ABCDEFGJ") != fingerprint(code)


def test_random_numbers_give_distinct_codes_of_ten_signs() -> None:
    numbers = [0, 1, 31, 32, POSSIBLE - 1, *(POSSIBLE // number for number in range(2, 500))]

    codes = {code_from(number) for number in numbers}

    assert len(codes) == len(set(numbers))
    assert {len(code) for code in codes} == {10}
    assert set("".join(codes)) <= set(ALPHABET)


def test_validity_from_a_months_last_day_ends_on_a_real_day() -> None:
    ends = {
        (at(31, 8), 6): date(2028, 2, 29),
        (at(31, 1, year=2028), 1): date(2028, 2, 29),
        (at(31, 12), 12): date(2028, 12, 31),
        (at(29, 2, year=2028), 24): date(2030, 2, 28),
    }

    for (starts, months), expected in ends.items():
        occasion = registered().model_copy(update={"starts_at": starts, "ends_at": starts + HOUR})
        event = issue(Attended(seat(), occasion, training(certificate_months=months)), None, CODE, BY, AFTER)
        assert event is not None
        assert event.valid_until == expected


def test_the_day_over_midnight_is_the_swedish_day_it_begins_on() -> None:
    night = registered(starts_at=at(8, 4, 0, 30), ends_at=at(8, 4, 2), closes_at=at(7, 4, 0))

    event = issue(Attended(seat(), night, training()), None, CODE, BY, AFTER)

    assert event is not None
    assert event.held_on == date(2027, 4, 8)


@pytest.mark.parametrize("state", [state for state in SeatState if state is not SeatState.ATTENDED])
def test_no_other_state_of_a_seat_gives_a_certificate(state: SeatState) -> None:
    other = Attended(seat().model_copy(update={"state": state}), registered(), training())

    with pytest.raises(Rejected):
        issue(other, None, CODE, BY, AFTER)
