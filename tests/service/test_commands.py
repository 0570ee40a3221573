"""The commands of actors without HTTP."""

from collections.abc import Mapping
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.actors import commands, store
from services.actors.domain import csv_file, directory
from shared.contracts.actors import Actor
from shared.contracts.counties import County
from shared.messaging.outbox import Transaction, Writer
from shared.rejected import Rejected
from shared.runtime.aggregates import Stored

FILE = ";".join(csv_file.COLUMNS) + "\n"
ROW = ";boden;Bodens kommun;MUNICIPALITY;LOCAL;2582;;ANDT;MUNICIPAL_COORDINATOR: trygghet@boden.example\n"


@pytest.fixture
def tx(db: asyncpg.Connection, county: County) -> Transaction:
    return Transaction(db, Writer(county.name, "http://county.test"), "test")


async def imported(tx: Transaction, row: str, existing: Mapping[UUID, Stored[Actor]]) -> dict[UUID, Stored[Actor]]:
    """The actors after a file with this row was carried out."""
    rows, wrong = csv_file.parse(FILE + row)
    plan = directory.plan(rows, {key: stored.state for key, stored in existing.items()}, tx.context)
    assert (wrong, plan.faults) == ([], [])
    async with tx.conn.transaction():
        await commands.carry_out(tx, plan, existing)
    return await store.ACTORS.find_all(tx.conn, tx.writer.county, [each.actor.id for each in plan.outcomes])


async def events(tx: Transaction) -> list[str]:
    return [row["headers"] for row in await tx.conn.fetch("SELECT headers FROM outbox ORDER BY position")]


async def test_a_plan_is_carried_out_in_rows_and_events(tx: Transaction) -> None:
    first = await imported(tx, ROW, {})
    second = await imported(tx, ROW.replace("Bodens", "Luleå"), first)

    assert [stored.version for stored in first.values()] == [1]
    assert [(stored.version, stored.state.name) for stored in second.values()] == [(2, "Luleå kommun")]
    assert ["ActorRegistered" in each or "ActorChanged" in each for each in await events(tx)] == [True, True]


async def test_a_plan_made_before_another_s_is_not_carried_out(tx: Transaction) -> None:
    await imported(tx, ROW, {})

    with pytest.raises(Rejected, match="just registered"):
        await imported(tx, ROW.replace("Bodens", "Luleå"), {})

    assert len(await events(tx)) == 1


async def test_only_a_function_of_a_living_own_actor_gets_a_name(tx: Transaction) -> None:
    ((actor, stored),) = (await imported(tx, ROW, {})).items()
    (contact,) = [each.id for each in stored.state.contact_functions]

    async with tx.conn.transaction():
        await commands.name_person(tx, actor, contact, "Ombud")
        for refused in (commands.name_person(tx, uuid4(), contact, "A"), commands.name_person(tx, actor, uuid4(), "A")):
            with pytest.raises(Rejected, match=r"No actor|no contact function"):
                await refused

    assert await store.persons(tx.conn, actor) == {contact: "Ombud"}
