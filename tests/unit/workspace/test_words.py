"""Every text that a page asks for is there, and none is there that no page asks for."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from services.workspace import words
from services.workspace.lists import ENDED
from services.workspace.menu import MENU
from services.workspace.pages import (
    answering,
    assigning,
    drafting,
    est_forms,
    est_plan_forms,
    focus_forms,
    following_up,
    initiative_steps,
    joint_forms,
    joint_measures,
    joint_plan,
    lesson_forms,
    measure_form,
    merging,
    minutes,
    picture_form,
    plan_fields,
    planning,
    process_forms,
    readiness,
    readiness_details,
    readiness_forms,
    reporting,
    reports,
    resource_forms,
    routines,
    signal_fields,
    signals,
    site_forms,
    sites,
    start,
    stepping,
    support_forms,
    yearly,
)
from services.workspace.pages.enrolments import DONE
from services.workspace.pages.trainings import FIELDS
from services.workspace.pages.work_form import WorkForm
from services.workspace.words import Wording
from shared.contracts.reference.initiatives import TERMS
from shared.contracts.sensitive import Sensitive
from shared.contracts.topics import SERVICES

WORKSPACE = Path(words.__file__).parent
TEMPLATES = {file.name: file.read_text("utf-8") for file in (WORKSPACE / "templates").glob("*.html")}
CODE = {file.name: file.read_text("utf-8") for file in (WORKSPACE / "pages").glob("*.py")}
CODE |= {file.name: file.read_text("utf-8") for file in WORKSPACE.glob("*.py")}
NAMES = (*FIELDS, *site_forms.FIELDS, *drafting.FIELDS, *signal_fields.FIELDS, "code")
"""The fields of forms that are named by a label and, where something is wrong, by a sentence."""
DETAILS = readiness_details.DETAILS
WORK: list[tuple[Iterable[WorkForm[Any]], tuple[str, ...]]] = [
    ([*readiness_forms.FORMS.values(), DETAILS], (*readiness_forms.FIELDS, *readiness_details.FIELDS)),
    (support_forms.FORMS.values(), support_forms.FIELDS),
    ([following_up.FOLLOWING_UP], following_up.FIELDS),
    ([joint_forms.ANSWER, *joint_forms.FORMS.values()], joint_forms.FIELDS),
    ([measure_form.PLAN, *measure_form.CHANGE.values(), joint_plan.PLAN], plan_fields.FIELDS),
    (process_forms.FORMS.values(), process_forms.FIELDS),
    (lesson_forms.FORMS.values(), lesson_forms.FIELDS),
    (focus_forms.FORMS.values(), focus_forms.FIELDS),
    (merging.FORMS.values(), ("pictures",)),
    (resource_forms.FORMS.values(), resource_forms.FIELDS),
    (est_forms.FORMS.values(), est_forms.AREA_FIELDS),
    (est_forms.WEEK_FORMS.values(), est_forms.WEEK_FIELDS),
    (est_plan_forms.QUARTER_FORMS.values(), est_plan_forms.QUARTER_FIELDS),
    (est_plan_forms.YEAR_FORMS.values(), est_plan_forms.YEAR_FIELDS),
]
"""The pages of each kind on which something is done, and the fields of their forms."""
DECIDING = [file.read_text("utf-8") for file in WORKSPACE.parent.glob("*/domain/*.py")]
DOUBTED = {
    name
    for code in DECIDING
    if "doubts_in" in code
    for name in re.findall(r"""\(f?"([a-z_]+)(?:\.[^"]*)?", (?!f?")""", code)
}
"""The fields, or the lists of them, about whose texts the county may have doubts."""
PARTS = {
    "about.": ("who", "others", "kept", "away"),
    "access.": ("how", "lacks", "tested", "complain", "supervision"),
    "advice.outcome.": ("emergency", "ordinary_tip", "stop", "advice", "contact"),
    "service.": SERVICES,
}


def of_work(known: Collection[str]) -> Iterator[str]:
    """The keys of pages of work: of a kind's own text, or of that for all kinds where it has none."""
    for forms, names in WORK:
        (kind,) = {each.kind for each in forms}
        for each in forms:
            yield f"{kind}-way.{each.word}"
            yield from {f"{kind}-step.{each.word}"} & set(known)
        for name in names:
            for part in ("label.", "", "hint."):
                own, common = f"{kind}.{part}{name}", f"work.{part}{name}"
                if own in known or common in known or part != "hint.":
                    yield own if own in known else common


