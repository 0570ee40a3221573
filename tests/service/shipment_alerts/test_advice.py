"""The gate over HTTP: every answer is the gate's, in two languages, and nothing of it is stored."""

from typing import Any

import asyncpg
import pytest
import structlog
from fastapi import FastAPI

from infra.engine import Engine
from services.shipment_alerts.api.advice import preferred
from services.shipment_alerts.domain.answers import Situation
from shared.contracts.reference.shipments import ADVICE_LINES
from shared.runtime import coarse
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import ok
from tests.unit.shipment_alerts.every import every_situation

PATH = "/shipment-alerts/advice"
CONTACT = {
    "dangers": [],
    "at_work": True,
    "condition": "WHOLE",
    "suspicion": "NARCOTICS",
    "from_abroad": "NO",
    "signs": ["ODOUR", "PRINTED_LABEL"],
}
SNUS = CONTACT | {"suspicion": "TOBACCO"}


async def asked(api: Callers, situation: dict[str, Any], **headers: str) -> dict[str, Any]:
    return dict(ok(await api.nobody.post(PATH, json=situation, headers=headers)))


async def test_from_the_beginning_each_question_leads_to_the_next(api: Callers) -> None:
    situation: dict[str, Any] = {}
    fields = []

    while (answer := await asked(api, situation))["asked"]:
        question = answer["asked"]
        fields.append(question["field"])
        assert question["text"] == answer["text"][-1]
        assert all(choice["text"] for choice in question["choices"])
        assert {choice["value"] for choice in question["choices"]} >= _values(CONTACT[question["field"]])
        situation[question["field"]] = CONTACT[question["field"]]

    assert fields == [field for field in Situation.model_fields if field != "called"]
    assert (answer["outcome"], answer["hazard_class"]) == ("CONTACT", "H1")
    assert answer["calls"] == [{"code": "POLICE", "number": "114 14", "text": "Polisen"}]
    assert "Öppna inte försändelsen." in answer["text"]


