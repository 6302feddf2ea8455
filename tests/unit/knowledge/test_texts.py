"""How texts are brought into one spelling and cut up."""

from __future__ import annotations

import pytest

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.normalise import MAX_QUERY, normalise
from knowledge.retrieval.numerals import parse, unify
from knowledge.retrieval.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("written", "value"),
    [("三千五", 3500), ("三千零五", 3005), ("十五", 15), ("二十", 20), ("一万二", 12000),
     ("六十万", 600000), ("一百二十三", 123), ("二零二五", 2025), ("两", 2)],
)  # fmt: skip
def test_chinese_numerals_have_their_value(written: str, value: int) -> None:
    assert parse(written) == value


@pytest.mark.parametrize("word", ["万一", "千万", "百千", "万万"])
def test_words_that_look_like_numerals_are_no_numbers(word: str) -> None:
    assert parse(word) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("五级伤残", "5级伤残"), ("六十万", "600000"), ("交了十年", "交了10年"), ("第二套房", "二套房"),
     ("一万二", "1.2万"), ("两个月", "2个月")],
)  # fmt: skip
def test_two_ways_of_writing_a_number_meet(one: str, other: str) -> None:
    assert unify(one) == unify(other)


@pytest.mark.parametrize(
    "text",
    ["一" + "零" * 400, "一" + "零" * 400 + "元", "9" * 400 + "万", "1" + "0" * 400 + ".5万"],
)
def test_a_number_longer_than_any_amount_stays_as_it_is(text: str) -> None:
    assert unify(text) == text


def test_half_a_character_is_left_out() -> None:
    assert normalise("公积金\ud83d提取") == "公积金提取"


@pytest.mark.parametrize(
    "text", ["统一办理", "一样", "五险一金", "千万别忘", "13812345678", "一次性补助"]
)
def test_words_and_long_numbers_stay_as_they_are(text: str) -> None:
    assert unify(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [("租屋可以提取公積金嗎", "租屋可以提取公积金吗"), ("ＧＪＪ", "gjj"), ("公积金，怎么取？！", "公积金 怎么取"),
     ("3,500元", "3500元"), ("  公积金\n", "公积金")],
)  # fmt: skip
def test_spellings_of_one_text_meet(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "？！。", "\x00\x01", "\u200b"])
def test_a_text_without_words_becomes_empty(text: str) -> None:
    assert normalise(text) == ""


def test_a_very_long_text_is_cut_not_refused() -> None:
    assert len(normalise("公积金" * 100_000)) <= MAX_QUERY


def test_synonyms_name_the_same_concept(analyser: Analyser) -> None:
    assert "提取" in analyser("公积金怎么取出来").concepts
    assert "提取" in analyser("想支取公积金").concepts


def test_a_term_inside_a_longer_one_counts_as_well(analyser: Analyser) -> None:
    assert {"失业金", "失业保险", "失业"} <= set(analyser("失业保险金").concepts) | {"失业保险"}
    assert {"失业金", "失业"} <= set(analyser("失业保险金").concepts)


def test_social_card_and_medical_card_are_kept_apart(analyser: Analyser) -> None:
    assert "医保卡" not in analyser("社保卡丢了").concepts
    assert "社保卡" not in analyser("医保卡丢了").concepts


def test_polite_words_are_taken_off_unless_nothing_else_is_said(analyser: Analyser) -> None:
    assert analyser("您好，请问公积金怎么提取").text == "公积金怎么提取"
    assert analyser("您好").text == "您好"


def test_the_sides_of_a_contrast_are_told_apart(analyser: Analyser) -> None:
    assert analyser("五级伤残赔多少").sides["伤残等级"] == {"5级"}
    assert analyser("二套房首付多少").sides["住房套数"] == {"二套"}


def test_the_fields_words_stay_whole(analyser: Analyser) -> None:
    assert "停工留薪期" in analyser("停工留薪期最长多久").words


def test_every_shipped_synonym_names_its_concept() -> None:
    vocabulary = Vocabulary.load()
    for name, terms in vocabulary.synonyms.items():
        for term in terms:
            assert term, f"{name} 有一个规范化后为空的同义词"
            assert name in vocabulary.concepts(term)
