"""Several pictures become one: with all that they say, and nothing else."""

import pytest

from services.initiatives.domain import pictures
from services.initiatives.domain.merging import merge
from services.initiatives.domain.pictures import HomePicture
from shared.contracts.initiative_codes import PictureStatus
from tests.unit.initiatives.given import ID, JAMTLAND, MUNICIPAL, PICTURE, POLICE, agreed, begun, picture, prioritised
from tests.unit.initiatives.test_pictures import refused


def of_police(**changes: object) -> pictures.AnyPicture:
    return pictures.own(pictures.begin(picture(**changes), ID, POLICE, JAMTLAND))


def test_a_merged_picture_has_all_that_the_others_say() -> None:
    factor = {"element": "TARGET", "text": "Cyklar vid stationen"}
    theirs = of_police(municipalities=["2380", "2305"], factors=[factor], sources=["SIGNALS"], place_factors=["Mörkt"])

    merged, (other,) = merge(pictures.own(begun()), [theirs])

    assert isinstance(merged, HomePicture)
    assert (merged.status, other.status) == (PictureStatus.MERGED, PictureStatus.ARCHIVED)
    assert merged.municipalities == ("2305", "2380")
    assert [each.text for each in merged.factors] == [*(each["text"] for each in PICTURE["factors"]), factor["text"]]
    assert [each.number for each in merged.causes] == [1, 2]
    assert (merged.sources, merged.place_factors) == (("CITIZEN_DIALOGUE", "SIGNALS"), ("Mörkt",))
    assert [each.municipality for each in merged.contributors] == ["2380", None]
    pictures.agree(pictures.analyse(pictures.prioritise(merged)), MUNICIPAL)


@pytest.mark.parametrize("other", [begun(), prioritised(), agreed()], ids=lambda each: each.status)
def test_only_own_pictures_are_merged(other: pictures.AnyPicture) -> None:
    refused("wrong-status", merge, pictures.own(begun()), [other])
    refused("wrong-status", merge, other, [pictures.own(begun())])
    refused("wrong-status", merge, pictures.own(begun()), [pictures.release(agreed(), confirmed=False)])


@pytest.mark.parametrize(
    "changes",
    [
        {"factors": [{"element": "TARGET", "text": f"Nummer {number}"} for number in range(98)]},
        {"causes": [PICTURE["causes"][0] | {"number": number} for number in range(1, 51)]},
    ],
    ids=["factors", "causes"],
)
def test_what_is_too_much_for_one_picture_is_refused(changes: dict[str, object]) -> None:
    refused("invalid-pictures", merge, pictures.own(begun()), [of_police(**changes)])
