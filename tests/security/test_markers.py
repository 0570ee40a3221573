"""Values given where they do not belong (a site's name, who has reported, a free text) are kept nowhere at all."""

import asyncio
import base64
import gzip
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from aiosmtpd.controller import Controller
from hypothesis import given as given_any
from hypothesis import strategies as st

from infra import topics
from infra.cli.county import local_token
from infra.demo.county import DemoCounty, wait_until_seen
from infra.engine import Engine, temporary_engine
from infra.engine.ports import free_ports
from services.actors.domain import csv_file
from shared.contracts.counties import parse
from shared.protocol.envelope import unnumbered
from shared.runtime.auth import Role
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import send_batch
from tests.service.shipment_alerts.given import SIGNAL
from tests.support.bodies import BODIES, ORGANISER
from tests.support.established import establish
from tests.support.everything import rows_kept
from tests.support.markers import RECORD, WORD, Finding, contents, find, find_each, marker, stored
from tests.support.planting import ALL, BELONGS, Planter
from tests.support.waiting import DEADLINE, eventually

COUNTIES = parse("vasterbotten:24,jamtland:23")
HOME, NEIGHBOUR = COUNTIES
PATIENCE = 120.0
DATABASES = [county.database(service.name) for county in COUNTIES for service in ALL]
SITE = BODIES["register_site"]
QUERIES = {
    "/guidance": {"audience": "AGENT"},
    "/meetings/attendance": {"network": f"{HOME.name}/{uuid4()}", "from": "2026-01-01", "to": "2026-12-31"},
}
"""Of lists that must be asked for something; no network is known here."""
COLUMNS = (*csv_file.COLUMNS, "")
ROW = dict(
    zip(csv_file.COLUMNS, ("", "ref", "Umeå kommun", "MUNICIPALITY", "LOCAL", "2480", "", "ANDT", ""), strict=True)
)


KEPT_AS: dict[str, Callable[[bytes], bytes]] = {
    "clear": bytes,
    "utf-16": lambda text: text.decode().encode("utf-16-be"),
    "hex": lambda text: text.hex().encode(),
    "base64": base64.urlsafe_b64encode,
    "url": lambda text: "".join(f"%{byte:02x}" for byte in text).encode(),
    "gzip, clear": gzip.compress,
    "gzip, hex": lambda text: zlib.compress(text.hex().encode()),
}


@given_any(st.sampled_from(sorted(KEPT_AS)), st.text("abcåäö -", max_size=8), st.text("abcåäö -", max_size=8))
def test_a_word_is_found_within_any_text_in_any_form(form: str, before: str, after: str) -> None:
    kept = b"\x00\xff" + KEPT_AS[form](f"{before}{marker(7)}{after}".encode()) + b"\xff"

    assert form in {finding.form for finding in find([("file", kept)])}
    assert find([("file", KEPT_AS[form](f"{before}{WORD[:4]}{after}".encode()))]) == []


@pytest.fixture
def engine() -> Iterator[Engine]:
    with temporary_engine(COUNTIES) as own:
        topics.apply(own.kafka, [county.name for county in COUNTIES])
        own.migrate()
        yield own


def test_a_file_that_goes_while_others_are_read_is_left_out(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    reading = contents(tmp_path)
    first = next(reading)

    (tmp_path / "b").unlink()

    assert [text for _, text in (first, *reading)] == [b"a", b"c"]


def client(engine: Engine, url: str, county: str, *roles: str) -> httpx.Client:
    claims = {"function": "COUNTY_COORDINATOR", "organisation": "postnord", "municipality": "2480"}
    token = local_token(engine.config.data, county, list(roles), **claims)
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=DEADLINE)


def release(home: httpx.Client, neighbour: DemoCounty) -> dict[str, Any]:
    """A signal that the neighbour has; with it, all that was sent before."""
    answer = home.post("/shipment-signals", json=SIGNAL)
    assert answer.status_code == 201, answer.text
    signal: dict[str, Any] = answer.json()
    place = (signal["county"], signal["id"])
    wait_until_seen([neighbour], place, 1, PATIENCE, f"/shipment-signals/{place[0]}/{place[1]}")
    return signal


def shown(clients: dict[str, httpx.Client]) -> Iterator[tuple[str, bytes]]:
    """All that a county shows to somebody who may see everything."""
    for county, asking in clients.items():
        paths = asking.get("/openapi.json").json()["paths"]
        for path in [path for path, item in paths.items() if "get" in item and "{" not in path]:
            answer = asking.get(path, params=QUERIES.get(path))
            # The forged numbers make the neighbour doubt its database, which its health then says. No stream is named.
            refused = ("/health/ready", "/meetings/attendance", "/events")
            assert answer.status_code == 200 or path in refused, answer.text
            yield f"{county} {path}", answer.content


