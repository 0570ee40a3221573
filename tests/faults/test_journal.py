"""A journal that is read back has the last known outcome of each command."""

from dataclasses import replace
from pathlib import Path

from tests.faults.journal import Entry, Journal, Outcome, newest, read
from tests.faults.subject import Command

CHANGE = Command("change", "a", "mark", "PUT", "/actors/norrbotten/a")


def test_each_command_read_back_has_its_last_outcome(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    answered, open_, undone = journal.number(), journal.number(), journal.number()
    for number in (answered, open_, undone):
        journal.invoke(number, "actors", "norrbotten", CHANGE)
    journal.settle(answered, Outcome.OK, 3)
    journal.repeat(answered, "")
    journal.settle(undone, Outcome.OK, 4)
    assert journal.undo("actors", "norrbotten", {("a", 3, "mark")}) == 1

    journal.close()

    assert [(entry.outcome, entry.version, entry.repeated) for entry in read(journal.path)] == [
        (Outcome.OK, 3, ""),
        (Outcome.UNKNOWN, None, None),
        (Outcome.UNDONE, 4, None),
    ]


def test_a_command_of_untold_version_is_undone_if_its_mark_is_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    for mark, command in (("kept", CHANGE), ("gone", CHANGE), ("", CHANGE)):
        number = journal.number()
        journal.invoke(number, "actors", "norrbotten", replace(command, mark=mark))
        journal.settle(number, Outcome.OK)

    assert journal.undo("actors", "norrbotten", {("a", 3, "kept")}) == 1

    assert [each.outcome for each in journal.entries()] == [Outcome.OK, Outcome.UNDONE, Outcome.OK]
    journal.close()


def test_only_acknowledged_versions_count_as_the_newest() -> None:
    def entry(number: int, outcome: Outcome, version: int | None) -> Entry:
        return Entry(number, "actors", "norrbotten", "change", "a", "mark", outcome, version)

    entries = [entry(1, Outcome.OK, 2), entry(2, Outcome.OK, 1), entry(3, Outcome.UNKNOWN, None)]

    assert newest(entries) == {("norrbotten", "a"): 2}
