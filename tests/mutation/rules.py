"""The rules of the delivery protocol: the hole that each closes, how it is taken away, and the test that sees it.

`docs/protocol.md` shows the same table; a test compares the two.
"""

from dataclasses import dataclass

RELAYING = "tests/delivery/test_relaying.py::test_"
RECEIVING = "tests/delivery/test_receiving.py::test_"
BROKEN = "tests/delivery/test_broken_events.py::test_"
DELIVERY = "tests/delivery/test_delivery.py::test_"
LINKS = "tests/delivery/test_links.py::test_"
EPOCHS = "tests/delivery/test_epochs.py::test_"
RESTATING = "tests/delivery/test_restating.py::test_"
REBUILDING = "tests/delivery/test_rebuilding.py::test_"
RECOVERING = "tests/delivery/test_recovering.py::test_"
LAWS = "tests/architecture/test_laws.py::test_"
ENROLMENTS = "tests/service/trainings/test_enrolments.py::test_"
MESSAGING = "shared/messaging/"
PROTOCOL = "shared/protocol/"
STANDING = "shared/links/"
TRANSPORT = "shared/transport/"
RECOVERY = "shared/recovery/"


@dataclass(frozen=True, slots=True)
class Mutation:
    """In ``file``, ``rule`` is what makes ``old`` stand there; with ``new`` in its place, ``test`` fails."""

    rule: str
    hole: str
    file: str
    old: str
    new: str
    test: str


