"""A county's actors as a CSV file, in and out.

What takes long with many rows is done in threads: other requests are answered meanwhile.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import Body
from starlette.responses import Response

from services.actors import commands, store
from services.actors.api.views import ImportReport, LineOutcome
from services.actors.domain import csv_file, directory
from services.actors.domain.directory import LineError, Plan
from shared.contracts.actors import Actor
from shared.contracts.event import READER
from shared.rejected import Rejected
from shared.runtime.aggregates import ListedRow
from shared.runtime.csv_files import ANSWERS, MOST_EXPORTED, check_exported
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.routes import Router

router = Router()


@router.post("/actors/import", response_model=ImportReport)
async def import_actors(
    data: Annotated[bytes, Body(media_type="text/csv")], request: CommandRequest, dry_run: bool = False
) -> Response:
    """All rows of the file are registered, changed or left as they are; if one of them is wrong, none is.

    A dry run changes nothing, and reports every wrong row with its line and the reason; nothing of it is kept for an
    Idempotency-Key. 8 MiB are the most.
    """
    rows, faults = await asyncio.to_thread(lambda: csv_file.parse(csv_file.decode(data)))
    async with request.command(keep_answer=not dry_run) as tx:
        keys = [row.key(request.county) for row in rows]
        existing = await store.ACTORS.find_all(tx.conn, request.county, keys, lock=True)
        states = {identity: stored.state for identity, stored in existing.items()}
        plan = await asyncio.to_thread(directory.plan, rows, states, tx.context)
        report = await asyncio.to_thread(_report, plan, faults, dry_run)
        if not dry_run:
            _refuse(report)
            await commands.carry_out(tx, plan, existing)
        return tx.reply(report)


@router.get("/actors/export", response_class=Response, responses=ANSWERS)
async def export_actors(request: QueryRequest) -> Response:
    """This county's active actors as a file that changes nothing when it is imported again, if it has at most 8 MiB.

    Rejected if there are more than 100,000.
    """
    async with request.db.read() as conn:
        rows = await store.ACTORS.page(conn, request.county, [{"status": "ACTIVE"}], limit=MOST_EXPORTED + 1)
    check_exported(rows, "/actors")
    headers = {"Content-Disposition": f'attachment; filename="actors-{request.county}.csv"'}
    return Response(await asyncio.to_thread(_exported, rows), 200, headers, "text/csv")


def _exported(rows: Sequence[ListedRow]) -> str:
    return csv_file.write(Actor.model_validate(row.body, extra="ignore", context=READER) for row in rows)


def _report(plan: Plan, unreadable: list[LineError], dry_run: bool) -> ImportReport:
    words = [outcome.word for outcome in plan.outcomes]
    return ImportReport(
        dry_run=dry_run,
        registered=words.count("registered"),
        changed=words.count("changed"),
        unchanged=words.count("unchanged"),
        rows=[
            LineOutcome(line=each.line, outcome=each.word, reference=each.actor.reference, name=each.actor.name)
            for each in plan.news
        ],
        errors=sorted([*unreadable, *plan.faults], key=lambda error: error.line),
    )


def _refuse(report: ImportReport) -> None:
    if report.errors:
        wrong = [asdict(error) for error in report.errors]
        lines = ", ".join(str(error.line) for error in report.errors[:10])
        message = f"Nothing was imported. Wrong rows: {len(wrong)}, by line: {lines}{', …' if len(wrong) > 10 else ''}."
        raise Rejected("invalid-rows", message, errors=wrong)
