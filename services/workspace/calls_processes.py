"""The calls about cooperation processes."""

from services.workspace.calls_aggregates import AggregateCalls
from services.workspace.county import CountyInterface
from services.workspace.shown_processes import ProcessPage, ShownProcess

PROCESSES = AggregateCalls("/cooperation-processes", ShownProcess)
process, start, change, step = PROCESSES.one, PROCESSES.make, PROCESSES.change, PROCESSES.step
"""A step goes on or back, ends the process, or tells of something done that its step asks for."""


async def processes(interface: CountyInterface, token: str, **query: str) -> ProcessPage:
    """The processes of all counties that the query chooses."""
    return await interface.get(token, PROCESSES.path, ProcessPage, limit=50, **query)
