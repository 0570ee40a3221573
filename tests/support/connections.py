"""Connections to Kafka that tests leave open: each fails a later test, or the end of the run."""

import asyncio

from aiokafka.conn import AIOKafkaProtocol


def open_connections() -> list[str]:
    """The peers, host:port, of aiokafka's open connections on the running event loop."""
    loop: object = asyncio.get_running_loop()
    transports = loop._transports.values()  # type: ignore[attr-defined]  # asyncio tells them in no other way
    of_kafka = [each for each in transports if isinstance(each.get_protocol(), AIOKafkaProtocol)]
    return [":".join(map(str, each.get_extra_info("peername"))) for each in of_kafka if not each.is_closing()]


def running() -> list[str]:
    """The names of the coroutines of aiokafka that still run: they tell which kind of client was not stopped."""
    names = [str(getattr(task.get_coro(), "__qualname__", "")) for task in asyncio.all_tasks()]
    return sorted(name for name in names if "Kafka" in name or "_routine" in name)
