"""Whether a county has joined since this process started, and may be read.

A process takes up a newcomer by beginning anew. It does so only once Kafka has every topic of it and lets the services
read: an inbox that lacks one topic reads none.
"""

import asyncio
from collections.abc import Sequence

import structlog

from shared.contracts.counties import County
from shared.contracts.topics import LINKS, topic_name
from shared.runtime.kafka import kafka_of
from shared.runtime.service import AnyService, Service
from shared.runtime.settings import Settings, SettingsError
from shared.transport.kafka import is_from_kafka

ANSWER_SECONDS = 4.0

log = structlog.get_logger()


async def newcomers_are_here(services: Sequence[AnyService], settings: Settings, county: County) -> bool:
    """Whether it is time to begin anew. What is in the way is logged, and not raised: it is looked at again."""
    try:
        new = [each.name for each in settings.counties_now() if each not in settings.counties]
        if not new:
            return False
        async with asyncio.timeout(ANSWER_SECONDS):
            missing = [topic for each in services for topic in await _missing(each, settings, county, new)]
    except SettingsError as error:
        log.error("counties.unreadable", reason=str(error))  # noqa: TRY400 - the message says all
        return False
    except Exception as error:
        if not is_from_kafka(error):
            raise
        missing = [repr(error)]
    if missing:
        log.warning("counties.wait", counties=new, lacks=missing[0])
        return False
    log.info("counties.joined", counties=new)
    return True


async def _missing(service: AnyService, settings: Settings, county: County, new: Sequence[str]) -> list[str]:
    """The newcomers' topics that the service cannot read. Pages read none."""
    if not isinstance(service, Service):
        return []
    wanted = {*service.topics_read(county.name, new), *(topic_name(each, LINKS) for each in new)}
    wanted |= {*service.topics_followed(new)}
    found = await kafka_of(settings, county.name, service.name).bounds(sorted(wanted))
    return sorted(wanted - set(found))
