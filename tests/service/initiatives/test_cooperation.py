"""Cooperation processes and requests for support over HTTP, and what a signed agreement fills."""

from typing import Any

from tests.service.initiatives.offices import BRACKE, KROKOM, LULEA, MunicipalOffice, Offices

PATH = "/cooperation-processes"
PROCESS = {"title": "Samverkan i Indalsälven", "municipalities": [KROKOM, "2303"]}
FIRST = ("START_DECISION",)
OWN = ("MUNICIPAL_PICTURE", "POLICE_PICTURE")
JOINT = ("PICTURES_MERGED", "PROBLEMS_PRIORITISED", "KNOWLEDGE_DEEPENED", "CAUSES_ANALYSED")
AGREEMENT = {
    "title": "Samverkansöverenskommelse",
    "signed_on": "2026-06-01",
    "valid_to": "2030-12-31",
    "purposes": ["Färre inbrott"],
    "areas": ["Centrum"],
    "signed_by": ["MUNICIPAL_EXECUTIVE", "LPO_CHIEF"],
}
SUPPORT = {
    "municipalities": [KROKOM],
    "theme": "CANNABIS",
    "form": "METHOD_PROCESS",
    "need": "Hjälp med orsaksanalysen",
}


async def steps(home: MunicipalOffice, one: str, version: int, *codes: str, by: str = KROKOM) -> Any:
    """The process after these milestones."""
    for code in codes:
        body = {"code": code, "done_on": "2026-06-01"}
        process = await home.done("POST", f"{one}/milestones", body, by=by, seen=version)
        version = process["version"]
    return process


async def test_a_process_goes_its_steps_and_its_agreement_fills_r7(offices: Offices) -> None:
    home, other = offices.home, offices.other
    started = await home.done("POST", PATH, PROCESS, status=201)
    one = f"{PATH}/jamtland/{started['id']}"
    refused = await home.asks("POST", f"{one}/step", seen=1)
    assert (refused.status_code, refused.json()["missing"]) == (409, list(FIRST))

    process = await steps(home, one, 1, *FIRST)
    process = await home.done("POST", f"{one}/step", seen=process["version"])
    process = await steps(home, one, process["version"], *OWN, by="POLICE")
    process = await home.done("POST", f"{one}/step", seen=process["version"])
    process = await steps(home, one, process["version"], *JOINT)
    assert (process["step"], process["lacks"]) == ("JOINT_PREPARATION", ["AGREEMENT"])

    signed = await home.done("POST", f"{one}/agreement", AGREEMENT, seen=process["version"])
    assert (signed["agreement"]["title"], signed["lacks"]) == (AGREEMENT["title"], [])
    for municipality in (KROKOM, "2303"):
        r7 = (await home.get(f"/readiness/{municipality}"))["requirements"][6]
        assert (r7["status"], r7["colour"], r7["evidence"][0]["process"]) == ("IN_PLACE", "GREEN", started["id"])
    await offices.settle()
    (sums,) = (await other.get("/readiness/sums"))["items"]
    assert (sums["requirements"][6]["at_least"], sums["requirements"][6]["at_most"]) == (2, 4)

    process = await home.done("POST", f"{one}/step", seen=signed["version"])
    back = {"step": "OWN_PREPARATION", "reason": "Ny information från skolorna"}
    process = await home.done("POST", f"{one}/back", back, seen=process["version"])
    assert (process["step"], process["lacks"], process["swedish"]) == (back["step"], [*OWN], "egna förberedelser")
    assert process["changes"][-1]["reason"] == back["reason"]
    await offices.settle()
    assert (await other.get(one))["step"] == "OWN_PREPARATION"
    assert (await home.types())[-1] == "CooperationStepChanged"


async def test_others_write_in_no_process(offices: Offices) -> None:
    home = offices.home
    started = await home.done("POST", PATH, PROCESS, status=201)
    one = f"{PATH}/jamtland/{started['id']}"
    for by in (BRACKE, "COUNTY_COORDINATOR", "READER"):
        assert (await home.asks("POST", f"{one}/end", by=by, seen=1)).status_code == 403
    assert (await home.asks("POST", PATH, {**PROCESS, "municipalities": [LULEA]})).status_code == 422
    assert (await home.asks("POST", PATH, PROCESS, by=BRACKE)).status_code == 403
    ended = await home.done("POST", f"{one}/end", seen=1)
    assert ended["status"] == "RETIRED"
    assert (await home.get(PATH))["items"] == []
    assert len((await home.get(PATH, status="ANY", municipality="2303"))["items"]) == 1


async def test_support_is_asked_for_offered_and_given(offices: Offices) -> None:
    home, other = offices.home, offices.other
    asked = await home.done("POST", "/support-requests", SUPPORT, status=201)
    one = f"/support-requests/jamtland/{asked['id']}"
    assert (asked["status"], asked["swedish"]) == ("ASKED", "metod- och processtöd, begärt")
    assert (await home.asks("POST", f"{one}/offer", {}, seen=1)).status_code == 403
    offered = await home.done("POST", f"{one}/offer", {"text": "Vi kommer"}, by="COUNTY_COORDINATOR", seen=1)
    provided = await home.done("POST", f"{one}/provide", {}, by="COUNTY_COORDINATOR", seen=offered["version"])
    assert (provided["status"], provided["answer"], provided["provided_on"]) == ("PROVIDED", "Vi kommer", "2026-06-10")
    again = await home.asks("POST", f"{one}/take-back", seen=3)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/wrong-status")
    await offices.settle()
    found = (await other.get("/support-requests", municipality=KROKOM, form="METHOD_PROCESS"))["items"]
    assert [each["status"] for each in found] == ["PROVIDED"]
    assert await home.types() == ["SupportRequested", "SupportOffered", "SupportProvided"]


async def test_only_who_asked_changes_or_takes_back(offices: Offices) -> None:
    home = offices.home
    asked = await home.done("POST", "/support-requests", SUPPORT, status=201)
    one = f"/support-requests/jamtland/{asked['id']}"
    other = {**SUPPORT, "form": "NETWORK"}
    assert (await home.asks("PUT", one, other, by=BRACKE, seen=1)).status_code == 403
    assert (await home.asks("POST", f"{one}/take-back", by="COUNTY_COORDINATOR", seen=1)).status_code == 403
    changed = await home.done("PUT", one, other, seen=1)
    assert changed["form"] == "NETWORK"
    taken = await home.done("POST", f"{one}/take-back", seen=2)
    assert taken["status"] == "TAKEN_BACK"
    declined = await home.asks("POST", f"{one}/decline", {"text": "Inte i år"}, by="COUNTY_COORDINATOR", seen=3)
    assert declined.status_code == 409
