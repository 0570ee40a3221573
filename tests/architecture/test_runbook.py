"""The runbook names commands, options, log lines and figures that there are."""

import ast
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import main
from tests.architecture.test_alarms import RUNBOOK, known_metrics, slugs
from tests.faults.nemesis import NAMES
from tests.faults.walks import databases, manual, topics

PROJECT = Path(__file__).parents[2]
TEXT = RUNBOOK.read_text("utf-8")
_COMMANDS = re.compile(r"norrsam ((?:[a-z-]+ ?)+[^`\n|;]*)")
_PART_OF_A_SERVICE = r"(?:relay|inbox|links|database|background|request|keys|projection|stream|mirror|partners)"


def commands() -> list[str]:
    """Every command of the runbook's blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    found = [match.split(" #")[0].strip() for block in blocks for match in _COMMANDS.findall(block)]
    return sorted(set(found))


def logged() -> set[str]:
    """The event of every log line of the code."""
    found = set()
    for path in [
        file
        for folder in ("shared", "services", "infra/mirror", "infra/partners")
        for file in (PROJECT / folder).rglob("*.py")
    ]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                found.add(ast.literal_eval(node.args[0]))
    return found


@pytest.mark.parametrize("command", commands())
def test_given_a_command_of_the_runbook_then_it_can_be_typed(command: str) -> None:
    words = shlex.split(command)

    name = words[:2] if words[0] in main.GROUPS else words[:1]

    assert name[0] in main.COMMANDS | main.GROUPS
    said = CliRunner().invoke(main._program(name[:1]), [*name, "--help"])
    assert said.exit_code == 0, said.output
    for option in (word for word in words if word.startswith("--")):
        assert option in said.output, f"norrsam {' '.join(name)} has no {option}"


def test_given_a_log_line_of_the_runbook_then_the_code_writes_it() -> None:
    quoted = re.findall(r'"event": "([^"]+)"', TEXT)

    named = re.findall(rf"`({_PART_OF_A_SERVICE}\.[a-z-]+)`", TEXT)

    assert quoted
    assert named
    assert {*quoted, *named} <= logged()


def test_given_a_figure_of_the_runbook_then_the_code_measures_it() -> None:
    named = set(re.findall(r"norrsam_[a-z_]+", TEXT)) - set(re.findall(r"norrsam_[a-z_]+(?=[_-]data)", TEXT))

    assert named
    assert named <= set(known_metrics())


def test_every_fault_of_the_fault_test_has_a_runbook_section() -> None:
    _, _, table = (PROJECT / "docs" / "fault-test.md").read_text("utf-8").partition("| fault | what happens |")
    rows = table.partition("\n\n")[0].splitlines()[2:]

    named = [name for row in rows for name in re.findall(r"`(?:killed )?([^`]+)`", row.split(" | ")[0])]

    assert sorted(named) == sorted(name.removeprefix("killed ") for name in NAMES)
    for row in rows:
        sections = re.findall(r"\]\(runbook\.md#([^)]+)\)", row)
        assert sections, row
        assert set(sections) <= slugs(), row


_PROOF = re.compile(r"^\*(?:Walked|Tested|Seen|Not walked|Nothing to walk)[^*]*\*$", re.MULTILINE)


def test_every_section_says_by_what_it_was_proven() -> None:
    _, _, below = TEXT.partition("## Processes and databases")
    sections = re.split(r"^###+ ", below, flags=re.MULTILINE)[1:]

    silent = [each.splitlines()[0] for each in sections if not _PROOF.search(each)]

    assert silent == []
    for named in re.findall(r"`(tests/[^`]+)`", " ".join(_PROOF.findall(TEXT))):
        assert (PROJECT / named).exists(), named


def test_the_runbook_has_every_command_that_is_walked() -> None:
    """Without walking: each call of `follow` names a section, and commands that it has."""
    walked = 0
    for module in (databases, topics):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "system.follow":
                title, *lines = eval(f"({', '.join(map(ast.unparse, node.args))},)", vars(module))
                for line in lines:
                    assert manual.command(title, line, {})
                    walked += 1
    assert walked > 10
