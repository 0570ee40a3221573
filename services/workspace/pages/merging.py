"""Several own pictures of one problem become one: a municipality's and that of the police, or those of neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.workspace import calls_pictures as calls
from services.workspace.guard import Visit
from services.workspace.lists import options
from services.workspace.pages.initiative_steps import writes
from services.workspace.pages.work_form import Field, SentForm, WorkForm, back_of
from services.workspace.shown_pictures import ShownPicture


@dataclass(frozen=True, slots=True)
class MergeCandidates:
    """An own picture, and the others that may become part of it."""

    picture: ShownPicture
    others: Sequence[ShownPicture]

    @property
    def version(self) -> int:
        """That of the picture which stays."""
        return self.picture.version


async def others(visit: Visit, picture: ShownPicture) -> list[ShownPicture]:
    """The own pictures of the county that the user may merge into this one; none unless it is an own one."""
    if picture.shared or picture.status != "OWN" or not writes(visit, picture):
        return []
    found = await calls.home_pictures(visit.site.interface, visit.token, status="OWN")
    return [each for each in found.items if each.id != picture.id]


async def _find(visit: Visit) -> MergeCandidates:
    picture = await calls.picture(visit.site.interface, visit.token, *visit.named())
    return MergeCandidates(picture, await others(visit, picture))


def _fields(visit: Visit, found: MergeCandidates) -> list[Field]:
    choices = options({each.id: each.title for each in found.others})
    return [Field("pictures", "boxes", needed=True, choices=choices)]


async def _tell(visit: Visit, sent: SentForm[MergeCandidates]) -> str:
    county, identity = visit.named()
    await calls.picture_step(
        visit.site.interface, visit.token, sent.key, county, identity, "merge", sent.values, sent.seen
    )
    return back_of(visit)


MERGE: WorkForm[MergeCandidates] = WorkForm(
    "picture",
    "sla-ihop",
    _find,
    lambda _visit, found: bool(found.others),
    _tell,
    title=lambda found: found.picture.title,
    fields=_fields,
    at={"invalid-pictures": "pictures", "unknown-picture": "pictures"},
    subject="pictures",
    grave=True,
)
FORMS: Mapping[str, WorkForm[MergeCandidates]] = {MERGE.word: MERGE}
"""By the last word of the address."""
