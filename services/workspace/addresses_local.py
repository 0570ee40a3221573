"""The pages of the work in municipalities: problem pictures and measures, and what the law asks for."""

from collections.abc import Mapping

from services.workspace.guard import PageAddress
from services.workspace.pages import (
    est,
    est_forms,
    est_plan_forms,
    focus_forms,
    following_up,
    initiative_steps,
    joint_forms,
    joint_measures,
    joint_plan,
    lesson_forms,
    lessons,
    measure_form,
    measures,
    merging,
    picture_form,
    pictures,
    process_forms,
    processes,
    readiness,
    readiness_details,
    readiness_forms,
    resource_forms,
    resources,
    support,
    support_forms,
)
from services.workspace.pages.work_form import Thing, WorkForm
from services.workspace.roles import ANSWERERS, COORDINATORS, HOSTS, MEMBERS, MUNICIPAL
from shared.runtime.auth import Role


def forms(path: str, known: Mapping[str, WorkForm[Thing]], roles: frozenset[Role]) -> tuple[PageAddress, ...]:
    """The addresses of the forms under ``path``, by their words. That of something new is not under anything."""
    pages = {word: (("GET", form.ask), ("POST", form.send)) for word, form in known.items() if word != "ny"}
    return tuple((method, f"{path}/{word}", page, roles) for word, both in pages.items() for method, page in both)


