import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from infra.demo.partner import mentions

BY_CHANCE = [
    UUID("5b0d6c0e-2403-4d1b-9c77-0a1e5d3f8b21"),
    "/shipment-signals/vasterbotten/5b0d6c0e-2403-4d1b-9c77-0a1e5d3f8b21",
    b"a2403b7c9d",
    1732403,
    2403,
    datetime(2026, 11, 24, 3, 24, 3, 240300, UTC),
    json.dumps({"time": "2026-11-24T03:00:00.124031Z"}).encode(),
]


@pytest.mark.parametrize("value", BY_CHANCE, ids=str)
def test_digits_of_an_id_a_checksum_or_a_time_are_no_mention(value: object) -> None:
    assert not mentions([("row", value)], "2403")


@pytest.mark.parametrize(
    "value",
    ["2403", "kommun-2403", {"2403": 1}, {"area": ["2403"]}, b'{"municipality": "2403"}', "Bjurholm (2403)"],
    ids=str,
)
def test_a_code_in_any_text_is_a_mention(value: object) -> None:
    assert mentions([("row", value)], "2403")
