"""Letters to functions, in Swedish: they say that there is something to read, and never what it says."""

from collections.abc import Collection, Mapping

from shared.contracts.codes import ActorType, FunctionCode
from shared.contracts.guidance import Routine
from shared.contracts.shipment_codes import Audience
from shared.letter import Letter

ACKNOWLEDGE = frozenset({FunctionCode.SITE_MANAGER, FunctionCode.OPERATOR_SECURITY})
"""The functions that see to it that sites acknowledge a routine."""
DIGEST = frozenset(
    {FunctionCode.COUNTY_COORDINATOR, FunctionCode.COUNTY_ANDT_COORDINATOR, FunctionCode.MUNICIPAL_COORDINATOR}
)
"""The functions that get the weekly digest."""
UNANSWERED = frozenset({FunctionCode.COUNTY_COORDINATOR, FunctionCode.COUNTY_ANDT_COORDINATOR})
"""The functions that hear of partner agencies that have not answered in time."""
_ACTORS_OF = {
    Audience.AGENT: ActorType.POST_AGENT,
    Audience.TERMINAL: ActorType.POST_OPERATOR,
    Audience.DELIVERY_OFFICE: ActorType.POST_OPERATOR,
}


def readers(routine: Routine) -> Collection[ActorType]:
    """The types of the actors whose sites are asked to acknowledge the newest version."""
    return {_ACTORS_OF[each] for each in routine.versions[-1].audience if each in _ACTORS_OF}


def routine_letter(routine: Routine, owner: str, valid_from: str) -> Letter:
    """A new version is to be read and acknowledged; ``owner`` is its county as people call it."""
    number = routine.versions[-1].number
    return Letter(
        "routine-to-acknowledge",
        f"Ny rutin att läsa: version {number}",
        f"Rutinen för misstänkta försändelser från {owner} har en ny version, nummer {number}. "
        f"Den gäller från och med {valid_from}.\n\n"
        "Läs den i Norrsam när den gäller, och kvittera den för varje arbetsplats.",
    )


def digest_letter(week: int, signals: Mapping[str, int]) -> Letter | None:
    """The signals of last week that the reader may see, by county as people call it; None if there are none."""
    total = sum(signals.values())
    if not total:
        return None
    lines = "\n".join(f"{county}: {count}" for county, count in signals.items() if count)
    return Letter(
        "weekly-digest",
        f"Vecka {week} i Norrsam: {total} {'signal' if total == 1 else 'signaler'}",
        f"Polisen har lämnat ut signaler om misstänkta försändelser under vecka {week}:\n\n{lines}\n\n"
        "Läs dem i Norrsam. Vill du slippa veckobrevet? Svara på det här mejlet.",
    )


def unanswered_letter(late: Mapping[str, int], hours: int) -> Letter:
    """Partner agencies have not answered signals within so many hours: how many each, by its name in the agreements."""
    lines = "\n".join(f"{agency}: {count}" for agency, count in late.items())
    total, time = sum(late.values()), "1 timme" if hours == 1 else f"{hours} timmar"
    return Letter(
        "partners-unanswered",
        f"{total} {'signal är inte kvitterad' if total == 1 else 'signaler är inte kvitterade'} av mottagare",
        f"De här myndigheterna har inte kvitterat signaler inom {time} efter att de visades:\n\n{lines}\n\n"
        "På varje signals sida i Norrsam står vilka som har kvitterat. Brådskar det, ring mottagarens kontaktfunktion.",
    )