LOCAL_PAGES: tuple[PageAddress, ...] = (
    ("GET", "/lagesbilder", pictures.show_list, MEMBERS),
    ("GET", "/lagesbilder/{county}/{identity:uuid}", pictures.show_one, MEMBERS),
    ("GET", "/lagesbilder/atgarder/{county}/{identity:uuid}", measures.show_one, MEMBERS),
    ("POST", "/lagesbilder/atgarder/{county}/{identity:uuid}/sedd", measures.see_model, initiative_steps.AUTHORS),
    ("POST", "/lagesbilder/{county}/{identity:uuid}/sedd", pictures.read_revision, initiative_steps.AUTHORS),
    ("GET", "/lagesbilder/ny", picture_form.ask, initiative_steps.AUTHORS),
    ("POST", "/lagesbilder/ny", picture_form.send, initiative_steps.AUTHORS),
    ("GET", "/lagesbilder/{county}/{identity:uuid}/andra", picture_form.ask, initiative_steps.AUTHORS),
    ("POST", "/lagesbilder/{county}/{identity:uuid}/andra", picture_form.send, initiative_steps.AUTHORS),
    *forms("/lagesbilder/{county}/{identity:uuid}", measure_form.NEW, initiative_steps.AUTHORS),
    *forms("/lagesbilder/{county}/{identity:uuid}", joint_plan.NEW, MUNICIPAL),
    *forms("/lagesbilder/{county}/{identity:uuid}", merging.FORMS, initiative_steps.AUTHORS),
    *forms("/lagesbilder/atgarder/{county}/{identity:uuid}", measure_form.CHANGE, initiative_steps.AUTHORS),
    *forms(
        "/lagesbilder/atgarder/{county}/{identity:uuid}",
        {"folj-upp": following_up.FOLLOWING_UP},
        initiative_steps.AUTHORS,
    ),
    *(
        (method, f"/lagesbilder/{kind}{{county}}/{{identity:uuid}}/{step}", page, initiative_steps.AUTHORS)
        for kind, steps in (("", initiative_steps.PICTURE_STEPS), ("atgarder/", initiative_steps.MEASURE_STEPS))
        for step in steps
        for method, page in (("GET", initiative_steps.ask), ("POST", initiative_steps.take))
    ),
    ("GET", "/lagesbilder/gemensamma", joint_measures.show_list, MEMBERS),
    ("GET", "/lagesbilder/gemensamma/{county}/{identity:uuid}", joint_measures.show_one, MEMBERS),
    *forms("/lagesbilder/gemensamma/{county}/{identity:uuid}", {"svara": joint_forms.ANSWER}, MUNICIPAL),
    *forms("/lagesbilder/gemensamma/{county}/{identity:uuid}", joint_forms.FORMS, MUNICIPAL),
    *forms("/lagesbilder/gemensamma/{county}/{identity:uuid}", joint_plan.CHANGE, MUNICIPAL),
    ("GET", "/beredskap", readiness.show_list, MEMBERS),
    ("GET", "/beredskap/{code}", readiness.show_one, MEMBERS),
    ("GET", "/beredskap/{code}/andra", readiness_details.DETAILS.ask, MUNICIPAL),
    ("POST", "/beredskap/{code}/andra", readiness_details.DETAILS.send, MUNICIPAL),
    *forms("/beredskap/{code}/{requirement}", readiness_forms.FORMS, HOSTS),
    ("GET", "/stod", support.show_list, MEMBERS),
    ("GET", "/stod/ny", support_forms.FORMS["ny"].ask, MUNICIPAL),
    ("POST", "/stod/ny", support_forms.FORMS["ny"].send, MUNICIPAL),
    ("GET", "/stod/{county}/{identity:uuid}", support.show_one, MEMBERS),
    *forms("/stod/{county}/{identity:uuid}", support_forms.FORMS, HOSTS),
    ("GET", "/samverkan", processes.show_list, MEMBERS),
    ("GET", "/samverkan/ny", process_forms.FORMS["ny"].ask, MUNICIPAL),
    ("POST", "/samverkan/ny", process_forms.FORMS["ny"].send, MUNICIPAL),
    ("GET", "/samverkan/{county}/{identity:uuid}", processes.show_one, MEMBERS),
    *forms("/samverkan/{county}/{identity:uuid}", process_forms.FORMS, initiative_steps.AUTHORS),
    ("GET", "/est", est.show_list, MEMBERS),
    ("GET", "/est/ny", est_forms.FORMS["ny"].ask, MUNICIPAL),
    ("POST", "/est/ny", est_forms.FORMS["ny"].send, MUNICIPAL),
    ("GET", "/est/{county}/{identity:uuid}", est.show_area, MEMBERS),
    *forms("/est/{county}/{identity:uuid}", est_forms.FORMS, MUNICIPAL),
    ("GET", "/est/{county}/{identity:uuid}/{year:int}/{week:int}", est.show_week, ANSWERERS),
    *forms("/est/{county}/{identity:uuid}/{year:int}/{week:int}", est_forms.WEEK_FORMS, initiative_steps.AUTHORS),
    ("GET", "/est/kommun/{code}/{year:int}", est.show_year, MEMBERS),
    *forms("/est/kommun/{code}/{year:int}", est_plan_forms.YEAR_FORMS, MUNICIPAL),
    *forms("/est/kommun/{code}/{year:int}/{quarter:int}", est_plan_forms.QUARTER_FORMS, MUNICIPAL),
    ("GET", "/lardomar", lessons.show_list, MEMBERS),
    ("GET", "/lardomar/ny", lesson_forms.FORMS["ny"].ask, COORDINATORS),
    ("POST", "/lardomar/ny", lesson_forms.FORMS["ny"].send, COORDINATORS),
    ("GET", "/lardomar/{county}/{identity:uuid}", lessons.show_one, MEMBERS),
    *forms("/lardomar/{county}/{identity:uuid}", lesson_forms.FORMS, COORDINATORS),
    ("GET", "/lardomar/inriktning/ny", focus_forms.FORMS["ny"].ask, COORDINATORS),
    ("POST", "/lardomar/inriktning/ny", focus_forms.FORMS["ny"].send, COORDINATORS),
    ("GET", "/lardomar/inriktning/{county}/{identity:uuid}", lessons.show_focus, MEMBERS),
    *forms("/lardomar/inriktning/{county}/{identity:uuid}", focus_forms.FORMS, COORDINATORS),
    ("GET", "/kunskap", resources.show_list, MEMBERS),
    ("GET", "/kunskap/ny", resource_forms.FORMS["ny"].ask, COORDINATORS),
    ("POST", "/kunskap/ny", resource_forms.FORMS["ny"].send, COORDINATORS),
    ("GET", "/kunskap/{county}/{identity:uuid}", resources.show_one, MEMBERS),
    *forms("/kunskap/{county}/{identity:uuid}", resource_forms.FORMS, COORDINATORS),
)
"""Method, path, page, and who may see it."""