def plant_files(planter: Planter) -> None:
    """Imports with a marker in each wrong column, in the header, in a cell too many, and in a reference given twice."""
    files = [f"{';'.join(COLUMNS[:-1])};{planter.mark('a column of a file')}\n", f'a;"{planter.mark("no CSV")}']
    for column in COLUMNS:
        row = ROW | {column: f"{planter.mark(f'the column {column!r}')} x"}
        wrong = ROW | {"type": "NONE", "reference": planter.mark("a wrong row"), "name": planter.mark("a wrong row")}
        files.append("\n".join(";".join(cells) for cells in (COLUMNS, row.values(), wrong.values())))
    twice = [ROW | {"reference": planter.mark("a reference given twice")}] * 2
    files.append("\n".join(";".join(cells) for cells in (csv_file.COLUMNS, *[row.values() for row in twice])))
    for number, file in enumerate(files):
        for dry_run in (True, False):
            for key in ({}, {"Idempotency-Key": f"file-{number}"}):
                headers = {"Content-Type": "text/csv", **key}
                planter.send("POST", "/actors/import", params={"dry_run": dry_run}, content=file, headers=headers)


async def plant_records(engine: Engine, clients: dict[str, httpx.Client]) -> int:
    """Records that cannot be applied, with the word in key, value, and each header; how many were sent."""
    written = clients[NEIGHBOUR.name].get("/links/actors").json()["written"]
    stream = next(each for each in written if each["stream"] == "actors")
    topic, number, subject = stream["topic"], stream["last"], str(uuid4())
    right = dict(unnumbered(topic, "se.norrsam.actors.ActorRegistered.v1", subject, datetime.now(UTC)))
    right |= {"ce_aggregateversion": b"1", "ce_epoch": b"%d" % stream["epoch"]}
    value = json.dumps({"id": subject, "county": RECORD, RECORD: [RECORD]}).encode()
    right |= {"ce_sequence": b"%012d" % (number + 1)}
    changes: list[dict[str, bytes]] = [{name: RECORD.encode()} for name in (*sorted(right), RECORD, "traceparent")]
    changes = [each for each in changes if next(iter(each)) not in ("ce_id", "content-type")]
    producer = await KafkaCluster(engine.kafka).producer()
    for change in changes:
        counted = int(right["ce_sequence"]) + ("ce_type" in change or RECORD in change or "traceparent" in change)
        await send_batch(producer, topic, [(RECORD.encode(), value, list({**right, **change}.items()))])
        right["ce_sequence"] = b"%012d" % counted
    await producer.stop()
    return len(changes)


def checkpoint(engine: Engine) -> None:
    """PostgreSQL's files are as its memory is."""

    async def run() -> None:
        conn = await asyncpg.connect(engine.postgres_admin_dsn)
        await conn.execute("CHECKPOINT")
        await conn.close()

    asyncio.run(run())


@pytest.fixture
def clients(engine: Engine) -> Iterator[dict[str, httpx.Client]]:
    """Both counties, started, each with somebody who may do everything."""
    with ExitStack() as opened:
        urls = {county.name: engine.start_county(county.name) for county in COUNTIES}
        yield {name: opened.enter_context(client(engine, url, name, *Role)) for name, url in urls.items()}


@pytest.fixture
def neighbour(engine: Engine, clients: dict[str, httpx.Client]) -> Iterator[DemoCounty]:
    name = NEIGHBOUR.name
    found = DemoCounty(name, str(clients[name].base_url), local_token(engine.config.data, name, [*Role]))
    yield found
    found.close()


