"""After the occasion: the host records attendance, the home county certifies it, anybody may check."""

from datetime import timedelta
from typing import Any

import httpx

from services.trainings.domain.certificates import fingerprint
from tests.service.offices import CLOCK, Office, ok
from tests.service.trainings.offices import Offices, enrolled, ids, path, persons, states
from tests.unit.trainings.given import ENDS, STARTS, TRAINING, Y

HOUR = timedelta(hours=1)


async def held(offices: Offices, *names: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """An occasion that has ended, and a request whose participants had seats there."""
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, *names)
    await offices.settle()
    await offices.pass_time(ENDS + HOUR - CLOCK.now)
    return occasion, request


async def recorded(offices: Offices, occasion: dict[str, Any], **marks: list[str]) -> Any:
    """Record attendance at the host, and deliver it to the other county."""
    seats = await offices.host.post(path(occasion, "occasions") + "/attendance", marks)
    await offices.settle()
    return seats


async def test_only_those_who_came_have_certificates(offices: Offices) -> None:
    occasion, request = await held(offices, "a", "b")
    came, absent = ids(request)

    await recorded(offices, occasion, came=[came], absent=[absent])

    assert states(await offices.asker.get(path(request))) == ["ATTENDED", "ABSENT"]

    (certificate,) = (await offices.asker.get("/certificates"))["items"]
    assert (certificate["participant"], certificate["title"]) == (came, TRAINING["title"])
    assert (certificate["held_on"], certificate["minutes"]) == ("2027-04-08", 180)
    assert (certificate["valid_until"], certificate["issued_by"]) == ("2029-04-08", "COUNTY_COORDINATOR")
    assert (await offices.host.get("/certificates"))["items"] == []


async def test_a_code_is_checked_openly_everywhere_without_a_name(offices: Offices) -> None:
    occasion, request = await held(offices, "a")
    await recorded(offices, occasion, came=ids(request))
    (certificate,) = (await offices.asker.get("/certificates"))["items"]

    holder = await offices.asker.get(path(certificate, "certificates") + "/holder")

    assert (holder["name"], holder["mailbox"]) == ("Ombud a", "a@ombud.example")
    assert certificate["fingerprint"] == fingerprint(holder["code"])
    for office in (offices.asker, offices.host):
        for written in (holder["code"], holder["code"].lower(), f"{holder['code'][:5]}-{holder['code'][5:]}"):
            answer = await office.api.get(f"/certificates/check/{written}", headers={"Authorization": ""})
            assert ok(answer) == {
                "valid": True,
                "title": TRAINING["title"],
                "held_on": "2027-04-08",
                "valid_until": "2029-04-08",
            }
        assert "x-correlation-id" not in answer.headers
    for each in await offices.asker.sent():
        assert holder["code"].encode() not in each.event.write()

    unknown = await offices.host.api.get("/certificates/check/0000000000")
    assert (unknown.status_code, "0000000000" in unknown.text) == (404, False)
    assert (await offices.host.api.get(path(certificate, "certificates") + "/holder")).status_code == 403


