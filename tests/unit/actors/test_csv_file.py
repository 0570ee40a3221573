from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.actors.domain.actor import retire
from services.actors.domain.csv_file import BOM, COLUMNS, decode, parse, write
from services.actors.domain.directory import Plan, plan
from shared.contracts.actors import Actor
from shared.contracts.misread import misread
from shared.contracts.reference import MUNICIPALITIES, POLICY_AREAS
from shared.rejected import Rejected
from tests.unit.actors.given import NORRBOTTEN, boden

HEADER = "reference,name,type,level,municipality,police_area,policy_areas,contact_functions\n"
ROW = "kommun-2582,Bodens kommun,MUNICIPALITY,LOCAL,2582,LULEA_BODEN,ANDT|INTEGRATION,DPO: dso@boden.se 0921-620 00\n"


def planned(text: str, existing: dict[UUID, Actor] | None = None) -> Plan:
    rows, faults = parse(text)
    result = plan(rows, existing or {}, NORRBOTTEN)
    result.faults = [*faults, *result.faults]
    return result


def kept(result: Plan, existing: dict[UUID, Actor] | None = None) -> dict[UUID, Actor]:
    return (existing or {}) | {outcome.actor.id: outcome.actor for outcome in result.outcomes}


def test_a_row_is_read_whole() -> None:
    (outcome,) = planned(HEADER + ROW).outcomes
    actor = outcome.actor

    assert (outcome.line, outcome.word, actor.name) == (2, "registered", "Bodens kommun")
    assert list(actor.policy_areas) == ["ANDT", "INTEGRATION"]
    (contact,) = actor.contact_functions
    assert (contact.function, contact.mailbox, contact.telephone) == ("DPO", "dso@boden.se", "0921-620 00")


def test_reading_the_same_file_twice_changes_nothing() -> None:
    first = planned(HEADER + ROW)

    second = planned(HEADER + ROW, kept(first))

    assert [outcome.word for outcome in second.outcomes] == ["unchanged"]
    assert second.news == []


@pytest.mark.parametrize("text", [BOM + HEADER + ROW, (HEADER + ROW).replace("\n", "\r\n"), "\n\n".join((HEADER, ROW))])
def test_bom_line_ends_and_blank_lines_do_not_matter(text: str) -> None:
    assert planned(decode(text.encode()).lstrip("\n")).news[0].actor == planned(HEADER + ROW).news[0].actor


def test_with_semicolons_a_comma_is_text() -> None:
    text = (HEADER + ROW).replace(",", ";").replace("Bodens kommun", "Boden, kommunen")

    assert planned(text).news[0].actor.name == "Boden, kommunen"


@pytest.mark.parametrize(("separator", "first"), [(";", "sep=;\r\n"), (",", "SEP=,\n"), (";", "sep=;;;;;;;;\n\n")])
def test_a_line_that_tells_excel_the_separator_is_passed_over(separator: str, first: str) -> None:
    wrong = ROW.replace("kommun-2582", "").replace("LOCAL", "lokal")

    told = planned(first + (HEADER + ROW + wrong).replace(",", separator))

    assert [outcome.actor.name for outcome in told.outcomes] == ["Bodens kommun"]
    assert [fault.line for fault in told.faults] == [3 + first.count("\n")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (("kommun-2582", ""), "reference is missing"),
        (("2582,", "2480,"), "2480 does not lie in norrbotten"),
        (("LOCAL", "lokal"), "level: it is not one of NATIONAL, REGIONAL, LOCAL"),
        (("dso@", "anna.berg@"), "form of a person's address"),
        (("ANDT|", "ANDTS|"), "policy_areas.0"),
        (("Bodens kommun", "=HYPERLINK(1)"), "must begin with a letter"),
        ((",MUNICIPALITY", ",MUNICIPALITY,MORE"), "9 cells; the header has 8"),
    ],
)
def test_a_bad_row_is_told_by_line_and_the_others_are_read(changes: tuple[str, str], reason: str) -> None:
    other = 'region-25,"Region\nNorrbotten",REGION,REGIONAL,,,,\n'
    old, new = changes
    bad = ROW.replace(old, new, 1) if old != "2582," else ROW.replace("LOCAL,2582", "LOCAL,2480")

    result = planned(HEADER + other + "\n" + bad)
    (fault,) = result.faults

    assert fault.line == 5
    assert reason in fault.reason
    assert [outcome.line for outcome in result.outcomes] == [2]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (HEADER, ROW),
        (HEADER, ROW.replace("\n", ",,\n")),
        (HEADER.replace("\n", ",,\n"), ROW.replace("\n", ",,\n")),
        (HEADER.replace("\n", ",,\n"), ROW),
        (HEADER, ROW.replace("\n", ", ,\n")),
        (",,,,,,,\n" + HEADER, ROW),
        (";\n" + HEADER, ROW),
        ("\n;;;\n" + HEADER.replace(",", ";"), ROW.replace(",", ";")),
        ('""\n' + HEADER.replace(",", ";"), ROW.replace(",", ";")),
    ],
)
def test_empty_cells_that_come_or_go_change_no_row(header: str, row: str) -> None:
    assert planned(header + row).faults == []
    assert kept(planned(header + row)) == kept(planned(HEADER + ROW))


def test_empty_cells_that_a_row_lacks_say_nothing() -> None:
    short = "region-25,Region Norrbotten,REGION,REGIONAL"

    result = planned(HEADER + short + "\n")

    assert (result.faults, len(result.outcomes)) == ([], 1)
    assert kept(result) == kept(planned(f"{HEADER}{short},,,,\n"))