MUTATIONS = (
    Mutation(
        "W1",
        "an aggregate's versions out of order",
        "shared/runtime/aggregates.py",
        '(" FOR UPDATE" if lock else "")',
        '""',
        "tests/service/test_actors.py::test_of_two_changes_of_one_version_one_is_made",
    ),
    Mutation(
        "W1",
        "an event without its change",
        "shared/runtime/db.py",
        "            async with conn.transaction():\n",
        "            if True:\n",
        "tests/unit/runtime/test_transactions.py::test_a_failure_after_the_event_undoes_event_and_change",
    ),
    Mutation(
        "W2",
        "a numbered event that can never be sent",
        MESSAGING + "outbox.py",
        "        _check_size(event, headers, payload)\n",
        "",
        RELAYING + "an_event_too_large_for_a_broker_is_refused_when_written",
    ),
    Mutation(
        "W3",
        "a gap that nobody can fill any more",
        MESSAGING + "sender.py",
        '"UPDATE streams SET acknowledged = $2 WHERE topic = $1"',
        '"WITH _ AS (DELETE FROM outbox WHERE topic = $1 AND number <= $2)'
        ' UPDATE streams SET acknowledged = $2 WHERE topic = $1"',
        LINKS + "a_reported_gap_is_filled_by_the_owner",
    ),
    Mutation(
        "R1",
        "what another replica has committed waits for ever",
        MESSAGING + "relay.py",
        "POLL_SECONDS = 0.2",
        "POLL_SECONDS = 3600.0",
        RELAYING + "the_relay_s_poll_finds_a_commit_that_nobody_told_it_of",
    ),
    Mutation(
        "R2",
        "a frozen leader keeps the lock",
        MESSAGING + "leading.py",
        '    "idle_session_timeout": "15s",\n',
        "",
        RELAYING + "a_leader_frozen_past_its_time_out_numbers_no_more",
    ),
    Mutation(
        "R2",
        "numbers given behind the leader's back",
        MESSAGING + "numbering.py",
        'if numbered != found or advanced != "UPDATE 1":',
        "if False:",
        RELAYING + "a_row_numbered_elsewhere_does_not_move_the_counter",
    ),
    Mutation(
        "R3",
        "one silent broker stalls all streams",
        TRANSPORT + "sending.py",
        "    async with asyncio.timeout(CONFIRM_SECONDS):\n",
        "    if True:\n",
        RELAYING + "a_topic_that_never_answers_holds_up_no_other_stream",
    ),
    Mutation(
        "R3",
        "a relay that is stuck for ever after one refusal",
        TRANSPORT + "kafka.py",
        "enable_idempotence=False",
        "enable_idempotence=True",
        LAWS + "given_the_one_place_then_its_values_lose_nothing",
    ),
    Mutation(
        "R4",
        "records that were confirmed and lost",
        MESSAGING + "sender.py",
        "ELSE least(acknowledged, $3) END",
        "ELSE greatest(acknowledged, least(0, $3)) END",
        RELAYING + "numbers_that_the_topic_lacks_are_sent_again_at_start",
    ),
    Mutation(
        "R4",
        "records lost before a producer has noticed",
        MESSAGING + "sender.py",
        "if lost := self._tail.note(offset, count):",
        "if (lost := self._tail.note(offset, count)) and False:",
        "tests/faults/test_lost_tail.py::test_the_next_event_brings_a_lost_tail_back",
    ),
    Mutation(
        "R5",
        "retention deletes at once what is published again",
        TRANSPORT + "sending.py",
        "int(time.time() * 1000)",
        "0",
        RESTATING + "a_republished_event_is_the_same_but_for_its_time",
    ),
    Mutation(
        "C1",
        "one bad header stops a stream for ever",
        TRANSPORT + "kafka.py",
        "            parser=_parse_nothing,\n            decoder=_records_of,\n",
        "",
        BROKEN + "a_broken_event_does_not_hold_up_its_batch[null-header-middle]",
    ),
    Mutation(
        "C1",
        "a foreign header makes it publish",
        TRANSPORT + "kafka.py",
        "            no_reply=True,\n",
        "",
        LAWS + "given_the_one_place_then_its_values_lose_nothing",
    ),
    Mutation(
        "C2",
        "a zombie applies a batch after losing the lead",
        MESSAGING + "inbox.py",
        "if not self._in_sequence(checkpoint, records[0]):",
        "if False:",
        RECEIVING + "a_batch_that_skips_offsets_is_not_applied",
    ),
    Mutation(
        "C2",
        "two that read at once go on from the same place",
        STANDING + "checkpoints.py",
        "WHERE topic = $1 FOR UPDATE OF checkpoints",
        "WHERE topic = $1",
        "tests/delivery/test_standing_by.py::test_one_begins_after_the_batch_that_another_applies",
    ),
    Mutation(
        "C2",
        "offsets of another cluster",
        STANDING + "checkpoints.py",
        "WHERE topic = ANY($1) AND cluster_id = $2",
        "WHERE topic = ANY($1) AND $2 <> ''",
        RECEIVING + "in_another_kafka_cluster_reading_begins_at_the_earliest",
    ),
    Mutation(
        "C3",
        "a jump in the numbers is forgotten",
        PROTOCOL + "progress.py",
        "            self.gaps.append((self.number + 1, number - 1))\n",
        "            pass\n",
        DELIVERY + "a_duplicate_changes_nothing_a_late_number_fills_its_gap",
    ),
    Mutation(
        "C3",
        "the gaps of an epoch that is over stay open",
        PROTOCOL + "progress.py",
        "self.epoch, self.number, self.gaps, self.marker = epoch, 0, [], None",
        "self.epoch, self.number, self.marker = epoch, 0, None",
        EPOCHS + "a_new_epoch_drops_gaps_and_begins_versions_anew",
    ),
    Mutation(
        "C4",
        "one forged number eats the true event",
        PROTOCOL + "progress.py",
        "return not (known or head) or number <= max(known, head) + MAX_NUMBER_JUMP",
        "return True",
        BROKEN + "a_broken_event_does_not_hold_up_its_batch[absurd-number-middle]",
    ),
    Mutation(
        "C4",
        "an epoch that nobody has named",
        PROTOCOL + "progress.py",
        "return epoch <= max(self.epoch, self.owner_head.epoch if self.owner_head else 0)",
        "return True",
        EPOCHS + "an_epoch_that_is_not_named_makes_its_stream_alone_wait",
    ),
    Mutation(
        "C5",
        "one county publishes another's id",
        PROTOCOL + "received.py",
        "return self.county, self.envelope.subject",
        'return "everyone", self.envelope.subject',
        RECEIVING + "an_id_in_two_counties_silences_neither_s_reaction",
    ),
    Mutation(
        "C6",
        "a gap filled late brings back what is old",
        MESSAGING + "handlers.py",
        'return f"({row}) < ({new})"',
        'return f"({row}) IS DISTINCT FROM ({new})"',
        DELIVERY + "a_duplicate_changes_nothing_a_late_number_fills_its_gap",
    ),
    Mutation(
        "C6",
        "a gap filled late reacts to what was cancelled since",
        MESSAGING + "handlers.py",
        "    WHERE (kept.epoch, kept.version) < (EXCLUDED.epoch, EXCLUDED.version)\n    RETURNING true",
        "    RETURNING true",
        RECEIVING + "nothing_reacts_to_an_older_version_that_comes_late",
    ),
    Mutation(
        "C6",
        "an old history's version silences a new one",
        MESSAGING + "handlers.py",
        "(kept.epoch, kept.version) < (EXCLUDED.epoch, EXCLUDED.version)",
        "kept.version < EXCLUDED.version",
        ENROLMENTS + "a_restored_asker_waits_until_its_new_epoch_is_answered",
    ),
    Mutation(
        "C7",
        "a new field is never filled",
        MESSAGING + "handlers.py",
        'columns = ("epoch", "version", "number", "projection")',
        'columns = ("epoch", "version", "number")',
        REBUILDING + "a_rebuild_makes_every_row_anew_and_keeps_the_checkpoint",
    ),
    Mutation(
        "C7",
        "older code reads on",
        STANDING + "checkpoints.py",
        'if row["outdated"]:',
        "if False:",
        REBUILDING + "older_code_reads_no_more_once_newer_code_has_begun",
    ),
    Mutation(
        "C7",
        "a type that was unknown stays so",
        RECOVERY + "dead_letters.py",
        "event_type = ANY ($1)",
        "event_type = ANY ($1) AND false",
        REBUILDING + "the_leader_applies_dead_letters_of_a_type_known_now",
    ),
    Mutation(
        "C8",
        "a full disk sends a whole history to the dead letters",
        "shared/outages.py",
        '"40", "53", "55"',
        '"40", "55"',
        RECEIVING + "trouble_that_passes_makes_the_batch_wait[DiskFullError]",
    ),
    Mutation(
        "C8",
        "a bug sends a whole history to the dead letters",
        MESSAGING + "inbox.py",
        "if self._errors[topic] > ERRORS_IN_A_ROW:",
        "if False:",
        DELIVERY + "a_stream_stops_after_twenty_errors_until_they_are_fixed",
    ),
    Mutation(
        "C9",
        "a false envelope is applied by hand",
        RECOVERY + "dead_letters.py",
        "if letter.reason == RecordOutcome.FALSE_ENVELOPE:",
        "if False:",
        BROKEN + "a_false_envelope_can_only_be_discarded",
    ),
    Mutation(
        "L1",
        "a restored service whose reports nobody hears",
        STANDING + "reports.py",
        "greatest(generation + 1, $1)",
        "generation + 1 + least($1, 0)",
        LINKS + "a_restored_service_reports_with_a_higher_generation",
    ),
    Mutation(
        "L1",
        "a late report counts",
        STANDING + "reports.py",
        "    WHERE (stored.generation, stored.counter) < (EXCLUDED.generation, EXCLUDED.counter)\n",
        "",
        LINKS + "of_reports_out_of_order_the_newest_counts",
    ),
    Mutation(
        "L2",
        "a commit that is not numbered yet is claimed",
        MESSAGING + "relay.py",
        "        while await self._number_batch(conn, lock):\n            pass\n",
        "",
        LINKS + "a_reported_head_counts_every_commit_before_its_time",
    ),
    Mutation(
        "L3",
        "a record that is lost stays lost",
        MESSAGING + "relay.py",
        "                self._senders[head.topic].resend(gaps)\n",
        "                pass\n",
        LINKS + "a_reported_gap_is_filled_by_the_owner",
    ),
    Mutation(
        "L4",
        "a lost tail is never missed",
        STANDING + "reporter.py",
        "if ends[topic] <= offset}",
        "if ends[topic] < 0}",
        LINKS + "a_tail_that_kafka_has_lost_is_asked_for_and_comes",
    ),
    Mutation(
        "L4",
        "a flood of duplicates asks for more",
        STANDING + "reports.py",
        'max(row["last_record_at"] or progress.behind_since, progress.behind_since)',
        "progress.behind_since",
        LINKS + "a_late_tail_is_no_gap_before_the_silence_has_lasted",
    ),
    Mutation(
        "S1",
        "what the owner has no more is shown for ever",
        MESSAGING + "handlers.py",
        "    if start is not None:\n",
        "    if False:\n",
        RESTATING + "a_restate_withdraws_the_rows_that_the_owner_has_no_more",
    ),
    Mutation(
        "S1",
        "a restate with a hole in it withdraws what lives",
        PROTOCOL + "progress.py",
        "        if any(first <= end and last >= start for first, last in self.gaps):\n            return None\n",
        "",
        RESTATING + "nothing_is_withdrawn_before_gaps_in_a_restate_close",
    ),
    Mutation(
        "S2",
        "rows that a purged log can no longer fill",
        RECOVERY + "restating.py",
        "            await restate(conn, writer, topic)\n\n\nasync def purge_log",
        "            pass\n\n\nasync def purge_log",
        RESTATING + "a_gap_that_the_owner_cannot_fill_makes_it_restate_once",
    ),
    Mutation(
        "S2",
        "retention removes what lives",
        RECOVERY + "restating.py",
        "            await restate(conn, writer, topic)\n        removed",
        "            pass\n        removed",
        RESTATING + "what_lives_was_restated_before_retention_removes_it",
    ),
    Mutation(
        "E1",
        "numbers of a restored database are given again",
        RECOVERY + "recovering.py",
        "report.epoch = max(int(time.time()), max(highest) + 1)",
        "report.epoch = 1",
        RECOVERING + "a_recovery_takes_over_what_the_topic_has",
    ),
    Mutation(
        "E2",
        "a restored dump goes on publishing",
        STANDING + "identity.py",
        "        if then != now\n",
        "        if False\n",
        RECOVERING + "another_cluster_timeline_or_table_is_named[outbox]",
    ),
    Mutation(
        "E2",
        "a database older than its topic goes on publishing",
        PROTOCOL + "contradiction.py",
        "        if (epoch, number) > head:\n",
        "        if False:\n",
        RECOVERING + "a_recovery_takes_over_what_the_topic_has",
    ),
    Mutation(
        "E2",
        "other events under numbers that were given",
        PROTOCOL + "contradiction.py",
        "ids.get(number, event_id) != event_id",
        "False",
        RECOVERING + "after_a_recovery_the_owner_s_state_wins",
    ),
    Mutation(
        "E2",
        "only a neighbour knows more",
        STANDING + "reports.py",
        "        if each.topic in streams.writes:\n",
        "        if False:\n",
        RECOVERING + "an_old_range_at_the_topic_s_end_does_not_hide_a_restore",
    ),
    Mutation(
        "E3",
        "what was published after the backup is forgotten",
        RECOVERY + "reconciling.py",
        "            plan.taken[key] = event\n",
        "            pass\n",
        RECOVERING + "a_recovery_takes_over_what_the_topic_has",
    ),
    Mutation(
        "E3",
        "commands accepted since the restore are overwritten",
        RECOVERY + "reconciling.py",
        "        if not all(row.restated for row in rows):\n",
        "        if False:\n",
        RECOVERING + "after_a_recovery_the_owner_s_state_wins",
    ),
    Mutation(
        "Q1",
        "an acceptance comes after its offer has lapsed, and nobody answers",
        "services/trainings/domain/arrivals.py",
        'update={"answers": newer, "seats": seats}',
        'update={"seats": seats}',
        ENROLMENTS + "a_lapsed_offer_goes_on_and_a_late_yes_is_answered",
    ),
    Mutation(
        "Q1",
        "a restored county asks again, and waits for ever",
        "services/trainings/handlers.py",
        "answer, answers=True)",
        "answer)",
        ENROLMENTS + "a_restored_asker_waits_until_its_new_epoch_is_answered",
    ),
    Mutation(
        "Q1",
        "an answer that its host has no more counts",
        "services/trainings/store/enrolments.py",
        "SELECT state FROM enrolments WHERE kind = $3 AND {ENROLMENTS.visible_sql}",
        "SELECT state FROM enrolments WHERE kind = $3",
        ENROLMENTS + "an_answer_that_its_host_has_lost_is_waited_for_again",
    ),
    Mutation(
        "Q2",
        "a request that comes after its cancellation takes a seat",
        "services/trainings/domain/arrivals.py",
        "    for arrival, participant in enumerate(new, last + 1):\n",
        "    for arrival, participant in enumerate(new, last + 1):\n"
        "        if incoming.wish(participant.id) is Wish.CANCELLED:\n            continue\n",
        "tests/unit/trainings/test_seats.py::test_a_cancellation_that_arrives_first_takes_no_seat",
    ),
)
