"""Decisions about the method and about the municipalities that follow it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.shipment_alerts.domain.aggregate import check_municipality, id_from, living
from shared.contracts import guidance as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.guidance import (
    Method,
    MethodImplementation,
    MethodImplementationDetails,
    MethodName,
    MethodVersion,
)
from shared.contracts.reference.shipments import METHOD_ACTIVITIES
from shared.contracts.shipment_codes import ImplementationStatus
from shared.rejected import Rejected


def register(name: MethodName, context: DecisionContext) -> events.MethodRegistered:
    """The method is there under its first name, kept by this county for all."""
    identity = id_from("method", name.code)
    return events.MethodRegistered(id=identity, county=context.county.name, names=(name,))


def rename(name: MethodName, method: Method) -> events.MethodRenamed | None:
    """The method is called so from a day on; None if it is already. Its older names stay, for those who look."""
    living(method)
    if method.names[-1] == name:
        return None
    _check_later(name.valid_from, [each.valid_from for each in method.names])
    return events.MethodRenamed(**dict(method) | {"names": (*method.names, name)})


def name_on(names: Sequence[MethodName], day: date) -> str:
    """The code of the method's name on that day: its first one before any holds, empty if it has none."""
    return next((each.code for each in reversed(names) if each.valid_from <= day), names[0].code if names else "")


def publish_version(valid_from: date, method: Method) -> events.MethodVersionPublished | None:
    """The handbook has a next version from a day on; None if its newest one is from that day."""
    living(method)
    days = [version.valid_from for version in method.versions]
    if valid_from in days[-1:]:
        return None
    _check_later(valid_from, days)
    version = MethodVersion(number=len(days) + 1, valid_from=valid_from)
    return events.MethodVersionPublished(**dict(method) | {"versions": (*method.versions, version)})


def identity(county: str, municipality: str) -> UUID:
    """The id of how far a municipality is: there is one such for each."""
    return id_from(county, "method", municipality)


def implement(
    details: MethodImplementationDetails, before: MethodImplementation | None, context: DecisionContext
) -> events.MethodImplementationChanged | None:
    """The municipality is so far with the method; None if it was so before."""
    check_municipality(details.municipality, context)
    _check_status(details.status, before)
    _check_activities(details, context)
    kept = {"id": identity(context.county.name, details.municipality), "county": context.county.name}
    return if_different(events.MethodImplementationChanged(**kept, **dict(details)), before)


def _check_later(valid_from: date, days: Sequence[date]) -> None:
    if days and valid_from <= days[-1]:
        raise Rejected("invalid-valid-from", f"It cannot be valid from {valid_from}: the newest is from {days[-1]}.")


def _check_status(status: ImplementationStatus, before: MethodImplementation | None) -> None:
    """Rejected if it is planned after it has begun; it can be paused."""
    begun = before is not None and before.status is not ImplementationStatus.PLANNED
    if begun and status is ImplementationStatus.PLANNED:
        raise Rejected("invalid-status", "It has begun already; PAUSED says that it rests.")


def _check_activities(details: MethodImplementationDetails, context: DecisionContext) -> None:
    codes = [activity.code for activity in details.activities]
    if doubled := {code for code in codes if codes.count(code) > 1}:
        raise Rejected("invalid-activities", f"{min(doubled)} is named twice; name the last year only.")
    for activity in details.activities:
        component = METHOD_ACTIVITIES[activity.code].component
        if activity.component != component:
            raise Rejected("invalid-activities", f"{activity.code} belongs to {component}, not {activity.component}.")
        if activity.year > context.today.year:
            raise Rejected("invalid-activities", f"{activity.code} cannot have been done in {activity.year} yet.")
