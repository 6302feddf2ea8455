"""What citizens are shown when the search is not sure."""

from __future__ import annotations

import pytest

from core.conversation.answers import GUIDE_TEXT, contents_of
from core.conversation.content import ChoicesContent
from core.conversation.ports import KnowledgeHit, KnowledgeResult

HIT = KnowledgeHit("a1", "二套房公积金贷款利率是多少", "……", 0.6, [], "信贷", [])


def guide_text(*sides: str) -> str:
    [content] = contents_of(KnowledgeResult("guide", [HIT], sides))
    assert isinstance(content, ChoicesContent)
    return content.text


def test_the_citizen_is_asked_for_the_word_the_answer_hangs_on() -> None:
    assert "“首套”还是“二套”" in guide_text("首套", "二套")


@pytest.mark.parametrize("sides", [(), ("二套",), tuple(f"{grade}级" for grade in range(1, 11))])
def test_one_side_or_ten_are_no_choice_to_name(sides: tuple[str, ...]) -> None:
    assert guide_text(*sides) == GUIDE_TEXT
