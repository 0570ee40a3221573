"""The calls about joint measures."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.calls_aggregates import AggregateCalls
from services.workspace.county import CountyInterface
from services.workspace.shown_joint import AnsweredJoint, JointPage, ShownJoint

JOINT = AggregateCalls("/joint-measures", ShownJoint)
propose, change, step = JOINT.make, JOINT.change, JOINT.step
"""The lead proposes the measure, changes its plan, takes it on, or follows it up."""


async def measures(interface: CountyInterface, token: str, **query: str) -> JointPage:
    """The joint measures of all counties that the query chooses."""
    return await interface.get(token, JOINT.path, JointPage, limit=50, **query)


async def measure(interface: CountyInterface, token: str, county: str, identity: UUID) -> AnsweredJoint:
    """A joint measure of whichever county."""
    return await interface.get(token, f"{JOINT.path}/{county}/{identity}", AnsweredJoint)


async def answer(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, wish: Mapping[str, object]
) -> ShownJoint:
    """The caller's municipality joins the plan in the revision that ``wish`` names, or does not."""
    return await interface.command(token, key, "POST", f"{JOINT.path}/{county}/{identity}/answer", ShownJoint, wish)
