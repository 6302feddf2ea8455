"""What is searched for when a citizen's words alone do not say it: follow-ups, slips, stories, several questions."""

from __future__ import annotations

import pytest

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.asking import Asking
from knowledge.retrieval.followups import Followups
from knowledge.retrieval.outcome import Outcome
from knowledge.retrieval.sentences import kernels, questions
from knowledge.retrieval.spelling import Speller, syllable
from tests.unit.knowledge.tiny import ENTRIES, entry, seen_by


@pytest.fixture(scope="module")
def followups(analyser: Analyser) -> Followups:
    return Followups(analyser, knows=lambda word: word not in ("天气", "电影", "押金"))


@pytest.fixture(scope="module")
def speller(analyser: Analyser) -> Speller:
    return Speller(analyser, use_of=lambda pair: 0.5 if pair in ("多少", "怎么") else 0.0)


def read(followups: Followups, text: str, *earlier: str) -> str | None:
    reading = followups.reading(text, earlier)
    return reading.text if reading else None


def test_a_question_that_asks_on_gets_its_subject_from_the_one_before(followups: Followups) -> None:
    assert (
        read(followups, "要带什么材料", "租房可以提取公积金吗") == "租房 提取公积金吗 要带什么材料"
    )


def test_the_other_side_of_a_contrast_takes_the_place_of_the_first(followups: Followups) -> None:
    reading = read(followups, "那社保呢", "公积金断缴有什么影响")
    assert reading is not None
    assert "公积金" not in reading
    assert "社保" in reading


def test_the_subject_is_looked_for_behind_other_follow_ups(followups: Followups) -> None:
    reading = read(followups, "多久到账", "租房能取公积金吗", "要什么材料")
    assert reading is not None
    assert reading.startswith("租房")
    assert "材料" not in reading


@pytest.mark.parametrize(
    "text",
    [
        "社保卡丢了怎么挂失",
        "今天天气怎么样",
        "推荐一部电影",
        "房东不退押金怎么办",
        "嗯",
        "哈哈哈",
        "",
        "？？",
    ],
)
def test_what_stands_alone_or_is_another_matter_needs_nothing_of_the_past(
    followups: Followups, text: str
) -> None:
    assert read(followups, text, "租房可以提取公积金吗") is None


def test_without_an_earlier_question_there_is_nothing_to_lean_on(followups: Followups) -> None:
    assert read(followups, "要带什么材料") is None
    assert read(followups, "要带什么材料", "你好", "在吗") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("公机金怎么取", "公积金怎么取"),
        ("社宝卡丢了", "社保卡丢了"),
        ("生育津帖多少", "生育津贴多少"),
        ("公积金贷款预期了", "公积金贷款逾期了"),
    ],
)
def test_a_slip_becomes_the_word_that_sounds_like_it(
    speller: Speller, typed: str, meant: str
) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize("text", ["玉照公园怎么走", "你会唱歌吗", "公积金怎么取", "abc 123", ""])
def test_words_of_their_own_are_left_alone(speller: Speller, text: str) -> None:
    assert speller.correct(text) == text


def test_syllables_have_neither_tone_nor_what_many_confuse() -> None:
    assert syllable("证") == syllable("怎") == "zen"
    assert syllable("x") == ""


def test_of_a_story_the_clause_that_asks_is_taken_with_what_it_is_about() -> None:
    story = "我去年从厂里出来回了老家，公积金交了六年多，现在家里等着用钱，想问能不能取出来"
    found = kernels(story, names_topic=lambda clause: "公积金" in clause)
    assert "公积金交了六年多 想问能不能取出来" in found
    assert kernels("公积金怎么取", names_topic=lambda _: True) == []


def test_only_sentences_that_ask_are_questions() -> None:
    assert questions("您好！产假有多少天？生育津贴怎么算？谢谢！") == [
        "产假有多少天",
        "生育津贴怎么算",
    ]
    assert questions("您好！产假有多少天？谢谢！") == []


def test_of_several_questions_each_is_answered(make_index) -> None:
    outcome = make_index(ENTRIES).search("失业金可以领几个月？租房可以提取公积金吗？", seen_by(), 3)
    assert outcome.band == "answer"
    assert outcome.ranked[0].entry.key == "jobless"
    assert [e.key for e in outcome.also] == ["rent"]


def test_what_was_just_answered_is_not_answered_again(make_index) -> None:
    index = make_index(ENTRIES)
    first = index.search("租房可以提取公积金吗", seen_by(), 3)
    assert first.band == "answer"
    again = index.search("那还要什么", seen_by(), 3, ("租房可以提取公积金吗",))
    assert again.band != "answer" or again.ranked[0].entry.key != "rent"


LOAN_RATES = [
    entry("first", "首套房公积金贷款利率是多少", "首套公积金贷款几个点", "头一套公积金贷款利率"),
    entry("second", "二套房公积金贷款利率是多少", "二套公积金贷款几个点", "改善房公积金贷款利率"),
]


def test_where_the_answer_hangs_on_a_word_left_out_the_bot_asks(make_index) -> None:
    outcome = make_index([*ENTRIES, *LOAN_RATES]).search("公积金贷款利率是多少呀", seen_by(), 3)
    assert outcome.band != "answer"


@pytest.mark.parametrize(
    ("text", "key"), [("二套房公积金贷款利率", "second"), ("首套房公积金贷款利率", "first")]
)
def test_where_the_word_was_said_the_other_side_does_not_win(make_index, text, key) -> None:
    outcome = make_index([*ENTRIES, *LOAN_RATES]).search(text, seen_by(), 3)
    assert outcome.ranked[0].entry.key == key


def test_two_articles_with_the_same_wording_are_both_offered(make_index) -> None:
    twins = [
        entry("a", "工伤认定要多久", "多久出结果"),
        entry("b", "工伤认定多久办好", "多久出结果"),
    ]
    assert make_index(twins).search("多久出结果", seen_by(), 3).band != "answer"


def searched(analyser: Analyser, text: str, *earlier: str) -> list[str]:
    """Every text that is looked up for `text`, where nothing is ever found."""
    looked_up: list[str] = []

    def search(wording: str) -> Outcome:
        looked_up.append(wording)
        return Outcome("unknown", [])

    Asking(analyser, use_of=lambda _: 0.0).outcome(text, earlier, search)
    return looked_up


def test_a_slip_does_not_make_a_question_lean_on_the_one_before(analyser: Analyser) -> None:
    assert searched(analyser, "生育津帖多少", "失业金可以领几个月") == [
        "生育津帖多少",
        "生育津贴多少",
    ]


def test_a_slip_in_an_earlier_question_does_not_hide_what_it_was_about(
    analyser: Analyser,
) -> None:
    looked_up = searched(analyser, "那男的能领吗", "失业金可以领几个月", "生育津帖多少")
    assert any("生育津贴" in text for text in looked_up)
    assert not any("失业金" in text for text in looked_up)


def test_an_earlier_question_answered_as_it_stood_is_what_was_talked_about(
    followups: Followups,
) -> None:
    earlier = ("社保卡丢了怎么补办", "住院能报销多少")
    leant = followups.reading("那异地呢", earlier, lambda text, joined: False)
    alone = followups.reading("那异地呢", earlier, lambda text, joined: text == earlier[1])
    assert leant is not None
    assert leant.subject.startswith("社保卡丢了")
    assert alone is not None
    assert alone.subject == "住院能报销多少"


def test_a_question_asked_again_in_other_words_does_not_lean_on_itself(
    followups: Followups,
) -> None:
    assert followups.reading("住院费用能报多少", ["住院能报销多少"], lambda *_: True) is None
