"""Joint measures over HTTP: one municipality leads, and each other one joins by its own answer."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.initiatives.api import lists
from services.initiatives.api.callers import author_of
from services.initiatives.api.measure_views import FollowUpMeasure
from services.initiatives.commands import joining
from services.initiatives.commands.measuring import picture_of
from services.initiatives.domain import joint_measures
from services.initiatives.domain.joint_measures import GivenJointAnswer, reference_of
from services.initiatives.store.joint_measures import JOINTS, answers_to
from shared.contracts.asking import Reference
from shared.contracts.initiative_codes import JoinVerdict
from shared.contracts.joint_measures import JointAnswer, JointMeasure
from shared.contracts.measures import MeasurePlan
from shared.runtime.aggregates import Stored
from shared.runtime.lists import Page
from shared.runtime.models import Versioned
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest
from shared.runtime.resource import Id, Owner, Resource, page_of, view_with_related
from shared.runtime.routes import Router

router = Router()
PATH = "/joint-measures"
ONE = PATH + "/{county}/{id}"


class ProposeJointMeasure(MeasurePlan):
    """The plan. ``confirmed``: somebody has looked at the doubts about its text, and finds nobody suspected."""

    confirmed: bool = False

    def plan(self) -> MeasurePlan:
        """The content alone."""
        return MeasurePlan(**{name: getattr(self, name) for name in MeasurePlan.model_fields})


class JointMeasureView(Versioned, JointMeasure):
    """A joint measure in its version, which is also its ETag."""


class JointAnswerView(BaseModel):
    """The answer of a municipality. It counts while ``revision`` is the plan's."""

    municipality: str
    county: str
    verdict: JoinVerdict
    revision: int


class AnsweredJointMeasure(JointMeasureView):
    """A joint measure with the answers that this county has received."""

    answers: list[JointAnswerView]


JOINT = Resource(JOINTS, PATH, JointMeasureView)
ANSWERED = Resource(JOINTS, PATH, AnsweredJointMeasure)


@router.post(PATH, status_code=201, response_model=JointMeasureView)
async def propose_joint_measure(command: ProposeJointMeasure, request: CommandRequest) -> Response:
    """The caller's municipality leads, and the others are asked. All counties see it."""
    async with request.command() as tx:
        picture, author = await picture_of(tx, command.picture), author_of(request.principal)
        event = joint_measures.propose(
            command.plan(), uuid7(), picture, author, tx.context, confirmed=command.confirmed
        )
        after = await JOINT.insert(tx, event)
        return tx.reply(JOINT.view(after), location=JOINT.location(after.state))


@router.get(PATH, response_model=Page[AnsweredJointMeasure])
async def list_joint_measures(query: Annotated[lists.JointQuery, Query()], request: QueryRequest) -> Response:
    """The joint measures of all counties, in Swedish order, each with the answers that have come here."""
    counties = await request.freshness(JOINTS.stream.stream)
    async with request.db.read() as conn:
        bodies, after = await ANSWERED.page(conn, request, query)
        answers = await answers_to(conn, [Reference(county=each["county"], id=each["id"]) for each in bodies])
    items = [ANSWERED.shown({**body, "answers": _shown(of)}) for body, of in zip(bodies, answers.values(), strict=True)]
    return page_of(items, after, counties)


@router.get(ONE, response_model=AnsweredJointMeasure)
async def get_joint_measure(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One joint measure, of whatever county, with the answers that have come here."""
    async with request.db.read() as conn:
        stored = await JOINT.known(conn, request, county, identity)
        (answers,) = (await answers_to(conn, [reference_of(stored.state)])).values()
    return view_with_related(stored.version, ANSWERED.view(stored, answers=_shown(answers)))


@router.put(ONE, response_model=JointMeasureView)
async def change_joint_measure(
    county: Owner, identity: Id, command: ProposeJointMeasure, request: CommandRequest
) -> Response:
    """The plan says what the body says, and all are asked anew."""
    async with request.command() as tx:
        picture = await picture_of(tx, command.picture)
        before = await joining.lock(tx, county, identity, author_of(request.principal))
        after = joint_measures.change(command.plan(), before.state, picture, tx.context, confirmed=command.confirmed)
        return await _write(tx, before, after)


@router.post(ONE + "/answer", response_model=JointMeasureView, openapi_extra=LOCKS_NO_VERSION)
async def answer_joint_measure(
    county: Owner, identity: Id, given: GivenJointAnswer, request: CommandRequest
) -> Response:
    """The caller's municipality joins, or does not. It is shown as joined once the county of the lead has heard it."""
    async with request.command() as tx:
        joint = await joining.answer(tx, county, identity, given, author_of(request.principal))
        return tx.reply(JOINT.view(joint))


@router.post(ONE + "/start", response_model=JointMeasureView)
async def start_joint_measure(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The measure is under way, with those that have joined."""
    async with request.command() as tx:
        before = await joining.lock(tx, county, identity, author_of(request.principal))
        return await _write(tx, before, joint_measures.start(before.state))


@router.post(ONE + "/follow-up", response_model=JointMeasureView)
async def follow_up_joint_measure(
    county: Owner, identity: Id, command: FollowUpMeasure, request: CommandRequest
) -> Response:
    """It is said how the measure goes: green, yellow or red."""
    async with request.command() as tx:
        before = await joining.lock(tx, county, identity, author_of(request.principal))
        after = joint_measures.follow_up(command.follow_up(), before.state, tx.context, confirmed=command.confirmed)
        return await _write(tx, before, after)


@router.post(ONE + "/finish", response_model=JointMeasureView)
async def finish_joint_measure(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The measure has been taken."""
    async with request.command() as tx:
        before = await joining.lock(tx, county, identity, author_of(request.principal))
        return await _write(tx, before, joint_measures.finish(before.state))


@router.post(ONE + "/stop", response_model=JointMeasureView)
async def stop_joint_measure(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The measure is not taken any more. It stays readable."""
    async with request.command() as tx:
        before = await joining.lock(tx, county, identity, author_of(request.principal))
        return await _write(tx, before, joint_measures.stop(before.state))


def _shown(answers: Iterable[JointAnswer]) -> list[JointAnswerView]:
    return [JointAnswerView(**{name: getattr(each, name) for name in JointAnswerView.model_fields}) for each in answers]


async def _write(tx: CommandTransaction, before: Stored[JointMeasure], after: JointMeasure | None) -> Response:
    return tx.reply(JOINT.view(await JOINT.update(tx, before, after)))
