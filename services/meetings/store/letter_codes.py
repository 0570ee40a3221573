"""The codes of letters that can be answered by mail: what each was about, and to which mailbox it went."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from shared.contracts.asking import Reference
from shared.runtime.db import Connection

_SAVE = """
    INSERT INTO letter_codes (digest, mailbox, county, about, epoch, version, approver, written_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


@dataclass(frozen=True, slots=True)
class CodedLetter:
    """A letter about one version of an action item, or of minutes with the ``approver`` that it asks."""

    mailbox: str
    about: Reference
    epoch: int
    version: int
    approver: UUID | None


async def save(conn: Connection, code: str, letter: CodedLetter, at: datetime) -> None:
    """The letter has this code. Only its digest is kept."""
    about = (letter.about.county, letter.about.id, letter.epoch, letter.version)
    await conn.execute(_SAVE, _digest(code), letter.mailbox, *about, letter.approver, at)


async def find(conn: Connection, code: str) -> CodedLetter | None:
    """The letter of that code; None if there is none, or not any more."""
    row = await conn.fetchrow("SELECT * FROM letter_codes WHERE digest = $1", _digest(code))
    if row is None:
        return None
    about = Reference(county=row["county"], id=row["about"])
    return CodedLetter(row["mailbox"], about, row["epoch"], row["version"], row["approver"])


async def forget_before(conn: Connection, before: datetime) -> None:
    """Letters that were written before then can be answered by mail no more."""
    await conn.execute("DELETE FROM letter_codes WHERE written_at < $1", before)


def _digest(code: str) -> bytes:
    return sha256(code.encode()).digest()
