"""The story of the sandbox: what a county publishes, what goes wrong on the way, and what a right subscriber does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from infra.sandbox.county import SandboxCounty
from infra.sandbox.owner import SandboxRecord
from shared.contracts import codes
from shared.contracts.actors import ActorRetired
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.shipment_signals import (
    ShipmentSignalCorrected,
    ShipmentSignalExpired,
    ShipmentSignalWithdrawn,
)

SKIP = "Skip it: you have this aggregate's newest version."


@dataclass(frozen=True, slots=True)
class SandboxStep:
    """A step: the records in their order, and what a right subscriber does about them."""

    what: str
    do: str
    records: tuple[SandboxRecord, ...]


def story(county: SandboxCounty, changes: int) -> Iterator[SandboxStep]:
    """The steps, each made when it is asked for; ``changes`` are ordinary ones between the others."""
    for step in _steps(county, changes):
        yield replace(step, records=(*step.records, *county.reports_now()))


def _steps(county: SandboxCounty, changes: int) -> Iterator[SandboxStep]:
    yield from _directory(county)
    yield from _actors_that_go_wrong(county)
    yield from _signals(county)
    for _ in range(changes):
        yield SandboxStep("An actor changes.", "Replace the older state.", (county.change(),))
    yield from _beginning_anew(county)


def _directory(county: SandboxCounty) -> Iterator[SandboxStep]:
    places = [each for each in MUNICIPALITIES.values() if each.county == county.county.code]
    first = [county.actors.write(county.registered(f"{each.name} kommun", each.code)) for each in places]
    do = "Keep each by topic and ce_subject. Ignore fields that you do not know."
    yield SandboxStep(f"The county publishes its directory of {len(first)} actors.", do, tuple(first))
    do = "Replace the older state: the data are all that is shared of the actor."
    yield SandboxStep("An actor changes.", do, (again := county.change(),))
    yield SandboxStep("The same record comes once more.", SKIP, (again,))


def _actors_that_go_wrong(county: SandboxCounty) -> Iterator[SandboxStep]:
    actor = county.any_actor()
    older, newer = county.change(actor), county.change(actor)
    do = "Take the newer one, and skip the older: ce_aggregateversion decides, not the offset."
    yield SandboxStep("Two versions of an actor come in the wrong order.", do, (newer, older))

    left_out = county.actors.leave_out()
    do = "Take it. ce_sequence jumps, so one number is missing: you are not complete."
    yield SandboxStep("A number is left out.", do, (county.change(),))
    do = "Take it, if you have nothing newer of that actor. You are complete again."
    yield SandboxStep("The number that was missing comes.", do, (county.change(number=left_out),))

    new = county.actors.foreign(county.change(), colour="blue", policy_areas=["MOON"])
    do = "Ignore the field, and treat the code as unknown. Both may come within v1."
    yield SandboxStep("A field and a code are new.", do, (new,))

    broken = county.any_actor()
    lost = replace(county.actors.lose(broken), value=b'{"name": ')
    do = "Put it aside with the reason and go on. Keep the state that you have."
    yield SandboxStep("An event's data cannot be read.", do, (lost,))
    do = "Take it: the data are whole. What you put aside of this actor is settled."
    healed = county.change(broken)
    yield SandboxStep("The next version of that actor comes.", do, (healed,))

    retired = county.any_actor()
    gone = ActorRetired.model_validate(retired.model_dump() | {"status": codes.Status.RETIRED})
    do = "Keep it, with the status RETIRED."
    yield SandboxStep("An actor is retired.", do, (county.actors.write(gone),))


def _signals(county: SandboxCounty) -> Iterator[SandboxStep]:
    released = [county.signal(tlp) for tlp in ("GREEN", "AMBER", "AMBER+STRICT")]
    records = tuple(county.signals.write(each) for each in released)
    do = "Keep them, heed the label (tlp), and leave exercises out of every count."
    yield SandboxStep("The police release three signals, as an exercise.", do, records)

    labelled = county.signals.foreign(county.signals.write(county.signal("GREEN")), tlp="VIOLET")
    yield SandboxStep("A signal has a label that you do not know.", "Show it to nobody.", (labelled,))

    first, second, third = released
    corrected = ShipmentSignalCorrected.model_validate(first.model_dump() | {"hazard_class": "H2"})
    do = "Replace the older state."
    yield SandboxStep("The police correct a signal.", do, (county.signals.write(corrected),))
    withdrawn = ShipmentSignalWithdrawn.model_validate(
        second.model_dump() | {"status": "WITHDRAWN", "message_kind": "WITHDRAWAL"}
    )
    do = "Show it no more. It is final: this signal never comes back."
    yield SandboxStep("The police withdraw a signal.", do, (county.signals.write(withdrawn),))
    yield SandboxStep("Its release comes once more.", SKIP + " It stays withdrawn.", (records[1],))
    expired = ShipmentSignalExpired.model_validate(third.model_dump() | {"status": "EXPIRED"})
    do = "Show it no more. It still counts in statistics, if it is no exercise."
    yield SandboxStep("A signal becomes old.", do, (county.signals.write(expired),))


def _beginning_anew(county: SandboxCounty) -> Iterator[SandboxStep]:
    del county.actors.newest[county.any_actor().id]
    do = "They are duplicates. After the last one, what was not said again is gone: remove one actor."
    yield SandboxStep("The county restates its actors.", do, tuple(county.actors.restate()))

    backup = dict(county.actors.newest)
    for _ in range(2):
        yield SandboxStep("An actor changes.", "Replace the older state.", (county.change(),))
    late, other, last = county.chance.sample(county.active(), 3)
    straggler = county.change(late)
    yield SandboxStep("An actor changes.", "Replace the older state.", (straggler,))
    added = county.actors.write(county.registered("Trygg kväll"))
    yield SandboxStep("An actor is registered.", "Keep it.", (added,))
    do = (
        "Take them, though some versions are lower: the higher ce_epoch is the newer. Numbers begin at 1. What "
        "was not said again is gone: remove the actor that was registered last."
    )
    restored = tuple(county.actors.restore(backup))
    yield SandboxStep("The county's database is restored from a backup.", do, restored)
    do = "Skip it: its epoch has ended."
    yield SandboxStep("A record of the epoch before comes late.", do, (straggler,))
    true = next(each for each in restored if each.key == str(other.id).encode())
    true = replace(true, value=true.value.replace(b'"name":"', b'"name":"Inte '))
    forged = true.having(ce_restated=None, ce_source=b"/counties/elsewhere/actors", ce_aggregateversion=b"99")
    do = "Put it aside. Nothing in it counts, its number neither: ce_source is not the topic's county."
    yield SandboxStep("A record is forged.", do, (forged,))
    nothing = replace(forged, headers=(), value=b"\x00\xff")
    yield SandboxStep("A record is no event.", "Put it aside and go on.", (nothing,))
    do = "Skip their data, but note that they came: their number is what the last one, the marker, counts by."
    yield SandboxStep("The county restates its actors once more.", do, tuple(county.actors.restate()))
    unknown = county.actors.record(county.registered("Okänd sort"), 1).having(ce_type=b"se.norrsam.actors.Kind.v1")
    do = "Skip it, and count its number as come."
    yield SandboxStep("An event has a type that you do not know.", do, (unknown,))
    yield SandboxStep("An actor changes.", "Replace the older state.", (county.change(last),))
