"""The calls on the page about initiatives are ones that the service takes."""

import re
from pathlib import Path

from shared.contracts.problem_pictures import PictureDetails

PAGE = (Path(__file__).parents[3] / "docs/initiatives.md").read_text("utf-8")


def test_the_first_call_on_the_page_begins_a_picture() -> None:
    ((body,),) = [re.findall(r"-d '({.*?})'", PAGE, re.DOTALL)]

    assert PictureDetails.model_validate_json(body).municipalities == ("2580",)