def test_no_byte_of_what_does_not_belong_is_kept(
    engine: Engine, clients: dict[str, httpx.Client], neighbour: DemoCounty
) -> None:
    home = clients[HOME.name]
    home.put("/shipment-alerts/operators/postnord", json={"name": "PostNord"}).raise_for_status()
    for _ in range(3):
        home.post("/shipment-alerts/sites", json=SITE).raise_for_status()
    neighbour.post("/actors", {"name": "Åre kommun", "type": "MUNICIPALITY", "level": "LOCAL", "municipality": "2321"})
    release(home, neighbour)
    planter = Planter(home, HOME.name, home.get("/openapi.json").json(), *establish(home))

    planter.plant()
    plant_files(planter)
    sent = asyncio.run(plant_records(engine, clients))

    assert planter.number > 2_500
    assert planter.statuses >= {401, 404, 409, 415, 422}
    assert len(planter.done) > 95, "most routes are to be asked about things that are there"
    assert planter.unread == [], "BODIES needs a right body for each of these routes"
    assert [answer[:400] for answer in planter.answers if WORD in answer] == []
    asyncio.run(eventually(lambda: asyncio.to_thread(_dead, engine, sent)))
    known = release(home, neighbour)["id"]
    answers = [*shown(clients)]
    for county in COUNTIES:
        engine.stop_county(county.name)
    checkpoint(engine)
    found = find_each(chain(stored(engine, DATABASES), answers), WORD, RECORD, BELONGS, known)
    assert _named(found[WORD], planter) == []
    assert [each for each in found[RECORD] if not _whole(each.place)] == []
    assert found[RECORD]
    assert _named([each for each in found[BELONGS] if not _whole(each.place)], planter) == []
    places = " ".join(each.place for each in found[known])
    for kept in (
        "/base/",
        "/pg_wal/",
        "vasterbotten.shared.shipment-signals.v1-0/",
        "rows of jamtland",
        "jamtland /ship",
    ):
        assert kept in places, f"what is kept is not found in {kept}: the scan looks past it"


class Refusing:
    """A mail server that repeats the address in its refusal."""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: object, session: object, envelope: object, address: str, options: object
    ) -> str:
        return f"550 5.1.1 <{address}> is unknown here"


def scanned_once_sent(engine: Engine, server: Controller, service: str) -> list[tuple[str, bytes]]:
    """All that is kept and shown, once each mail that the server has refused was sent without it."""
    of_service = ("--county", HOME.name, "--service", service)

    def listed(state: str) -> list[str]:
        lines = engine.command("notices", "list", "--settled", *of_service).splitlines()
        return [line for line in lines if f"  {state} " in line]

    asyncio.run(eventually(lambda: listed("refused")))
    server.stop()
    engine.stop_county(HOME.name)
    for line in listed("refused"):
        engine.command("notices", "retry", line.split()[1], *of_service)
    with client(engine, engine.start_county(HOME.name), HOME.name, *Role) as asking:
        asyncio.run(eventually(lambda: listed("sent")))
        checkpoint(engine)
        return [*stored(engine, DATABASES), *shown({HOME.name: asking})]


@pytest.mark.faults
def test_a_mailbox_is_kept_in_tables_and_mails_alone(engine: Engine) -> None:
    mailbox, name = marker(1), RECORD  # unlike, for three letters of base64 are found together
    server = Controller(Refusing(), hostname="127.0.0.1", port=free_ports(1)[0])
    server.start()
    to_server = {"NORRSAM_SMTP": f"smtp://127.0.0.1:{server.port}?tls=off", "NORRSAM_MAIL_FROM": "s@lst.example"}
    with client(engine, engine.start_county(HOME.name, env=to_server), HOME.name, *Role) as asking:
        training = asking.post("/trainings", json=BODIES["publish_training"]).json()
        times = {
            "training": training["id"],
            "opens_at": "2020-01-01T08:00:00+01:00",
            "release_at": None,
            "reserved": [],
        }
        occasion = asking.post("/occasions", json=BODIES["register_occasion"] | times).json()
        person = BODIES["enrol"]["participants"][0] | {"name": name, "mailbox": f"{mailbox}@ombud.example"}
        enrolment = {"occasion": {"county": HOME.name, "id": occasion["id"]}, "participants": [person]}
        asking.post("/enrolments", json=enrolment).raise_for_status()
    everything = scanned_once_sent(engine, server, "trainings")

    tables = ("rows of vasterbotten_trainings.participants", "rows of vasterbotten_trainings.notices")
    places = {found.place for found in find(everything, mailbox) if not re.search(r"/(base|pg_wal)/", found.place)}
    assert {place for place in places if "/mail/vasterbotten/" not in place} == set(tables)
    assert {place.count("/mail/vasterbotten/") for place in places} == {0, 1}, "the scan sees the mail"
    named = {found.place for found in find(everything, name) if not re.search(r"/(base|pg_wal)/", found.place)}
    assert named == {tables[0]}


