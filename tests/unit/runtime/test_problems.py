from collections.abc import AsyncIterator
from typing import Self

import httpx
import pytest
from pydantic import BaseModel, ValidationError, model_validator

from shared.runtime import wording
from shared.runtime.problems import status_of


@pytest.mark.parametrize(
    ("slug", "status"),
    [
        ("not-found", 404),
        ("not-owner", 403),
        ("forbidden", 403),
        ("unauthorised", 401),
        ("precondition-failed", 412),
        ("precondition-required", 428),
        ("invalid-municipality", 422),
        ("already-retired", 409),
    ],
)
def test_each_slug_has_its_status(slug: str, status: int) -> None:
    assert status_of(slug) == status


async def test_a_refusing_rule_says_which_it_is_and_why(client: httpx.AsyncClient) -> None:
    answer = await client.post("/toys", json={"name": "refused"})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/too-ugly",
        "title": "Too ugly",
        "status": 409,
        "detail": "No toy may be called 'refused'. Choose another name.",
        "instance": "/toys",
        "name": "refused",
    }
    assert "refused" not in (await client.get("/toys")).json()


async def test_a_wrong_field_is_named_and_the_body_not_shown(client: httpx.AsyncClient) -> None:
    answer = await client.post("/toys", json={"name": 3, "other": "hemligt"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "name", "message": "it must be text"},
        {"field": "other", "message": "there is no such field; leave it out"},
    ]
    assert "hemligt" not in answer.text


@pytest.mark.parametrize("asked", ["/%C2%84", "/%5B%20%22", "/what%3F", "/%23", "/%FF", "/%25", "/Ume%C3%A5"])
async def test_a_strange_address_is_named_as_a_uri(client: httpx.AsyncClient, asked: str) -> None:
    answer = (await client.get(asked)).json()

    assert answer["instance"] == asked.replace("%FF", "%EF%BF%BD")
    assert answer["detail"] == f"There is nothing at {answer['instance']}."


@pytest.mark.parametrize("body", [b"\xff", b"[" * 100_000, b'{"name": ' + b"9" * 5_000 + b"}"])
async def test_an_unreadable_body_is_told_how_to_be_sent(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/toys", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert "Send JSON in UTF-8" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ("bear", "", "it must be a JSON object"),
        ({}, "name", "it is missing"),
        ({"name": "a" * 101}, "name", "it must have at most 100 characters"),
        ({"name": "a", "seconds": "soon"}, "seconds", "it must be a number"),
        ({"name": "a", "seconds": 6}, "seconds", "it must be 5.0 or less"),
    ],
)
async def test_a_wrong_body_is_told_in_plain_words(
    client: httpx.AsyncClient, sent: object, field: str, message: str
) -> None:
    answer = await client.post("/toys", json=sent)

    assert answer.json()["errors"] == [{"field": field, "message": message}]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
async def test_a_body_of_another_type_is_415(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post("/toys", content=b'{"name": "bear"}', headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type")
    assert "Content-Type: application/json" in answer.json()["detail"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
async def test_json_is_taken_in_utf_8_alone(client: httpx.AsyncClient, encoding: str) -> None:
    for media_type in ("application/json", f"application/json; charset={encoding}"):
        content = '{"name": "bear"}'.encode(encoding)
        answer = await client.post("/toys", content=content, headers={"Content-Type": media_type})
        assert (answer.status_code, "UTF-8" in answer.json()["detail"]) == (400, True)


async def test_a_body_that_is_no_json_is_told_and_not_shown(client: httpx.AsyncClient) -> None:
    answer = await client.post("/toys", content=b'{"name": hemligt', headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "", "message": "not JSON: Expecting value, at character 10"}]
    assert "hemligt" not in answer.text


async def test_an_error_inside_tells_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.post("/toys/boom")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert answer.headers["x-correlation-id"] in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PATCH", "/toys", 405), ("GET", "/schemas/x", 404)]
)
async def test_an_unknown_path_is_a_problem_too(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_of_more_than_a_mebibyte_is_413(client: httpx.AsyncClient, announced: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    content = b" " * 2_000_000 if announced else pieces()
    answer = await client.post("/toys", content=content, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


async def test_a_command_without_if_match_is_428(client: httpx.AsyncClient) -> None:
    made = await client.post("/toys", json={"name": "bear"})

    answer = await client.put(made.headers["location"], json={"name": "wolf"})

    assert (answer.status_code, answer.json()["type"]) == (428, "/problems/precondition-required")


async def test_an_old_if_match_is_412_and_changes_nothing(client: httpx.AsyncClient) -> None:
    made = await client.post("/toys", json={"name": "lynx"})
    first = await client.put(made.headers["location"], json={"name": "owl"}, headers={"If-Match": made.headers["etag"]})

    second = await client.put(
        made.headers["location"], json={"name": "elk"}, headers={"If-Match": made.headers["etag"]}
    )

    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (second.status_code, second.json()["version"]) == (412, 2)
    assert "elk" not in (await client.get("/toys")).json()


async def test_an_unknown_filter_is_named_at_any_query(client: httpx.AsyncClient) -> None:
    answer = await client.get("/toys", params={"foo": "hemligt"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "foo", "message": "there is no such field; leave it out"}]
    assert "hemligt" not in answer.text


class Stay(BaseModel):
    first_day: int
    last_day: int

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("last_day lies before first_day")
        return self


def test_a_check_of_several_fields_names_the_one_it_begins_with() -> None:
    class Command(BaseModel):
        stays: tuple[Stay, ...]

    with pytest.raises(ValidationError) as caught:
        Command.model_validate({"stays": [{"first_day": 2, "last_day": 1}]})
    (detail,) = caught.value.errors()

    found = wording.of({**detail, "loc": ("body", *detail["loc"])}, Command, discreet=True)

    assert found == {"field": "stays.0.last_day", "message": "last_day lies before first_day"}
