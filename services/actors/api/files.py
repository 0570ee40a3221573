"""A county's actors as a CSV file, in and out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from starlette.responses import Response

from services.actors import store
from services.actors.api.actors import ACTORS
from services.actors.api.views import ImportReport, LineError, LineOutcome
from services.actors.domain import csv_file, directory
from services.actors.domain.directory import Fault, Plan
from shared.contracts.actors import Actor
from shared.contracts.event import READER
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import FIRST, OWN_EPOCH, Stored
from shared.runtime.call import Answer, Call

router = APIRouter()
EXPORT_LIMIT = 100_000


@router.post("/actors/import", response_model=ImportReport)
async def import_actors(
    data: Annotated[bytes, Body(media_type="text/csv")], call: Call, dry_run: bool = False
) -> Response:
    """All rows of the file are registered, changed or left as they are; if one of them is wrong, none is.

    A dry run changes nothing, and reports every wrong row with its line and the reason.
    """

    async def run(tx: Transaction) -> Answer:
        rows, faults = csv_file.parse(csv_file.decode(data))
        keys = [row.key(call.county) for row in rows]
        existing = await ACTORS.aggregates.find_all(tx.conn, ACTORS.kind, call.county, keys, lock=True)
        states = {identity: stored.state for identity, stored in existing.items()}
        plan = directory.plan(rows, states, call.here)
        report = _report(plan, faults, dry_run)
        if not dry_run:
            _refuse(report)
            await _carry_out(tx, plan, existing)
        return Answer(200, report)

    return await call.command(run)


@router.get("/actors/export", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_actors(call: Call) -> Response:
    """This county's active actors as a file that changes nothing when it is imported again."""
    async with call.db.read() as conn:
        rows = await ACTORS.aggregates.page(
            conn, ACTORS.kind, call.county, [{"status": "ACTIVE"}], "", FIRST, EXPORT_LIMIT
        )
    actors = [Actor.model_validate(row.body, extra="ignore", context=READER) for row in rows]
    headers = {"Content-Disposition": f'attachment; filename="actors-{call.county}.csv"'}
    return Response(csv_file.write(actors), 200, headers, "text/csv")


def _report(plan: Plan, unreadable: list[Fault], dry_run: bool) -> ImportReport:
    words = [outcome.word for outcome in plan.outcomes]
    faults = sorted([*unreadable, *plan.faults], key=lambda fault: fault.line)
    return ImportReport(
        dry_run=dry_run,
        registered=words.count("registered"),
        changed=words.count("changed"),
        unchanged=words.count("unchanged"),
        rows=[
            LineOutcome(line=each.line, outcome=each.word, reference=each.actor.reference, name=each.actor.name)
            for each in plan.news
        ],
        errors=[LineError(line=fault.line, reason=fault.reason) for fault in faults],
    )


def _refuse(report: ImportReport) -> None:
    if report.errors:
        wrong = [error.model_dump() for error in report.errors]
        lines = ", ".join(str(error.line) for error in report.errors[:10])
        message = f"{len(wrong)} rows are wrong, and nothing was imported; the first are on the lines {lines}."
        raise Rejected("invalid-rows", message, errors=wrong)


async def _carry_out(tx: Transaction, plan: Plan, existing: dict[UUID, Stored]) -> None:
    """Every aggregate that is new or changed is written, with its event."""
    after = [
        Stored(each.actor, OWN_EPOCH, existing[each.actor.id].version + 1 if each.actor.id in existing else 1)
        for each in plan.news
    ]
    if await ACTORS.aggregates.save(tx.conn, after) < len(after):
        raise Rejected("already-registered", "Someone else has just registered one of these. Import again.")
    for stored in after:
        kept = [contact.id for contact in stored.state.contact_functions]
        if stored.version > 1:
            await store.forget_persons(tx.conn, stored.state.id, but=kept)
        await tx.emit(stored.state, stored.version)
