"""When a mail is tried again, and what a server's answer means."""

from datetime import timedelta

import pytest

from shared.runtime.notices import policy

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("code", "words", "reason", "for_good"),
    [
        (550, "5.1.1 <ombud@ombud.example>: no such user", "550 5.1.1", True),
        (554, "spam, says ombud@ombud.example", "554", True),
        (451, "4.7.1 greylisted, try again", "451 4.7.1", False),
        (450, "busy", "450", False),
    ],
)
def test_an_answer_is_for_good_or_not_and_quotes_nobody(code: int, words: str, reason: str, for_good: bool) -> None:
    assert policy.refusal(code, words) == policy.Refusal(reason, for_good)


def test_a_greylisted_mail_waits_longer_each_time_up_to_an_hour() -> None:
    waits = [policy.next_try(attempts) for attempts in range(1, 40)]

    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)


def test_an_outage_is_looked_at_again_at_least_every_five_minutes() -> None:
    waits = [policy.next_look(failures) for failures in range(1, 40)]

    assert waits[0] == timedelta(seconds=5)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=5)
