"""The rules that `make mutants` takes away: the table in docs/protocol.md, and those of seats, meetings and notices."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.mutation import follow_ups, invitations, notices, seats, subscribing
from tests.mutation.rules import MUTATIONS, Mutation

PROJECT = Path(__file__).parents[2]
PROTOCOL = (PROJECT / "docs" / "protocol.md").read_text("utf-8")
ROW = re.compile(r"^\| (\w\d+) \| ([^|]+) \| `([^`]+)` \|$", re.MULTILINE)
RULE = re.compile(r"^- \*\*(\w\d+)\*\* ", re.MULTILINE)
STATEMENT = re.compile(r"^- \*\*\w\d+\*\* ((?:.+\n)+?)(?=\n|- |#)", re.MULTILINE)
CITATION = re.compile(r"docs/protocol\.md, ((?:\w\d+(?:, | and | to )?)+)")


def row(mutation: Mutation) -> tuple[str, str, str]:
    return mutation.rule, mutation.hole, mutation.test.split("::")[0].removeprefix("tests/")


def test_the_table_of_rules_is_the_one_that_is_tried() -> None:
    assert ROW.findall(PROTOCOL) == [row(each) for each in MUTATIONS]


def test_every_rule_that_is_tried_is_stated() -> None:
    assert RULE.findall(PROTOCOL) == list(dict.fromkeys(each.rule for each in MUTATIONS))


def test_a_rule_is_two_sentences_and_the_second_is_its_hole() -> None:
    stated = [re.split(r"(?<=\.) (?=[A-Z])", " ".join(found.split())) for found in STATEMENT.findall(PROTOCOL)]
    assert len(stated) == len(RULE.findall(PROTOCOL))
    assert [each for each in stated if len(each) != 2 or not each[1].startswith("Otherwise ")] == []


def test_every_rule_that_is_cited_is_stated() -> None:
    texts = [path.read_text("utf-8") for folder in ("services", "shared") for path in (PROJECT / folder).rglob("*.py")]
    cited = {rule for text in texts for found in CITATION.findall(text) for rule in re.findall(r"\w\d+", found)}
    assert cited - set(RULE.findall(PROTOCOL)) == set()
    assert len(cited) > 10


def test_no_file_cites_a_page_that_is_not_here() -> None:
    cited = r"design (D[0-9]+|[0-9])\b|[Dd]elivery rules?\b|\b[Rr]ules? [A-Z][0-9]\b|US-[0-9]{2}"
    files = ["services", "shared", "infra", "docs", "tests", ":!tests/architecture/test_rules.py"]
    found = subprocess.run(["git", "grep", "-nE", cited, "--", *files], cwd=PROJECT, capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (1, "")  # git grep ends with 1 if nothing matches


@pytest.mark.parametrize(
    "mutation",
    [
        *MUTATIONS,
        *seats.MUTATIONS,
        *invitations.MUTATIONS,
        *follow_ups.MUTATIONS,
        *notices.MUTATIONS,
        *subscribing.MUTATIONS,
    ],
    ids=lambda each: f"{each.rule}: {each.hole}",
)
def test_a_rule_can_be_taken_away_and_its_test_exists(mutation: Mutation) -> None:
    assert (PROJECT / mutation.file).read_text("utf-8").count(mutation.old) == 1
    file, _, name = mutation.test.partition("::")
    tests = {node.name for node in ast.walk(ast.parse((PROJECT / file).read_text("utf-8"))) if hasattr(node, "name")}
    assert name.partition("[")[0] in tests
