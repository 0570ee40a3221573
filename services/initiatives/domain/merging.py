"""Several pictures of one problem become one: a municipality's own and that of the police, or those of neighbours."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from services.initiatives.domain.picture_life import PictureAct
from services.initiatives.domain.pictures import AnyPicture, HomePicture, archive, stepped
from shared.contracts.initiative_codes import PictureStatus
from shared.rejected import Rejected

MOST_FACTORS, MOST_CAUSES = 100, 50
Value = TypeVar("Value")


def merge(before: AnyPicture, others: Sequence[AnyPicture]) -> tuple[AnyPicture, list[AnyPicture]]:
    """The picture with all that is in the others, and the others, which are archived.

    Its own title, theme, days and summary stay; causes are numbered anew. Rejected unless each of them is an own one
    that stays in the county, and if they say more than one picture takes.
    """
    pictures = [before, *others]
    if any(not isinstance(each, HomePicture) or each.status is not PictureStatus.OWN for each in pictures):
        raise Rejected("wrong-status", "Only pictures are merged that are own ones and stay in the county.")
    causes = [cause for each in pictures for cause in each.causes]
    factors = _each_once(factor for each in pictures for factor in each.factors)
    places = _each_once(text for each in pictures for text in each.place_factors)
    if len(factors) > MOST_FACTORS or max(len(causes), len(places)) > MOST_CAUSES:
        raise Rejected(
            "invalid-pictures", f"Together they have more than {MOST_FACTORS} factors or {MOST_CAUSES} causes."
        )
    merged = stepped(
        before,
        PictureAct.MERGES,
        municipalities=_each_once(code for each in pictures for code in each.municipalities),
        policy_areas=_each_once(area for each in pictures for area in each.policy_areas),
        sources=_each_once(source for each in pictures for source in each.sources),
        factors=factors,
        place_factors=places,
        causes=tuple(cause.model_copy(update={"number": number}) for number, cause in enumerate(causes, 1)),
        contributors=_each_once(one for each in pictures for one in each.contributors),
    )
    return merged, [archive(each) for each in others]


def _each_once(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))
