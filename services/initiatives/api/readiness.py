"""Municipal readiness over HTTP: each municipality says it of itself, and its county may propose."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from services.initiatives.api import lists
from services.initiatives.api.callers import author_of
from services.initiatives.api.readiness_views import Propose, ReadinessView, SumsView, readiness_view
from services.initiatives.commands import assessing
from services.initiatives.domain import assessing as decisions
from services.initiatives.domain import readiness
from services.initiatives.domain.readiness import HomeReadiness, ReadinessProposal, readiness_id
from services.initiatives.store.home import Kept
from services.initiatives.store.local_work import MOST, READINESS, SHARED_READINESS, SUMS
from shared.contracts import readiness as events
from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER
from shared.contracts.fields import MunicipalityCode
from shared.contracts.readiness import Assessment, Evidence, MunicipalReadiness, ReadinessDetails
from shared.contracts.readiness_codes import Requirement
from shared.contracts.reference import MUNICIPALITIES
from shared.rejected import Rejected
from shared.runtime.aggregates import LIST_START
from shared.runtime.auth import Principal, Role
from shared.runtime.lists import ListQuery, Page
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest, RequestContext
from shared.runtime.resource import Resource, check_version, page_of, view_with_related
from shared.runtime.routes import Router

router = Router()
PATH = "/readiness"
ONE = PATH + "/{municipality}"
OF_REQUIREMENT = ONE + "/{requirement}"
AssessedMunicipality = Annotated[MunicipalityCode, Path(alias="municipality", description="Its SCB code")]
OfRequirement = Annotated[Requirement, Path(alias="requirement")]
_SHARED = Resource(SHARED_READINESS, PATH, ReadinessView)
_SUMS = Resource(SUMS, PATH + "/sums", SumsView)


@router.get(PATH, response_model=Page[ReadinessView])
async def list_readiness(query: Annotated[lists.ReadinessQuery, Query()], request: QueryRequest) -> Response:
    """The readiness of the municipalities of all counties that share it, in Swedish order."""
    counties = await request.freshness(SHARED_READINESS.stream.stream)
    async with request.db.read() as conn:
        bodies, after = await _SHARED.page(conn, request, query, {"share_details": True})
    states = [MunicipalReadiness.model_validate(body, extra="ignore", context=READER) for body in bodies]
    today = request.writer.context.today
    shown = [readiness_view(state, body["version"], today) for state, body in zip(states, bodies, strict=True)]
    return page_of(shown, after, counties)


@router.get(PATH + "/sums", response_model=Page[SumsView])
async def list_readiness_sums(query: Annotated[ListQuery, Query()], request: QueryRequest) -> Response:
    """In how many municipalities of each county each requirement is in place, as far as that can be told."""
    return await _SUMS.list(request, query)


@router.get(PATH + "/at-home", response_model=Page[ReadinessView])
async def list_home_readiness(request: QueryRequest) -> Response:
    """The readiness of this county's municipalities: all for the county, the own one for a municipality."""
    async with request.db.read() as conn:
        found = await READINESS.page(conn, [{}], "", LIST_START, MOST)
    seen = [each for each, _ in found if _sees(request.principal, each.state.municipality)]
    today = request.writer.context.today
    return page_of([readiness_view(each.state, each.version, today) for each in seen], None, [])


@router.get(ONE, response_model=ReadinessView)
async def get_readiness(municipality: AssessedMunicipality, request: QueryRequest) -> Response:
    """The readiness of a municipality: of this county if the caller may see it, of any county if it is shared."""
    kept = await _found(request, municipality)
    return view_with_related(kept.version, readiness_view(kept.state, kept.version, request.writer.context.today))


@router.put(ONE, response_model=ReadinessView)
async def change_readiness(
    municipality: AssessedMunicipality, details: ReadinessDetails, request: CommandRequest
) -> Response:
    """Who leads the work in the municipality, and whether all counties see what is in place there."""
    async with request.command() as tx:
        before = await _lock_own(tx, municipality, request)
        after = readiness.change(details, before.state)
        return _reply(tx, await assessing.save(tx, before, after, events.ReadinessShared))


