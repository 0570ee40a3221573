"""Decisions about cooperation agreements."""

from collections.abc import Mapping
from uuid import UUID

from services.actors.domain.aggregate import check_members, living, retired
from shared.contracts import actors as events
from shared.contracts.actors import Cooperation, CooperationDetails, Member
from shared.contracts.codes import Status
from shared.contracts.event import if_different


def register(
    details: CooperationDetails, identity: UUID, known: Mapping[Member, Status], county: str
) -> events.CooperationAgreementRegistered:
    """The agreement is there, between actors that are known and active."""
    check_members(details.parties, known)
    return events.CooperationAgreementRegistered(id=identity, county=county, **dict(details))


def change(
    details: CooperationDetails, cooperation: Cooperation, known: Mapping[Member, Status]
) -> events.CooperationAgreementChanged | None:
    """The agreement says what ``details`` say; parties that were there before may have retired since."""
    living(cooperation)
    check_members(details.parties, known, cooperation.parties)
    after = events.CooperationAgreementChanged(id=cooperation.id, county=cooperation.county, **dict(details))
    return if_different(after, cooperation)


def retire(cooperation: Cooperation) -> events.CooperationAgreementEnded:
    """The agreement does not hold any more."""
    return retired(events.CooperationAgreementEnded, cooperation)
