"""The calls by which a host plans a meeting, changes it, goes on with it, and says who came."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.calls_aggregates import AggregateCalls
from services.workspace.county import CountyInterface
from services.workspace.shown_hosting import HostedMeeting

MEETINGS = AggregateCalls("/meetings", HostedMeeting)
hosted, plan, change = MEETINGS.one, MEETINGS.make, MEETINGS.change


async def step(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, verb: str, version: int
) -> HostedMeeting:
    """The meeting, as it was seen, goes on: ``verb`` is invite, confirm, postpone, cancel or close."""
    return await MEETINGS.step(interface, token, key, county, identity, verb, {}, version)


async def hold(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> HostedMeeting:
    """The meeting, as it was seen, has been held; ``wish`` says who came."""
    return await MEETINGS.step(interface, token, key, county, identity, "attendance", wish, version)
