"""Decisions about feedback: one county answers another's signal once, by a fixed code."""

from collections.abc import Mapping
from uuid import UUID

from services.shipment_alerts.domain.aggregate import id_from, living, retired
from shared.contracts import shipment_signals as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.shipment_codes import FeedbackCode, MessageKind, SignalStatus
from shared.contracts.shipment_fields import VersionReference
from shared.contracts.shipment_signals import ShipmentSignal, SignalFeedback
from shared.rejected import Rejected

KINDS: Mapping[FeedbackCode, MessageKind] = {
    FeedbackCode.RECEIVED: MessageKind.ACK,
    FeedbackCode.ACTED: MessageKind.ACK,
    FeedbackCode.FALSE_POSITIVE: MessageKind.FEEDBACK,
    FeedbackCode.EXPIRED: MessageKind.FEEDBACK,
    FeedbackCode.REJECTED: MessageKind.ERROR,
}


def identity(county: str, owner: str, signal: UUID) -> UUID:
    """The id of what ``county`` answers to the signal of ``owner``: there is one answer for each."""
    return id_from(county, "feedback", owner, signal)


def check_version(seen: int, newest: int) -> None:
    """Rejected if the signal has not come to the version that the answer is about."""
    if seen > newest:
        raise Rejected("invalid-version", f"The signal is at version {newest}; nobody has seen a later one.")


def give(
    code: FeedbackCode, signal: ShipmentSignal, version: int, context: DecisionContext
) -> events.SignalFeedbackGiven:
    """This county has answered the signal, in the version that it has seen."""
    return events.SignalFeedbackGiven(**_state(code, signal, version, context))


def change(
    code: FeedbackCode, signal: ShipmentSignal, version: int, before: SignalFeedback, context: DecisionContext
) -> events.SignalFeedbackChanged | None:
    """This county answers anew; None if it answered so before."""
    living(before)
    if version < before.signal.version:
        raise Rejected("older-version", f"Version {before.signal.version} has been answered already.")
    return if_different(events.SignalFeedbackChanged(**_state(code, signal, version, context)), before)


def withdraw(before: SignalFeedback) -> events.SignalFeedbackWithdrawn:
    """The answer is taken back."""
    return retired(events.SignalFeedbackWithdrawn, before)


def _state(code: FeedbackCode, signal: ShipmentSignal, version: int, context: DecisionContext) -> dict[str, object]:
    """The answer; an answer to an exercise is part of the exercise."""
    if signal.county == context.county.name:
        raise Rejected("own-signal", "A county does not answer its own signals; the police correct or withdraw them.")
    if signal.status is SignalStatus.UNKNOWN:
        raise Rejected("unknown-status", "This version does not know what has become of the signal.")
    return {
        "id": identity(context.county.name, signal.county, signal.id),
        "county": context.county.name,
        "signal": VersionReference(county=signal.county, id=signal.id, version=version),
        "code": code,
        "message_kind": KINDS[code],
        "exercise": signal.exercise,
    }
