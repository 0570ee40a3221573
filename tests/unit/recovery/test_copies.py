"""Copies of what a neighbour has applied: the type under which a state comes back, and what may be in a file."""

from typing import Any
from uuid import uuid4

import pytest

from shared.contracts import actors, enrolments, shipment_signals, trainings
from shared.contracts.event import Event
from shared.contracts.registry import EVENTS
from shared.recovery.copies import event_class, labels_in


@pytest.mark.parametrize(
    ("aggregate", "state", "expected"),
    [
        (actors.Actor, {"status": "ACTIVE"}, actors.ActorRegistered),
        (actors.Actor, {"status": "RETIRED"}, actors.ActorRetired),
        (trainings.Occasion, {"status": "CANCELLED"}, trainings.OccasionCancelled),
        (enrolments.EnrolmentRequest, {"settled": False}, enrolments.EnrolmentRequested),
        (enrolments.EnrolmentRequest, {"settled": True}, enrolments.EnrolmentSettled),
        (enrolments.SeatAnswer, {"settled": True}, enrolments.SeatsSettled),
        (enrolments.Certificate, {"status": "REVOKED"}, enrolments.CertificateRevoked),
        (shipment_signals.ShipmentSignal, {"status": "RELEASED"}, shipment_signals.ShipmentSignalReleased),
        (shipment_signals.ShipmentSignal, {"status": "WITHDRAWN"}, shipment_signals.ShipmentSignalWithdrawn),
        (shipment_signals.ShipmentSignal, {"status": "EXPIRED"}, shipment_signals.ShipmentSignalExpired),
    ],
)
def test_a_state_comes_back_as_the_event_that_its_status_names(
    aggregate: type[Event], state: dict[str, Any], expected: type[Event]
) -> None:
    assert event_class(aggregate, state, EVENTS) is expected


def test_a_label_is_found_however_deep_it_is() -> None:
    state = {"id": str(uuid4()), "versions": [{"tlp": "CLEAR"}, {"more": {"tlp": "AMBER"}}]}

    assert set(labels_in(state)) == {"CLEAR", "AMBER"}