@pytest.mark.parametrize("part", range(61))
async def test_the_answer_over_http_is_that_of_the_gate(api: Callers, part: int) -> None:
    every = every_situation()
    situation, routine, expected = every[part * (len(every) // 60)]
    slug = f"op-{routine.lower().replace('_', '-')}"
    ok(await api.coordinator.put(f"/shipment-alerts/operators/{slug}", json={"name": "Op", "routine": routine}))
    body = situation.model_dump(mode="json") | {"operator": slug}

    answer = await asked(api, body)

    assert answer["outcome"] == expected.outcome
    assert (answer["step"], answer["lines"], answer["form"]) == (expected.step, list(expected.lines), expected.form)
    assert answer["text"] == list(expected.text("sv"))
    assert (await asked(api, body | {"language": "en"}))["text"] == list(expected.text("en"))


async def test_danger_is_answered_by_112_first_and_asks_nothing(api: Callers) -> None:
    answer = await asked(api, {"dangers": ["POWDER"]})

    assert answer["text"][0] == "Ring 112 nu."
    assert (answer["outcome"], answer["hazard_class"], answer["asked"], answer["form"]) == (
        "EMERGENCY",
        "H2",
        None,
        False,
    )
    assert [call["number"] for call in answer["calls"]] == ["112"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "sv"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fi, en;q=0.5, sv;q=0.8", "sv"),
        ("de", "sv"),
        ("sv-FI;q=x, en", "en"),
        ("sv; q=0.1, en; q=0.9", "en"),
        ("sv ;q=0.1,en\t;\tq=0.9", "en"),
        ("en;q=0", "sv"),
        ("sv;q=0, en;q=0.1", "en"),
        ("sv;q=0, *", "en"),
        ("*", "sv"),
        ("en;q=0, *;q=0.1", "sv"),
        ("de, *;q=0.5, sv;q=0.1", "en"),
        ("en, sv", "en"),
        ("sv-FI;q=0.1, en;q=0.2, sv;q=0.9", "sv"),
        ("EN;Q=1.000", "en"),
        ("en;q=2, sv;q=0.1", "sv"),
        ("engelska, sv", "sv"),
        (",,;q=1, \u00e5, en", "en"),
    ],
)
def test_advice_is_in_the_language_that_a_browser_prefers(header: str, language: str) -> None:
    assert preferred(header) == language


async def test_advice_names_its_language_and_is_not_to_be_stored(api: Callers) -> None:
    answer = await api.nobody.post(PATH, json=SNUS, headers={"Accept-Language": "en"})

    assert answer.headers["content-language"] == "en"
    assert answer.headers["cache-control"] == "no-store"
    assert "x-correlation-id" not in answer.headers
    timed = [line for line in (await api.nobody.get("/metrics")).text.splitlines() if "request_seconds" in line]
    assert not [line for line in timed if PATH in line]
    assert ADVICE_LINES["SILENCE_HOLDS"].english in answer.json()["text"]


async def figures(api: Callers) -> dict[str, float]:
    """The metrics of the gate, by name. The process may have served another county in other tests."""
    text = (await api.nobody.get("/metrics")).text
    lines = [line for line in text.splitlines() if 'county="vasterbotten"' in line]
    assert [line for line in lines if "_created" in line] == []
    counted = [line.rpartition(" ") for line in lines if PATH in line or "gate_stops" in line]
    return {name: float(count) for name, _, count in counted}


async def test_the_numbers_tell_no_time_and_no_outcome_of_a_call(api: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await figures(api)

    for situation in [SNUS, CONTACT] * 13:
        await asked(api, situation)
        assert await figures(api) == before

    monkeypatch.setattr(coarse, "SECONDS", 0)
    after = await figures(api)
    told = {name: count for name, count in after.items() if count}
    assert len(told) == 2
    assert {count % coarse.STEP for count in told.values()} == {0}
    assert max(after.values()) < 1_000_000  # counts, and no times


async def test_a_stop_of_the_gate_leaves_nothing_behind(api: Callers, db: asyncpg.Connection) -> None:
    tables = await db.fetch("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'")
    count = " + ".join(f"(SELECT count(*) FROM {row['relname']})" for row in tables)
    before, told = await db.fetchval(f"SELECT {count}"), await figures(api)

    with structlog.testing.capture_logs() as logs:
        answer = await asked(api, SNUS, **{"Idempotency-Key": "k", "X-Correlation-ID": "c"})

    assert (answer["outcome"], answer["calls"], answer["form"]) == ("STOP", [], False)
    assert "5 kap. 1 § postlagen" in " ".join(answer["text"])
    assert await figures(api) == told
    assert await db.fetchval(f"SELECT {count}") == before
    assert logs == []


WRONG: list[dict[str, Any]] = [
    {"site": "Kiosken vid bron"},
    {"suspicion": "Kiosken vid bron"},
    {"dangers": ["Kiosken vid bron"]},
    {"operator": "Kiosken vid bron"},
    {"language": "Kiosken vid bron"},
]


@pytest.mark.parametrize("wrong", WRONG)
async def test_text_or_an_unasked_field_is_refused_unrepeated(api: Callers, wrong: dict[str, Any]) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await api.nobody.post(PATH, json=CONTACT | wrong)

    assert answer.status_code == 422
    assert "Kiosken" not in answer.text
    assert logs == []


async def test_without_a_database_advice_is_the_careful_routine(postgres: Engine, api: Callers, app: FastAPI) -> None:
    direct = {"name": "Direkt", "routine": "DIRECT"}

    ok(await api.coordinator.put("/shipment-alerts/operators/direkt", json=direct))

    assert "EMPLOYER_FIRST" not in (await asked(api, CONTACT | {"operator": "direkt"}))["lines"]

    postgres.stop_postgres()
    try:
        answer = await asked(api, CONTACT | {"operator": "direkt"})
    finally:
        postgres.start_postgres()
    assert "EMPLOYER_FIRST" in answer["lines"]


def _values(answer: Any) -> set[Any]:
    return set(answer) if isinstance(answer, list) else {answer}


async def test_a_request_that_is_no_json_is_told_so(api: Callers) -> None:
    answer = await api.nobody.post(PATH, content=b"hej", headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert "hej" not in answer.text
