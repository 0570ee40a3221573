"""The cooperation process over HTTP: a municipality, or a group of them, and the police go five steps."""

from typing import Annotated

from fastapi import Query
from pydantic import computed_field
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.initiatives.api import lists
from services.initiatives.api.callers import author_of
from services.initiatives.commands import cooperating
from services.initiatives.domain import processes
from services.initiatives.domain.authors import check_municipalities
from services.initiatives.store.local_work import PROCESSES
from shared.contracts.cooperation_processes import CooperationProcess, Milestone, ProcessDetails, SignedAgreement
from shared.contracts.prose import Statement
from shared.contracts.readiness_codes import ProcessStep
from shared.contracts.reference.readiness import TERMS
from shared.runtime.lists import Page
from shared.runtime.models import RequestModel, Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = "/cooperation-processes"
ONE = PATH + "/{county}/{id}"


class StepBack(RequestModel):
    """The earlier step to go back to, and why."""

    step: ProcessStep
    reason: Statement


class ProcessView(Versioned, CooperationProcess):
    """A cooperation process in its version, which is also its ETag."""

    @computed_field
    def swedish(self) -> str:
        """The step in Swedish."""
        word = TERMS["ProcessStep"].get(self.step)
        return word.swedish if word else ""

    @computed_field
    def lacks(self) -> list[str]:
        """Codes of the milestones that the step asks for and has not, and AGREEMENT."""
        return processes.lacking(self)


_PROCESSES = Resource(PROCESSES, PATH, ProcessView)


@router.post(PATH, status_code=201, response_model=ProcessView)
async def start_process(details: ProcessDetails, request: CommandRequest) -> Response:
    """The cooperation is initiated, and all counties see how far it is."""
    async with request.command() as tx:
        check_municipalities(details.municipalities, author_of(request.principal), tx.context)
        after = await _PROCESSES.insert(tx, processes.start(details, uuid7(), tx.context))
        return tx.reply(_PROCESSES.view(after), location=_PROCESSES.location(after.state))


@router.get(PATH, response_model=Page[ProcessView])
async def list_processes(query: Annotated[lists.ProcessQuery, Query()], request: QueryRequest) -> Response:
    """The cooperation processes of all counties, in Swedish order."""
    return await _PROCESSES.list(request, query)


@router.get(ONE, response_model=ProcessView)
async def get_process(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One cooperation process, of whatever county."""
    return await _PROCESSES.read(request, county, identity)


@router.put(ONE, response_model=ProcessView)
async def change_process(county: Owner, identity: Id, details: ProcessDetails, request: CommandRequest) -> Response:
    """It is called so, and of these municipalities; these stay once an agreement is signed."""
    async with request.command() as tx:
        author = author_of(request.principal)
        before = await cooperating.lock(tx, _PROCESSES, county, identity, author)
        check_municipalities(details.municipalities, author, tx.context)
        after = await _PROCESSES.update(tx, before, processes.change(details, before.state))
        return tx.reply(_PROCESSES.view(after))


@router.post(ONE + "/milestones", response_model=ProcessView)
async def record_milestone(county: Owner, identity: Id, milestone: Milestone, request: CommandRequest) -> Response:
    """Something that a step asks for was done on that day."""
    async with request.command() as tx:
        before = await cooperating.lock(tx, _PROCESSES, county, identity, author_of(request.principal))
        after = await _PROCESSES.update(tx, before, processes.record(milestone, before.state, tx.context))
        return tx.reply(_PROCESSES.view(after))


@router.post(ONE + "/agreement", response_model=ProcessView)
async def sign_agreement(county: Owner, identity: Id, agreement: SignedAgreement, request: CommandRequest) -> Response:
    """The agreement is signed. The readiness of each of its municipalities shows it as evidence for 9 § (R7)."""
    async with request.command() as tx:
        before = await cooperating.lock(tx, _PROCESSES, county, identity, author_of(request.principal))
        return tx.reply(_PROCESSES.view(await cooperating.sign(tx, before, agreement)))


@router.post(ONE + "/step", response_model=ProcessView)
async def step_on(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The next step, once all is done that the present one asks for; after the last one the first again."""
    async with request.command() as tx:
        before = await cooperating.lock(tx, _PROCESSES, county, identity, author_of(request.principal))
        after = await _PROCESSES.update(tx, before, processes.step_on(before.state, tx.context))
        return tx.reply(_PROCESSES.view(after))


@router.post(ONE + "/back", response_model=ProcessView)
async def step_back(county: Owner, identity: Id, command: StepBack, request: CommandRequest) -> Response:
    """An earlier step, for a reason: what it asks for, and later steps, is to be done anew."""
    async with request.command() as tx:
        before = await cooperating.lock(tx, _PROCESSES, county, identity, author_of(request.principal))
        event = processes.step_back(before.state, command.step, command.reason, tx.context)
        return tx.reply(_PROCESSES.view(await _PROCESSES.update(tx, before, event)))


@router.post(ONE + "/end", response_model=ProcessView)
async def end_process(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The process is not gone on with. It stays readable."""
    async with request.command() as tx:
        before = await cooperating.lock(tx, _PROCESSES, county, identity, author_of(request.principal))
        after = await _PROCESSES.update(tx, before, processes.end(before.state))
        return tx.reply(_PROCESSES.view(after))
