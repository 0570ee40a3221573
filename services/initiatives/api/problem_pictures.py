"""Problem pictures over HTTP: a municipality and the police write them, and release them to all counties."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.initiatives.api import lists
from services.initiatives.api.at_home import list_at_home
from services.initiatives.api.callers import author_of, coordinates_county
from services.initiatives.api.picture_views import (
    ChangePicture,
    ConfirmText,
    MergePictures,
    PictureView,
    RevisedPictures,
    RevisedPictureView,
    picture_view,
)
from services.initiatives.commands import merging
from services.initiatives.commands.locking import lock
from services.initiatives.domain import pictures
from services.initiatives.domain.pictures import AnyPicture
from services.initiatives.store import pictures as store
from services.initiatives.store.home import Kept
from services.initiatives.store.pictures import PICTURES
from shared.contracts.initiative_codes import PictureStatus
from shared.contracts.problem_pictures import PictureDetails, ProblemPicture
from shared.runtime.idempotency import reply_of
from shared.runtime.lists import Page
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest
from shared.runtime.resource import Id, Owner, Resource, check_county
from shared.runtime.routes import Router

router = Router()
PATH = "/problem-pictures"
ONE = PATH + "/{county}/{id}"
RELEASED = Resource(PICTURES.shared, PATH, PictureView)
RIPE = [each for each in PictureStatus.codes() if each != PictureStatus.DRAFT]


@router.post(PATH, status_code=201, response_model=PictureView)
async def begin_picture(details: PictureDetails, request: CommandRequest) -> Response:
    """The picture is a draft, which its municipalities and the police of this county see."""
    async with request.command() as tx:
        draft = pictures.begin(details, uuid7(), author_of(request.principal), tx.context)
        after = await PICTURES.write(tx, None, draft)
        return tx.reply(picture_view(after), location=f"{PATH}/{draft.county}/{draft.id}")


@router.get(PATH, response_model=Page[PictureView])
async def list_pictures(query: Annotated[lists.PictureQuery, Query()], request: QueryRequest) -> Response:
    """The released pictures of all counties, in Swedish order."""
    return await RELEASED.list(request, query)


@router.get(PATH + "/at-home", response_model=Page[PictureView])
async def list_home_pictures(query: Annotated[lists.PictureQuery, Query()], request: QueryRequest) -> Response:
    """The pictures of this county that are not released, as far as the caller may see them, in Swedish order."""
    return await list_at_home(request, query, PATH + "/at-home", PICTURES, RIPE, picture_view)


@router.get(PATH + "/revised", response_model=RevisedPictures)
async def list_revised_pictures(request: QueryRequest) -> Response:
    """The released pictures in which the caller writes, and that another municipality or the police have revised."""
    author = author_of(request.principal)
    async with request.db.read() as conn:
        found = await store.unread_revisions(conn, request.county)
    items = [
        RevisedPictureView(title=picture.title, **asdict(each))
        for each, picture in found
        if pictures.is_to_read(picture, each.municipality, author)
    ]
    return reply_of(RevisedPictures(items=items)).response()


@router.get(ONE, response_model=PictureView)
async def get_picture(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One picture: a released one of whatever county, or one of this county that the caller may see."""
    check_county(request.writer, county, "not-found")
    async with request.db.read() as conn:
        kept = await PICTURES.find(conn, request.county, county, identity)
    author, of_county = author_of(request.principal), coordinates_county(request.principal)
    if kept is None or not pictures.sees(kept.state, author, county=of_county):
        raise PICTURES.shared.not_found()
    return reply_of(picture_view(kept)).response()


@router.put(ONE, response_model=PictureView)
async def change_picture(county: Owner, identity: Id, command: ChangePicture, request: CommandRequest) -> Response:
    """The picture says what the body says. What was agreed on is to be agreed on anew, what was released is revised."""
    async with request.command() as tx:
        author = author_of(request.principal)
        before = await lock(tx, PICTURES, county, identity, author)
        after = pictures.change(command.details(), before.state, author, tx.context, confirmed=command.confirmed)
        if isinstance(after, ProblemPicture):
            await store.tell_of_revision(tx.conn, after.id, author.municipality, tx.context.now)
        return await _write(tx, before, after)


@router.post(ONE + "/contribute", response_model=PictureView)
async def contribute_to_picture(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The caller stands behind the picture as it is."""
    async with request.command() as tx:
        author = author_of(request.principal)
        before = await lock(tx, PICTURES, county, identity, author)
        return await _write(tx, before, pictures.contribute(before.state, author))


@router.post(ONE + "/revision-read", status_code=204)
async def read_revision(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The caller's municipality, or the police, have read what another has written, in the version of If-Match."""
    author = author_of(request.principal)
    async with request.command() as tx:
        await lock(tx, PICTURES, county, identity, author)
        await store.revision_read(tx.conn, identity, author.municipality)
        return tx.reply(status=204)


@router.post(ONE + "/own", response_model=PictureView)
async def own_picture(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The picture is the own one, and the coordinator of the county sees it."""
    async with request.command() as tx:
        before = await lock(tx, PICTURES, county, identity, author_of(request.principal))
        return await _write(tx, before, pictures.own(before.state))


@router.post(ONE + "/merge", response_model=PictureView)
async def merge_pictures(county: Owner, identity: Id, command: MergePictures, request: CommandRequest) -> Response:
    """The picture has all that is in the others, which are archived."""
    async with request.command() as tx:
        merged = await merging.merge(tx, county, identity, command.pictures, author_of(request.principal))
        return tx.reply(picture_view(merged))


@router.post(ONE + "/prioritise", response_model=PictureView)
async def prioritise_picture(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The picture is one to work with; it has a priority."""
    async with request.command() as tx:
        before = await lock(tx, PICTURES, county, identity, author_of(request.principal))
        return await _write(tx, before, pictures.prioritise(before.state))


@router.post(ONE + "/analyse", response_model=PictureView)
async def analyse_picture(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The analysis is done: it says something about offender, target and guardian, and names a cause."""
    async with request.command() as tx:
        before = await lock(tx, PICTURES, county, identity, author_of(request.principal))
        return await _write(tx, before, pictures.analyse(before.state))


@router.post(ONE + "/agree", response_model=PictureView)
async def agree_on_picture(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """A municipality and the police, who both stand behind it as it is, agree on the picture."""
    async with request.command() as tx:
        author = author_of(request.principal)
        before = await lock(tx, PICTURES, county, identity, author)
        return await _write(tx, before, pictures.agree(before.state, author))


@router.post(ONE + "/release", response_model=PictureView)
async def release_picture(county: Owner, identity: Id, command: ConfirmText, request: CommandRequest) -> Response:
    """All counties see the picture. Doubts about its text are to be confirmed."""
    async with request.command() as tx:
        before = await lock(tx, PICTURES, county, identity, author_of(request.principal))
        return await _write(tx, before, pictures.release(before.state, confirmed=command.confirmed))


@router.post(ONE + "/archive", response_model=PictureView)
async def archive_picture(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The picture is not worked with any more. It stays where it is seen."""
    async with request.command() as tx:
        before = await lock(tx, PICTURES, county, identity, author_of(request.principal))
        await store.forget_revision(tx.conn, identity)
        return await _write(tx, before, pictures.archive(before.state))


async def _write(tx: CommandTransaction, before: Kept[AnyPicture], after: AnyPicture | None) -> Response:
    return tx.reply(picture_view(await PICTURES.write(tx, before, after)))
