"""The invented county of the sandbox: its actors, its signals, and what its services report."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from infra.sandbox.owner import SandboxRecord, TopicOwner
from infra.sandbox.truth import TrueState
from shared.contracts import codes, shipment_codes
from shared.contracts.actors import Actor, ActorChanged, ActorRegistered, ContactFunction
from shared.contracts.counties import County
from shared.contracts.links import LinksReported, Written, links_id
from shared.contracts.shipment_signals import ShipmentSignalReleased
from shared.contracts.topics import LINKS, STREAMS, topic_name
from shared.protocol.envelope import unnumbered


@dataclass(slots=True)
class SandboxCounty:
    """An invented county that publishes actors and signals. All signals are exercises."""

    county: County
    chance: Random
    now: Callable[[], datetime]
    actors: TopicOwner = field(init=False)
    signals: TopicOwner = field(init=False)
    reports: int = 0

    def __post_init__(self) -> None:
        self.actors, self.signals = (
            TopicOwner(self.county.name, stream, self.chance, self.now) for stream in ("actors", "shipment-signals")
        )

    @property
    def states(self) -> tuple[TrueState, ...]:
        """The states that a subscriber is to have now."""
        return (*self.actors.states.values(), *self.signals.states.values())

    def change(self, actor: Actor | None = None, number: int | None = None) -> SandboxRecord:
        """An actor, any unless it is named, gets another telephone; ``number`` is one that was left out."""
        actor = actor or self.any_actor()
        function = ContactFunction(
            id=actor.id,
            function=codes.FunctionCode.MUNICIPAL_COORDINATOR,
            mailbox="trygghet@kommun.example",
            telephone=f"0100-{self.chance.randrange(10**6):06}",
        )
        data = actor.model_dump() | {"contact_functions": (function,)}
        return self.actors.write(ActorChanged.model_validate(data), number)

    def any_actor(self) -> Actor:
        """An actor that is not retired."""
        return self.chance.choice(self.active())

    def active(self) -> list[Actor]:
        """All actors that are not retired."""
        known = [event for event, _ in self.actors.newest.values() if isinstance(event, Actor)]
        return [each for each in known if each.status is codes.Status.ACTIVE]

    def registered(self, name: str, municipality: str | None = None) -> ActorRegistered:
        """A new actor: a municipality's if its code is named, else an association."""
        return ActorRegistered(
            id=self.actors.identity(),
            county=self.county.name,
            name=name,
            sector=codes.ActorSector.MUNICIPALITY if municipality else codes.ActorSector.CIVIL,
            level=codes.ActorLevel.LOCAL,
            type=codes.ActorType.MUNICIPALITY if municipality else codes.ActorType.CIVIL_SOCIETY,
            municipality=municipality,
        )

    def signal(self, tlp: str) -> ShipmentSignalReleased:
        """A new signal with this label, of this week."""
        year, week, _ = self.now().isocalendar()
        return ShipmentSignalReleased(
            id=self.signals.identity(),
            county=self.county.name,
            message_kind=shipment_codes.MessageKind.WARNING,
            iso_week_year=year,
            iso_week=week,
            hazard_class=self.chance.choice([shipment_codes.HazardClass.H0, shipment_codes.HazardClass.H1]),
            category=shipment_codes.SuspectedCategory.NARCOTICS,
            kind=shipment_codes.ShipmentKind.LETTER,
            origin=shipment_codes.OriginScope.EU,
            tlp=shipment_codes.Tlp(tlp),
            source_grade=shipment_codes.SourceGrade.B,
            information_grade=shipment_codes.InformationGrade.TWO,
            exercise=True,
        )

    def reports_now(self) -> Iterator[SandboxRecord]:
        """The report of each service on links: its numbers so far. Only county systems may read that, partners not."""
        self.reports += 1
        topic, now = topic_name(self.county.name, LINKS), self.now()
        for owner in (self.actors, self.signals):
            service = STREAMS[owner.stream].service
            assert service is not None
            written = Written(topic=owner.topic, epoch=owner.epoch, first=1, last=owner.number)
            report = LinksReported(
                id=links_id(self.county.name, service),
                county=self.county.name,
                service=service,
                generation=1,
                counter=self.reports,
                as_of=now,
                written=(written,) if owner.number else (),
            )
            headers = unnumbered(topic, report.event_type, str(report.id), now)
            yield SandboxRecord(topic, service.encode(), tuple(headers), report.write(), int(now.timestamp() * 1000))