def test_a_cell_without_a_column_has_its_row_refused() -> None:
    (fault,) = planned(HEADER + ROW.replace("\n", ",,more\n")).faults

    assert (fault.line, fault.reason) == (2, "it has 10 cells; the header has 8")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("F\ufffdreningen", "save it as UTF-8"),
        ("FÃ¶reningen", "Ã¶, which is 'ö' read in another encoding"),
        ("F√∂reningen", "√∂, which is 'ö'"),
        ("F├Âreningen", "├Â, which is 'ö'"),
        ("Kalix â€“ Haparanda", "â€“, which is '–'"),
    ],
)
def test_misread_letters_are_told_with_line_and_cause(wrong: str, reason: str) -> None:
    (fault,) = planned(HEADER + ROW.replace("Bodens kommun", wrong)).faults

    assert fault.line == 2
    assert reason in fault.reason


@given_any(st.text("abåäöÅÄÖéü–’”“ -./", max_size=12))
def test_swedish_text_is_not_taken_for_misread(name: str) -> None:
    assert planned(HEADER + ROW.replace("Bodens kommun", f"A{name}")).faults == []


def test_no_refusal_repeats_a_person_in_a_wrong_cell() -> None:
    person = "Annikan Bergman 19871103-9284"
    columns = HEADER.strip().split(",")
    refusals: list[object] = []

    for wrong in (person, person.upper().replace(" ", "_"), person.lower().replace(" ", "-"), f"{person}: {person}"):
        for at in range(len(columns)):
            cells = ROW.strip().split(",")
            cells[at] = wrong
            with_id = f"{wrong}," + ROW
            refusals += [planned(HEADER + ",".join(cells)).faults, planned("id," + HEADER + with_id).faults]
            with pytest.raises(Rejected) as caught:
                parse(",".join(cells) + "\n" + ROW)
            refusals += [caught.value.message, caught.value.values]

    assert "annikan" not in str(refusals).lower()


def test_one_reference_on_two_lines_is_told_with_both() -> None:
    (fault,) = planned(HEADER + ROW + ROW).faults

    assert (fault.line, fault.reason) == (3, "its actor is on line 2 already")


@pytest.mark.parametrize(
    "text",
    ["", "name\n", HEADER.replace("level", "nivå"), HEADER.replace("name,", "name,name,"), HEADER + '"never closed'],
)
def test_a_file_that_is_no_such_table_is_refused_whole(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        parse(text)
    assert caught.value.slug == "invalid-file"


def test_bytes_that_are_not_utf8_are_told_by_line() -> None:
    with pytest.raises(Rejected, match="line 2 is not UTF-8"):
        decode((HEADER + "Ö").encode("latin-1"))


def test_importing_an_export_changes_nothing() -> None:
    without = boden(reference=None)
    other = boden().model_copy(update={"id": uuid4(), "reference": "kommun-2582"})
    existing = {without.id: without} | kept(planned(HEADER + ROW.replace("kommun-2582", "kommun-boden")))

    result = planned(decode(write(existing.values()).encode()), existing)

    assert [outcome.word for outcome in result.outcomes] == ["unchanged", "unchanged"]
    assert other.id not in existing


def test_an_unknown_id_or_one_of_another_reference_is_refused() -> None:
    actor = boden()

    text = decode(write([actor]).encode())

    assert "leave it empty" in planned(text).faults[0].reason

    moved = text.replace("kommun-2582", "kommun-9999")
    assert "never changes" in planned(moved, {actor.id: actor}).faults[0].reason


def test_the_row_of_a_retired_actor_is_refused() -> None:
    actor = retire(boden())

    assert "retired" in planned(HEADER + ROW, {actor.id: actor}).faults[0].reason


contacts = st.lists(
    st.fixed_dictionaries(
        {"function": st.sampled_from(["DPO", "REGISTRAR", "LPO_CHIEF"])},
        optional={
            "mailbox": st.sampled_from(["info@x.se", "lpo-25@polisen.se"]),
            "telephone": st.sampled_from(["114 14"]),
        },
    ),
    max_size=4,
)
names = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="@"), min_size=1, max_size=40)
names = names.filter(lambda name: not misread(f"A{name}"))
names = names.filter(lambda name: sum(sign.isdigit() for sign in name) < 10)  # neither an address nor a person's number


@given_any(
    name=names,
    contact_functions=contacts,
    policy_areas=st.lists(st.sampled_from(sorted(POLICY_AREAS)), max_size=3, unique=True),
    code=st.sampled_from([c for c in MUNICIPALITIES if c[:2] == "25"]),
)
def test_any_actor_survives_export_and_import_unchanged(
    name: str, contact_functions: list[dict[str, Any]], policy_areas: list[str], code: str
) -> None:
    actor = boden(name="A" + name, contact_functions=contact_functions, policy_areas=policy_areas, municipality=code)

    result = planned(decode(write([actor]).encode()), {actor.id: actor})

    assert [outcome.word for outcome in result.outcomes] == ["unchanged"], result.faults


def test_an_export_has_import_columns_and_no_formula() -> None:
    header, row = write([boden()]).lstrip(BOM).splitlines()

    assert tuple(header.split(";")) == COLUMNS
    assert not any(cell[:1] in "=+-@\t" for cell in row.split(";") if cell)
