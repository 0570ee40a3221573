"""A function that somebody names is there, and whether a mail reaches it is shown: else nobody would come, or act."""

from uuid import UUID

import pytest

from shared.contracts.codes import Status
from tests.service.meetings.boards import NETWORK, Boards, answer, body, invitee, path, with_function
from tests.service.meetings.minuted import assigned, changed, held
from tests.unit.meetings.given import BOARDS, HOST, NORTH, invited

ANDT = "COUNTY_ANDT_COORDINATOR"


@pytest.mark.parametrize("named", [ANDT, "COUNTY_COORDINATOR"])
async def test_a_function_that_cannot_come_instead_is_refused(boards: Boards, named: str) -> None:
    """The actor lacks it, or it is the invitee itself."""
    await with_function(boards.north, BOARDS[1], "REGISTRAR", None)
    meeting = await boards.invited()

    refused = await answer(boards.north, meeting, "DELEGATED", 409, delegated_to=named)

    assert refused["type"] == "/problems/unknown-function"
    assert f"no other contact function {named}" in refused["detail"]
    assert "it has REGISTRAR" in refused["detail"]
    assert invitee(await boards.north.get(path(meeting)), NORTH)["state"] == "NEEDS_ACTION"
    assert [each.kind for each in await boards.north.letters()] == ["meeting-invited"]


async def test_at_home_an_own_actor_s_function_is_looked_at_too(boards: Boards) -> None:
    meeting = await boards.invited(kind="WORKING", invitees=invited(BOARDS[0], BOARDS[1]))
    north = invitee(meeting, NORTH)["id"]

    refused = await answer(boards.host, meeting, "DELEGATED", 409, delegated_to=ANDT)
    noted = await answer(boards.host, meeting, "DELEGATED", who=north, delegated_to=ANDT)

    assert refused["type"] == "/problems/unknown-function"
    assert (noted["invitee"]["state"], noted["invitee"]["reachable"]) == ("DELEGATED", False)


async def test_a_repeated_answer_is_taken_also_once_its_function_went(boards: Boards) -> None:
    await with_function(boards.north, BOARDS[1], ANDT, None)
    meeting = await boards.invited()
    await answer(boards.north, meeting, "DELEGATED", delegated_to=ANDT)
    await with_function(boards.north, BOARDS[1], "REGISTRAR", None)

    await answer(boards.north, meeting, "DELEGATED", delegated_to=ANDT)


async def test_who_comes_instead_and_gets_no_mail_is_shown(boards: Boards) -> None:
    """The invitee's own mailbox does not count then: it is not the one that comes."""
    for office in (boards.host, boards.north):
        await with_function(office, BOARDS[1], ANDT, None)
    meeting = await boards.invited()
    answered = await answer(boards.north, meeting, "DELEGATED", delegated_to=ANDT)
    await boards.settle()
    seen = invitee(await boards.host.get(path(meeting)), NORTH)
    assert [answered["invitee"]["reachable"], seen["reachable"]] == [False, False]

    for office in (boards.host, boards.north):
        await with_function(office, BOARDS[1], ANDT, "andt@norrbotten.example")

    assert invitee(await boards.host.get(path(meeting)), NORTH)["reachable"]


@pytest.mark.parametrize("kind", ["STEERING", "WORKING", "COUNCIL"])
async def test_a_meeting_is_organised_by_a_function_of_its_host(boards: Boards, kind: str) -> None:
    """The county's board or police, or an actor of the municipality: what others have does not count."""
    host = boards.host_of(kind)
    named = {"STEERING": "MUNICIPAL_COORDINATOR", "WORKING": "CUSTOMS_OFFICER", "COUNCIL": "COUNTY_COORDINATOR"}[kind]

    refused = await host.post("/meetings", body(kind=kind, organiser=named), status=409)
    draft = await boards.draft(kind=kind)
    seen = {"If-Match": f'"{draft["version"]}"'}
    kept = await host.api.put(path(draft), json=body(kind=kind, organiser=named), headers=seen)

    assert (refused["type"], refused["organiser"]) == ("/problems/unknown-function", named)
    assert kept.json()["type"] == "/problems/unknown-function"
    assert (await host.get(path(draft)))["version"] == 1


async def test_the_host_s_police_may_organise_its_meeting(boards: Boards) -> None:
    assert (await boards.draft(organiser="LPO_CHIEF"))["organiser"] == "LPO_CHIEF"


async def test_a_meeting_is_changed_also_once_its_organiser_went(boards: Boards) -> None:
    """A meeting that is agreed is not held up by what the actor has become."""
    meeting = await boards.invited()
    state = BOARDS[0].model_copy(update={"contact_functions": ()}).model_dump_json()
    await boards.host.db.execute("UPDATE actors SET state = $1 WHERE id = $2", state, BOARDS[0].id)

    assert (await boards.change(meeting, title="Styrgruppen i december"))["title"] == "Styrgruppen i december"


async def test_a_meeting_is_of_a_network_that_is_known(boards: Boards) -> None:
    """Another one would have no members whose presence is told; one that was retired does not meet."""
    known = {"county": NETWORK.county, "id": str(NETWORK.id)}
    unknown = {**known, "id": str(UUID(int=78))}
    draft = await boards.draft(network=known)
    seen = {"If-Match": f'"{draft["version"]}"'}

    refused = await boards.host.post("/meetings", body(network=unknown), status=409)
    kept = await boards.host.api.put(path(draft), json=body(network=unknown), headers=seen)
    retired = NETWORK.model_copy(update={"status": Status.RETIRED}).model_dump_json()
    await boards.host.db.execute("UPDATE actors SET state = $1 WHERE id = $2", retired, NETWORK.id)
    gone = await boards.host.post("/meetings", body(network=known), status=409)

    assert {refused["type"], kept.json()["type"], gone["type"]} == {"/problems/unknown-network"}
    assert (await boards.change(draft, network=known, title="Nätverket"))["title"] == "Nätverket"


async def test_an_owner_of_the_own_county_has_the_function(boards: Boards) -> None:
    """Of another county's board so much is not known: it may get the function later."""
    meeting = await held(boards)
    registrar = {"county": HOST, "function": "REGISTRAR"}

    refused = await assigned(boards, meeting, HOST, 422, owner=registrar)
    item = await assigned(boards, meeting, NORTH, owner={"county": NORTH, "function": "REGISTRAR"})
    assert (await changed(boards, item, 422, owner=registrar))["type"] == refused["type"] == "/problems/invalid-owner"

    await with_function(boards.host, BOARDS[0], "REGISTRAR", None)
    assert (await changed(boards, item, owner=registrar))["owner"] == {**registrar, "actor": None}