def asked() -> set[str]:
    """The keys in the templates and in the code."""
    everything = "\n".join(chain(TEMPLATES.values(), CODE.values()))
    plain = set(re.findall(r"""\bt\(['"]([a-z_.-]+)['"][,)]""", everything))
    counted = {
        f"{key}.{form}" for key in re.findall(r"""\bn\(['"]([a-z_.-]+)['"],""", everything) for form in ("one", "many")
    }
    problems = set(re.findall(r'"(problem\.[a-z-]+)"', "\n".join(CODE.values()))) - {"problem.html"}
    states = set(re.findall(r'"(link\.[a-z]+)"', CODE["links.py"]))
    fresh = set(re.findall(r'"(fresh\.[a-z]+)"', CODE["sections.py"]))
    texts = {f"{prefix}{part}" for prefix, parts in PARTS.items() for part in parts}
    titled = {f"{prefix}{part}.title" for prefix in ("about.", "access.") for part in PARTS[prefix]}
    return {
        *plain,
        *counted,
        *texts,
        *titled,
        *(f"{key}.{form}" for key in problems for form in ("title", "text")),
        *states,
        *(f"{key}.tag" for key in states),
        *fresh,
        *(f"{key}-all" for key in fresh),
        *MENU,
        *(entry.key for entries in MENU.values() for entry in entries),
        *re.findall(r'text\("([a-z.-]+)"\)', CODE["advice.py"]),
        *re.findall(r'words\.text\("([a-z.-]+)"', everything),
        *(f"done.{word}" for word in DONE),
        *(f"guidance.done.{word}" for word in routines.DONE),
        *(f"sites.done.{word}" for word in sites.DONE),
        *(f"signals.done.{word}" for word in signals.DONE),
        *(f"meeting.done.{word}" for word in answering.DONE),
        *(f"item.done.{word}" for word in reporting.DONE),
        *(f"minutes.done.{word}" for word in minutes.DONE),
        *(f"verdict.{code.lower()}" for code in minutes.VERDICTS),
        *("minutes.present", "minutes.absent", "field.verdict", "field.reason"),
        *(f"work.{code.lower()}" for code in reporting.WORK),
        *(f"{kind}.{name}" for kind in ("field", "label") for name in NAMES),
        *(key for key in words.load() if key.startswith("slug.")),
        *("draft.new", "draft.next", "field.site", "field.answer", "field.work", "release.unchecked"),
        *("field.status", "field.year", "method.none"),
        *(f"found.{each.name.lower()}" for each in Sensitive if each is not Sensitive.SUSPECT),
        *(f"record.{name}" for name in ("type", "text", "sensitive", "decision", "approve_by")),
        *(f"assign.{name}" for name in (*assigning.FIELDS, "sensitive")),
        "send.confirm",
        *(f"doubt.{name}" for name in DOUBTED),
        "certificate.code",
        *(f"way.{word}" for word in stepping.WAYS),
        *(f"step.{word}.{part}" for word in stepping.STEPS for part in ("title", "follows")),
        *(f"plan.{part}.{name}" for part in planning.PARTS for name in ("title", "send")),
        *(
            "plan.nytt.lead",
            "plan.flytta.notice",
            "plan.andra.notice",
            "plan.item",
            "plan.skipped",
            "plan.policy_areas",
        ),
        *(f"plan.{name}" for name in ("kind", *planning.PARTS["nytt"])),
        *(f"start.part.{each.name}" for each in fields(start.ToDo)),
        *(f"readiness.{code.lower()}" for code in readiness.COLOURS),
        *(f"readiness.count-{code.lower()}.{form}" for code in readiness.COLOURS for form in ("one", "many")),
        *("readiness.due", "readiness.late"),
        *(f"report.{name}" for name in reports.NAMES),
        *(f"reports.as-{form}" for form in reports.FORMS),
        *(f"yearly.{part}.{name}" for name in yearly.HEADINGS for part in ("label", "wrong")),
        *(f"yearly.done.{word}" for word in yearly.DONE),
        "yearly.sensitive",
        *(f"write.{name}" for name in (*picture_form.FIELDS, "sensitive")),
        *(f"picture-{part}.{word}" for part in ("way", "step") for word in initiative_steps.PICTURE_STEPS),
        *(f"measure-{part}.{word}" for part in ("way", "step") for word in initiative_steps.MEASURE_STEPS),
        *(
            "picture-way.andra",
            "picture-way.atgard",
            "picture-way.gemensam",
            "joint-way.andra",
            "measure-way.andra",
            "measure-way.folj-upp",
        ),
        *(f"joint.state.{state}" for state in joint_measures.STATES),
        *(f"est.scale.{number}" for number in est_forms.SCALE),
        *(f"follow.{code.lower()}" for code in ("NONE", *TERMS["FollowUpColour"])),
        *of_work(words.load()),
        *ENDED.values(),
        "advice.dangers-hint",
        "advice.signs-hint",
    }


