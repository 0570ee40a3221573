"""Decisions about signals. Only the police release, correct and withdraw one; that one expires is a matter of time.

A refusal never repeats a place that was given: an answer may be kept, and the place may be too exact to keep.
"""

from datetime import date, timedelta
from uuid import UUID

from services.shipment_alerts.domain.aggregate import check_municipality
from services.shipment_alerts.domain.areas import as_exact_as_allowed, check_area
from services.shipment_alerts.domain.sites import SiteCounts
from shared.contracts import shipment_signals as events
from shared.contracts.context import DecisionContext
from shared.contracts.reference import POLICE_AREAS
from shared.contracts.shipment_codes import MessageKind, SignalStatus, Tlp
from shared.contracts.shipment_signals import ShipmentSignal, SignalDetails
from shared.rejected import Rejected

LIFE = timedelta(weeks=12)
COUNTED = (SignalStatus.RELEASED, SignalStatus.EXPIRED)
"""The statuses of signals that count in numbers. An exercise never does."""


def release(
    details: SignalDetails, identity: UUID, counts: SiteCounts, context: DecisionContext
) -> events.ShipmentSignalReleased:
    """The signal is there for all counties. ``identity`` is random, and nothing leads from it to an alert."""
    _check(details, counts, context)
    return events.ShipmentSignalReleased(
        id=identity, county=context.county.name, message_kind=MessageKind.WARNING, **dict(details)
    )


def generalised(
    details: SignalDetails, identity: UUID, counts: SiteCounts, context: DecisionContext
) -> events.ShipmentSignalReleased:
    """The signal as `release` would make it of these details, made as exact as they may be."""
    if details.municipality is not None:
        check_municipality(details.municipality, context)
    return release(as_exact_as_allowed(details, counts), identity, counts, context)


def correct(
    details: SignalDetails, signal: ShipmentSignal, counts: SiteCounts, context: DecisionContext
) -> events.ShipmentSignalCorrected | None:
    """The signal is as ``details`` say, under its id; None if it was so before."""
    _living(signal)
    _check(details, counts, context)
    if details.exercise != signal.exercise:
        raise Rejected("invalid-exercise", "An exercise does not become real, nor the other way round: withdraw it.")
    if all(getattr(signal, name) == value for name, value in details):
        return None
    kept = {"id": signal.id, "county": signal.county}
    return events.ShipmentSignalCorrected(**kept, message_kind=MessageKind.FOLLOW_UP, **dict(details))


def withdraw(signal: ShipmentSignal) -> events.ShipmentSignalWithdrawn:
    """The signal does not hold, and never will again."""
    _living(signal)
    ended = {"message_kind": MessageKind.WITHDRAWAL, "status": SignalStatus.WITHDRAWN}
    return events.ShipmentSignalWithdrawn(**dict(signal) | ended)


def expire(signal: ShipmentSignal, context: DecisionContext) -> events.ShipmentSignalExpired | None:
    """The signal is too old to be acted on; None if its day has not come, or if it has ended already."""
    if not holds(signal) or context.today < expires_on(signal):
        return None
    ended = {"message_kind": MessageKind.FOLLOW_UP, "status": SignalStatus.EXPIRED}
    return events.ShipmentSignalExpired(**dict(signal) | ended)


def expires_on(signal: SignalDetails) -> date:
    """The Monday after the twelfth week that follows the signal's own. A corrected week moves it."""
    return date.fromisocalendar(signal.iso_week_year, signal.iso_week, 1) + timedelta(weeks=1) + LIFE


def holds(signal: ShipmentSignal) -> bool:
    """Whether it is neither withdrawn nor expired."""
    return signal.status is SignalStatus.RELEASED


def labels(inside: bool) -> tuple[Tlp, ...]:
    """The labels of what is shown to those ``inside`` the county boards and the police, or to the others.

    A label that this version does not know is shown to nobody.
    """
    return (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT) if inside else (Tlp.CLEAR, Tlp.GREEN)


def _living(signal: ShipmentSignal) -> None:
    if not holds(signal):
        raise Rejected("ended", f"The signal is {signal.status.lower()} and cannot be changed; release a new one.")


def _check(details: SignalDetails, counts: SiteCounts, context: DecisionContext) -> None:
    if details.municipality is not None:
        check_municipality(details.municipality, context)
    _check_police_area(details.police_area, context)
    check_area(details, counts)
    week = date.fromisocalendar(details.iso_week_year, details.iso_week, 1)
    if week > context.today:
        raise Rejected("invalid-week", f"{_named(details)} has not begun yet.")
    if expires_on(details) <= context.today:
        raise Rejected("invalid-week", f"{_named(details)} is more than 12 weeks ago: the signal would have expired.")


def _check_police_area(code: str | None, context: DecisionContext) -> None:
    own = [each for each in POLICE_AREAS.values() if each.county == context.county.code]
    existing = sorted(each.code for each in own if each.valid_on(context.today))
    if code is not None and code not in existing:
        raise Rejected(
            "invalid-police-area", f"That is no police area of {context.county.name}; these are: {', '.join(existing)}"
        )


def _named(details: SignalDetails) -> str:
    return f"Week {details.iso_week_year}-W{details.iso_week:02}"
