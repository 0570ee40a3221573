"""Support: a municipality asks for it, its county offers, gives or declines."""

from datetime import date
from uuid import UUID

import pytest

from services.initiatives.domain import support
from services.initiatives.domain.authors import LocalAuthor, check_municipalities
from services.initiatives.domain.readiness_life import SUPPORT, ReadinessCause
from shared.contracts.initiative_codes import Theme
from shared.contracts.readiness_codes import SupportForm, SupportStatus
from shared.contracts.reference.readiness import TERMS
from shared.contracts.support_requests import SupportDetails, SupportRequest
from shared.rejected import Rejected
from tests.unit.initiatives.ready import SOLLEFTEA, on

TODAY = date(2026, 11, 23)
DETAILS = SupportDetails(
    municipalities=(SOLLEFTEA,),
    theme=Theme.CANNABIS,
    form=SupportForm.METHOD_PROCESS,
    need="Hjälp med orsaksanalysen",
    wanted_by=date(2027, 1, 15),
)
ASKED = support.ask(DETAILS, UUID(int=1), on(TODAY))
ANSWERS = (ReadinessCause.OFFERED, ReadinessCause.PROVIDED, ReadinessCause.DECLINED, ReadinessCause.TAKEN_BACK)


def answered(*causes: ReadinessCause, before: SupportRequest = ASKED) -> SupportRequest:
    """The request after these steps."""
    for cause in causes:
        before = support.answer(cause, "Vi kommer i januari", before, on(TODAY))
    return before


def test_support_is_offered_and_provided() -> None:
    provided = answered(ReadinessCause.OFFERED, ReadinessCause.PROVIDED)
    assert provided.event_type == "se.norrsam.initiatives.SupportProvided.v1"
    assert (provided.status, provided.asked_on, provided.provided_on) == (SupportStatus.PROVIDED, TODAY, TODAY)
    assert support.answer(ReadinessCause.PROVIDED, None, answered(ReadinessCause.OFFERED), on(TODAY)).answer


def test_who_declines_says_why() -> None:
    with pytest.raises(Rejected, match="Say in text why"):
        support.answer(ReadinessCause.DECLINED, None, ASKED, on(TODAY))
    assert answered(ReadinessCause.DECLINED).status is SupportStatus.DECLINED


@pytest.mark.parametrize("settled", [ReadinessCause.PROVIDED, ReadinessCause.DECLINED, ReadinessCause.TAKEN_BACK])
@pytest.mark.parametrize("cause", ANSWERS)
def test_what_is_settled_stays_so(settled: ReadinessCause, cause: ReadinessCause) -> None:
    with pytest.raises(Rejected, match="nothing is left"):
        answered(settled, cause)


def test_a_request_changes_until_it_is_answered() -> None:
    other = SupportDetails(**dict(DETAILS) | {"form": SupportForm.NETWORK})
    changed = support.change(other, ASKED, on(TODAY))
    assert changed is not None
    assert changed.form is SupportForm.NETWORK
    assert support.change(DETAILS, ASKED, on(TODAY)) is None
    with pytest.raises(Rejected, match="take it back"):
        support.change(other, answered(ReadinessCause.OFFERED), on(TODAY))


def test_support_is_not_wanted_until_a_day_that_has_passed() -> None:
    with pytest.raises(Rejected, match="has passed"):
        support.ask(DETAILS, UUID(int=1), on(date(2027, 1, 16)))


def test_every_status_is_reached_and_has_its_word() -> None:
    reached = {step.after for step in SUPPORT.steps}
    assert {each.value for each in reached} == set(SupportStatus.codes()) == set(TERMS["SupportStatus"])
    assert set(TERMS["SupportForm"]) == set(SupportForm.codes())


@pytest.mark.parametrize(("of", "named"), [(None, "claim municipality"), ("2303", "name yours")])
def test_whose_token_is_of_none_is_told_what_it_lacks(of: str | None, named: str) -> None:
    with pytest.raises(Rejected) as caught:
        check_municipalities([SOLLEFTEA], LocalAuthor(of, police=False), on(TODAY))

    assert (caught.value.slug, named in caught.value.message) == ("forbidden", True)
    assert "police" not in caught.value.message
