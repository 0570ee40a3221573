"""The calls about support: a municipality asks for it, and its county answers."""

from services.workspace.calls_aggregates import AggregateCalls
from services.workspace.county import CountyInterface
from services.workspace.shown_support import ShownSupport, SupportPage

SUPPORT = AggregateCalls("/support-requests", ShownSupport)
request, ask, change, step = SUPPORT.one, SUPPORT.make, SUPPORT.change, SUPPORT.step
"""A step answers the request, or takes it back."""


async def requests(interface: CountyInterface, token: str, **query: str) -> SupportPage:
    """The requests of all counties that the query chooses."""
    return await interface.get(token, SUPPORT.path, SupportPage, limit=50, **query)
