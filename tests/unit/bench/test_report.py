"""The reports of the benchmarks."""

from pathlib import Path

import pytest

from tests.bench import report
from tests.bench.lines import Line, alternate, percentile
from tests.bench.machine import Machine

MACHINE = Machine(2, "a processor", 24.0, "3.11", "4.3.1", "18.6", 0.5)
LINE = Line("drain", "events/s", [40.0, 50.0, 10.0], [100.0, 100.0, 100.0], at_least=0.35)


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    assert LINE.ratio == 0.4
    assert Line("drain", "events/s", [40.0, 50.0, 10.0], [100.0, 50.0, 10.0]).ratio == 1.0


@pytest.mark.parametrize(
    ("gates", "passed"),
    [({"at_least": 0.4}, True), ({"at_least": 0.41}, False), ({"at_most": 0.4}, True), ({"at_most": 0.39}, False)],
)
def test_a_gate_is_kept_at_its_very_value(gates: dict[str, float], passed: bool) -> None:
    assert Line(LINE.what, LINE.unit, LINE.subjects, LINE.limits, **gates).passed is passed


def test_without_a_gate_nothing_passes_or_fails() -> None:
    assert Line(LINE.what, LINE.unit, LINE.subjects, LINE.limits).passed is None


async def test_two_subjects_take_turns_after_a_warm_up() -> None:
    turns: list[str] = []

    async def first() -> float:
        turns.append("A")
        return len(turns)

    async def second() -> float:
        turns.append("B")
        return len(turns)

    assert await alternate(2, first, second) == [[3, 5], [4, 6]]
    assert "".join(turns) == "ABABAB"


def test_of_a_hundred_values_one_lies_above_the_99th_percentile() -> None:
    assert percentile([float(value) for value in range(1, 102)], 0.99) == 100


def test_kept_results_are_read_back_as_they_were(tmp_path: Path) -> None:
    file = tmp_path / "deeper" / "bench.json"

    report.keep(MACHINE, {"relay": [LINE]}, file)

    assert report.kept(file) == (MACHINE, {"relay": [LINE]})


def test_writing_a_page_changes_only_what_is_between_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")

    for _ in range(2):
        report.write(MACHINE, {"relay": [LINE]}, page)
    text = page.read_text()

    assert text.startswith(f"before\n{report.BEGIN}\n")
    assert text.endswith(f"{report.END}\nafter\n")
    assert "old" not in text
    assert text.count("| relay | drain | 40 events/s | 100 events/s | 0.40 (0.10–0.50) | ≥ 0.35 | passed |") == 1


def test_a_page_without_markers_stays_as_it_was(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("a page")

    with pytest.raises(ValueError, match="lacks the markers"):
        report.write(MACHINE, {"relay": [LINE]}, page)
    assert page.read_text() == "a page"
