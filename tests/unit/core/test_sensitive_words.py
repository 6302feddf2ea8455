"""Listed words are found however they are dressed up, and nothing else is."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.sensitive.book import SensitiveWords, WordsBlocked, WordsRefused
from core.sensitive.words import WordFilter, WordList, WordsConfig, folded

LISTED = ["刷单", "代办套取", "法轮", "hot line", "scam", "加微信13800000000"]


def words(*lists: WordList) -> WordFilter:
    return WordFilter(WordsConfig(lists=list(lists)))


LISTS = words(WordList(name="甲", words=LISTED))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("我帮你刷单", "刷单"),
        ("刷 单", "刷单"),
        ("刷\u200b单", "刷单"),
        ("刷-_-单吧", "刷单"),
        ("刷🙂单", "刷单"),
        ("刷。单", "刷单"),
        ("刷單", "刷单"),
        ("可以代/办/套/取", "代办套取"),
        ("可以代，办，套，取的", "代办套取"),
        ("ＳＣＡＭ", "scam"),
        ("a S.C.A.M!", "scam"),
        ("hotline", "hot line"),
        ("hot  line", "hot line"),
        ("加微信 138 0000 0000", "加微信13800000000"),
    ],
)
def test_a_dressed_up_word_is_found(text: str, word: str) -> None:
    assert LISTS.blocked(text) == [word]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "，。！",
        "这个办法，轮到您的时候再说",  # two sentences, no word
        "刷卡单据",
        "scamper",
        "unscam",
        "s cam",
        "加微信1380000000012",
        "刷" + "。" * 40 + "单",
    ],
)
def test_what_is_no_word_is_left_alone(text: str) -> None:
    assert LISTS.blocked(text) == []


GAPS = st.text(st.sampled_from(" \u3000\u200b\u200d-_*·~"), max_size=3)


@given(st.sampled_from(["刷单", "代办套取"]), st.data())
def test_whatever_stands_in_between_a_word_is_found_and_covered_whole(
    word: str, data: st.DataObject
) -> None:
    dressed = word[0] + "".join(data.draw(GAPS) + char for char in word[1:])
    assert LISTS.masked(f"你好{dressed}谢谢") == "你好***谢谢"


@given(st.text(max_size=120))
def test_masking_leaves_no_word_behind_and_ends(text: str) -> None:
    assert LISTS.blocked(LISTS.masked(text)) == []


def test_overlapping_words_are_covered_once() -> None:
    lists = words(WordList(name="甲", words=["公积金套现", "套现"]))
    assert lists.masked("帮您公积金套现哦") == "帮您***哦"


def test_each_direction_has_its_own_words() -> None:
    lists = words(
        WordList(name="坐席", words=["保证办成"], direction="agent"),
        WordList(name="市民", words=["笨蛋"], direction="citizen", action="mask"),
        WordList(name="拒收", words=["炸掉"], direction="citizen", action="refuse"),
        WordList(name="停用", words=["你好"], enabled=False),
    )
    assert lists.blocked("保证办成，笨蛋，炸掉，你好") == ["保证办成"]
    assert lists.masked("保证办成，笨蛋，你好") == "保证办成，***，你好"
    assert lists.refused("炸 掉") == ["炸掉"]


def test_an_agent_is_told_the_words_and_a_citizen_is_not() -> None:
    held = SensitiveWords()
    held.use(
        WordsConfig(
            lists=[WordList(name="甲", words=["刷单"], action="refuse")], refusal="请文明用语。"
        )
    )
    with pytest.raises(WordsBlocked, match="“刷单”") as blocked:
        held.check_agent("您好", "刷 单")
    assert blocked.value.details == {"words": ["刷单"]}
    with pytest.raises(WordsRefused, match="请文明用语。") as refused:
        held.admitted("刷单")
    assert refused.value.details == {}


def test_nothing_is_listed_as_shipped() -> None:
    shipped = SensitiveWords()
    shipped.check_agent("示例敏感词")
    assert shipped.admitted("示例敏感词") == "示例敏感词"
    assert [each.enabled for each in WordsConfig().lists] == [False]


@pytest.mark.parametrize("word", ["，", "a", "字" * 65])
def test_a_word_that_would_hit_everything_or_nothing_is_refused(word: str) -> None:
    with pytest.raises(ValidationError):
        WordList(name="甲", words=[word])


def test_ten_thousand_words_cost_microseconds_a_message() -> None:
    many = [
        chr(0x4E00 + n % 5000) + chr(0x5E00 + n // 3) + chr(0x6000 + n % 997) for n in range(10_000)
    ]
    lists = words(WordList(name="甲", words=many))
    text = "您好，我想咨询一下住房公积金提取需要哪些材料，我在这里缴存了三年。"
    lists.masked(text)
    started = perf_counter()
    for _ in range(1000):
        lists.masked(text)
    # Measured: 4 us. A scan word by word takes milliseconds.
    assert perf_counter() - started < 0.2


def test_one_spelling() -> None:
    assert folded("Ｈｏｔ－Ｌｉｎｅ 公積金\u200b") == "hotline公积金"
