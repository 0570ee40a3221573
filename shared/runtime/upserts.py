"""The statements that keep aggregates: each row only gets newer. Of a row that is not newer, nothing is changed."""

from functools import cache

from shared.messaging.handlers import guard, still_withdrawn

_UPSERT = """
    INSERT INTO {table} AS stored
        (county, id, kind, epoch, version, number, projection, sort_key, search, state)
    {rows}
    ON CONFLICT (county, id) DO UPDATE SET kind = EXCLUDED.kind, epoch = EXCLUDED.epoch,
        version = EXCLUDED.version, number = EXCLUDED.number, projection = EXCLUDED.projection,
        withdrawn = {withdrawn},
        sort_key = EXCLUDED.sort_key, search = EXCLUDED.search, state = EXCLUDED.state
    WHERE {guard}
"""
_MANY = """
    SELECT county, id, kind, epoch, version, number, {projection}, sort_key, search, state::jsonb
    FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
            $9::text[])
        AS new (county, id, kind, epoch, version, number, sort_key, search, state)
"""
_ONE = "VALUES ($6, $7::uuid, $8, $9::bigint, $10::bigint, $11::bigint, {projection}, $12, $13, $14::text::jsonb)"


@cache
def many(table: str, projection: int) -> str:
    """The statement that keeps rows. Its parameters are their columns, each as an array."""
    return _statement(table, _MANY.format(projection=projection), guard("stored"))


@cache
def one(table: str, projection: int) -> str:
    """The statement that keeps an own row beside its event (`Transaction.emit`). Its parameters are the columns.

    Only a higher version makes an own row newer: of newer code the same version is no second one.
    """
    newer = "(stored.epoch, stored.version) < (EXCLUDED.epoch, EXCLUDED.version)"
    return _statement(table, _ONE.format(projection=projection), newer) + " RETURNING true"


def _statement(table: str, rows: str, newer: str) -> str:
    return _UPSERT.format(table=table, rows=rows, withdrawn=still_withdrawn("stored"), guard=newer)