async def test_a_browser_gets_a_certificate_page_in_swedish(offices: Offices) -> None:
    occasion, request = await held(offices, "a")
    await recorded(offices, occasion, came=ids(request))
    (certificate,) = (await offices.asker.get("/certificates"))["items"]
    holder = await offices.asker.get(path(certificate, "certificates") + "/holder")

    known = await _page(offices.host, holder["code"])

    assert (known.status_code, known.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for shown in ("Intyget gäller<", TRAINING["title"], "8 april 2027", "8 april 2029"):
        assert shown in known.text
    policy = known.headers["content-security-policy"]
    for what in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert f"{what} 'none'" in policy
    assert "Ombud a" not in known.text
    assert holder["code"] not in known.text

    await offices.asker.post(path(certificate, "certificates") + "/revoke", seen=certificate)
    await offices.settle()
    assert "Intyget gäller inte" in (await _page(offices.host, holder["code"])).text

    unknown = await _page(offices.host, "0000000000")
    assert (unknown.status_code, "Intyget finns inte" in unknown.text) == (404, True)


async def _page(office: Office, code: str) -> httpx.Response:
    return await office.api.get(f"/certificates/check/{code}", headers={"Authorization": "", "Accept": "text/html,*/*"})


async def test_a_revoked_or_expired_certificate_is_valid_nowhere(offices: Offices) -> None:
    occasion, request = await held(offices, "a", "b")
    await recorded(offices, occasion, came=ids(request))
    first, second = (await offices.asker.get("/certificates"))["items"]
    codes = [(await offices.asker.get(path(each, "certificates") + "/holder"))["code"] for each in (first, second)]

    revoked = await offices.asker.post(path(first, "certificates") + "/revoke", seen=first)

    assert revoked["status"] == "REVOKED"

    await offices.settle()
    valid = [(await offices.host.get(f"/certificates/check/{code}"))["valid"] for code in codes]
    assert valid == [False, True]

    await offices.asker.turn(STARTS + timedelta(days=2 * 366))
    await offices.settle()
    issued = [name for name in await offices.asker.types() if name.startswith("Certificate")]
    assert issued == ["CertificateIssued", "CertificateIssued", "CertificateRevoked", "CertificateExpired"]
    assert not (await offices.host.get(f"/certificates/check/{codes[1]}"))["valid"]
    for each in (first, second):
        assert (await offices.asker.get(path(each, "certificates") + "/holder"))["name"] is None


async def test_a_corrected_record_is_followed_by_its_certificate(offices: Offices) -> None:
    occasion, request = await held(offices, "a")
    (participant,) = ids(request)

    for marks, status in (
        ({"came": [participant]}, "VALID"),
        ({"absent": [participant]}, "REVOKED"),
        ({"came": [participant]}, "VALID"),
    ):
        await recorded(offices, occasion, **marks)
        assert [item["status"] for item in (await offices.asker.get("/certificates"))["items"]] == [status]

    issued = [name for name in await offices.asker.types() if name.startswith("Certificate")]
    assert issued == ["CertificateIssued", "CertificateRevoked", "CertificateIssued"]


async def test_a_record_before_its_training_is_certified_afterwards(offices: Offices) -> None:
    occasion, request = await held(offices, "a")
    await offices.asker.db.execute("UPDATE trainings SET withdrawn = true WHERE kind = 'training'")

    await recorded(offices, occasion, came=ids(request))

    assert (await offices.asker.get("/certificates"))["items"] == []

    await offices.asker.db.execute("UPDATE trainings SET withdrawn = false")
    await offices.asker.turn(CLOCK.now + timedelta(minutes=1))
    assert len((await offices.asker.get("/certificates"))["items"]) == 1


async def test_an_own_participant_is_certified_with_the_record(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.host, occasion, "a")
    CLOCK.now = ENDS + HOUR
    await offices.host.post(path(occasion, "occasions") + "/attendance", {"came": ids(request)})

    (certificate,) = (await offices.host.get("/certificates"))["items"]

    assert certificate["participant"] == ids(request)[0]


async def test_attendance_too_early_or_without_a_seat_is_not_recorded(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    request = await enrolled(offices.asker, occasion, "a", "b")
    await offices.settle()
    place = path(occasion, "occasions") + "/attendance"

    early = await offices.host.api.post(place, json={"came": ids(request)[:1]})

    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-begun")

    CLOCK.now = ENDS
    for stranger in (ids(request)[1], "00000000-0000-4000-8000-000000000001"):
        answer = await offices.host.api.post(place, json={"came": [stranger]})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-seated")
    both = await offices.host.api.post(place, json={"came": ids(request)[:1], "absent": ids(request)[:1]})
    assert (both.status_code, both.json()["type"]) == (422, "/problems/invalid-attendance")
    assert "AttendanceRecorded" not in await offices.host.types()


async def test_the_next_occasion_gives_a_person_another_random_id(offices: Offices) -> None:
    first = await enrolled(offices.asker, await offices.opened(), "a")

    second = await enrolled(offices.asker, await offices.opened(), "a")

    assert ids(first) != ids(second)
    assert [each["mailbox"] for each in await offices.asker.get(path(second) + "/persons")] == [
        persons("a")[0]["mailbox"]
    ]
    assert first["county"] == Y
