"""Drafts of minutes: written, looked at and circulated. Until then they stay in this county."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.meetings.api.minutes_views import Circulate, MinutesDraftView, MinutesView, draft_view, minutes_views
from services.meetings.commands import minuting
from services.meetings.store import follow_ups
from shared.contracts.minutes import MinutesDetails
from shared.contracts.times import Day
from shared.rejected import Rejected
from shared.runtime.lists import ListQuery, Page
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, check_version, page_at_home
from shared.runtime.routes import Router

router = Router()
PATH = "/minutes/drafts"
ONE = PATH + "/{id}"


class ChangeDraft(MinutesDetails):
    """The draft as it is to be. Without ``approve_by`` its approvers have 14 days."""

    approve_by: Day | None = None

    def details(self) -> MinutesDetails:
        """The content alone."""
        return MinutesDetails(**{name: getattr(self, name) for name in MinutesDetails.model_fields})


class BeginDraft(ChangeDraft):
    """The first draft of the minutes of a meeting of this county."""

    meeting: UUID


@router.post(PATH, status_code=201, response_model=MinutesDraftView)
async def draft_minutes(command: BeginDraft, request: CommandRequest) -> Response:
    """The minutes are a draft. A text with a personnummer, a telephone number or the like is refused; it says where."""
    async with request.command() as tx:
        draft = await minuting.begin(tx, command.meeting, command.details(), command.approve_by)
        return tx.reply(draft_view(draft), location=f"{PATH}/{draft.id}")


@router.get(PATH, response_model=Page[MinutesDraftView])
async def list_minutes_drafts(query: Annotated[ListQuery, Query()], request: QueryRequest) -> Response:
    """The drafts of this county, the oldest first. Others have none here, so nothing is to be complete."""
    list_id = query.list_id(PATH)
    _, _, after = query.after(list_id)
    async with request.db.read() as conn:
        found = await follow_ups.drafts(conn, after, query.rows_at_home(request.county))
    return page_at_home(query, list_id, [(draft_view(each), ("", request.county, each.id)) for each in found])


@router.get(ONE, response_model=MinutesDraftView)
async def get_minutes_draft(identity: Id, request: QueryRequest) -> MinutesDraftView:
    """One draft, with the places to look at before it is circulated."""
    async with request.db.read() as conn:
        found = await follow_ups.draft(conn, identity)
    if found is None:
        raise Rejected("not-found", "No draft of that id waits here.")
    return draft_view(found)


@router.put(ONE, response_model=MinutesDraftView)
async def change_minutes_draft(identity: Id, command: ChangeDraft, request: CommandRequest) -> Response:
    """The draft is as the body says."""
    async with request.command() as tx:
        before = await minuting.lock_draft(tx, identity)
        check_version(tx, before.version)
        return tx.reply(draft_view(await minuting.change(tx, before, command.details(), command.approve_by)))


@router.delete(ONE, status_code=204)
async def discard_minutes_draft(identity: Id, request: CommandRequest) -> Response:
    """Nothing is left of the draft."""
    async with request.command() as tx:
        before = await minuting.lock_draft(tx, identity)
        check_version(tx, before.version)
        await follow_ups.forget_draft(tx.conn, identity)
        return tx.reply(status=204)


@router.post(ONE + "/circulate", status_code=201, response_model=MinutesView)
async def circulate_minutes(identity: Id, command: Circulate, request: CommandRequest) -> Response:
    """The minutes are sent, and a public record in every county. Doubts about the text are to be confirmed."""
    async with request.command() as tx:
        draft = await minuting.lock_draft(tx, identity)
        check_version(tx, draft.version)
        after = await minuting.circulate(tx, draft, confirmed=command.confirmed)
        (view,) = await minutes_views(tx.conn, [after], request.county, tx.context.today)
        return tx.reply(view, location=f"/minutes/{after.state.county}/{after.state.id}")
