"""Up to when what is counted is complete: of every county, this one's own events included."""

from collections.abc import Sequence

from shared.contracts.topics import topic_name
from shared.links.freshness import Freshness, freshness, together
from shared.messaging.outbox import Writer
from shared.runtime.db import Connection


async def completeness(
    conn: Connection, writer: Writer, streams: Sequence[str], county: str | None = None
) -> list[Freshness]:
    """How complete these streams of the county are here, or of each county."""
    names = [each.name for each in writer.counties if county in (None, each.name)]
    found = [await freshness(conn, {name: topic_name(name, stream) for name in names}) for stream in streams]
    return [together(of_county) for of_county in zip(*found, strict=True)]
