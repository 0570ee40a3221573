"""The federated deployment beside the shared one: a mirror for each county, and a proxy before each link.

A Kafka tells its clients where to come. So that a mirror passes a proxy of its own, each Kafka gets a listener for each
of the others' mirrors; the proxy's address is the one that it tells there.
"""

from collections.abc import Callable, Iterator
from functools import wraps

from infra.engine import Engine, federated, furnishing
from infra.engine.kafka import KAFKA, Kafka
from infra.engine.mirror import mirror_part, watchdog_part
from infra.engine.ports import HOST, free_ports
from infra.engine.private import write_private
from infra.engine.processes import EngineProcess
from tests.faults.commands import COUNTIES
from tests.faults.proxy import Loop, Proxy

_LISTENER = "listener.name.{}.scram-sha-512.sasl.jaas.config"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
_LISTS = ("listeners", "advertised.listeners", "listener.security.protocol.map")


class Federation:
    """Made before the engine starts: it opens the proxies, and makes each Kafka listen behind those of its neighbours.

    ``links`` has them by (reader, source): the mirror of the reader brings what the source shares.
    """

    def __init__(self) -> None:
        loop, pairs = Loop(), [(one, other) for one in COUNTIES for other in COUNTIES if one != other]
        ports = iter(free_ports(2 * len(pairs)))
        self.links = {pair: Proxy(loop, next(ports), next(ports)) for pair in pairs}
        Kafka._write_settings = self._listening(Kafka._write_settings)  # type: ignore[assignment,method-assign]

    def start_mirrors(self, engine: Engine) -> None:
        """Tell each mirror the addresses of its proxies, and start all, with their watchdogs."""
        for (reader, source), proxy in self.links.items():
            address = federated.peers_folder(engine.config.data, reader) / source / "address"
            write_private(address, f"{HOST}:{proxy.port}")
        furnishing.start_mirrors(engine)

    def of(self, county: str) -> list[Proxy]:
        """All links of a county, in both directions."""
        return [proxy for pair, proxy in self.links.items() if county in pair]

    def mirror(self, engine: Engine, county: str) -> EngineProcess:
        """The process of the county's mirror."""
        return mirror_part(county, engine.config.data)

    def watchdog(self, engine: Engine, county: str) -> EngineProcess:
        """The process that watches it."""
        return watchdog_part(county, engine.config.data)

    def _listening(self, original: Callable[[Kafka], None]) -> Callable[[Kafka], None]:
        @wraps(original)
        def write_settings(kafka: Kafka) -> None:
            original(kafka)
            lines = [line.partition("=") for line in kafka._settings.read_text(encoding="utf-8").splitlines()]
            last = {name: value for name, _, value in lines}  # the last line of a name counts
            more = "\n".join(self._lines(kafka.name.removeprefix(f"{KAFKA}-"), [last[name] for name in _LISTS]))
            with kafka._settings.open("a", encoding="utf-8") as file:
                file.write(f"\n{more}\n")

        return write_settings

    def _lines(self, source: str, before: list[str]) -> Iterator[str]:
        links = {f"TO_{reader.upper()}": proxy for (reader, of), proxy in self.links.items() if of == source}
        more = (
            [f"{name}://{HOST}:{proxy.behind}" for name, proxy in links.items()],
            [f"{name}://{HOST}:{proxy.port}" for name, proxy in links.items()],
            [f"{name}:SASL_SSL" for name in links],
        )
        for name, first, those in zip(_LISTS, before, more, strict=True):
            yield f"{name}={','.join([first, *those])}"
        for name in links:
            yield f"{_LISTENER.format(name.lower())}={_SCRAM}"
