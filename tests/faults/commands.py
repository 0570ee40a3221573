"""The services under test, and the service-specific parts of the test: here those of `actors`.

A new service joins with a Subject in SUBJECTS: it draws the users' commands and reads the service's tables.
"""

from random import Random

from services.actors.domain.actor import id_from
from shared.contracts.codes import FunctionCode
from tests.faults.implementations import IMPLEMENTATIONS
from tests.faults.meetings import BOARD, FUNCTION, MEETINGS, board
from tests.faults.subject import Command, Known, Subject

COUNTIES = ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")
RETIRED = "retired"
_DETAILS: dict[str, object] = {"type": "SCHOOL", "level": "LOCAL"}


def _draw(rng: Random, county: str, known: Known, number: int) -> Command:
    """Draw the next command: mostly a change, sometimes one that must be refused."""
    living = known.sure()
    kind = rng.choices(("register", "change", "retire", "refused"), (22, 56, 5, 17))[0]
    if kind == "register" or not living:
        return _register("register", county, number, f"Skolan {number}")
    chosen, version = rng.choice(list(living.items()))
    if kind == "change":
        return _change("change", county, chosen, version, f"Skolan efter {number}")
    if kind == "retire":
        return Command(kind, chosen, RETIRED, "POST", f"{_path(county, chosen)}/retire", None, version, ends=True)
    return rng.choice(_refused(rng, county, known, number, chosen))


def _refused(rng: Random, county: str, known: Known, number: int, chosen: str) -> list[Command]:
    mark, version = f"Skolan aldrig {number}", known.sure()[chosen]
    elsewhere = rng.choice([one for one in COUNTIES if one != county])
    commands = [
        _change("refused: stale", county, chosen, version + 1, mark),
        _change("refused: not the owner", elsewhere, chosen, version, mark),
        _register("refused: invalid", county, number, mark + "x" * 500),
    ]
    if known.retired:
        gone = rng.choice(list(known.retired))
        commands.append(_change("refused: retired", county, gone, known.retired[gone], mark))
    return commands


def _register(kind: str, county: str, number: int, mark: str) -> Command:
    reference = f"fault-{number}"
    body = {"name": mark, "reference": reference, **_DETAILS}
    return Command(kind, str(id_from(county, reference)), mark, "POST", "/actors", body)


def _change(kind: str, owner: str, identity: str, version: int, mark: str) -> Command:
    return Command(kind, identity, mark, "PUT", _path(owner, identity), {"name": mark, **_DETAILS}, version)


def _begin(county: str, number: int) -> Command:
    """The board of the county, which nobody changes: others invite it, and it hands invitations on to any function."""
    name = f"Länsstyrelsen {number}"
    body = {"name": name, "reference": BOARD, "type": "COUNTY_BOARD", "level": "REGIONAL"}
    contacts = [{"function": code} for code in (FUNCTION, *sorted(FunctionCode.codes()))]
    return Command("begin", board(county), name, "POST", "/actors", {**body, "contact_functions": contacts})


def _path(county: str, identity: str, _: Known | None = None) -> str:
    return f"/actors/{county}/{identity}"


ACTORS = Subject(
    service="actors",
    stream="actors",
    tables=("aggregates",),
    mark=f"CASE WHEN {{0}} ->> 'status' = 'RETIRED' THEN '{RETIRED}' ELSE {{0}} ->> 'name' END",
    draw=_draw,
    path=_path,
    begin=_begin,
)
SUBJECTS = (ACTORS, IMPLEMENTATIONS, MEETINGS)
