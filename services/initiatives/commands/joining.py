"""Municipalities agree on a joint measure: one is asked and answers, the county of the lead hears the answer."""

from uuid import UUID

from services.initiatives.domain import joint_measures
from services.initiatives.domain.authors import LocalAuthor
from services.initiatives.domain.joint_measures import GivenJointAnswer, answer_id, check_lead
from services.initiatives.store.joint_measures import JOINT_ANSWERS, JOINTS
from shared.contracts.asking import Reference
from shared.contracts.joint_measures import JointAnswer, JointMeasure
from shared.links import identity as database
from shared.messaging.outbox import Transaction
from shared.runtime.aggregates import Stored
from shared.runtime.request import CommandTransaction
from shared.runtime.resource import check_owner, check_version


async def lock(tx: CommandTransaction, owner: str, identity: UUID, author: LocalAuthor) -> Stored[JointMeasure]:
    """The lead's joint measure in the version of If-Match; nobody else changes it before this transaction ends."""
    check_owner(tx.writer, owner)
    before = await JOINTS.find(tx.conn, owner, identity, lock=True)
    if before is None:
        raise JOINTS.not_found()
    check_lead(before.state, author)
    check_version(tx, before.version)
    return before


async def answer(
    tx: Transaction, county: str, identity: UUID, given: GivenJointAnswer, author: LocalAuthor
) -> Stored[JointMeasure]:
    """The author's municipality has answered; gives the joint measure as this county knows it then."""
    own, joint = tx.writer.county, await JOINTS.find(tx.conn, county, identity, lock=True)
    if joint is None:
        raise JOINTS.not_found()
    reference = Reference(county=county, id=identity)
    before = await JOINT_ANSWERS.find(tx.conn, own, answer_id(reference, author.municipality or ""), lock=True)
    seen = (0 if county == own else joint.epoch), joint.version
    event = joint_measures.answer(given, joint.state, seen, before.state if before else None, author, own)
    if event is None:
        return joint
    written = await JOINT_ANSWERS.update(tx, before, event)
    return await _heard(tx, joint, written.state) if county == own else joint


async def hear(tx: Transaction, answer: JointAnswer) -> None:
    """An answer of another county to a joint measure of this one has come."""
    joint = await JOINTS.find(tx.conn, tx.writer.county, answer.joint.id, lock=True)
    if joint is not None:
        await _heard(tx, joint, answer)


async def _heard(tx: Transaction, joint: Stored[JointMeasure], answer: JointAnswer) -> Stored[JointMeasure]:
    epoch = await database.epoch(tx.conn)
    return await JOINTS.update(tx, joint, joint_measures.hear(answer, joint.state, epoch, tx.context))
