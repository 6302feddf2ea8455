"""Questions that differ in small words only are the same question; what changes an answer is never folded away."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
import yaml

from knowledge.articles.seed import CONTENT, read_file
from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.folding import Folding
from knowledge.retrieval.vocabulary import DATA, HIDES, TOPIC_GROUP, Vocabulary
from tests.unit.knowledge.tiny import ENTRIES, entry, seen_by


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("租房能提公积金吗", "租房可以提取公积金吗"),
        ("请问租房可不可以取住房公积金", "租房能否支取公积金呢"),
        ("租房取公积金行不行", "租房能提公积金不"),
        ("我想问一下公积金贷款能贷多少钱", "公积金贷款可以贷多少"),
        ("社保卡丢了咋办", "社保卡丢了怎么办理"),
        ("社会保险断交有没有影响", "社保断缴有影响吗"),
        ("你们什么时候上班", "啥时候上班啊"),
        ("公积金提取要多长时间", "公积金提取需要多久"),
    ],
)
def test_small_words_make_no_difference(analyser: Analyser, one: str, other: str) -> None:
    assert analyser(one).folded == analyser(other).folded != ""
    assert analyser(one).asked == analyser(other).asked != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公积金租房能提取吗", "租房可以取公积金吗"),
        ("怎么查公积金余额", "公积金余额怎么查"),
        ("社保卡怎么补办", "怎么补办社保卡"),
    ],
)
def test_the_order_of_words_makes_no_difference(analyser: Analyser, one: str, other: str) -> None:
    assert analyser(one).asked == analyser(other).asked != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("商贷转公积金贷款", "公积金贷款转商贷"),
        ("单位替我补缴", "我替单位补缴"),
        ("居民医保换职工医保", "职工医保换居民医保"),
        ("先提取再贷款", "先贷款再提取"),
        ("交15年领20年", "交20年领15年"),
    ],
)
def test_where_order_says_who_does_what_it_stays(analyser: Analyser, one: str, other: str) -> None:
    assert analyser(one).asked != analyser(other).asked


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("租房能提取公积金吗", "租房不能提取公积金吗"),
        ("公积金可以不交吗", "公积金可以交吗"),
        ("公积金提前还款", "公积金提取还款"),
        ("公积金取消提取", "公积金提取"),
        ("公积金多久能提取一次", "公积金能提取多少次"),
        ("公积金怎么提取", "公积金能提取吗"),
        ("单位补缴公积金", "个人补缴公积金"),
        ("社保卡怎么补办", "医保卡怎么补办"),
        ("五级伤残赔多少", "七级伤残赔多少"),
        ("首套房公积金贷款利率", "二套房公积金贷款利率"),
        ("公积金提取条件", "公积金贷款条件"),
        ("养老金怎么取", "养老金怎么提"),
        ("劳动能力鉴定怎么申请", "劳动力鉴定怎么申请"),
    ],
)
def test_what_changes_the_question_stays(analyser: Analyser, one: str, other: str) -> None:
    assert analyser(one).folded != analyser(other).folded
    assert analyser(one).asked != analyser(other).asked


def test_the_sides_of_no_contrast_fold_into_each_other(analyser: Analyser) -> None:
    checked = 0
    for group, sides in analyser.vocabulary.contrasts.items():
        if group == TOPIC_GROUP:
            continue
        folded = {
            side: {
                analyser(f"公积金社保 {term} 是怎么规定的").asked
                for term in terms
                if not term.startswith(HIDES)
            }
            for side, terms in sides.items()
        }
        for one, other in combinations(folded, 2):
            assert not folded[one] & folded[other], (group, one, other)
            checked += 1
    assert checked > 100


def test_no_two_shipped_articles_differ_in_small_words_only(analyser: Analyser) -> None:
    """A question worded so would be answered by neither: make the wordings differ in what they ask."""
    owners: dict[str, set[str]] = {}
    for path in CONTENT.glob("articles/*.yaml"):
        for key, article in read_file(path).articles.items():
            for wording in [article.question, *article.similar]:
                if folded := analyser(wording).folded:
                    owners.setdefault(folded, set()).add(key)
    assert len(owners) > 5000
    assert {asked: keys for asked, keys in owners.items() if len(keys) > 1} == {}


def test_a_text_that_says_nothing_folds_to_nothing(analyser: Analyser) -> None:
    for text in ("", "吗", "请问一下", "我可以吗", "能不能", "???", "你们"):
        assert analyser(text).folded == analyser(text).asked == ""


def test_folding_ends_where_it_began() -> None:
    """What is folded already changes no more, or a wording and its folded form would not meet."""
    fold = Folding.load()
    for text in ("租房提取公积金", "社保断缴有影响", "什么时候上班", "缴社保几年"):
        assert fold(fold(text)) == fold(text)


def test_every_word_stands_in_one_list() -> None:
    data = yaml.safe_load((DATA / "folding.yaml").read_text("utf-8"))
    groups = [*data["words"], *data["fund_words"], data["keep"], data["may"], data["drop"]]
    words = [word for group in groups for word in group]
    assert sorted({w for w in words if words.count(w) > 1}) == []


def test_a_question_in_other_small_words_is_answered(index) -> None:
    outcome = index.search("请问租房能不能取住房公积金呢", seen_by(), 3)
    assert outcome.band == "answer"
    assert outcome.ranked[0].entry.key == "rent"
    assert outcome.ranked[0].signals.exact == 1.0


def test_where_two_articles_differ_in_small_words_only_neither_is_what_was_asked(
    make_index,
) -> None:
    twins = [entry("a", "租房可以提取公积金吗"), entry("b", "租房怎么不能提公积金")]
    index = make_index([*twins, entry("c", "租房能支取公积金么"), *ENTRIES[2:]])
    outcome = index.search("租房可不可以取公积金", seen_by(), 3)
    assert [r.signals.exact for r in outcome.ranked] == [0.0] * 3
    # In its very words there is still one it can be.
    said = index.search("租房可以提取公积金吗", seen_by(), 3)
    assert {r.entry.key for r in said.ranked if r.signals.exact} == {"a"}


def test_a_hidden_twin_does_not_count(make_index) -> None:
    hidden = replace(entry("far", "租房能支取公积金么"), region="外市")
    outcome = make_index([*ENTRIES, hidden]).search("租房能取公积金不", seen_by(), 3)
    assert [r.entry.key for r in outcome.ranked if r.signals.exact] == ["rent"]


def test_the_vocabulary_is_not_touched_by_folding(analyser: Analyser) -> None:
    """Sides, words and concepts are read from the text as it was written."""
    analysis = analyser("租房能取住房公积金吗")
    assert analysis.text == "租房能取住房公积金吗"
    assert analysis.sides == Vocabulary.load().sides(analysis.text)
