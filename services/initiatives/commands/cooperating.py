"""A cooperation process is signed, and so 9 § is fulfilled in each of its municipalities."""

from uuid import UUID

from services.initiatives.commands import assessing
from services.initiatives.domain import assessing as decisions
from services.initiatives.domain import processes
from services.initiatives.domain.authors import LocalAuthor, not_theirs
from services.initiatives.store.local_work import PROCESSES
from shared.contracts.codes import FunctionCode
from shared.contracts.cooperation_processes import CooperationProcess, SignedAgreement
from shared.contracts.readiness import ReadinessEvidenceRecorded
from shared.runtime.aggregates import Stored
from shared.runtime.request import CommandTransaction
from shared.runtime.resource import Resource


async def lock(
    tx: CommandTransaction, resource: Resource[CooperationProcess], county: str, identity: UUID, author: LocalAuthor
) -> Stored[CooperationProcess]:
    """The process in the version of If-Match; Rejected if the author is of none of its municipalities."""
    before = await resource.lock(tx, county, identity)
    if not author.writes_for(before.state.municipalities):
        raise not_theirs(author)
    return before


async def sign(
    tx: CommandTransaction, before: Stored[CooperationProcess], agreement: SignedAgreement
) -> Stored[CooperationProcess]:
    """The agreement is signed. The caller has locked ``before``."""
    after = await PROCESSES.update(tx, before, processes.sign(agreement, before.state, tx.context))
    shown = processes.as_evidence(after.state)
    by = FunctionCode.MUNICIPAL_COORDINATOR
    for municipality in after.state.municipalities:
        readiness = await assessing.lock(tx, municipality)
        decided = decisions.sign(shown, readiness.state, by, tx.context)
        await assessing.save(tx, readiness, decided, ReadinessEvidenceRecorded)
    return after
