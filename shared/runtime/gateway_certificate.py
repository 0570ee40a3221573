"""Looks whether the certificate of the county's gateway ends soon: nginx itself tells nobody."""

import asyncio
import ssl
from datetime import UTC, datetime

from cryptography import x509

from shared.links.faults import FaultKind, Faults
from shared.messaging.metrics import CERTIFICATE_END
from shared.transport.login import ASK_MS, SOON

AGAIN_SECONDS, AWAY_SECONDS = 3600.0, 60.0


class GatewayWatch:
    """Looks for one service. ``address`` is the gateway's host:port within the county; a fault tells of its end."""

    def __init__(self, address: str, county: str, service: str) -> None:
        self._address, self._labels = address, (county, service, "gateway")
        self.faults = Faults()

    async def run(self) -> None:
        """Look each hour until cancelled; each minute while the gateway is away, as at the start of all."""
        while True:
            seen = await self.look()
            await asyncio.sleep(AGAIN_SECONDS if seen else AWAY_SECONDS)

    async def look(self) -> bool:
        """Whether it could be seen. What was known stays while it cannot."""
        try:
            end = await presented_end(self._address)
        except (OSError, TimeoutError):
            return False
        CERTIFICATE_END.labels(*self._labels).set(end.timestamp())
        if end - datetime.now(UTC) < SOON:
            detail = f"the gateway's certificate ends on {end:%Y-%m-%d}: then nobody believes this county's addresses"
            self.faults.begin(FaultKind.GATEWAY_CERTIFICATE_ENDS, detail)
        else:
            self.faults.end(FaultKind.GATEWAY_CERTIFICATE_ENDS)
        return True


async def presented_end(address: str) -> datetime:
    """When the certificate ends that a server (host:port) presents, whoever has issued it.

    OSError or TimeoutError if the server is away.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it may have ended, or be for trials
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(ASK_MS / 1000):
        _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    presented = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return x509.load_der_x509_certificate(presented).not_valid_after_utc
