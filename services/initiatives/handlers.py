"""Which events and which due kinds lead to which command. What other counties have released are rows beside its own."""

from services.initiatives.commands import joining
from services.initiatives.commands.assessing import look
from services.initiatives.commands.est_closing import close_area, tidy_est
from services.initiatives.store import measures as store
from services.initiatives.store.est import CLOSE, EST_STREAM
from services.initiatives.store.joint_measures import JOINT_STREAM
from services.initiatives.store.knowledge import RESOURCES_STREAM
from services.initiatives.store.lessons import LESSONS_STREAM
from services.initiatives.store.local_work import LOCAL_WORK, LOOK
from services.initiatives.store.measures import MEASURES, MEASURES_STREAM
from services.initiatives.store.pictures import PICTURES, PICTURES_STREAM
from shared.contracts import (
    cooperation_processes,
    est,
    joint_measures,
    knowledge,
    lessons,
    measures,
    problem_pictures,
    readiness,
    support_requests,
)
from shared.messaging.handlers import Handler, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received


async def hear(tx: Transaction, received: Received) -> None:
    """Own measures that follow another county's are told when it goes otherwise."""
    model = received.event
    assert isinstance(model, measures.Measure)
    await store.hear(tx.conn, model, tx.context.now)


async def join(tx: Transaction, received: Received) -> None:
    """An own joint measure was answered in another county. Of others' joint measures their county hears it."""
    answer = received.event
    assert isinstance(answer, joint_measures.JointAnswer)
    if answer.joint.county == tx.writer.county:
        await joining.hear(tx, answer)


HANDLERS: tuple[Handler, ...] = (
    PICTURES_STREAM.handler(problem_pictures.EVENTS, PICTURES.project),
    LOCAL_WORK.handler(cooperation_processes.EVENTS + readiness.EVENTS + support_requests.EVENTS),
    MEASURES_STREAM.handler(measures.EVENTS, MEASURES.project),
    LESSONS_STREAM.handler(lessons.EVENTS),
    RESOURCES_STREAM.handler(knowledge.EVENTS),
    EST_STREAM.handler(est.EVENTS),
    JOINT_STREAM.handler(joint_measures.EVENTS),
    Reaction("join", (joint_measures.JointAnswerGiven,), join, answers=True),
    Reaction("hear-model", measures.EVENTS, hear, answers=True),
)

JOBS = {LOOK: look, CLOSE: close_area, "est-tidy": tidy_est}
