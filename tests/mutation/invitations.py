"""The rules of invitations: which answer counts, and what leaves the county."""

from tests.mutation.rules import Mutation

STORIES = "tests/saga/test_invitations.py::test_no_story_counts_an_old_answer_or_forgets_anybody"
ANSWERING = "services/meetings/domain/answering.py"
MEETING = "services/meetings/domain/meeting.py"

MUTATIONS = (
    Mutation(
        "I1",
        "an answer to an older sequence counts",
        ANSWERING,
        "    return answer.sequence == meeting.sequence and answer.answers.epoch == asked\n",
        "    return answer.answers.epoch == asked\n",
        STORIES,
    ),
    Mutation(
        "I2",
        "another time asks nobody anew",
        MEETING,
        "    return _stepped(before, cause, sequence=before.sequence + 1, **forgotten, **changes)\n",
        "    return _stepped(before, cause, **forgotten, **changes)\n",
        STORIES,
    ),
    Mutation(
        "I3",
        "the county keeps its answers to an older sequence",
        ANSWERING,
        "    same = before is not None and before.sequence == meeting.sequence\n",
        "    same = before is not None\n",
        STORIES,
    ),
    Mutation(
        "I4",
        "a host that forgot a move gives its number to another one",
        ANSWERING,
        "        same = False\n",
        "        pass\n",
        STORIES,
    ),
    Mutation(
        "I5",
        "what a county said before the host was recovered counts",
        ANSWERING,
        "    return answer.sequence == meeting.sequence and answer.answers.epoch == asked\n",
        "    return answer.sequence == meeting.sequence\n",
        STORIES,
    ),
    Mutation(
        "I6",
        "an older version of a meeting is acknowledged after a newer one",
        ANSWERING,
        "    if not awaits_answer(age, before) or (before is None and not mine):\n",
        "    if before is None and not mine:\n",
        "tests/unit/meetings/test_answering.py::test_a_county_acknowledges_each_version_that_invites_it",
    ),
    Mutation(
        "I7",
        "a county answers for another one's functions",
        ANSWERING,
        "            if county in {one.actor.county for one in meeting.invitees if one.id == each.id}\n",
        "",
        "tests/unit/meetings/test_answering.py::test_a_county_answers_for_its_own_functions_alone",
    ),
    Mutation(
        "I8",
        "a meeting of a home kind becomes an event",
        MEETING,
        "    return as_shared(after) if isinstance(after, HomeMeeting) and is_shared(after.kind) else after\n",
        "    return as_shared(after) if isinstance(after, HomeMeeting) else after\n",
        "tests/unit/meetings/test_visibility.py::test_a_meeting_of_a_home_kind_never_becomes_an_event",
    ),
    Mutation(
        "I9",
        "an answer to what was over counts as one to what came later",
        ANSWERING,
        "    if before is not None and epoch and before.answers.recency > age:\n",
        "    if False:\n",
        "tests/service/meetings/test_reading_again.py::test_an_answer_to_what_was_over_is_not_one_to_what_came_later",
    ),
    Mutation(
        "I11",
        "another municipality, or the county, sees and changes a municipality's meeting",
        ANSWERING,
        '(meeting.municipality or "" if isinstance(meeting, HomeMeeting) else "") in self.homes\n',
        "bool(self.homes)\n",
        "tests/service/meetings/test_municipalities.py::test_only_its_municipality_sees_and_changes_it",
    ),
    Mutation(
        "I12",
        "what a host had answered to itself before it was restored counts elsewhere",
        "shared/contracts/asking.py",
        "    return answer.county != asked.county or epoch == asked_epoch\n",
        "    return True\n",
        "tests/service/meetings/test_invitations.py::test_what_a_restored_host_had_answered_to_itself_counts_nowhere",
    ),
)
