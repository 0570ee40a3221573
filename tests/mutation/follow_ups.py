"""The rules of minutes and action items: which approval counts, what never changes, and when something is due."""

from tests.mutation.rules import Mutation

MINUTES = "services/meetings/domain/minutes.py"
ITEMS = "services/meetings/domain/action_items.py"
STORE = "services/meetings/store/follow_ups.py"
SENSITIVE = "shared/contracts/sensitive.py"
OF_MINUTES = "tests/unit/meetings/test_minutes.py"
OF_ITEMS = "tests/unit/meetings/test_action_items.py"

MUTATIONS = (
    Mutation(
        "F1",
        "an approval of an older revision counts",
        MINUTES,
        "    return approval.answers.recency == age_of(minutes, approval.county, epoch, version)\n",
        "    return True\n",
        f"{OF_MINUTES}::test_an_approval_of_an_old_revision_never_counts",
    ),
    Mutation(
        "F2",
        "approved minutes are corrected",
        MINUTES,
        "    if before.status not in MINUTES.befores(FollowUpCause.CORRECTED):\n",
        "    if False:\n",
        f"{OF_MINUTES}::test_given_approved_minutes_then_nothing_changes_them",
    ),
    Mutation(
        "F3",
        "a decision replaces one that is later, or not approved",
        MINUTES,
        "known.get(decision.replaces, date.max) > decision.decided_on:\n",
        "False:\n",
        f"{OF_MINUTES}::test_a_later_decision_replaces_an_earlier_approved_one",
    ),
    Mutation(
        "F4",
        "nobody looks at a word of suspicion beside a name",
        MINUTES,
        "check_confirmed(doubts(details), confirmed=confirmed)",
        "check_confirmed(doubts(details), confirmed=not confirmed)",
        f"{OF_MINUTES}::test_suspicion_beside_a_name_is_confirmed_in_a_second_call",
    ),
    Mutation(
        "F5",
        "an item is due on a day on which offices are closed",
        ITEMS,
        "        due=context.calendar.working_day_from(details.asked_due),\n",
        "        due=details.asked_due,\n",
        f"{OF_ITEMS}::test_an_item_due_on_epiphany_moves_and_shows_both_days",
    ),
    Mutation(
        "F6",
        "an item is overdue on the day it is due",
        ITEMS,
        "    if today > item.due:\n",
        "    if today >= item.due:\n",
        f"{OF_ITEMS}::test_an_item_is_overdue_from_the_day_after_unless_it_is_done",
    ),
    Mutation(
        "F7",
        "a county reports on an item of another one's",
        ITEMS,
        "    if item.owner.county != county or not awaits_answer(age, before):\n",
        "    if not awaits_answer(age, before):\n",
        f"{OF_ITEMS}::test_the_owner_s_county_alone_answers_every_version_once",
    ),
    Mutation(
        "F8",
        "a new version of an item forgets how far its owner is",
        ITEMS,
        "        work=before.work if before else REPORT.first(FollowUpCause.SEEN),\n",
        "        work=REPORT.first(FollowUpCause.SEEN),\n",
        f"{OF_ITEMS}::test_the_owner_s_county_alone_answers_every_version_once",
    ),
    Mutation(
        "F9",
        "what a county says for another one's approver counts",
        STORE,
        "            found[approver] = said\n",
        "            found[said.approver] = said\n",
        "tests/service/meetings/test_minutes.py::test_a_county_does_not_approve_for_another_one_s_approver",
    ),
    Mutation(
        "F10",
        "a samordningsnummer leaves the county",
        SENSITIVE,
        "        day -= _COORDINATED\n",
        "        pass\n",
        "tests/contract/test_sensitive.py::test_an_identity_number_is_found_in_every_form",
    ),
    Mutation(
        "F11",
        "masking also takes what only begins like the word",
        "services/meetings/domain/masking.py",
        'r"(?!\\w)", re.IGNORECASE)',
        '"", re.IGNORECASE)',
        "tests/unit/meetings/test_masking.py::test_a_word_is_masked_as_a_whole_wherever_it_stands",
    ),
    Mutation(
        "F12",
        "a decision keeps the words that are masked in the text",
        "services/meetings/domain/masking.py",
        "tuple(_masked(each, pattern) for each in decisions)",
        "decisions",
        "tests/service/meetings/test_masking.py::test_masked_words_are_gone_from_every_read_model",
    ),
)
