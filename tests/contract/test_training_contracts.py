"""The events that the streams `trainings` and `enrolments` allow, and the personal data that they refuse."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid1, uuid4

import pytest
from pydantic import ValidationError

from shared.contracts import enrolments, trainings
from shared.contracts.enrolments import Certificate, EnrolmentRequest, Participant, Seat, SeatAnswer
from shared.contracts.event import Event
from shared.contracts.topics import STREAMS
from shared.contracts.trainings import OccasionRegistered, TrainingPublished

GOLDEN = Path(__file__).parent / "golden"


def golden(event: type[Event]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((GOLDEN / f"{event.event_type}.json").read_text("utf-8"))
    return data


def written(event: type[Event], changes: Mapping[str, object]) -> Any:
    return event.model_validate_json(json.dumps(golden(event) | dict(changes)))


def test_partners_read_the_catalogue_and_never_who_takes_part() -> None:
    assert STREAMS["trainings"].partners == "may"
    assert STREAMS["enrolments"].partners == "never"
    assert {event.event_type.split(".")[2] for event in trainings.EVENTS} == {"trainings"}
    assert {event.event_type.split(".")[2] for event in enrolments.EVENTS} == {"enrolments"}


def test_enrolments_tell_of_a_person_in_these_fields_alone() -> None:
    assert set(Participant.model_fields) == {"id", "actor_type", "function", "municipality", "wish"}
    assert set(Seat.model_fields) == {"participant", "state", "arrival", "offered_until", "reason"}
    envelope = {"id", "county", "occasion", "settled", "together"}
    assert set(EnrolmentRequest.model_fields) - envelope == {"participants"}
    assert set(SeatAnswer.model_fields) - envelope == {"request", "answers", "sequence", "seats"}
    assert set(Certificate.model_fields) - envelope == {
        *("participant", "fingerprint", "title", "level", "routine_version"),
        *("held_on", "minutes", "issued_by", "valid_until", "status"),
    }


def test_the_types_that_end_an_enrolment_alone_are_final() -> None:
    final = {event.__name__ for event in enrolments.EVENTS if event.final}
    assert final == {"EnrolmentSettled", "SeatsSettled", "CertificateRevoked", "CertificateExpired"}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x"},
        {"goal": "Ring kalle@example.se"},
        {"target_groups": []},
        {"trainers": []},
        {"language": "tlh"},
        {"certificate_months": 0},
    ],
    ids=str,
)
def test_a_training_that_says_too_much_or_too_little_is_refused(changes: dict[str, Any]) -> None:
    written(TrainingPublished, {})
    with pytest.raises(ValidationError):
        written(TrainingPublished, changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": "2027-04-08T13:00:00"},
        {"ends_at": "2027-04-08T11:00:00Z"},
        {"closes_at": "2027-04-08T11:00:01Z"},
        {"closes_at": "2027-03-24T06:59:59Z"},
        {"opens_at": "2027-03-24T07:00:01Z"},
        {"opens_at": "2027-04-06T22:00:00Z", "release_at": "2027-04-06T22:00:00Z"},
        {"release_at": None},
        {"reserved": []},
        {"reserved": [{"county": "jamtland", "seats": 5}]},
        {"reserved": [{"county": "jamtland", "seats": 1}, {"county": "jamtland", "seats": 2}]},
        {"reserved": [{"county": "dalarna", "seats": 1}]},
        {"open_for": []},
        {"seats": 0},
        {"min_participants": 5},
        {"url": "http://example.se"},
        {"url": "https://kalle@example.se"},
    ],
    ids=str,
)
def test_an_occasion_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    written(OccasionRegistered, {})
    with pytest.raises(ValidationError):
        written(OccasionRegistered, changes)
    OccasionRegistered.read(json.dumps(golden(OccasionRegistered) | {"open_for": [], "seats": 0}).encode())


def test_times_in_another_zone_are_written_in_utc_by_the_second() -> None:
    event = written(OccasionRegistered, {"starts_at": "2027-04-08T13:00:00.9+02:00"})
    assert json.loads(event.write())["starts_at"] == "2027-04-08T11:00:00Z"


def participant(identity: UUID) -> dict[str, object]:
    return {"id": str(identity), "actor_type": "POST_AGENT", "function": "POST_STAFF", "wish": "SEAT"}


def test_a_request_names_its_participants_by_random_ids() -> None:
    one, more = uuid4(), [uuid4() for _ in range(enrolments.MOST_PARTICIPANTS)]
    written(enrolments.EnrolmentRequested, {"participants": [participant(one)]})
    for wrong in ([], [one, one], [uuid1()], [one, *more]):
        with pytest.raises(ValidationError):
            written(enrolments.EnrolmentRequested, {"participants": [participant(each) for each in wrong]})
