"""Connections that tests leave open: each would fail some later test, or the end of the run."""

import asyncio


def open_connections() -> list[str]:
    """The peers, host:port, of the connections that are open on the running event loop."""
    loop: object = asyncio.get_running_loop()
    transports = loop._transports.values()  # type: ignore[attr-defined]  # asyncio tells them in no other way
    peers = [each.get_extra_info("peername") for each in transports if not each.is_closing()]
    return [":".join(map(str, peer[:2])) for peer in peers if isinstance(peer, tuple)]
