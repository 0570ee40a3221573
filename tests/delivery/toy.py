"""The toy: a small aggregate with its event, its table and its projection, for tests of delivery alone."""

from collections.abc import Sequence
from typing import ClassVar

import asyncpg

from shared.contracts.event import Event
from shared.messaging.handlers import Projection, guard, still_withdrawn
from shared.protocol.received import Received

BROKEN = "broken"
TOYS = """
    CREATE TABLE toys (county text, id uuid, name text, epoch bigint, version bigint, number bigint,
        projection int, withdrawn boolean NOT NULL DEFAULT false, kind text DEFAULT 'toy', state jsonb,
        PRIMARY KEY (county, id));
    CREATE FUNCTION whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.state := jsonb_build_object('county', NEW.county, 'id', NEW.id, 'name', NEW.name); RETURN NEW;
    END $$;
    CREATE TRIGGER whole BEFORE INSERT OR UPDATE ON toys FOR EACH ROW EXECUTE FUNCTION whole();
    CREATE TABLE calls (id uuid, version bigint);
"""
UPSERT = f"""
    INSERT INTO toys AS t VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (county, id) DO UPDATE
    SET name = EXCLUDED.name, epoch = EXCLUDED.epoch, version = EXCLUDED.version, number = EXCLUDED.number,
        projection = EXCLUDED.projection, withdrawn = {still_withdrawn("t")}
    WHERE {guard("t")}
"""


class ToyChanged(Event):
    """The event that the tests deliver."""

    event_type: ClassVar[str] = "se.norrsam.actors.ToyChanged.v1"

    name: str


async def project(conn: asyncpg.Connection, received: Sequence[Received]) -> None:
    for each in received:
        assert isinstance(each.event, ToyChanged)
        if each.event.name.startswith(BROKEN):
            raise ZeroDivisionError("this toy breaks the handler")
        await conn.execute(
            UPSERT,
            each.county,
            each.event.id,
            each.event.name,
            *each.recency,
        )


PROJECTION = Projection("toys", 1, (ToyChanged,), project, {"toy": ToyChanged})
