"""Searching a tiny knowledge base: ranking, filters, bands, words nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from knowledge.retrieval.dense import DenseIndex
from knowledge.retrieval.entries import EntryTable
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.tags import CoreIndex, TagIndex
from knowledge.retrieval.vectors import VectorCache
from tests.unit.knowledge.tiny import ENTRIES, TODAY, CharacterEncoder, entry, seen_by


def questions(outcome) -> list[str]:
    return [r.entry.question for r in outcome.ranked]


@pytest.mark.parametrize("item", ENTRIES, ids=lambda e: e.key)
def test_every_wording_finds_its_own_article_first(index, item) -> None:
    for wording in item.wordings:
        assert questions(index.search(wording, seen_by(), 3))[0] == item.question


def test_the_articles_own_question_is_answered(index) -> None:
    outcome = index.search("租房可以提取公积金吗", seen_by(), 3)
    assert outcome.band == "answer"
    assert outcome.ranked[0].signals.exact == 1.0


def test_traditional_characters_and_full_width_find_the_article(index) -> None:
    assert questions(index.search("租房可以提取公積金嗎？？", seen_by(), 1)) == [
        "租房可以提取公积金吗"
    ]


@pytest.mark.parametrize("text", ["今天天气怎么样", "帮我写一首诗", "红烧肉怎么做"])
def test_what_the_base_does_not_know_is_not_answered(index, text: str) -> None:
    assert index.search(text, seen_by(), 3).band != "answer"


@pytest.mark.parametrize("text", ["", "？？？", "😀", "   "])
def test_a_text_without_words_is_unknown_and_finds_nothing(index, text: str) -> None:
    outcome = index.search(text, seen_by(), 3)
    assert outcome.band == "unknown"
    assert outcome.ranked == []


def test_scores_are_probabilities_that_fall(index) -> None:
    scores = [r.score for r in index.search("公积金贷款", seen_by(), 6).ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1 for s in scores)


def test_a_hundred_thousand_characters_are_searched_like_any_text(index) -> None:
    assert index.search("公积金" * 40_000, seen_by(), 3).ranked


def test_an_empty_base_knows_nothing(make_index) -> None:
    assert make_index([]).search("公积金", seen_by(), 3).band == "unknown"


def test_a_base_of_one_article_can_be_searched(make_index) -> None:
    assert questions(make_index(ENTRIES[:1]).search("租房提取公积金", seen_by(), 3)) == [
        "租房可以提取公积金吗"
    ]


def test_a_hidden_article_takes_nobodys_place(make_index) -> None:
    """Filters come before ranking: with many better but hidden articles the visible one is still found."""
    hidden = [entry(f"h{i}", f"租房可以提取公积金吗 {i}", region="外市") for i in range(200)]
    visible = entry("v", "租房提取公积金要多久")
    outcome = make_index([*hidden, visible]).search("租房可以提取公积金吗", seen_by(), 3)
    assert questions(outcome) == ["租房提取公积金要多久"]


@pytest.mark.parametrize(
    ("changes", "visible"),
    [
        ({"region": "全国"}, True),
        ({"region": "示例市"}, True),
        ({"region": "example"}, True),
        ({"region": "外市"}, False),
        ({"first": date(2026, 11, 23)}, True),
        ({"first": date(2026, 11, 24)}, False),
        ({"last": date(2026, 11, 23)}, True),
        ({"last": date(2026, 11, 22)}, False),
        ({"internal": True}, False),
    ],
)
def test_region_day_and_audience_decide_what_is_seen(changes, visible: bool) -> None:
    table = EntryTable([replace(ENTRIES[0], **changes)])
    assert table.visible(seen_by()).tolist() == [visible]


def test_agents_see_internal_articles() -> None:
    table = EntryTable([replace(ENTRIES[0], internal=True)])
    assert table.visible(seen_by(internal=True)).all()


def test_a_business_sees_its_own_and_what_serves_all() -> None:
    table = EntryTable([entry("a", "问一", business=b) for b in ("公积金", "社保", "综合")])
    assert table.visible(seen_by(business="社保")).tolist() == [False, True, True]
    assert table.visible(seen_by()).all()


def test_the_version_of_the_asked_day_is_found(make_index) -> None:
    old = entry("age", "多少岁退休", answer_md="旧", last=date(2024, 12, 31))
    new = entry("age", "多少岁退休", answer_md="新", first=date(2025, 1, 1))
    index = make_index([old, new, *ENTRIES])
    assert (
        index.search("多少岁退休", seen_by(on=date(2024, 6, 1)), 1).ranked[0].entry.answer_md
        == "旧"
    )
    assert index.search("多少岁退休", seen_by(on=TODAY), 1).ranked[0].entry.answer_md == "新"


def test_next_questions_leave_out_what_the_citizen_may_not_see(make_index) -> None:
    shown = entry("a", "问题甲", next=("b", "c", "gone"))
    index = make_index([shown, entry("b", "问题乙"), entry("c", "问题丙", internal=True)])
    assert index.next_questions(shown, seen_by()) == ["问题乙"]


def test_coverage_is_whole_for_the_text_itself_and_nil_for_another() -> None:
    lexical = LexicalIndex.of([["a", "b", "c"], ["x", "y", "z"]])
    scores = lexical.coverage(["a", "b", "c"])
    assert scores[0] == pytest.approx(1.0, abs=0.02)
    assert scores[1] == 0.0


def test_unknown_words_lower_the_coverage() -> None:
    lexical = LexicalIndex.of([["a", "b"], ["c", "d"]])
    assert lexical.coverage(["a", "b", "?"])[0] < lexical.coverage(["a", "b"])[0]
    assert lexical.known_share(["a", "?"]) < 1.0


def test_reverse_coverage_is_the_share_of_the_text() -> None:
    lexical = LexicalIndex.of([["a", "b"], ["a", "c"], []])
    shares = lexical.reverse_coverage(["a", "b"], np.array([0, 1, 2]))
    assert shares[0] == pytest.approx(1.0)
    assert 0 < shares[1] < 1
    assert shares[2] == 0


def test_an_index_of_no_texts_can_be_asked() -> None:
    assert LexicalIndex.of([]).coverage(["a"]).shape == (0,)
    assert LexicalIndex.of([[]]).coverage(["a"]).tolist() == [0.0]


def test_rare_tags_weigh_more_than_common_ones() -> None:
    tags = TagIndex.of([["common", "rare"], ["common"], ["common"]])
    overlap, share = tags.shares(["rare"], np.array([0, 1]))
    assert overlap[0] > 0.5
    assert overlap[1] == share[1] == 0


def test_the_cells_hold_what_comparing_with_all_finds() -> None:
    generator = np.random.default_rng(3)
    # As wordings of articles are: around 250 subjects, each in its own direction.
    subjects = np.repeat(generator.standard_normal((250, 32)), 8, axis=0)
    vectors = (subjects + 0.5 * generator.standard_normal(subjects.shape)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    exact, cells = DenseIndex.of(vectors), DenseIndex.of(vectors, exact_up_to=10)
    mask = np.arange(2000) % 2 == 0
    found = total = 0
    for query in vectors[:100]:
        wanted = set(exact.nearest(query, 4, mask).tolist())
        got = cells.nearest(query, 4, mask).tolist()
        assert all(mask[row] for row in got)
        found, total = found + len(wanted & set(got)), total + len(wanted)
    assert found / total >= 0.99


def test_only_new_texts_are_encoded_again(tmp_path) -> None:
    encoder = CharacterEncoder()
    VectorCache(tmp_path).encode(encoder, ["一", "二"])
    encoder.encoded.clear()
    vectors = VectorCache(tmp_path).encode(encoder, ["二", "三", "二"])
    assert encoder.encoded == ["三"]
    assert np.array_equal(vectors, CharacterEncoder().encode(["二", "三", "二"]))


def test_a_torn_vector_file_is_only_a_lost_cache(tmp_path) -> None:
    encoder = CharacterEncoder()
    (tmp_path / "vectors-characters-0.npy").write_bytes(b"PK\x03\x04 torn")
    assert VectorCache(tmp_path).encode(encoder, ["一"]).shape == (1, 64)


def test_an_articles_core_is_what_its_wordings_have_in_common() -> None:
    core = CoreIndex.of([[["公积金", "提取", "建房"], ["公积金", "提取", "宅基地"]]])
    rows = np.array([0])
    assert core.share(["公积金", "提取"], rows)[0] > 3 * core.share(["宅基地"], rows)[0]
    assert core.share(["天气"], rows)[0] == 0


HOURS = entry(
    "hours",
    "服务大厅几点上班",
    "你们几点下班",
    "周末上班吗",
    "办公时间",
    tags=("服务须知",),
    business="综合",
)


@pytest.mark.parametrize("text", ["服务大厅几点上班", "你们星期六星期天上班吗", "请问几点下班呢"])
def test_our_own_hours_are_told(make_index, text: str) -> None:
    outcome = make_index([*ENTRIES, HOURS]).search(text, seen_by(), 3)
    assert (outcome.band, outcome.ranked[0].entry.key) == ("answer", "hours")


@pytest.mark.parametrize(
    "text", ["派出所几点上班", "附近的银行周末上班吗", "图书馆服务大厅几点上班"]
)
def test_the_hours_of_somebody_else_are_not_told_as_ours(make_index, text: str) -> None:
    assert make_index([*ENTRIES, HOURS]).search(text, seen_by(), 3).band != "answer"


def test_the_word_that_is_anothers_is_what_keeps_the_answer_back(make_index) -> None:
    """The same article without the tag is an answer like any other: the guard, and nothing else, is at work above."""
    text = "图书馆服务大厅几点上班"
    plain = make_index([*ENTRIES, replace(HOURS, tags=())]).search(text, seen_by(), 3)
    assert plain.band == "answer"
