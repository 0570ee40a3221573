"""Which state of an aggregate a recovery keeps: the database's or the topic's."""

from uuid import uuid4

from shared.recovery.reconciling import OutboxRow, PublishedEvent, reconcile

MARKER = "marker"
EPOCH = 1_800_000_000


def test_a_copy_that_was_never_heard_does_not_outdo_what_it_copies() -> None:
    first, second = uuid4(), uuid4()
    published = [PublishedEvent(first, "toy", 1, (1, 1)), PublishedEvent(second, "toy", 2, (1, 2))]
    copy = OutboxRow(uuid4(), "toy", 1, (EPOCH, 1), restated=True)

    plan = reconcile([OutboxRow(first, "toy", 1, None), copy], published, (EPOCH, 0), MARKER)

    assert plan.taken == {"toy": published[1]}
    assert plan.void == {copy.id}


def test_a_copy_of_what_only_this_database_has_outdoes_an_older_epoch() -> None:
    published = [PublishedEvent(uuid4(), "toy", 2, (1, 2))]
    copy = OutboxRow(uuid4(), "toy", 3, (EPOCH, 1), restated=True)

    plan = reconcile([copy], published, (EPOCH, 0), MARKER)

    assert (plan.taken, plan.unpublished) == ({}, {copy.id})


def test_what_an_older_database_published_is_told_and_not_taken() -> None:
    rows = [OutboxRow(uuid4(), "toy", 3, (EPOCH, 1))]
    late = [PublishedEvent(uuid4(), key, 4, (1, 9), late=True) for key in ("toy", "another")]

    plan = reconcile(rows, late, (EPOCH, 1), MARKER)

    assert (plan.taken, plan.conflicts, plan.late) == ({}, {}, {"toy": late[0], "another": late[1]})
