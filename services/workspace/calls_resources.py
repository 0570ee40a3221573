"""The calls about resources."""

from services.workspace.calls_aggregates import AggregateCalls
from services.workspace.county import CountyInterface
from services.workspace.shown_resources import ResourcePage, ShownResource

RESOURCES = AggregateCalls("/resources", ShownResource)
resource, recommend, change, withdraw = RESOURCES.one, RESOURCES.make, RESOURCES.change, RESOURCES.withdraw


async def resources(interface: CountyInterface, token: str, **query: str) -> ResourcePage:
    """The resources of all counties that the query chooses."""
    return await interface.get(token, RESOURCES.path, ResourcePage, limit=50, **query)
