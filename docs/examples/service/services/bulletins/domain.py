"""Decisions about bulletins. Each gives an event, or raises Rejected."""

from uuid import UUID

from shared.contracts.bulletins import Bulletin, BulletinDetails, BulletinPublished, BulletinRetired

from shared.contracts.codes import Status
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.rejected import Rejected


def publish(details: BulletinDetails, identity: UUID, context: DecisionContext) -> BulletinPublished:
    """A new bulletin of this county."""
    _check(details, context)
    return BulletinPublished(id=identity, county=context.county.name, **dict(details))


def change(details: BulletinDetails, bulletin: Bulletin, context: DecisionContext) -> BulletinPublished | None:
    """The bulletin with other details; None if they are the same."""
    _check(details, context)
    _check_active(bulletin)
    return if_different(BulletinPublished(id=bulletin.id, county=bulletin.county, **dict(details)), bulletin)


def retire(bulletin: Bulletin) -> BulletinRetired:
    """The bulletin, for good."""
    _check_active(bulletin)
    return BulletinRetired(**dict(bulletin) | {"status": Status.RETIRED})


def _check(details: BulletinDetails, context: DecisionContext) -> None:
    if details.valid_until < context.today:
        raise Rejected("invalid-valid-until", f"valid_until is {details.valid_until}: give today or a later day")


def _check_active(bulletin: Bulletin) -> None:
    if bulletin.status is not Status.ACTIVE:
        raise Rejected("retired", "the bulletin is retired; publish a new one")
