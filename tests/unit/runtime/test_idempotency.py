import asyncio
from uuid import uuid4

import httpx
import pytest

from shared.messaging.leading import Connect
from shared.rejected import Rejected
from shared.runtime import idempotency
from shared.runtime.idempotency import Answered, Key, Reply
from tests.support.tokens import Tokens
from tests.support.waiting import eventually

COUNT = "SELECT count(*) FROM toys WHERE name = $1"


async def count(toys: Connect, name: str) -> int:
    conn = await toys()
    try:
        return int(await conn.fetchval(COUNT, name))
    finally:
        await conn.close()


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


async def test_a_repeated_command_is_answered_alike_and_done_once(client: httpx.AsyncClient, toys: Connect) -> None:
    headers = key()
    first = await client.post("/toys", json={"name": "once"}, headers=headers)

    again = await client.post("/toys", json={"name": "once"}, headers=headers)

    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert [again.headers[name] for name in ("etag", "location", "content-type")] == [
        first.headers[name] for name in ("etag", "location", "content-type")
    ]
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert await count(toys, "once") == 1


async def test_ten_at_once_with_one_key_are_done_once(client: httpx.AsyncClient, toys: Connect) -> None:
    headers, command = key(), {"name": "ten"}
    conn = await toys()
    async with conn.transaction():
        await conn.execute("LOCK TABLE toys IN SHARE MODE")  # the one that is done first waits for the others
        sent = [asyncio.create_task(client.post("/toys", json=command, headers=headers)) for _ in range(10)]
        await eventually(lambda: sum(each.done() for each in sent) == 9)
    await conn.close()

    answers = await asyncio.gather(*sent)

    assert sorted(answer.status_code for answer in answers) == [201] + 9 * [409]

    refused = next(answer for answer in answers if answer.status_code == 409)
    assert (refused.json()["type"], refused.headers["retry-after"]) == ("/problems/in-progress", "5")

    again = await client.post("/toys", json=command, headers=headers)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert await count(toys, "ten") == 1


async def test_of_two_with_a_free_key_one_alone_keeps_its_answer(toys: Connect) -> None:
    both = Key.of("anna", "POST", "/toys", "/toys", str(uuid4()), b"")
    first, second = await toys(), await toys()
    async with first.transaction():
        await both.claim(first)  # which sees nothing of the other, though that is about to be answered
        await both.keep(second, Reply(201))

        with pytest.raises(Rejected, match="being carried out"):
            await both.keep(first, Reply(200))
        with pytest.raises(Answered) as answered:
            await both.claim(first)

    assert answered.value.response.status_code == 201
    await asyncio.gather(first.close(), second.close())


async def test_a_key_is_free_again_once_its_command_has_failed(client: httpx.AsyncClient, toys: Connect) -> None:
    headers = key()
    failed = await client.post("/toys", json={"name": "crash"}, headers=headers)

    done = await client.post("/toys", json={"name": "after a crash"}, headers=headers)

    assert (failed.status_code, done.status_code) == (500, 201)
    assert await count(toys, "after a crash") == 1


@pytest.mark.parametrize(
    "condition", [{"If-Match": '"1"'}, {"If-None-Match": '"1"'}, {"If-None-Match": "*"}, {"If-None-Match": ""}]
)
@pytest.mark.parametrize("keyed", [True, False])
async def test_a_condition_that_nothing_checks_is_refused(
    client: httpx.AsyncClient, toys: Connect, condition: dict[str, str], keyed: bool
) -> None:
    name = str(uuid4())
    headers = key() if keyed else {}

    refused = await client.post("/toys", json={"name": name}, headers=headers | condition)

    assert (refused.status_code, refused.json()["type"]) == (412, "/problems/precondition-failed")
    assert await count(toys, name) == 0
    assert (await client.post("/toys", json={"name": name}, headers=headers)).status_code == 201


