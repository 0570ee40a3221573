"""A bundle is taken by the county that it is for, whole, and from the county that has made it; else it is refused."""

import base64
import json
import re
import string
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import OKPKey

from infra.kafka.folder import KafkaSecrets
from infra.mirror.bundle import MAX_BYTES, Bundle, BundleError, seal, unseal, verified
from infra.mirror.joining import shared_types
from infra.mirror.keys import CountyKeys

NOW, WEEK = datetime.now(UTC), timedelta(days=7)


def keys(county: str) -> CountyKeys:
    return CountyKeys(county, OKPKey.generate_key("X25519"), OKPKey.generate_key("Ed25519"))


NORRBOTTEN, JAMTLAND, FORGER = keys("norrbotten"), keys("jamtland"), keys("jamtland")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    secrets = KafkaSecrets(tmp_path_factory.mktemp("kafka"))
    secrets.make(["127.0.0.1"], [])
    return {
        "address": "kafka.jamtland.test:19092",
        "ca": secrets.ca.read_text(),
        "password": "a-secret-that-nobody-sees",
        "topics": shared_types("jamtland"),
    }


@pytest.fixture(scope="module")
def text(content: dict[str, Any]) -> str:
    """The bundle of jamtland for norrbotten."""
    return seal(content, JAMTLAND, NORRBOTTEN, WEEK)


def taken(text: str, own: CountyKeys = NORRBOTTEN, other: CountyKeys = JAMTLAND, now: datetime = NOW) -> Bundle:
    return verified(unseal(text, own)[1], own, other, now)


def test_a_bundle_says_what_its_county_has_put_in(text: str, content: dict[str, Any]) -> None:
    found = taken(text)

    assert (found.iss, found.aud, found.user) == ("jamtland", "norrbotten", "norrbotten-mirror")
    assert {name: getattr(found, name) for name in ("address", "ca", "password")}.items() <= content.items()
    assert "se.norrsam.actors.ActorRegistered.v1" in found.topics["jamtland.shared.actors.v1"]
    assert unseal(text, NORRBOTTEN)[0] == "jamtland"
    assert len(text) < MAX_BYTES / 10  # it names every type of event, and has room for ten times as many


def test_whoever_lacks_the_key_sees_nothing_of_it(text: str, content: dict[str, Any]) -> None:
    shown = b"".join(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in text.split("."))

    for secret in ("password", "address", "ca"):
        assert content[secret].encode() not in shown
    assert b"norrbotten:" in shown
    assert content["password"] not in repr(taken(text))


