"""Cooperation on the pages: a municipality goes its steps, the police write what was done, and an agreement counts."""

from tests.service.workspace.test_readiness import colour_of, say
from tests.support.forms import form_of
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_initiatives import municipality_of

AGREED = {"title": "Överenskommelse", "signed_on": "2026-02-03", "purposes": "Minska droghandel", "areas": "Centrum"}


async def begin(visitor: Visitor, title: str) -> str:
    """The address of a process of the municipality."""
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    form = form_of((await visitor.get("/samverkan/ny")).text, "/samverkan/ny")
    answer = await visitor.post("/samverkan/ny", {**form, "title": title})
    return str(answer.headers["location"]).partition("?")[0]


async def test_cooperation_goes_on_and_back_and_its_agreement_counts(
    visitor: Visitor, jamtlands: WorkspaceHouse
) -> None:
    begun = await begin(visitor, "Samverkan i kommunen")
    early = await visitor.get(f"{begun}/nasta")
    await visitor.log_in("POLICE")
    await say(visitor, f"{begun}/anteckna", done_on="2026-01-07")
    refused = await visitor.post(f"{begun}/nasta", {"version": "2"})
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    await say(visitor, f"{begun}/nasta")
    for _ in range(2):
        await say(visitor, f"{begun}/anteckna", done_on="2026-01-08")
    joint = await say(visitor, f"{begun}/nasta")
    signed = await say(visitor, f"{begun}/overenskommelse", **AGREED)
    back = await say(visitor, f"{begun}/tillbaka", step="INITIATED", reason="Ny chef hos polisen")

    assert (early.status_code, early.headers["location"]) == (303, begun)
    assert refused.status_code == 403
    assert joint.count("gjort 8 januari 2026") == 2
    assert "Minska droghandel" in signed
    assert ("Därför: Ny chef hos polisen" in back, "gjort 8 januari 2026" in back) == (True, False)
    readiness = (await visitor.get(f"/beredskap/{municipality_of(jamtlands)}")).text
    assert colour_of(readiness, "9 §") == ["GREEN"]
    assert "Steg 1 av 5: initiera samverkan" in (await visitor.get("/samverkan?lan=jamtland")).text
    assert begun not in (await visitor.get("/samverkan?steg=FOLLOW_UP")).text
