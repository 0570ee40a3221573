import asyncpg
import pytest

from tests.service.given import outbox
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import TODAY, YEAR, ok, path, seen

PATH = "/shipment-signals/report-numbers"
QUARTER = {"year": YEAR - 1, "quarter": 2}


async def test_staff_see_the_hit_rate_of_a_quarter_as_corrected(api: Callers, db: asyncpg.Connection) -> None:
    first = ok(await api.police.post(PATH, json=QUARTER | {"checked": 200, "confirmed": 190}), 201)

    assert first["hit_rate"] == 95

    corrected = QUARTER | {"checked": 200, "confirmed": 150}
    second = ok(await api.police.put(path(first, PATH[1:]), json=corrected, headers=seen(first)))
    (shown,) = ok(await api.operator.get(PATH))["items"]
    assert (shown, shown["hit_rate"]) == (second, 75)

    ok(await api.police.post(path(first, PATH[1:]) + "/withdraw", headers=seen(second)))
    assert ok(await api.operator.get(PATH))["items"] == []
    assert [name for name, _, _ in await outbox(db)] == [
        "ReportNumbersReleased",
        "ReportNumbersCorrected",
        "ReportNumbersWithdrawn",
    ]


@pytest.mark.parametrize("numbers", [{"checked": 4}, {"checked": 10, "confirmed": 3}, {"checked": 10, "confirmed": 8}])
async def test_a_number_of_one_to_four_is_refused_also_by_difference(
    api: Callers, db: asyncpg.Connection, numbers: dict[str, int]
) -> None:
    answer = await api.police.post(PATH, json=QUARTER | numbers)

    assert answer.status_code == 422
    assert await outbox(db) == []


async def test_a_recent_or_already_told_quarter_is_refused(api: Callers) -> None:
    now = {"year": TODAY.year, "quarter": (TODAY.month - 1) // 3 + 1, "checked": 9}

    assert (await api.police.post(PATH, json=now)).json()["type"] == "/problems/too-early"

    ok(await api.police.post(PATH, json=QUARTER | {"checked": 9}), 201)
    again = await api.police.post(PATH, json=QUARTER | {"checked": 10})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-registered")


async def test_withdrawn_numbers_are_nowhere_said_to_be_changeable(api: Callers) -> None:
    first = ok(await api.police.post(PATH, json=QUARTER | {"checked": 9}), 201)
    withdrawn = ok(await api.police.post(path(first, PATH[1:]) + "/withdraw", headers=seen(first)))

    again = await api.police.post(PATH, json=QUARTER | {"checked": 20})
    changed = await api.police.put(path(first, PATH[1:]), json=QUARTER | {"checked": 20}, headers=seen(withdrawn))

    assert (again.status_code, again.json()["detail"]) == (
        409,
        f"It is registered already, as {path(first, PATH[1:])} shows.",
    )
    assert (changed.status_code, changed.json()["type"]) == (409, "/problems/withdrawn")


async def test_numbers_told_without_confirmed_ones_have_no_hit_rate(api: Callers) -> None:
    body = ok(await api.police.post(PATH, json=QUARTER | {"checked": 9}), 201)

    assert (body["confirmed"], body["hit_rate"]) == (None, None)