def test_every_text_is_there_and_none_too_many() -> None:
    known = set(words.load())
    assert asked() - known == set()
    assert known - asked() == set()


REFUSING = {
    "trainings/commands/enrolling.py": "",
    "trainings/domain/asking.py": "",
    "meetings/domain/answering.py": "meetings.",
    "meetings/domain/invitees.py:check_handed_on": "meetings.",
    "meetings/commands/answering.py:answer": "meetings.",
    "meetings/domain/meeting.py:change": "hosting.",
    "meetings/domain/meeting.py:hold": "hosting.",
    "meetings/domain/meeting.py:_stepped": "hosting.",
    "meetings/domain/meeting.py:_check_not_begun": "hosting.",
    "meetings/domain/meeting.py:_check_network": "hosting.",
    "meetings/domain/plan.py": "hosting.",
    "meetings/domain/invitees.py:identified": "hosting.",
    "meetings/domain/invitees.py:joined": "hosting.",
    "meetings/domain/invitees.py:_new": "hosting.",
    "meetings/domain/minutes.py": "recording.",
    "meetings/commands/minuting.py": "recording.",
    "meetings/domain/action_items.py:assign": "assigning.",
    "meetings/domain/action_items.py:_running": "assigning.",
    "meetings/domain/action_items.py:_check": "assigning.",
    "meetings/commands/following_up.py:assign": "assigning.",
    "meetings/commands/hosting.py:_check_organiser": "hosting.",
    "meetings/commands/hosting.py:_check_network": "hosting.",
    "meetings/domain/action_items.py:report": "items.",
    "meetings/domain/answering.py:check_newest": "items.",
    "meetings/domain/approvals.py": "minutes.",
    "meetings/api/minutes.py:_say": "minutes.",
    "initiatives/domain/pictures.py": "pictures.",
    "initiatives/domain/measures.py": "pictures.",
    "initiatives/domain/authors.py": "pictures.",
    "initiatives/domain/requirement_rules.py": "requirement.",
    "initiatives/domain/assessing.py": "requirement.",
    "initiatives/commands/measuring.py": "pictures.",
    "initiatives/commands/merging.py": "pictures.",
    "initiatives/domain/merging.py": "pictures.",
    "initiatives/domain/support.py": "support.",
    "initiatives/domain/processes.py": "process.",
    "initiatives/domain/lessons.py": "lesson.",
    "initiatives/domain/focuses.py": "focus.",
    "initiatives/domain/knowledge.py": "resource.",
    "initiatives/domain/est_areas.py": "est.",
    "initiatives/domain/est_weeks.py": "est-week.",
    "initiatives/domain/est_plans.py": "est-plan.",
    "initiatives/domain/joint_measures.py:_check": "pictures.",
    "initiatives/domain/joint_measures.py:start": "joint.",
    "initiatives/domain/joint_measures.py:follow_up": "joint.",
    "initiatives/domain/joint_measures.py:answer": "joint.",
    "initiatives/domain/joint_measures.py:_stepped": "joint.",
    "reports/domain/yearly.py": "yearly.",
    "shipment_alerts/domain/signals.py": "signals.",
    "shipment_alerts/domain/areas.py": "signals.",
    "shipment_alerts/domain/feedback.py": "signals.",
    "shipment_alerts/domain/aggregate.py": "signals.",
}
"""Where a command of the pages is refused, with the subject of its sentences; one function of a file, or all."""


@pytest.mark.parametrize("place", REFUSING)
def test_every_refusal_of_a_command_has_a_sentence(place: str) -> None:
    file, _, function = place.partition(":")
    text = (WORKSPACE.parent / file).read_text("utf-8")
    if function:
        text = text.partition(f"def {function}(")[2].partition("\n\n\n")[0]
    slugs = set(re.findall(r'Rejected\(\s*"([a-z-]+)"', text))
    assert slugs
    with_pages_of_their_own = {"not-found", "not-owner", "forbidden"}
    sentences = {f"slug.{REFUSING[place]}{slug}" for slug in slugs - with_pages_of_their_own}
    assert sentences - words.load().keys() == set()


def test_no_template_has_words_of_its_own() -> None:
    for name, text in TEMPLATES.items():
        shown = re.sub(r"{%.*?%}|{{.*?}}|<!--.*?-->|<[^>]*>", " ", text, flags=re.DOTALL)
        assert re.findall(r"[A-Za-zÅÄÖåäö]{2,}", shown) == [], name


def test_values_are_text_and_never_markup() -> None:
    assert "&lt;b&gt;" in Wording().text("start.heading", county="<b>")


def test_a_language_without_a_text_shows_the_swedish_one() -> None:
    assert Wording("sma").text("base.log-in") == "Logga in"
