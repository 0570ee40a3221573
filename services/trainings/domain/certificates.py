"""Certificates: issued by the home county after the host has recorded who came.

The code is random, and the participant and the home county alone have it. On the topic is its digest, so that a
certificate can be checked in every county, without a name and without the code being known there before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from services.trainings.domain.ids import ALPHABET, certificate_id, spelled
from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.enrolments import Certificate, CertificateExpired, CertificateIssued, CertificateRevoked, Seat
from shared.contracts.training_codes import CertificateStatus, SeatState
from shared.contracts.trainings import Occasion, Training
from shared.rejected import Rejected

SIGNS = 10
POSSIBLE = len(ALPHABET) ** SIGNS
"""How many codes there are. A code is made from a random number below it."""

_READ_AS = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class Attended:
    """A participant's seat as the host has answered, and at what it was."""

    seat: Seat
    occasion: Occasion
    training: Training


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate in the open check: whether it counts, for what, and when that was. Never whose it is."""

    valid: bool
    title: str
    held_on: date
    valid_until: date


def code_from(number: int) -> str:
    """The code of a random number, as in `K7M2Q9XW3T`."""
    return spelled(number, SIGNS)


def fingerprint(code: str) -> str:
    """The digest of a code as a person may write it: in small letters, with spaces and hyphens, O for 0."""
    plain = re.sub(r"[\s-]", "", code).upper().translate(_READ_AS)
    return sha256(plain.encode()).hexdigest()


def issue(
    attended: Attended, before: Certificate | None, code: str, issued_by: FunctionCode, context: DecisionContext
) -> CertificateIssued | None:
    """The participant has a certificate with this code; None if it has a valid one already."""
    seat, occasion, training = attended.seat, attended.occasion, attended.training
    if seat.state is not SeatState.ATTENDED:
        raise Rejected("not-attended", f"{occasion.county} has not recorded that {seat.participant} came")
    if before is not None and counts(before):
        return None
    reference = Reference(county=occasion.county, id=occasion.id)
    held_on = context.calendar.day_of(occasion.starts_at)
    return CertificateIssued(
        id=certificate_id(reference, seat.participant),
        county=context.county.name,
        occasion=reference,
        participant=seat.participant,
        fingerprint=fingerprint(code),
        title=training.title,
        level=training.level,
        routine_version=training.routine_version,
        held_on=held_on,
        minutes=(occasion.ends_at - occasion.starts_at) // timedelta(minutes=1),
        issued_by=issued_by,
        valid_until=context.calendar.months_after(held_on, training.certificate_months),
    )


def revoke(certificate: Certificate) -> CertificateRevoked:
    """The certificate does not count."""
    if not counts(certificate):
        raise Rejected("not-valid", f"The certificate is {certificate.status.lower()} already")
    return CertificateRevoked(**dict(certificate) | {"status": CertificateStatus.REVOKED})


def undone(certificate: Certificate, seat: Seat) -> CertificateRevoked | None:
    """The certificate is taken back if its host does not say any more that the participant came; else None."""
    stands = seat.state is SeatState.ATTENDED or not counts(certificate)
    return None if stands else revoke(certificate)


def expire(certificate: Certificate, today: date) -> CertificateExpired | None:
    """The certificate is too old to count; None if its last day has not passed, or if it has ended already."""
    if not counts(certificate) or today <= certificate.valid_until:
        return None
    return CertificateExpired(**dict(certificate) | {"status": CertificateStatus.EXPIRED})


def counts(certificate: Certificate) -> bool:
    """Whether it is neither revoked nor expired."""
    return certificate.status is CertificateStatus.VALID


def check(code: str, certificates: Mapping[str, Certificate], today: date) -> Checked | None:
    """The certificate with this code, of those by fingerprint; None if there is none."""
    found = certificates.get(fingerprint(code))
    if found is None:
        return None
    valid = counts(found) and today <= found.valid_until
    return Checked(valid, found.title, found.held_on, found.valid_until)
