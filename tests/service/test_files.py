import asyncio
import threading
from types import ModuleType
from typing import Any

import asyncpg
import httpx
import pytest

from infra.cli.import_ import shipped
from services.actors.domain import csv_file, directory
from shared.runtime import csv_files
from tests.service.given import HEADER, outbox, registered
from tests.support.waiting import DEADLINE

ROWS = (
    "kommun-2582,Bodens kommun,MUNICIPALITY,LOCAL,2582,LULEA_BODEN,ANDT,MUNICIPAL_COORDINATOR: trygghet@boden.example",
    "region-25,Region Norrbotten,REGION,REGIONAL,,,,",
)


async def imported(
    api: httpx.AsyncClient, *rows: str, dry_run: bool = False, data: bytes | None = None
) -> httpx.Response:
    content = data if data is not None else "\n".join((HEADER, *rows)).encode()
    return await api.post(
        "/actors/import", params={"dry_run": dry_run}, content=content, headers={"Content-Type": "text/csv"}
    )


def counts(answer: httpx.Response) -> tuple[int, ...]:
    body: dict[str, Any] = answer.json()
    return tuple(body[word] for word in ("registered", "changed", "unchanged"))


async def test_a_dry_run_tells_the_outcome_and_changes_nothing(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    await registered(api, reference="kommun-2582", name="Boden")

    answer = await imported(api, *ROWS, "kommun-2480,Umeå kommun,MUNICIPALITY,LOCAL,2480,,,", dry_run=True)

    assert (answer.status_code, counts(answer)) == (200, (1, 1, 0))
    assert [(row["line"], row["outcome"]) for row in answer.json()["rows"]] == [(2, "changed"), (3, "registered")]
    assert [error["line"] for error in answer.json()["errors"]] == [4]
    assert "2480" in answer.json()["errors"][0]["reason"]
    assert len(await outbox(db)) == 1


async def test_importing_a_file_twice_changes_nothing_the_second_time(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    await registered(api, reference="kommun-2582", name="Boden")

    assert counts(await imported(api, *ROWS)) == (1, 1, 0)
    before = await outbox(db)
    assert sorted((event, version) for event, version, _ in before[1:]) == [("ActorChanged", 2), ("ActorRegistered", 1)]
    assert counts(await imported(api, *ROWS)) == (0, 0, 2)
    assert await outbox(db) == before


async def test_one_bad_row_stops_the_whole_import(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    answer = await imported(api, *ROWS, ROWS[0])

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-rows")
    assert answer.json()["errors"] == [{"line": 4, "reason": "its actor is on line 2 already"}]
    assert answer.json()["detail"] == "Nothing was imported. Wrong rows: 1, by line: 4."
    assert await outbox(db) == []
    assert await db.fetchval("SELECT count(*) FROM aggregates") == 0


@pytest.mark.parametrize("data", [b"", b"name\nx", b"\xff\xfe", HEADER.encode() + b'\n"x'])
async def test_a_file_of_another_kind_is_refused(api: httpx.AsyncClient, db: asyncpg.Connection, data: bytes) -> None:
    answer = await imported(api, data=data)

    assert answer.status_code == 422
    assert answer.json()["type"] in ("/problems/invalid-file", "/problems/invalid-request")


async def test_an_exported_file_imports_without_a_change(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    await imported(api, data=shipped("norrbotten").read_bytes())
    await registered(api, name="Ö utan referens", contact_functions=[{"function": "DPO"}, {"function": "DPO"}])
    before = await outbox(db)

    export = await api.get("/actors/export")

    assert export.headers["Content-Type"].startswith("text/csv")
    assert counts(await imported(api, data=export.content)) == (0, 0, 22)
    assert await outbox(db) == before


async def test_the_shipped_directory_is_imported_and_in_swedish_order(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    assert counts(await imported(api, data=shipped("norrbotten").read_bytes())) == (21, 0, 0)

    listed = (await api.get("/actors", params={"type": "MUNICIPALITY"})).json()["items"]
    names = [actor["name"].removesuffix(" kommun") for actor in listed]
    assert names[:3] == ["Arjeplogs", "Arvidsjaurs", "Bodens"]
    assert names[-3:] == ["Älvsbyns", "Överkalix", "Övertorneå"]


async def test_a_function_gone_after_an_import_forgets_its_person(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    actor = await registered(api, reference="kommun-2582")
    contact = actor["contact_functions"][0]["id"]
    address = f"/actors/norrbotten/{actor['id']}/contact-functions/{contact}/person"

    assert (await api.put(address, json={"name": "Sixtensdotter"})).status_code == 204

    await imported(api, ROWS[0].partition("MUNICIPAL_COORDINATOR")[0])
    assert await db.fetchval("SELECT count(*) FROM contact_persons") == 0


async def test_an_export_of_more_than_a_mebibyte_imports_again(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    contacts = "|".join(f"DPO: dataskydd-{number:0>50}@kommunen.example" for number in range(50))
    parts = [
        [f"skola-{number},Skola {number},SCHOOL,LOCAL,,,,{contacts}" for number in range(start, start + 150)]
        for start in (0, 150)
    ]
    for rows in parts:
        assert counts(await imported(api, *rows)) == (150, 0, 0)
    before = await outbox(db)

    export = await api.get("/actors/export")

    assert len(export.content) > 1024 * 1024
    assert counts(await imported(api, data=export.content)) == (0, 0, 300)
    assert await outbox(db) == before


async def test_a_file_of_more_than_eight_mebibytes_is_413(api: httpx.AsyncClient) -> None:
    answer = await imported(api, data=b" " * (8 * 1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert "8 MiB" in answer.json()["detail"]


async def test_an_export_that_would_not_be_whole_is_refused(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(api, *ROWS)
    monkeypatch.setattr(csv_files, "MOST_EXPORTED", 2)
    assert (await api.get("/actors/export")).status_code == 200

    monkeypatch.setattr(csv_files, "MOST_EXPORTED", 1)

    answer = await api.get("/actors/export")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many")
    assert "more than 1 rows" in answer.json()["detail"]


@pytest.mark.parametrize(("module", "work"), [(csv_file, "parse"), (directory, "plan"), (csv_file, "write")])
async def test_others_are_answered_while_a_file_is_worked_on(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, module: ModuleType, work: str
) -> None:
    begun, answered, do = threading.Event(), threading.Event(), getattr(module, work)

    def waiting(*given: Any) -> Any:
        begun.set()
        assert answered.wait(DEADLINE)
        return do(*given)

    monkeypatch.setattr(module, work, waiting)
    working = asyncio.create_task(api.get("/actors/export") if work == "write" else imported(api, *ROWS))
    assert await asyncio.to_thread(begun.wait, DEADLINE)

    assert (await api.get("/health/live")).status_code == 200

    answered.set()
    assert (await working).status_code == 200
