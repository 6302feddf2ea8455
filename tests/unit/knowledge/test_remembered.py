"""A question asked before is answered from memory, as long as nothing that bears on it has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from core.conversation.ports import KnowledgeQuery
from knowledge.articles.regions import Regions
from knowledge.retrieval.remembered import LONGEST_TEXT, Latest, Remembered
from knowledge.retrieval.search import Search
from tests.unit.knowledge.tiny import TODAY, CharacterEncoder

ASKED = KnowledgeQuery("租房可以提取公积金吗", "example", TODAY)


@pytest.fixture
def search(index) -> Search:
    return Search(Regions([]), index)


def test_the_same_question_is_searched_once(search: Search) -> None:
    assert search.remembered(ASKED) is None
    found = search.search(ASKED)
    assert search.remembered(ASKED) is found
    assert search.search(ASKED) is found


def test_what_was_said_before_matters_only_to_a_question_that_leans_on_it(search: Search) -> None:
    found = search.search(ASKED)
    assert search.remembered(replace(ASKED, context=("公积金贷款利率是多少",))) is found
    leaning = replace(ASKED, text="要带什么材料", context=(ASKED.text,))
    search.search(leaning)
    assert search.remembered(leaning) is not None
    assert search.remembered(replace(leaning, context=("公积金贷款利率是多少",))) is None
    assert search.remembered(replace(leaning, context=())) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, on=TODAY + timedelta(days=1)),
        replace(ASKED, region="elsewhere"),
        replace(ASKED, internal=True),
        replace(ASKED, business="信贷"),
        replace(ASKED, top=1),
    ],
)
def test_another_day_place_or_asker_is_another_question(
    search: Search, other: KnowledgeQuery
) -> None:
    search.search(ASKED)
    assert search.remembered(other) is None


def test_nothing_is_remembered_past_a_change_of_the_content(search: Search, index) -> None:
    search.search(ASKED)
    search.swap(index)
    assert search.remembered(ASKED) is None


def test_a_story_is_not_remembered(search: Search) -> None:
    story = replace(ASKED, text="租房可以提取公积金吗" * 10)
    assert len(story.text) > LONGEST_TEXT
    search.search(story)
    assert search.remembered(story) is None


def test_vectors_are_those_of_the_encoder_and_made_once() -> None:
    encoder, remembered = CharacterEncoder(), Remembered()
    texts = ["租房提取", "贷款利率", "租房提取"]
    vectors = remembered.encode(encoder, texts)
    remembered.encode(encoder, texts[1:])
    assert encoder.encoded == ["租房提取", "贷款利率"]
    assert np.allclose(vectors, encoder.encode(texts))


def test_what_was_not_used_longest_is_given_up() -> None:
    latest: Latest[str, int] = Latest(2)
    latest.put("a", 1)
    latest.put("b", 2)
    assert latest.get("a") == 1
    latest.put("c", 3)
    assert (latest.get("a"), latest.get("b"), latest.get("c")) == (1, None, 3)