@pytest.mark.faults
def test_a_functions_mailbox_is_kept_with_actors_and_mails_alone(engine: Engine) -> None:
    """All counties learn it with its actor. What its county tells it is in its own tables, and in no other event."""
    mailbox = marker(1)
    server = Controller(Refusing(), hostname="127.0.0.1", port=free_ports(1)[0])
    server.start()
    to_server = {"NORRSAM_SMTP": f"smtp://127.0.0.1:{server.port}?tls=off", "NORRSAM_MAIL_FROM": "s@lst.example"}
    with client(engine, engine.start_county(HOME.name, env=to_server), HOME.name, *Role) as asking:
        contact = {"function": "MUNICIPAL_COORDINATOR", "mailbox": f"{mailbox}@umea.example"}
        actor = asking.post("/actors", json=BODIES["register_actor"] | {"contact_functions": [contact]}).json()
        board = {"name": "Länsstyrelsen", "type": "COUNTY_BOARD", "level": "REGIONAL", "contact_functions": [ORGANISER]}
        asking.post("/actors", json=board).raise_for_status()
        invitee = {
            "actor": {"county": HOME.name, "id": actor["id"]},
            "contact_function": actor["contact_functions"][0]["id"],
        }
        plan = BODIES["plan_meeting"] | {"invitees": [invitee], "network": None}

        def planned() -> str:
            answer = asking.post("/meetings", json=plan)
            return str(answer.json()["id"]) if answer.status_code == 201 else ""

        meeting = asyncio.run(eventually(lambda: asyncio.to_thread(planned)))
        asking.post(f"/meetings/{HOME.name}/{meeting}/invite", headers={"If-Match": '"1"'}).raise_for_status()
        owner = {"county": HOME.name, "function": contact["function"], "actor": actor["id"]}
        due = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        item = {"meeting": meeting, "text": "Ta fram en plan", "owner": owner, "asked_due": due}
        asking.post("/action-items", json=item).raise_for_status()
    everything = scanned_once_sent(engine, server, "meetings")

    places = {found.place for found in find(everything, mailbox) if not re.search(r"/(base|pg_wal)/", found.place)}
    files = {place for place in places if "/" in place and not place.startswith(HOME.name)}
    told = {f"rows of vasterbotten_meetings.{table}" for table in ("notices", "told_invitees", "letter_codes")}
    with_actors = {place for place in places if re.search(r"\.(actors|aggregates|outbox)$", place)}
    assert all("/mail/vasterbotten/" in file or "vasterbotten.shared.actors.v1-0/" in file for file in files)
    assert {"/mail/" in file for file in files} == {True, False}, "the scan sees the mail and the stream"
    assert "rows of vasterbotten_meetings.outbox" not in with_actors
    assert places - files - with_actors == {*told, "vasterbotten /actors", "vasterbotten /actors/export"}


def _dead(engine: Engine, sent: int) -> bool:
    return len(rows_kept(engine, HOME.database("actors"))["dead_letters"]) >= sent


def _whole(place: str) -> bool:
    """Whether this is a file or an answer that holds states and records as they came."""
    return "/logs/" not in place and "/metrics" not in place and "/health" not in place and "/links/" not in place


def _named(findings: list[Finding], planter: Planter) -> list[str]:
    """Each finding, with where it had been planted."""
    words = sorted(planter.planted, key=len, reverse=True)  # the longest first: one may begin as another does
    return [
        f"{each.place} ({each.form}): {next((planter.planted[word] for word in words if word in each.near), each.near)}"
        for each in findings
    ]


@pytest.mark.faults
def test_each_leak_is_found_in_the_form_that_it_has(engine: Engine) -> None:
    county = replace(engine.county(HOME.name), program=[sys.executable, "-m", "tests.support.leaking"])
    county.launch()
    county.wait_until_ready()
    with client(engine, county.url, HOME.name, *Role) as asking:
        assert asking.post("/shipment-alerts/advice", json={"site": marker(1)}).status_code == 422
        metrics = asking.get("/metrics").content
    county.stop()
    checkpoint(engine)
    found = {(finding.place, finding.form) for finding in find([*stored(engine, DATABASES), ("/metrics", metrics)])}

    forms_at = {
        "log": {form for place, form in found if place.endswith("/logs/vasterbotten.log")},
        "files": {form for place, form in found if "/base/" in place},
        "wal": {form for place, form in found if "/pg_wal/" in place},
        "metrics": {form for place, form in found if place == "/metrics"},
        "topic": {form for place, form in found if "vasterbotten.shared.guidance.v1-0/" in place},
    }

    assert forms_at["log"] == {"base64"}
    assert forms_at["files"] >= {"gzip, clear"}
    assert forms_at["wal"] >= {"gzip, clear"}
    assert forms_at["metrics"] == {"url"}
    assert forms_at["topic"] >= {"hex", "utf-16"}
