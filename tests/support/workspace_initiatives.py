"""Problem pictures and measures for the pages, by those who write them: a municipality and the police."""

from typing import Any

from infra.cli.county import local_token
from infra.engine.example_people import people
from tests.support.workspace import WorkspaceHouse
from tests.unit.initiatives.given import PICTURE
from tests.unit.initiatives.given_measures import MEASURE

AUTHORS = {"MUNICIPAL_COORDINATOR": "MUNICIPAL_COORDINATOR", "POLICE": "MUNICIPAL_POLICE"}
"""The function that a token of this role names."""


def municipality_of(house: WorkspaceHouse) -> str:
    """The code of the municipality whose coordinator the log-in of the tests knows."""
    found = next(each for each in people(house.county.code) if each.key == "MUNICIPAL_COORDINATOR")
    return str(found.claims["municipality"])


async def told(
    house: WorkspaceHouse, role: str, path: str, body: Any, seen: Any = None, home: str = ""
) -> dict[str, Any]:
    """The answer of the county to somebody of this role, who has ``seen`` what was answered last.

    ``home`` is the municipality that they coordinate, if it is another than that of `municipality_of`.
    """
    token = local_token(
        house.settings.data,
        house.county.name,
        [role],
        function=AUTHORS[role],
        municipality=home or municipality_of(house),
    )
    headers = {"If-Match": f'"{seen["version"]}"'} if seen else {}
    async with house.client_with(token) as client:
        answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def given_picture(house: WorkspaceHouse, *steps: str, **changes: Any) -> dict[str, Any]:
    """A picture of the municipality that has taken these steps; the police have written in it, too."""
    body = PICTURE | {"municipalities": [municipality_of(house)]} | changes
    found = await told(house, "MUNICIPAL_COORDINATOR", "/problem-pictures", body)
    path = f"/problem-pictures/{house.county.name}/{found['id']}"
    found = await told(house, "POLICE", f"{path}/contribute", {}, found)
    for step in steps:
        found = await told(house, "MUNICIPAL_COORDINATOR", f"{path}/{step}", {}, found)
    return found


SHARED = ("own", "prioritise", "analyse", "agree", "release")
"""The steps to a picture that all counties see."""


async def given_measure(house: WorkspaceHouse, picture: dict[str, Any], colour: str | None = None) -> dict[str, Any]:
    """A measure of this picture, which is agreed on; with a ``colour`` under way and followed up."""
    body = MEASURE | {"municipalities": picture["municipalities"], "picture": picture["id"]}
    found = await told(house, "MUNICIPAL_COORDINATOR", "/measures", body)
    path = f"/measures/{house.county.name}/{found['id']}"
    seen = {"colour": colour, "text": "Sjutton kvällar", "day": "2026-03-02"}
    for step, said in (("decide", {}), ("start", {}), ("follow-up", seen)) if colour else ():
        found = await told(house, "MUNICIPAL_COORDINATOR", f"{path}/{step}", said, found)
    return found
