"""Support over HTTP: a municipality asks for it, and its county offers, gives or declines."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import computed_field
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.initiatives.api import lists
from services.initiatives.api.callers import author_of
from services.initiatives.domain import support
from services.initiatives.domain.authors import LocalAuthor, check_municipalities, not_theirs
from services.initiatives.domain.readiness_life import ReadinessCause
from services.initiatives.store.local_work import SUPPORT_REQUESTS
from shared.contracts.prose import Statement
from shared.contracts.reference.readiness import TERMS
from shared.contracts.support_requests import SupportDetails, SupportRequest
from shared.runtime.aggregates import Stored
from shared.runtime.lists import Page
from shared.runtime.models import RequestModel, Versioned
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = "/support-requests"
ONE = PATH + "/{county}/{id}"


class AnswerSupport(RequestModel):
    """The county's words. Whoever declines says why."""

    text: Statement | None = None


class SupportView(Versioned, SupportRequest):
    """A request for support in its version, which is also its ETag."""

    @computed_field
    def swedish(self) -> str:
        """Form and status in Swedish."""
        words = (TERMS["SupportForm"].get(self.form), TERMS["SupportStatus"].get(self.status))
        return ", ".join(word.swedish for word in words if word)


_REQUESTS = Resource(SUPPORT_REQUESTS, PATH, SupportView)


@router.post(PATH, status_code=201, response_model=SupportView)
async def ask_for_support(details: SupportDetails, request: CommandRequest) -> Response:
    """The county is asked for support. All counties see what for."""
    async with request.command() as tx:
        check_municipalities(details.municipalities, author_of(request.principal), tx.context)
        after = await _REQUESTS.insert(tx, support.ask(details, uuid7(), tx.context))
        return tx.reply(_REQUESTS.view(after), location=_REQUESTS.location(after.state))


@router.get(PATH, response_model=Page[SupportView])
async def list_support_requests(query: Annotated[lists.SupportQuery, Query()], request: QueryRequest) -> Response:
    """The requests for support in all counties, the newest first."""
    return await _REQUESTS.list(request, query)


@router.get(ONE, response_model=SupportView)
async def get_support_request(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One request for support, of whatever county."""
    return await _REQUESTS.read(request, county, identity)


@router.put(ONE, response_model=SupportView)
async def change_support_request(
    county: Owner, identity: Id, details: SupportDetails, request: CommandRequest
) -> Response:
    """The municipality asks for something else, while the county has not answered."""
    async with request.command() as tx:
        author = author_of(request.principal)
        before = await _lock_own(tx, county, identity, author)
        check_municipalities(details.municipalities, author, tx.context)
        after = await _REQUESTS.update(tx, before, support.change(details, before.state, tx.context))
        return tx.reply(_REQUESTS.view(after))


@router.post(ONE + "/take-back", response_model=SupportView)
async def take_back_support_request(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The municipality needs no support any more."""
    async with request.command() as tx:
        before = await _lock_own(tx, county, identity, author_of(request.principal))
        event = support.answer(ReadinessCause.TAKEN_BACK, None, before.state, tx.context)
        return tx.reply(_REQUESTS.view(await _REQUESTS.update(tx, before, event)))


@router.post(ONE + "/offer", response_model=SupportView)
async def offer_support(county: Owner, identity: Id, command: AnswerSupport, request: CommandRequest) -> Response:
    """The county offers support."""
    async with request.command() as tx:
        return await _answer(tx, county, identity, ReadinessCause.OFFERED, command)


@router.post(ONE + "/provide", response_model=SupportView)
async def provide_support(county: Owner, identity: Id, command: AnswerSupport, request: CommandRequest) -> Response:
    """The county has given support."""
    async with request.command() as tx:
        return await _answer(tx, county, identity, ReadinessCause.PROVIDED, command)


@router.post(ONE + "/decline", response_model=SupportView)
async def decline_support(county: Owner, identity: Id, command: AnswerSupport, request: CommandRequest) -> Response:
    """The county gives no support, and says why."""
    async with request.command() as tx:
        return await _answer(tx, county, identity, ReadinessCause.DECLINED, command)


async def _answer(
    tx: CommandTransaction, county: str, identity: UUID, cause: ReadinessCause, command: AnswerSupport
) -> Response:
    before = await _REQUESTS.lock(tx, county, identity)
    event = support.answer(cause, command.text, before.state, tx.context)
    return tx.reply(_REQUESTS.view(await _REQUESTS.update(tx, before, event)))


async def _lock_own(tx: CommandTransaction, county: str, identity: UUID, author: LocalAuthor) -> Stored[SupportRequest]:
    before = await _REQUESTS.lock(tx, county, identity)
    if author.municipality not in before.state.municipalities:
        raise not_theirs(author)
    return before
