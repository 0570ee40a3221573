"""Words are masked in approved minutes, and nothing else of them changes."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.meetings.domain.masking import MASK, mask
from shared.contracts.minutes import Minutes, MinutesApproved
from shared.contracts.minutes_codes import MinutesStatus
from shared.rejected import Rejected
from tests.unit.meetings.given_minutes import TODAY, circulated, context, decision

TEXT = "# Styrgruppen\n\nEva Ek var med. EVA EK talade, Eva\nEk svarade. Eva Eks dator och ekonomin nämndes."


def approved(**changes: Any) -> Minutes:
    """Minutes that every approver has approved."""
    return MinutesApproved(**dict(circulated(**changes)) | {"status": MinutesStatus.APPROVED})


def refusal(step: Callable[[], object]) -> Rejected:
    with pytest.raises(Rejected) as caught:
        step()
    return caught.value


def test_a_word_is_masked_as_a_whole_wherever_it_stands() -> None:
    decisions = (decision(text="Eva Ek skriver planen"), decision(number=5, dissent="Emot: Eva Ek"))

    after = mask(["eva ek"], approved(text=TEXT, decisions=decisions), context())

    assert after.text == (
        f"# Styrgruppen\n\n{MASK} var med. {MASK} talade, {MASK} svarade. Eva Eks dator och ekonomin nämndes."
    )
    assert [each.text for each in after.decisions] == [f"{MASK} skriver planen", decision()["text"]]
    assert after.decisions[1].dissent == f"Emot: {MASK}"


@given_any(st.lists(st.sampled_from(["Eva Ek", "dator", "var", "planen", "Emot"]), min_size=1))
def test_all_else_of_the_minutes_stays_as_it_was_approved(words: list[str]) -> None:
    before = approved(text=TEXT, decisions=(decision(text="Eva Ek skriver planen", dissent="Emot: Eva Ek"),))

    after = mask(list(dict.fromkeys(words)), before, context())

    def rest(minutes: Minutes) -> dict[str, Any]:
        found = minutes.model_dump(exclude={"text", "masked_on"})
        texts = {"text": None, "dissent": None}
        return found | {"decisions": [each | texts for each in found["decisions"]]}

    assert rest(after) == rest(before)
    assert (before.masked_on, after.masked_on) == (None, TODAY)


def test_minutes_that_are_not_approved_are_corrected_instead() -> None:
    assert refusal(lambda: mask(["Eva Ek"], circulated(text=TEXT), context())).slug == "not-approved"


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (["Eva Ek", "Nils Alm"], "no-such-words"),
        (["konomi"], "no-such-words"),
        (["."], "invalid-words"),
        (["§ 4"], "invalid-words"),
        (["a"], "invalid-words"),
    ],
)
def test_a_word_that_is_nowhere_or_everywhere_is_refused_unquoted(words: list[str], slug: str) -> None:
    refused = refusal(lambda: mask(words, approved(text=TEXT), context()))

    assert refused.slug == slug
    assert len(words[-1]) < 5 or words[-1] not in str(refused)


def test_what_is_left_is_checked_as_everything_that_leaves() -> None:
    kept = approved(text=TEXT).model_copy(update={"text": "Eva Ek, tel. 070-123 45 67"})

    assert refusal(lambda: mask(["Eva Ek"], kept, context())).slug == "refused-rest"
    assert mask(["Eva Ek", "070-123 45 67"], kept, context()).text == f"{MASK}, tel. {MASK}"