@settings(max_examples=300)
@given(st.data())
def test_a_bundle_with_any_altered_byte_is_refused(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    altered = data.draw(st.integers(0, 127).map(chr).filter(lambda sign: sign != text[at]))

    with pytest.raises(BundleError):
        taken(text[:at] + altered + text[at + 1 :])


def test_the_bits_that_base64_has_left_over_are_none_to_alter(text: str) -> None:
    ends = [at - 1 for at, sign in enumerate(text + ".") if sign == "." and text[at - 1] != "."]
    signs = string.ascii_letters + string.digits + "-_"

    altered = [text[:at] + sign + text[at + 1 :] for at in ends for sign in signs if sign != text[at]]

    assert len(altered) == 4 * 63
    assert [each for each in altered if not _refused(each)] == []


def _refused(text: str) -> bool:
    try:
        taken(text)
    except BundleError:
        return True
    return False


@pytest.mark.parametrize("sign", ["\n", " ", "=", "A", ".", "\0"])
def test_a_bundle_with_more_or_less_is_refused(text: str, sign: str) -> None:
    for at in (0, 1, text.index("."), len(text) // 2, len(text)):
        with pytest.raises(BundleError):
            taken(text[:at] + sign + text[at:])
    for length in range(0, len(text), 7):
        with pytest.raises(BundleError):
            taken(text[:length])


def test_a_bundle_for_another_county_is_refused_by_name(text: str) -> None:
    with pytest.raises(BundleError, match="is for norrbotten, not for vasterbotten: ask for your own"):
        taken(text, own=keys("vasterbotten"))


def test_a_bundle_for_a_key_that_is_gone_says_so(text: str) -> None:
    with pytest.raises(BundleError, match="another key of norrbotten than the one here: send the other county"):
        taken(text, own=keys("norrbotten"))


def test_a_bundle_that_another_has_signed_is_refused(content: dict[str, Any]) -> None:
    forged = seal(content, FORGER, NORRBOTTEN, WEEK)  # the key that it is encrypted to is public

    with pytest.raises(BundleError, match="not signed with the key of jamtland that is here") as refused:
        taken(forged)

    assert JAMTLAND.fingerprint in str(refused.value)


def test_a_bundle_that_is_passed_on_to_another_is_refused(text: str) -> None:
    third = keys("vasterbotten")
    passed_on = _encrypted(unseal(text, NORRBOTTEN)[1], third, "norrsam-peer-1")

    with pytest.raises(BundleError, match="is not from jamtland for vasterbotten"):
        taken(passed_on, own=third)


def _encrypted(signed: str, to: CountyKeys, kind: str) -> str:
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "typ": kind, "kid": f"{to.county}:{to.encryption.thumbprint()}"}
    return jwe.encrypt_compact(header, signed, to.encryption, algorithms=["ECDH-ES", "A256GCM"])


def test_a_bundle_of_an_unknown_format_is_refused(text: str) -> None:
    newer = _encrypted(unseal(text, NORRBOTTEN)[1], NORRBOTTEN, "norrsam-peer-2")

    with pytest.raises(BundleError, match="has format '2', and this version of Norrsam reads 1: upgrade here"):
        taken(newer)


def test_a_bundle_whose_time_is_over_is_refused(text: str) -> None:
    with pytest.raises(BundleError, match=r"counted until 20\d\d-\d\d-\d\d \d\d:\d\d UTC: ask for a new one"):
        taken(text, now=datetime.now(UTC) + WEEK + timedelta(minutes=1))


@pytest.mark.parametrize("text", ["", "none", "{}", "a.b.c.d.e", "e30.b.c.d.e", "Å"])
def test_a_file_that_is_no_bundle_is_refused(text: str) -> None:
    with pytest.raises(BundleError, match="is no bundle, or was altered"):
        taken(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "kafka.jamtland.test"),
        ("address", "kafka.jamtland.test:19092\nother = 1"),
        ("ca", "-----BEGIN"),
        ("password", 'quo"ted'),
        ("password", "of two\nlines"),
        ("topics", "all-of-them"),
    ],
)
def test_a_bundle_with_a_field_in_error_is_refused(content: dict[str, Any], field: str, value: str) -> None:
    sound = json.loads(Bundle(iss="jamtland", aud="norrbotten", iat=0, exp=9, user="u", **content).model_dump_json())
    payload = json.dumps(sound | {field: value})
    header = {"alg": "Ed25519", "kid": "jamtland:"}
    signed = jws.serialize_compact(header, payload, JAMTLAND.signature, algorithms=["Ed25519"])

    with pytest.raises(BundleError, match=f"has no {field} that could be used") as refused:
        taken(_encrypted(signed, NORRBOTTEN, "norrsam-peer-1"))

    assert value not in str(refused.value)


def test_a_fingerprint_is_of_both_keys() -> None:
    other = CountyKeys("norrbotten", NORRBOTTEN.encryption, OKPKey.generate_key("Ed25519"))

    assert re.fullmatch(r"([0-9a-f]{4} ){7}[0-9a-f]{4}", NORRBOTTEN.fingerprint)
    assert other.fingerprint != NORRBOTTEN.fingerprint


def test_no_private_key_is_in_what_is_sent() -> None:
    assert '"d"' not in NORRBOTTEN.text()
    assert '"d"' in NORRBOTTEN.text(private=True)
