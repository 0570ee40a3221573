"""The calls of the county's interface by which signals are released, corrected, withdrawn and answered."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown import ShownFeedback, ShownSignal, TriedSignal
from services.workspace.shown_replies import PartnerReplyList

SIGNALS = "/shipment-signals"


async def download(interface: CountyInterface, token: str, form: str, **query: str) -> bytes:
    """The signals of all counties that the query chooses, as one file: ``form`` is `csv` or `stix`."""
    return await interface.file(token, f"{SIGNALS}/export", format=form, **query)


async def try_release(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> TriedSignal:
    """The signal as exact as it may be released. Nothing is released, and nothing of it is kept."""
    return await interface.command(token, key, "POST", f"{SIGNALS}?dry_run=true", TriedSignal, wish)


async def release(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> ShownSignal:
    """The signal is there for all counties. It is refused if it is more exact than it may be."""
    return await interface.command(token, key, "POST", SIGNALS, ShownSignal, wish)


async def correct(
    interface: CountyInterface,
    token: str,
    key: str,
    owner: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> ShownSignal:
    """The signal, as it was seen, is as ``wish`` says."""
    return await interface.command(token, key, "PUT", f"{SIGNALS}/{owner}/{identity}", ShownSignal, wish, version)


async def withdraw(
    interface: CountyInterface, token: str, key: str, owner: str, identity: UUID, version: int
) -> ShownSignal:
    """The signal, as it was seen, does not hold any more."""
    path = f"{SIGNALS}/{owner}/{identity}/withdraw"
    return await interface.command(token, key, "POST", path, ShownSignal, {}, version)


async def answer(
    interface: CountyInterface,
    token: str,
    key: str,
    owner: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int | None,
) -> ShownFeedback:
    """This county answers another's signal; ``version`` is that of its answer so far, if it has given one."""
    path = f"{SIGNALS}/{owner}/{identity}/feedback"
    return await interface.command(token, key, "PUT", path, ShownFeedback, wish, version)


async def partner_replies(interface: CountyInterface, token: str, owner: str, identity: UUID) -> PartnerReplyList:
    """The partner agencies that were shown the signal, and whether each has acknowledged it."""
    return await interface.get(token, f"{SIGNALS}/{owner}/{identity}/partners", PartnerReplyList)


async def take_back(
    interface: CountyInterface, token: str, key: str, owner: str, identity: UUID, version: int
) -> ShownFeedback:
    """This county's answer, as it was seen, does not stand any more."""
    path = f"{SIGNALS}/{owner}/{identity}/feedback/withdraw"
    return await interface.command(token, key, "POST", path, ShownFeedback, {}, version)
