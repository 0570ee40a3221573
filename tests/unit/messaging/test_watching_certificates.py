"""The watch tells of a certificate of Kafka that ends within 30 days, until it has been replaced."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.links.faults import FaultKind, Faults
from shared.messaging import watch
from shared.messaging.watch import Watch
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster


class Certified(KafkaCluster):
    """A Kafka whose certificate ends after so many days."""

    days = 0

    async def certificate_end(self) -> datetime | None:
        """When it ends."""
        return datetime.now(UTC) + timedelta(days=self.days)


async def test_a_certificate_that_ends_soon_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "CERTIFICATE_SECONDS", -1.0)
    faults, told = Faults(), []
    watching = Watch(ServiceStreams("norrbotten", "actors", [], []), Certified("nowhere"), {}, faults)

    for Certified.days in (31, 29, -1, 400):
        await watching._look_at_certificate()
        told.append([fault.kind for fault in faults])

    assert told == [[], [FaultKind.CERTIFICATE_ENDS], [FaultKind.CERTIFICATE_ENDS], []]


async def test_without_tls_there_is_no_certificate() -> None:
    faults = Faults()

    await Watch(
        ServiceStreams("norrbotten", "actors", [], []), KafkaCluster("nowhere"), {}, faults
    )._look_at_certificate()

    assert list(faults) == []
