"""When a watchdog starts a mirror again: by what arrives, not by what the mirror says of itself."""

from infra.mirror.arrivals import LONGEST, PATIENCE, Arrivals

BEHIND = Arrivals().seen(100, 100, 0).seen(100, 110, 10)
"""Since second 10 it is known that there is a record that has not arrived."""


def test_a_mirror_that_brings_what_there_is_is_left_alone() -> None:
    assert not Arrivals().seen(100, 100, 0).stuck(LONGEST)


def test_a_county_that_does_not_answer_is_no_fault_of_the_mirror() -> None:
    assert not BEHIND.seen(100, None, 20).stuck(LONGEST)


def test_it_is_started_again_where_newer_records_do_not_arrive() -> None:
    assert not BEHIND.seen(100, 120, 20).stuck(10 + PATIENCE - 1)
    assert BEHIND.seen(100, 120, 20).stuck(10 + PATIENCE)


def test_a_mirror_that_is_behind_and_brings_records_goes_on() -> None:
    assert not BEHIND.seen(105, 500, 39).stuck(39 + PATIENCE - 1)


def test_a_mirror_that_has_brought_nothing_yet_is_watched_too() -> None:
    assert Arrivals().seen(0, 100, 0).stuck(PATIENCE)


def test_starting_again_in_vain_becomes_rarer() -> None:
    found, now, waits = BEHIND, 10.0, []
    for _ in range(10):
        wait = 0.0
        while not found.seen(100, 120, now + wait).stuck(now + wait):
            wait += 1
        waits.append(wait)
        now += wait
        found = found.restarted(now, len(waits))

    assert waits[:3] == [PATIENCE, 2 * PATIENCE, 4 * PATIENCE]
    assert waits[-1] == LONGEST


def test_a_record_that_arrives_makes_up_for_restarts_in_vain() -> None:
    found = BEHIND.restarted(20, 1).seen(130, 130, 30).seen(130, 140, 40)

    assert found.stuck(40 + PATIENCE)


def test_an_emptied_log_counts_as_a_change() -> None:
    assert BEHIND.seen(0, 120, 30).since == 30


def test_the_age_is_that_of_the_newest_record() -> None:
    assert Arrivals(here=100).age(160) == "60 s"
    assert Arrivals().age(160) == "none has arrived"
