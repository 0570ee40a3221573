"""A person's data that slipped into approved minutes are masked by the host, and gone from every county."""

from typing import Any

from shared.recovery import restating
from tests.service.meetings.boards import Boards
from tests.service.meetings.minuted import DECISION, approved, circulated, kept, place
from tests.service.offices import Office, ok
from tests.unit.meetings.given import HOST

NAME = "Zebedeus"
CONTENT: dict[str, Any] = {
    "text": f"Mötet talade om {NAME}.",
    "decisions": [DECISION | {"text": f"{NAME} bjuds in", "dissent": f"{NAME} bör vänta"}],
}


async def masked(boards: Boards) -> dict[str, Any]:
    """Approved minutes after the host has masked the name, as all counties know them."""
    minutes = await approved(boards, **CONTENT)
    after = await boards.host.post(place(minutes) + "/mask", {"words": [NAME]}, seen=minutes)
    await boards.settle()
    return dict(after)


async def in_outbox(office: Office) -> list[str]:
    """The types of the county's events that have the name."""
    rows = await office.db.fetch("SELECT headers, payload FROM outbox ORDER BY position")
    return [row["headers"] for row in rows if NAME in row["payload"].decode()]


async def test_masked_words_are_gone_from_every_read_model(boards: Boards) -> None:
    minutes = await masked(boards)

    assert "ord har maskerats 2026-12-09" in minutes["swedish"]
    for office in (boards.host, boards.north, boards.middle):
        shown = await office.get(place(minutes))
        assert (shown["status"], shown["version"], shown["masked_on"]) == ("APPROVED", 3, "2026-12-09")
        assert (shown["text"], shown["decisions"][0]["number"]) == ("Mötet talade om MASKERAT.", 4)
        assert [each["verdict"] for each in shown["approvals"]] == ["APPROVED"]
        (listed,) = (await office.get("/decisions"))["items"]
        assert (listed["text"], listed["dissent"]) == ("MASKERAT bjuds in", "MASKERAT bör vänta")
        assert (await office.get("/decisions", q=NAME))["items"] == []
        assert (await office.get("/minutes", q=NAME))["items"] == []
    for office in (boards.north, boards.middle):
        assert NAME.casefold() not in (await kept(office)).casefold()


async def test_only_the_host_s_log_has_the_old_text_until_its_retention(boards: Boards) -> None:
    minutes = await masked(boards)
    assert len(await in_outbox(boards.host)) == 2  # circulated and approved: kept for 90 days, as every event

    await restating.restate_some(boards.host.db, f"{HOST}.shared.meetings.v1", [minutes["id"]])
    assert len(await in_outbox(boards.host)) == 2

    await boards.host.db.execute("DELETE FROM outbox WHERE convert_from(payload, 'UTF8') LIKE '%' || $1 || '%'", NAME)
    assert NAME.casefold() not in (await kept(boards.host)).casefold()


async def test_nothing_but_masking_changes_approved_minutes(boards: Boards) -> None:
    minutes = await masked(boards)
    await boards.north.receive(
        [each for each in await boards.host.sent() if each.event.id.hex in minutes["id"].replace("-", "")]
    )

    assert (await boards.north.get(place(minutes)))["text"] == minutes["text"]
    waiting = await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes, status=409)
    assert waiting["type"] == "/problems/approved"
    strange = await boards.north.post(place(minutes) + "/mask", {"words": ["Mötet"]}, seen=minutes, status=403)
    assert strange["type"] == "/problems/not-owner"


async def test_only_the_county_s_coordinator_masks_the_version_read(boards: Boards) -> None:
    minutes = await circulated(boards, **CONTENT)
    address, body = place(minutes) + "/mask", {"words": [NAME]}

    early = await boards.host.post(address, body, seen=minutes, status=409)
    assert (early["type"], NAME in str(early)) == ("/problems/not-approved", False)
    for role in ("READER", "MUNICIPAL_COORDINATOR", "POLICE"):
        refused = await boards.host.api.post(address, json=body, headers=boards.someone(HOST, role))
        assert refused.status_code == 403
    ok(await boards.host.api.post(address, json=body), 428)
    ok(await boards.host.api.post(address, json=body, headers={"If-Match": '"9"'}), 412)
