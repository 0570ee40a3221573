"""The rules of seats: what goes wrong without each, how it is taken away, and the test that sees it."""

from tests.mutation.rules import Mutation

DOMAIN = "services/trainings/domain/"
STORIES = "tests/saga/test_saga.py::test_no_story_gives_a_seat_twice_or_forgets_anybody"
ALONE = "tests/unit/trainings/test_seats.py::test_"
LATER = "tests/unit/trainings/test_seats_over_time.py::test_"


def _stories(rule: str, hole: str, file: str, old: str, new: str) -> Mutation:
    return Mutation(rule, hole, f"{DOMAIN}{file}.py", old, new, STORIES)


MUTATIONS = (
    _stories(
        "T1",
        "a seat that is reserved, though all are taken, is given",
        "pool",
        "min(self._left, self._reserved.get(county, 0) + self._common)",
        "(self._reserved.get(county, 0) + self._common)",
    ),
    _stories(
        "T2",
        "a seat that is reserved for another county is given",
        "pool",
        "max(0, occasion.seats - claimed)",
        "occasion.seats - sum(held.values())",
    ),
    _stories(
        "T3",
        "who came last is served first",
        "line",
        "key=lambda party: party.arrival)",
        "key=lambda party: -party.arrival)",
    ),
    _stories(
        "T4",
        "a group that waits is overtaken for ever",
        "line",
        "            pool.keep(county)\n",
        "            pass\n",
    ),
    _stories(
        "T5",
        "a group waits, and all behind it, that will never fit",
        "line",
        "if size > occasion.seats:",
        "if size > 2_000:",
    ),
    _stories(
        "T6",
        "who has waited is seated without being asked",
        "line",
        "stepped(seat, Cause.SEATED) if seat.participant in fresh else",
        "stepped(seat, Cause.SEATED) if True else",
    ),
    _stories(
        "T7", "two participants have come as the same", "arrivals", "enumerate(new, last + 1)", "enumerate(new, 1)"
    ),
    _stories(
        "T8",
        "a participant that came cancelled has no row",
        "arrivals",
        "    for arrival, participant in enumerate(new, last + 1):\n",
        "    for arrival, participant in enumerate(new, last + 1):\n"
        "        if incoming.wish(participant.id) is Wish.CANCELLED:\n            continue\n",
    ),
    _stories(
        "T9",
        "a version that changes no seat is not answered",
        "seats",
        "same = answer is before or answer == before",
        "same = before is not None and answer.seats == before.seats",
    ),
    _stories("T10", "an offer never ends", "seats", "    each_seat(answers, look)\n", ""),
    _stories(
        "T11",
        "an offer ends too early",
        "saga",
        "OFFER_LASTS = timedelta(hours=48)",
        "OFFER_LASTS = timedelta(hours=24)",
    ),
    _stories(
        "T12",
        "an offer that has lapsed is accepted",
        "saga",
        "Step((_OFFERED,), Cause.ACCEPTED,",
        "Step((_OFFERED, SeatState.LAPSED), Cause.ACCEPTED,",
    ),
    _stories(
        "T13",
        "what becomes free is offered to nobody",
        "seats",
        "        serve(answers, occasion, fresh, until)\n",
        "        if fresh:\n            serve(answers, occasion, fresh, until)\n",
    ),
    _stories(
        "T14",
        "an occasion is cancelled, and its participants are not told",
        "seats",
        "stepped(seat, Cause.CALLED_OFF, SeatReason.OCCASION_CANCELLED)",
        "seat",
    ),
    _stories(
        "T15",
        "people wait at an occasion that has begun",
        "seats",
        "stepped(seat, Cause.BEGUN, SeatReason.FULL)",
        "seat",
    ),
    _stories(
        "T16",
        "an occasion is moved, and its participants are not told",
        "seats",
        "moved = living and answer.sequence != occasion.sequence",
        "moved = False",
    ),
    _stories(
        "T17", "an answer is kept for ever", "seats", "settled = context.now >= settles_at(occasion)", "settled = False"
    ),
    Mutation(
        "T18",
        "seats are reserved again when the clock is set back",
        DOMAIN + "occasion.py",
        "released = before.released or _released(before, now)",
        "released = _released(before, now)",
        LATER + "a_clock_that_is_set_back_undoes_nothing",
    ),
    _stories(
        "T19",
        "an occasion has fewer seats than are taken",
        "occasion",
        "if details.seats < held:",
        "if details.seats < 0:",
    ),
    _stories(
        "T20",
        "a county answers a request of its own anew after each restore, or never",
        "asking",
        "0 if request.county == request.occasion.county else epoch",
        "epoch",
    ),
    Mutation(
        "T21",
        "an older version that comes late takes a seat",
        DOMAIN + "arrivals.py",
        "not awaits_answer(incoming.seen.recency, before)",
        "False",
        ALONE + "a_late_older_version_gives_no_seat_back",
    ),
    Mutation(
        "T22",
        "one participant has two seats",
        DOMAIN + "arrivals.py",
        "SeatReason.DUPLICATE if participant.id in taken else None",
        "None",
        ALONE + "a_participant_named_by_two_requests_has_one_seat",
    ),
    Mutation(
        "T23",
        "a participant that is not named any more keeps its seat",
        DOMAIN + "arrivals.py",
        "wishes.get(participant, Wish.CANCELLED)",
        "wishes.get(participant, Wish.SEAT)",
        ALONE + "a_participant_left_out_of_a_later_version_is_cancelled",
    ),
    Mutation(
        "T24",
        "an occasion is held for too few",
        DOMAIN + "seats.py",
        "held(answers.values()).total() < occasion.min_participants",
        "False",
        LATER + "too_few_participants_at_closing_cancel_the_occasion",
    ),
    Mutation(
        "T25",
        "a county that may ask no more is still offered seats",
        DOMAIN + "line.py",
        "if county not in occasion.open_for:",
        "if False:",
        LATER + "a_county_no_longer_invited_is_told_and_gets_nothing",
    ),
    Mutation(
        "T26",
        "an offer is shown to last beyond the beginning",
        DOMAIN + "seats.py",
        "seat if ends == seat.offered_until else",
        "seat if True else",
        LATER + "a_move_before_an_open_offers_end_is_told",
    ),
)
