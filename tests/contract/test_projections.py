"""A projection keeps its number only as long as its events keep their schemas."""

import copy
import re
import shutil
import subprocess
import sys
from pathlib import Path

from infra.contracts import baseline, golden, projections
from infra.contracts.projections import Recorded, digest, document, faults
from infra.contracts.schemas import schemas

OLD, NEW = {"a.v1": "as it was"}, {"a.v1": "with a field"}
PAGE = (baseline.ROOT / "CONTRIBUTING.md").read_text("utf-8")
GENERATE_AND_CHECK = """
from infra import generate
from infra.contracts import baseline
generate.write()
baseline.main([])
"""
ADD_A_FIELD = PAGE[PAGE.index("## Add a field") : PAGE.index("## Add an event")]


def test_a_changed_schema_needs_a_higher_number() -> None:
    before = {"toys/toys": Recorded(3, OLD)}

    (fault,) = faults(before, {"toys/toys": Recorded(3, NEW)}, OLD)

    assert fault.startswith("toys/toys: a.v1 changed since projection number 3 was given")
    assert "Give the table number 4" in fault
    assert faults(before, {"toys/toys": Recorded(4, NEW)}, OLD) == []


def test_the_record_of_a_number_stays_until_it_is_raised() -> None:
    before = {"toys/toys": Recorded(3, OLD)}
    same, raised = ({"toys/toys": Recorded(number, NEW)} for number in (3, 4))

    assert document(before, same, OLD) == {"toys/toys": {"number": 3, "events": OLD}}
    assert document(before, raised, OLD) == {"toys/toys": {"number": 4, "events": NEW}}


def test_a_new_type_needs_no_number_but_an_old_one_does() -> None:
    before = {"toys/toys": Recorded(3, OLD)}
    after = {"toys/toys": Recorded(3, {**OLD, "b.v1": "another"})}

    assert faults(before, after, released=["a.v1"]) == []
    assert len(faults(before, after, released=["a.v1", "b.v1"])) == 1


def test_a_number_that_is_lowered_is_named() -> None:
    (fault,) = faults({"toys/toys": Recorded(3, OLD)}, {"toys/toys": Recorded(2, OLD)}, OLD)

    assert fault == "toys/toys: the projection has number 2, but 3 is on record. Raise it"


def test_a_digest_follows_fields_and_codes_but_no_remark() -> None:
    before = schemas()["se.norrsam.actors.NetworkChanged.v1"]
    reworded, longer, coded = (copy.deepcopy(before) for _ in range(3))
    reworded["description"] = reworded["properties"]["name"]["title"] = "in other words"
    longer["properties"]["title"] = {"type": "string", "default": ""}
    coded["$defs"]["ANewCode"] = {"anyOf": [{"enum": ["A", "B"]}, {"type": "string"}]}

    assert digest(reworded) == digest(before)
    assert len({digest(each) for each in (before, longer, coded)}) == 3


def test_every_projection_of_the_code_is_on_record() -> None:
    assert projections.recorded(baseline.ROOT) == projections.present()


def test_the_steps_that_add_a_field_pass_only_with_the_number(tmp_path: Path) -> None:
    for folder in ("infra", "services", "shared", golden.FOLDER):
        shutil.copytree(baseline.ROOT / folder, tmp_path / folder)
    shutil.copy(baseline.ROOT / baseline.PROJECT, tmp_path)
    (tmp_path / "counties").mkdir()
    shutil.copy(baseline.ROOT / "counties" / "example.env", tmp_path / "counties")
    (change,) = re.findall(r"^```diff\n(.*?)^```", ADD_A_FIELD, re.MULTILINE | re.DOTALL)
    (steps,) = re.findall(r"^```sh\n(.*?)^make", ADD_A_FIELD, re.MULTILINE | re.DOTALL)

    def run(*command: str, stdin: str = "") -> str:
        done = subprocess.run(command, input=stdin, cwd=tmp_path, capture_output=True, text=True)
        return done.stderr

    def checked() -> str:
        return run(sys.executable, "-c", GENERATE_AND_CHECK)

    assert run("git", "apply", "--exclude=services/*", "-", stdin=change) + run("bash", "-c", steps) == ""
    assert "actors/aggregates: se.norrsam.actors.NetworkChanged.v1" in checked()

    assert run("git", "apply", "--include=services/*", "-", stdin=change) == ""
    assert checked() == ""
