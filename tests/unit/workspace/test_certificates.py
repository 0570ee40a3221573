"""A certificate is checked on a page: it counts or not, or is not known; a code that is none is not asked for."""

import pytest

from services.workspace.pages import certificates
from tests.support.workspace_alone import MadeUpCounty, errors_in, text_of

FOUND = {"valid": True, "title": "Grund <b>1</b>", "held_on": "2026-05-07", "valid_until": "2028-05-07"}


@pytest.mark.parametrize(("valid", "words"), [(True, "Intyget gäller</h2>"), (False, "Intyget gäller inte</h2>")])
async def test_a_certificate_counts_or_not(valid: bool, words: str) -> None:
    county = MadeUpCounty({"/certificates/check/K7M2Q9XW3T": FOUND | {"valid": valid}})

    answer = await county.open(certificates.check, "/intyg", {"code": " K7M2 Q9XW 3T "})

    assert words in text_of(answer)
    assert "7 maj 2028" in text_of(answer)
    assert b"Grund &lt;b&gt;1" in bytes(answer.body)
    assert "K7M2" not in text_of(answer)


async def test_a_code_that_nobody_knows_is_said_to_be() -> None:
    county = MadeUpCounty({}, unknown=("/certificates",))

    answer = await county.open(certificates.check, "/intyg", {"code": "K7M2Q9XW3T"})

    assert answer.status_code == 404
    assert "Inget intyg med den koden" in text_of(answer)
    assert 'value="K7M2Q9XW3T"' in text_of(answer)


@pytest.mark.parametrize("code", ["", "a/b", "../x", "å", "x" * 41])
async def test_a_code_that_is_none_is_not_asked_for(code: str) -> None:
    county = MadeUpCounty({})

    answer = await county.open(certificates.check, "/intyg", {"code": code})

    assert (answer.status_code, errors_in(answer), county.asked) == (422, ["code"], [])
