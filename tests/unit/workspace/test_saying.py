"""How new the others' data are, in words: one sentence for all that are alike."""

from datetime import UTC, datetime, timedelta

import pytest

from services.workspace.pages.advice import situation_of
from services.workspace.pages.links import connection
from services.workspace.render import clock
from services.workspace.sections import Section, notices
from services.workspace.shown import ShownFreshness, ShownLinks
from services.workspace.words import either

NOW = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)
OTHERS = ("norrbotten", "vasterbotten", "vasternorrland")


def fresh(county: str, minutes: float | None = 0, gaps: int = 0) -> ShownFreshness:
    until = None if minutes is None else NOW - timedelta(minutes=minutes)
    return ShownFreshness(county=county, complete_until=until, open_gaps=gaps)


@pytest.mark.parametrize(
    ("counties", "said"),
    [
        ([fresh(county) for county in OTHERS], []),
        ([fresh("norrbotten", 40), fresh("vasterbotten"), fresh("vasternorrland")], ["fresh.stale"]),
        ([fresh(county, 40) for county in OTHERS], ["fresh.stale-all"]),
        ([fresh(county, None) for county in OTHERS], ["fresh.never-all"]),
        (
            [fresh("norrbotten", 40), fresh("vasterbotten", None), fresh("vasternorrland")],
            ["fresh.stale", "fresh.never"],
        ),
        ([fresh("norrbotten", 0, gaps=2), fresh("vasterbotten")], ["fresh.incomplete"]),
        ([fresh("jamtland", None), fresh("norrbotten")], []),
    ],
)
def test_each_county_that_is_not_up_to_date_is_named(counties: list[ShownFreshness], said: list[str]) -> None:
    assert [notice.key for notice in notices([counties], "jamtland", NOW)] == said


def test_the_worst_of_two_lists_is_said_once() -> None:
    lists = [[fresh("norrbotten", 40), fresh("vasterbotten")], [fresh("norrbotten", None), fresh("vasterbotten")]]
    assert [notice.key for notice in notices(lists, "jamtland", NOW)] == ["fresh.never"]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, "link.whole"),
        ({"complete_until": NOW - timedelta(minutes=5)}, "link.late"),
        ({"missing": 2}, "link.missing"),
        ({"behind": 1}, "link.missing"),
        ({"complete_until": None}, "link.waits"),
        ({"stopped": "it stands still"}, "link.broken"),
        ({"dead_letters": 1}, "link.broken"),
        ({"county": "vasterbotten"}, "link.none"),
    ],
)
def test_a_connection_is_said_by_its_worst_stream(changes: dict[str, object], key: str) -> None:
    whole = {"county": "norrbotten", "stream": "trainings", "complete_until": NOW}
    links = ShownLinks.model_validate({"service": "trainings", "faults": [], "read": [whole, whole | changes]})
    if changes.get("county"):
        links = links.model_copy(update={"read": links.read[1:]})

    assert connection("trainings", "norrbotten", Section(links), NOW).key == key
    assert connection("trainings", "norrbotten", Section(None), NOW).key == "link.unknown"


def test_a_time_of_another_day_has_its_date() -> None:
    assert clock(NOW, NOW) == "kl. 13.00"
    assert clock(NOW - timedelta(days=1), NOW) == "8 december 2026 kl. 13.00"


def test_a_question_of_several_is_answered_with_none_too() -> None:
    assert situation_of({"answered": ["dangers"]}) == {"dangers": []}
    form = {"answered": ["dangers"], "dangers": ["LEAK", "LEAK"], "called": ["true"], "at_work": ["true"]}
    assert situation_of(form) == {"dangers": ["LEAK"], "called": True, "at_work": True}
    assert situation_of({}) == {}


@pytest.mark.parametrize(
    ("words", "said"), [(["a"], "a"), (["a", "b"], "a eller b"), (["a", "b", "c"], "a, b eller c")]
)
def test_a_choice_of_words_has_one_or(words: list[str], said: str) -> None:
    assert either(words) == said
