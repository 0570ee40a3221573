"""The rules of notices and of the calendar files of meetings: what people are told, in which order, and how often."""

from tests.mutation.rules import Mutation

SENDING = "tests/service/notices/test_sending.py"
FAILING = "tests/service/notices/test_failing.py"
QUEUE = "shared/runtime/notices/queue.py"
MAILER = "shared/runtime/notices/mailer.py"
FILES = "tests/service/meetings/test_calendar_files.py"
ENTRIES = "services/meetings/commands/calendar_entries.py"
ANSWERING = "services/meetings/commands/answering.py"

MUTATIONS = (
    Mutation(
        "N1",
        "a mail at which a server fails again and again holds up fresh ones",
        QUEUE,
        "    ORDER BY min(attempts), min(position) LIMIT $2\n",
        "    ORDER BY min(position) LIMIT $2\n",
        f"{FAILING}::test_what_a_server_fails_at_again_goes_after_fresh_mails",
    ),
    Mutation(
        "N2",
        "a server that is slow at every step holds up all mails",
        "shared/runtime/notices/transport.py",
        "        async with asyncio.timeout(MAIL_SECONDS):",
        "        async with asyncio.timeout(None):",
        f"{FAILING}::test_a_server_that_is_slow_at_every_step_is_left",
    ),
    Mutation(
        "N3",
        "a mailbox gets each mail as it is written",
        QUEUE,
        "                    OR other.outcome = 'sent' AND other.settled_at > $2))\n",
        "                    OR other.settled_at > $2 AND false))\n",
        f"{SENDING}::test_a_mailbox_gets_one_mail_an_hour_and_the_rest_together",
    ),
    Mutation(
        "N4",
        "a mailbox gets another mail while the last one waits for its server",
        QUEUE,
        "other.outcome IS NULL AND other.mail IS NOT NULL\n",
        "other.outcome IS NULL AND other.mail IS NOT NULL AND false\n",
        f"{SENDING}::test_what_comes_while_a_mail_waits_goes_in_the_next_one",
    ),
    Mutation(
        "N5",
        "a cancellation overtakes its invitation",
        QUEUE,
        "HAVING max(tried_next) <= $1 AND NOT bool_or(behind)\n",
        "HAVING max(tried_next) <= $1\n",
        f"{SENDING}::test_a_cancel_never_overtakes_its_request",
    ),
    Mutation(
        "N6",
        "an invitation waits for another meeting's",
        QUEUE,
        "WHERE (earlier.address, earlier.about) = (waits.address, waits.about) AND earlier.outcome IS NULL\n",
        "WHERE earlier.address = waits.address AND earlier.outcome IS NULL\n",
        f"{SENDING}::test_a_cancel_never_overtakes_its_request",
    ),
    Mutation(
        "N7",
        "a newer calendar file replaces the one that waits",
        "shared/runtime/notices/writing.py",
        "    WHERE (address, about) = ($1, $2) AND outcome IS NULL AND method IS NULL\n",
        "    WHERE (address, about) = ($1, $2) AND outcome IS NULL\n",
        f"{SENDING}::test_calendar_mails_of_one_thing_go_in_the_order_of_writing",
    ),
    Mutation(
        "N8",
        "nobody sees that nobody can be told before somebody is to be",
        MAILER,
        "        if not mails and self._open:\n",
        "        if not mails:\n",
        f"{FAILING}::test_a_way_that_is_closed_is_a_fault_until_it_is_open",
    ),
    Mutation(
        "N9",
        "a meeting that is off stays in calendars",
        ENTRIES,
        "CalendarMethod.CANCEL if entry.status is STATUS.CANCELLED else CalendarMethod.REQUEST\n",
        "CalendarMethod.REQUEST\n",
        f"{FILES}::test_a_meeting_is_asked_moved_and_cancelled_under_one_uid",
    ),
    Mutation(
        "N10",
        "a meeting that was moved is an entry of its own",
        ENTRIES,
        '    return f"{meeting.id}@{meeting.county}"\n',
        '    return f"{id(meeting)}@{meeting.county}"\n',
        f"{FILES}::test_a_meeting_is_asked_moved_and_cancelled_under_one_uid",
    ),
    Mutation(
        "N11",
        "calendars keep the old time of a meeting that was moved",
        ENTRIES,
        "        sequence=meeting.sequence,\n",
        "        sequence=0,\n",
        f"{FILES}::test_a_meeting_is_asked_moved_and_cancelled_under_one_uid",
    ),
    Mutation(
        "N12",
        "a feed shows what its function has declined",
        ENTRIES,
        "        if set(given) - {Rsvp.DECLINED}:\n",
        "        if given:\n",
        f"{FILES}::test_a_functions_feed_follows_its_answers",
    ),
    Mutation(
        "N13",
        "of two answers to one sequence the last to come counts, not the last to be given",
        "services/meetings/store/calendars.py",
        "        WHERE NOT $5 OR answered.sequence <> EXCLUDED.sequence OR answered.at <= EXCLUDED.at\n",
        "        WHERE $5 OR NOT $5\n",
        f"{FILES}::test_of_two_replies_the_later_one_counts_whatever_comes_first",
    ),
    Mutation(
        "N14",
        "what a calendar answers to another meeting counts for this one",
        ANSWERING,
        "    if reply.uid != uid_of(Reference(county=county, id=identity)):\n",
        "    if False:\n",
        f"{FILES}::test_a_reply_to_something_else_is_refused_without_its_words",
    ),
    Mutation(
        "N15",
        "the week's letter is written on other days",
        "services/meetings/commands/digests.py",
        "    if today.weekday() == calendar.MONDAY:",
        "    if True:",
        "tests/service/meetings/test_digests.py::test_a_monday_that_was_missed_tells_nothing_of_items",
    ),
    Mutation(
        "N16",
        "who comes instead of an invitee is told nothing",
        ANSWERING,
        "    await tell_news(tx, answered)\n",
        "",
        "tests/service/meetings/test_handed_on.py::test_who_comes_instead_is_told_once_by_its_own_county",
    ),
    Mutation(
        "N17",
        "who does not come instead any more keeps the meeting",
        "services/meetings/commands/telling.py",
        "    for gone in heard.values():\n",
        "    for gone in ():\n",
        "tests/service/meetings/test_handed_on.py::test_who_comes_no_longer_has_it_out_of_the_calendar",
    ),
    Mutation(
        "N18",
        "a function of another actor comes instead",
        "services/meetings/commands/calendar_entries.py",
        "        of_actor = [(each, answers[each.id]) for each in meeting.invitees if each.actor == actor]\n",
        "        of_actor = [(each, answers[each.id]) for each in meeting.invitees]\n",
        "tests/service/meetings/test_handed_on.py::test_the_feed_of_who_comes_instead_shows_the_meeting",
    ),
    Mutation(
        "N19",
        "a confirmed meeting stays tentative in the calendars that were told of it by mail",
        "services/meetings/domain/meeting_letters.py",
        '    sure = "CONFIRMED" if meeting.status is MeetingStatus.CONFIRMED else "ASKED"\n',
        '    sure = "ASKED"\n',
        "tests/service/meetings/test_confirmed.py::test_a_confirmed_meeting_is_certain_in_calendars",
    ),
    Mutation(
        "N20",
        "an item that is reopened after its day is never told as overdue",
        "services/meetings/commands/following_up.py",
        "        await remind_reopened(tx, stored)\n",
        "        pass\n",
        "tests/service/meetings/test_reminding.py::test_an_item_reopened_after_its_day_is_told_as_overdue",
    ),
)
