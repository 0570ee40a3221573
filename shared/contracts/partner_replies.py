"""The answer of a partner agency to a signal that it was shown, on a topic that this agency alone writes.

It is no event of a county: nothing numbers it, nobody passes it on, and it leaves the county's Kafka never. It has
codes and ids alone, so nothing about a person, a place or a shipment can be in it.
"""

from typing import ClassVar

from shared.contracts.event import OpenEnum, Shared
from shared.contracts.shipment_fields import VersionReference


class ReplyCode(OpenEnum):
    """An answer. Each of them says too that the agency has seen the signal."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    CONFIRMED = "CONFIRMED"
    FALSE_ALARM = "FALSE_ALARM"
    NO_USE = "NO_USE"
    UNKNOWN = "UNKNOWN"


class SignalReply(Shared):
    """The newest answer to a signal counts. ``signal`` names the version that was seen."""

    event_type: ClassVar[str] = "se.norrsam.partners.SignalReply.v1"

    signal: VersionReference
    code: ReplyCode

    @classmethod
    def read(cls, data: bytes) -> "SignalReply":
        """The reply in ``data``, without unknown fields; ValidationError if it is none, also for an unknown code."""
        return cls.model_validate_json(data, extra="ignore")
