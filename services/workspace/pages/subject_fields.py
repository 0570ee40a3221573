"""The fields of what every initiative says: its municipalities, its theme, its policy areas."""

from collections.abc import Mapping

from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import Option, options
from services.workspace.pages.work_form import Field
from services.workspace.shown_pictures import ShownSubject
from services.workspace.speaking import home_of
from shared.contracts.reference import MUNICIPALITIES

SUBJECT = ("municipalities", "theme", "local_theme", "policy_areas")
AT = {"invalid-municipality": "municipalities"}


def subject_fields(visit: Visit, *, whose: bool = True) -> list[Field]:
    """The fields; ``whose``: at least one municipality is named."""
    return [
        Field("municipalities", "boxes", needed=whose, choices=municipalities(visit)),
        Field("theme", "select", needed=True, choices=words.choices("Theme")),
        Field("local_theme"),
        Field("policy_areas", "boxes", choices=words.AREA_OPTIONS),
    ]


def municipalities(visit: Visit) -> list[Option]:
    """Those of this county, in the order of the Swedish alphabet."""
    ours = [each for each in MUNICIPALITIES.values() if each.county == visit.site.county.code]
    return options({each.code: each.name for each in ours})


def filled_subject(found: ShownSubject) -> dict[str, list[str]]:
    """The fields as they are."""
    return {
        "municipalities": [*found.municipalities],
        "theme": [found.theme],
        "local_theme": [found.local_theme or ""],
        "policy_areas": [*found.policy_areas],
    }


def wrong_subject(visit: Visit, values: Mapping[str, object]) -> list[str]:
    """A municipality's own theme has a name, and no other theme has; and the municipalities as below."""
    theme = ["local_theme"] if (values["theme"] == "LOCAL") != bool(values["local_theme"]) else []
    return theme + wrong_municipalities(visit, values)


def wrong_municipalities(visit: Visit, values: Mapping[str, object]) -> list[str]:
    """The coordinator of a municipality writes for that one, maybe with others."""
    home, named = home_of(visit), values["municipalities"]
    return ["municipalities"] if home and isinstance(named, list) and home not in named else []