async def test_a_wrong_if_match_does_not_use_up_the_key(client: httpx.AsyncClient) -> None:
    made = await client.post("/toys", json={"name": "to be renamed"})
    address, headers = made.headers["location"], key()

    refused = [
        await client.put(address, json={"name": "renamed"}, headers=headers | wrong)
        for wrong in ({}, {"If-Match": '"9"'})
    ]
    renamed = await client.put(address, json={"name": "renamed"}, headers=headers | {"If-Match": '"1"'})

    assert [answer.status_code for answer in (*refused, renamed)] == [428, 412, 200]
    assert renamed.headers["etag"] == '"2"'


async def test_if_match_is_judged_before_the_key_is_claimed(client: httpx.AsyncClient, toys: Connect) -> None:
    headers = key() | {"If-Match": "Bo Ek 871103"}

    refused = await client.put(f"/toys/{uuid4()}", json={"name": "strange"}, headers=headers)

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-if-match")
    assert "Bo Ek" not in refused.text

    conn = await toys()
    kept = await conn.fetchval(
        "SELECT count(*) FROM idempotency_keys WHERE method = 'PUT' AND body LIKE '%Bo Ek%'::bytea"
    )
    await conn.close()
    assert kept == 0


async def test_a_key_sent_with_another_body_is_422(client: httpx.AsyncClient, toys: Connect) -> None:
    headers = key()
    await client.post("/toys", json={"name": "first body"}, headers=headers)

    other = await client.post("/toys", json={"name": "other body"}, headers=headers)

    assert (other.status_code, other.json()["type"]) == (422, "/problems/invalid-idempotency-key")
    assert await count(toys, "other body") == 0


async def test_a_repeated_refusal_is_the_same_and_leaves_no_change(client: httpx.AsyncClient, toys: Connect) -> None:
    headers = key()
    first = await client.post("/toys", json={"name": "refused"}, headers=headers)

    again = await client.post("/toys", json={"name": "refused"}, headers=headers)

    assert first.status_code == again.status_code == 409
    assert first.json() == again.json()
    assert again.headers["content-type"] == "application/problem+json"
    assert again.headers["idempotency-replayed"] == "true"
    assert await count(toys, "refused") == 0


async def test_a_command_that_failed_is_tried_again(client: httpx.AsyncClient, toys: Connect) -> None:
    headers = key()

    answers = [await client.post("/toys", json={"name": "crash"}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert not any("idempotency-replayed" in answer.headers for answer in answers)


async def test_a_key_of_another_person_is_another_command(
    client: httpx.AsyncClient, toys: Connect, tokens: Tokens
) -> None:
    headers = key()
    other = tokens.headers("norrbotten", "COUNTY_COORDINATOR", sub="bo")
    await client.post("/toys", json={"name": "theirs"}, headers=headers)

    answer = await client.post("/toys", json={"name": "theirs"}, headers=headers | other)

    assert "idempotency-replayed" not in answer.headers
    assert await count(toys, "theirs") == 2


@pytest.mark.parametrize("name", ["", "a b", "x" * 201])
async def test_a_malformed_key_is_422(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.post("/toys", json={"name": "keyless"}, headers={"Idempotency-Key": name})

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-idempotency-key")


@pytest.mark.parametrize(
    ("name", "slug"), [("Idempotency-Key", "invalid-idempotency-key"), ("If-Match", "invalid-if-match")]
)
async def test_a_header_that_is_sent_twice_is_refused(client: httpx.AsyncClient, name: str, slug: str) -> None:
    twice = [(name, '"1"'), (name, '"2"')]

    answer = await client.post("/toys", json={"name": "twice"}, headers=twice)

    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{slug}")


async def test_answers_are_purged_after_seven_days(toys: Connect) -> None:
    conn = await toys()

    try:
        for days in (6, 8):
            await conn.execute(
                "INSERT INTO idempotency_keys (sub, method, path, key, request_hash, created_at)"
                " VALUES ('purge', 'POST', '/toys', $1, '', now() - make_interval(days => $2))",
                str(days),
                days,
            )
        await idempotency.purge(conn)
        left = await conn.fetch("SELECT key FROM idempotency_keys WHERE sub = 'purge'")
    finally:
        await conn.close()

    assert [row["key"] for row in left] == ["6"]
