"""A municipality says how far it is with a requirement, and what shows it; its county proposes, and sets nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from services.workspace import calls_readiness as calls
from services.workspace import picture_words as words
from services.workspace.answers import CallRefused
from services.workspace.guard import Visit
from services.workspace.lists import Option
from services.workspace.pages.municipalities import named
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.shown_readiness import ShownEvidence, ShownReadiness, ShownRequirement
from services.workspace.speaking import home_of
from services.workspace.words import capital, either
from shared.calendar import written_date
from shared.contracts.reference.readiness import PARTS, REQUIREMENTS, Modality, RequirementFacts
from shared.runtime.auth import Role

EVIDENCE = ("kind", "title", "dated", "valid_to", "diary_number", "url")
FIELDS = ("status", "parts", "reason", "remove", "text", *EVIDENCE)
AT = {
    "incomplete": "parts",
    "no-evidence": "kind",
    "evidence": "kind",
    "invalid-evidence": "dated",
    "invalid-reason": "reason",
    "always-relevant": "status",
}


@dataclass(frozen=True, slots=True)
class StandingRequirement:
    """A requirement of a municipality as it stands, of the whole readiness in its ``version``."""

    municipality: str
    name: str
    version: int
    now: ShownRequirement
    facts: RequirementFacts


def ways(visit: Visit, municipality: str, found: ShownRequirement) -> list[str]:
    """The steps that the user takes with it: the municipality says, and the county's coordinator proposes."""
    facts = next((each for code, each in REQUIREMENTS.items() if code == found.requirement), None)
    if facts is None or not facts.evidence:
        return []
    if home_of(visit) == municipality:
        return ["bedom", "underlag", *(["avvisa"] if found.proposal else [])]
    ours = municipality.startswith(visit.site.county.code)
    return ["foresla"] if ours and Role.COUNTY_COORDINATOR in visit.roles else []


async def _find(visit: Visit) -> StandingRequirement:
    place = named(visit)
    found: ShownReadiness = await calls.readiness(visit.site.interface, visit.token, place.code)
    for code, facts in REQUIREMENTS.items():
        for each in found.requirements:
            if each.requirement == code == visit.request.path_params["requirement"]:
                return StandingRequirement(place.code, place.name, found.version, each, facts)
    raise CallRefused(404, "not-found")


def _may(visit: Visit, found: StandingRequirement) -> bool:
    return word_of(visit) in ways(visit, found.municipality, found.now)


def _back(visit: Visit) -> str:
    return f"/beredskap/{named(visit).code}"


def _title(found: StandingRequirement) -> str:
    return f"{capital(found.facts.swedish)}, {found.facts.section}. {found.name}"


def _notes(visit: Visit, found: StandingRequirement) -> list[str]:
    """By which evidence it is fulfilled, that effort counts where the law asks for it, and what the county proposes."""
    proposal = found.now.proposal
    kinds = [each.swedish for code, each in words.TERMS["EvidenceKind"].items() if code in found.facts.evidence]
    notes = [str(visit.site.words.text("readiness.fulfilled-by", kinds=either(kinds)))]
    if found.facts.modality is Modality.WORK_FOR:
        notes.append(str(visit.site.words.text("readiness.effort")))
    if proposal:
        said = visit.site.words.text("readiness.proposal", status=words.term("AssessedStatus", proposal.status))
        notes.append(f"{said} {proposal.text}")
    return notes


def _statuses(found: StandingRequirement) -> Field:
    suitable = found.facts.modality is Modality.WHERE_SUITABLE
    codes = [each for each in words.choices("AssessedStatus") if suitable or each.code != "NOT_RELEVANT"]
    return Field("status", "radio", needed=True, choices=codes)


def _evidence(found: StandingRequirement, *, needed: bool) -> list[Field]:
    """The fields of one piece of evidence."""
    agrees = "AGREEMENT" in found.facts.evidence
    return [
        Field("kind", "select", needed=needed, choices=words.choices("EvidenceKind")),
        Field("title", needed=needed),
        Field("dated", "day", needed=needed),
        *([Field("valid_to", "day")] if agrees else []),
        Field("diary_number"),
        Field("url"),
    ]


def _assessed(_: Visit, found: StandingRequirement) -> list[Field]:
    parts = [
        Option(code, capital(each.swedish)) for code, each in PARTS.items() if each.requirement == found.facts.code
    ]
    shown = [Option(_mark(each), _said(each)) for each in found.now.evidence]
    return [
        _statuses(found),
        *([Field("parts", "boxes", choices=parts)] if parts else []),
        *([Field("reason", "area")] if found.facts.modality is Modality.WHERE_SUITABLE else []),
        *([Field("remove", "boxes", choices=shown)] if shown else []),
        *_evidence(found, needed=False),
    ]


def _mark(each: ShownEvidence) -> str:
    """The same for the same evidence, whatever others have added or taken out meanwhile."""
    return sha256(each.model_dump_json().encode()).hexdigest()[:16]


def _said(each: ShownEvidence) -> str:
    return f"{words.title_word('EvidenceKind', each.kind)}: {each.title}, {written_date(each.dated)}"


def _filled(_: Visit, found: StandingRequirement) -> dict[str, Sequence[str]]:
    """As it is said now, but for what the county proposes: whoever takes that over only sends the form."""
    now = found.now
    said = "IN_PLACE" if now.status == "OVERDUE" else now.status
    status = now.proposal.status if now.proposal else said
    return {"status": [status], "parts": now.parts, "reason": [now.reason or ""]}


def _half(_: Visit, values: Mapping[str, object]) -> list[str]:
    """The fields that evidence lacks, if any of it is filled in."""
    if not any(values.get(name) for name in EVIDENCE):
        return []
    return [name for name in ("kind", "title", "dated") if not values[name]]


async def _assess(visit: Visit, sent: SentForm[StandingRequirement]) -> str:
    found, values = sent.found, dict(sent.values)
    removed, new = values.pop("remove", []), {name: values.pop(name) for name in EVIDENCE if name in values}
    evidence = [
        each.model_dump(mode="json", exclude_none=True)
        for each in found.now.evidence
        if not (isinstance(removed, list) and _mark(each) in removed)
    ]
    wish = {**values, "evidence": [*evidence, *([new] if new["title"] else [])]}
    interface, code = visit.site.interface, found.facts.code
    await calls.assess(interface, visit.token, sent.key, found.municipality, code, wish, sent.seen or None)
    return _back(visit)


async def _step(visit: Visit, sent: SentForm[StandingRequirement]) -> str:
    found, step = sent.found, {"underlag": "evidence", "foresla": "propose", "avvisa": "dismiss"}[word_of(visit)]
    interface, code = visit.site.interface, found.facts.code
    await calls.step(interface, visit.token, sent.key, found.municipality, code, step, sent.values, sent.seen or None)
    return _back(visit)


BASE = WorkForm("requirement", "", _find, _may, _step, title=_title, notes=_notes, back=_back, at=AT)
FORMS: Mapping[str, WorkForm[StandingRequirement]] = {
    "bedom": replace(BASE, word="bedom", fields=_assessed, filled=_filled, wrong=_half, tell=_assess),
    "underlag": replace(BASE, word="underlag", fields=lambda _, found: _evidence(found, needed=True)),
    "foresla": replace(
        BASE, word="foresla", fields=lambda _, found: (_statuses(found), Field("text", "area", needed=True))
    ),
    "avvisa": replace(BASE, word="avvisa"),
}
"""By the last word of the address under the requirement's."""
