"""The list of action items: each with how far its owner is, in the order of the days they are due."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.meetings.domain.action_items import ItemProgress
from services.meetings.store.follow_ups import FOLLOW_UPS
from shared.contracts.action_items import ActionItem
from shared.contracts.event import READER
from shared.runtime.aggregates import ListPosition, Stored
from shared.runtime.db import Connection
from shared.swedish import like_patterns

UNFINISHED = (ItemProgress.OPEN, ItemProgress.ONGOING, ItemProgress.OVERDUE)

_PAGE = f"""
    SELECT county, id, epoch, version, sort_key, state FROM (
        SELECT item.*, CASE
            WHEN item.state ->> 'status' = 'CANCELLED' THEN 'CANCELLED'
            WHEN report.state ->> 'work' = 'DONE' THEN 'DONE'
            WHEN item.state ->> 'due' < $1 THEN 'OVERDUE'
            WHEN report.state ->> 'work' = 'ONGOING' THEN 'ONGOING'
            ELSE 'OPEN' END AS progress
        FROM follow_ups AS item LEFT JOIN follow_ups AS report
            ON report.kind = 'report' AND report.county = item.state -> 'owner' ->> 'county' AND NOT report.withdrawn
            AND report.state -> 'item' ->> 'id' = item.id::text AND report.state -> 'item' ->> 'county' = item.county
        WHERE item.kind = 'action-item' AND {FOLLOW_UPS.visible_sql.replace("withdrawn", "item.withdrawn")}
            AND ($2::text IS NULL OR item.county = $2) AND item.state @> $3::jsonb
            AND ($4::text[] IS NULL OR item.state -> 'owner' ->> 'actor' = ANY ($4))
            AND item.search LIKE ALL ($5::text[]) AND item.sort_key BETWEEN $6 AND $7
            AND (item.sort_key, item.county, item.id) > ($8, $9, $10)
    ) AS every
    WHERE progress = ANY ($11::text[])
    ORDER BY sort_key, county, id LIMIT $12
"""


@dataclass(frozen=True, slots=True)
class WantedItems:
    """Which items are listed ``today``.

    ``containing`` is a part of the state of each; with ``actors`` only those that one of these is to do.
    """

    today: date
    progress: Sequence[ItemProgress] = UNFINISHED
    county: str | None = None
    containing: str = "{}"
    actors: Sequence[UUID] | None = None
    first: date = date.min
    last: date = date.max
    query: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of the list, and its position."""

    stored: Stored[ActionItem]
    position: ListPosition


async def page(conn: Connection, wanted: WantedItems, after: ListPosition, limit: int) -> list[Listed]:
    """The items wanted that come after a position."""
    rows = await conn.fetch(
        _PAGE,
        wanted.today.isoformat(),
        wanted.county,
        wanted.containing,
        None if wanted.actors is None else [str(each) for each in wanted.actors],
        like_patterns(wanted.query),
        wanted.first.isoformat(),
        wanted.last.isoformat(),
        *after,
        list(wanted.progress),
        limit,
    )
    return [_listed(row) for row in rows]


def _listed(row: Any) -> Listed:
    state = ActionItem.model_validate(json.loads(row["state"]), extra="ignore", context=READER)
    return Listed(Stored(state, row["epoch"], row["version"]), (row["sort_key"], row["county"], row["id"]))