@router.put(OF_REQUIREMENT, response_model=ReadinessView)
async def assess_requirement(
    municipality: AssessedMunicipality, requirement: OfRequirement, assessment: Assessment, request: CommandRequest
) -> Response:
    """The municipality says how far it is with a requirement. It replaces what was said before."""
    async with request.command() as tx:
        before = await _lock_own(tx, municipality, request)
        after = decisions.assess(requirement, assessment, before.state, _function(request.principal), tx.context)
        return _reply(tx, await assessing.save(tx, before, after, events.ReadinessRequirementAssessed))


@router.post(OF_REQUIREMENT + "/evidence", response_model=ReadinessView)
async def record_evidence(
    municipality: AssessedMunicipality, requirement: OfRequirement, evidence: Evidence, request: CommandRequest
) -> Response:
    """The municipality has something more to show for a requirement."""
    async with request.command() as tx:
        before = await _lock_own(tx, municipality, request)
        by = _function(request.principal)
        after = decisions.record_evidence(requirement, evidence, before.state, by, tx.context)
        return _reply(tx, await assessing.save(tx, before, after, events.ReadinessEvidenceRecorded))


@router.post(OF_REQUIREMENT + "/propose", response_model=ReadinessView)
async def propose_assessment(
    municipality: AssessedMunicipality, requirement: OfRequirement, command: Propose, request: CommandRequest
) -> Response:
    """The county says what it thinks of a requirement. Nothing changes before the municipality says so."""
    async with request.command() as tx:
        before = await _lock(tx, municipality)
        proposal = ReadinessProposal(
            requirement=requirement, status=command.status, text=command.text, proposed_on=tx.context.today
        )
        after = readiness.propose(proposal, before.state)
        return _reply(tx, await assessing.save(tx, before, after, events.ReadinessShared))


@router.post(OF_REQUIREMENT + "/dismiss", response_model=ReadinessView)
async def dismiss_proposal(
    municipality: AssessedMunicipality, requirement: OfRequirement, request: CommandRequest
) -> Response:
    """The municipality does not follow what the county proposes."""
    async with request.command() as tx:
        before = await _lock_own(tx, municipality, request)
        after = readiness.dismiss(requirement, before.state)
        return _reply(tx, await assessing.save(tx, before, after, events.ReadinessShared))


async def _found(request: RequestContext, municipality: str) -> Kept[HomeReadiness | MunicipalReadiness]:
    county = next((each for each in request.writer.counties if municipality.startswith(each.code)), None)
    if county is None or municipality not in MUNICIPALITIES:
        raise SHARED_READINESS.not_found()
    async with request.db.read() as conn:
        if county.name == request.county and _sees(request.principal, municipality):
            at_home = await READINESS.find_home(conn, readiness_id(municipality))
            return at_home or Kept(readiness.begin(municipality, request.writer.context), 0)
        shared = await SHARED_READINESS.find(conn, county.name, readiness_id(municipality))
    if shared is None or not shared.state.share_details:
        raise SHARED_READINESS.not_found()
    return Kept(shared.state, shared.version)


def _sees(principal: Principal, municipality: str) -> bool:
    """Whether the caller sees what a municipality of this county has not shared."""
    of_county = not principal.roles.isdisjoint({Role.COUNTY_COORDINATOR, Role.READER})
    return of_county or author_of(principal).municipality == municipality


async def _lock_own(tx: CommandTransaction, municipality: str, request: RequestContext) -> Kept[HomeReadiness]:
    """The readiness of the caller's own municipality; Rejected if it is another's."""
    if author_of(request.principal).municipality != municipality:
        raise Rejected("forbidden", "A municipality's own coordinator says what is in place there, and nobody else.")
    return await _lock(tx, municipality)


async def _lock(tx: CommandTransaction, municipality: str) -> Kept[HomeReadiness]:
    """The readiness in the version of If-Match, which may be left out where nothing was said yet."""
    before = await assessing.lock(tx, municipality)
    if before.version or tx.expected_version is not None:
        check_version(tx, before.version)
    return before


def _function(principal: Principal) -> FunctionCode:
    return author_of(principal).function or FunctionCode.MUNICIPAL_COORDINATOR


def _reply(tx: CommandTransaction, kept: Kept[HomeReadiness]) -> Response:
    return tx.reply(readiness_view(kept.state, kept.version, tx.context.today))
