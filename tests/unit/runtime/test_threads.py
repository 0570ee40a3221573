"""Many rows are read and written in a thread, so that they hold up no other request."""

import json
import threading
from typing import Any, ClassVar
from uuid import UUID

import pytest

from shared.contracts.event import Event
from shared.runtime import aggregates
from shared.runtime.aggregates import AggregateTable, Stored, StreamTable
from shared.threads import MANY

USED: list[int] = []
"""The threads in which states were read or written."""


class Toy(Event):
    event_type: ClassVar[str] = "se.norrsam.toys.ToyMade.v1"

    @classmethod
    def read(cls, data: bytes) -> "Toy":
        USED.append(threading.get_ident())
        return super().read(data)


def sort_key(_: Toy) -> str:
    USED.append(threading.get_ident())
    return ""


class Json:
    """Reads as the module does, and notes where."""

    dumps = json.dumps

    @staticmethod
    def loads(text: str) -> Any:
        USED.append(threading.get_ident())
        return json.loads(text)


class Database:
    """Has what is asked of it."""

    def __init__(self, count: int) -> None:
        self.toys = [Toy(id=UUID(int=number), county="norrbotten") for number in range(count)]

    async def execute(self, _: str, ids: object, *__: object) -> str:
        return f"INSERT 0 {len(self.toys)}"

    async def fetch(self, _: str, *__: object) -> list[dict[str, Any]]:
        place: dict[Any, Any] = {0: "norrbotten", 1: UUID(int=1), 3: ""}
        return [{"kind": "toy", "epoch": 1, "version": 1, "state": toy.write().decode()} | place for toy in self.toys]


TABLE = StreamTable("toys", "toys", 1, {"toy": Toy}, sort_key)


@pytest.mark.parametrize(("count", "in_thread"), [(1, False), (MANY, True)])
async def test_many_rows_are_worked_on_in_a_thread(
    count: int, in_thread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    USED.clear()
    monkeypatch.setattr(aggregates, "json", Json)
    conn: Any = Database(count)

    await TABLE.upsert(conn, [Stored(toy, 1, 1) for toy in conn.toys])
    await AggregateTable(TABLE, Toy).find_all(conn, "norrbotten", [])
    await AggregateTable(TABLE, Toy).page(conn, None, [])

    assert [used != threading.get_ident() for used in USED] == [in_thread] * 3 * count
