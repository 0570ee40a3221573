"""A projection keeps its number only as long as its events keep their schemas."""

import copy

from infra.contracts import baseline, projections
from infra.contracts.projections import Recorded, digest, document, faults
from infra.contracts.schemas import schemas

OLD, NEW = {"a.v1": "as it was"}, {"a.v1": "with a field"}


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
