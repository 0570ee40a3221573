"""The calls about cooperation processes."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_processes import ProcessPage, ShownProcess

PROCESSES = "/cooperation-processes"


async def processes(interface: CountyInterface, token: str, **query: str) -> ProcessPage:
    """The processes of all counties that the query chooses."""
    return await interface.get(token, PROCESSES, ProcessPage, limit=50, **query)


async def process(interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownProcess:
    """A process of whichever county."""
    return await interface.get(token, f"{PROCESSES}/{county}/{identity}", ShownProcess)


async def start(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> ShownProcess:
    """A cooperation is initiated."""
    return await interface.command(token, key, "POST", PROCESSES, ShownProcess, wish)


async def change(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> ShownProcess:
    """The process, as it was seen, is called as ``wish`` says, and of these municipalities."""
    return await interface.command(token, key, "PUT", f"{PROCESSES}/{county}/{identity}", ShownProcess, wish, version)


async def step(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    step: str,
    wish: Mapping[str, object],
    version: int,
) -> ShownProcess:
    """The process, as it was seen, goes on or back, ends, or has something done that its step asks for."""
    path = f"{PROCESSES}/{county}/{identity}/{step}"
    return await interface.command(token, key, "POST", path, ShownProcess, wish, version)
