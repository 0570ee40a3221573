"""Decisions about networks."""

from collections.abc import Mapping
from uuid import UUID

from services.actors.domain.aggregate import check_members, living, retired
from shared.contracts import actors as events
from shared.contracts.actors import Member, Network, NetworkDetails
from shared.contracts.codes import Status
from shared.contracts.event import if_different


def register(
    details: NetworkDetails, identity: UUID, known: Mapping[Member, Status], county: str
) -> events.NetworkRegistered:
    """The network is there, with members that are known and active."""
    check_members(details.members, known)
    return events.NetworkRegistered(id=identity, county=county, **dict(details))


def change(details: NetworkDetails, network: Network, known: Mapping[Member, Status]) -> events.NetworkChanged | None:
    """The network is as ``details`` say; members that were there before may have retired since."""
    living(network)
    check_members(details.members, known, network.members)
    return if_different(events.NetworkChanged(id=network.id, county=network.county, **dict(details)), network)


def retire(network: Network) -> events.NetworkRetired:
    """The network does not meet any more."""
    return retired(events.NetworkRetired, network)
