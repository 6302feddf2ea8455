"""The handoff rules: each fires where it should, says why, and stays silent where it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conversation.ports import (
    Band,
    BotReply,
    HandOff,
    HandoffContext,
    HandoffDecision,
    PastTurn,
    Understanding,
)
from handoff.rules.policy import RulePolicy
from handoff.rules.settings import (
    GuidedSettings,
    KeywordSettings,
    ReasonSettings,
    RepeatedSettings,
    RuleSettings,
    UnderstoodSettings,
    UnknownSettings,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def past(
    text: str = "某个问题",
    *,
    minutes_ago: float = 1,
    band: Band | None = None,
    article: str | None = None,
    similarity: float = 0.0,
) -> PastTurn:
    return PastTurn(text, NOW - timedelta(minutes=minutes_ago), band, article, similarity)


def judge(
    text: str,
    history: list[PastTurn] | None = None,
    *,
    band: Band | None = None,
    article: str | None = None,
    directives: list[HandOff] | None = None,
    settings: RuleSettings | None = None,
    asked: bool = True,
) -> HandoffDecision | None:
    understanding = Understanding(intent="some", confidence=0.9, band=band, article_id=article)
    reply = BotReply([], list(directives or []), understanding) if asked else None
    context = HandoffContext(text, NOW, "web", history or [], reply)
    return RulePolicy(settings).evaluate(context)


def test_a_keyword_fires_before_the_bot_is_asked_and_names_itself() -> None:
    decision = judge("我要转人工！", asked=False)
    assert decision is not None
    assert decision.rule == "keyword"
    assert decision.evidence == {"keyword": "转人工", "clause": "我要转人工"}


def test_nothing_fires_on_an_ordinary_question() -> None:
    assert judge("租房可以提取公积金吗", band="answer", article="a") is None
    assert judge("租房可以提取公积金吗", asked=False) is None


@pytest.mark.parametrize("reason", ["asked_for_person", "complaint", "anger", "task_failed"])
def test_what_the_bot_understood_hands_over_with_its_intent(reason: str) -> None:
    decision = judge("叫你们领导来", directives=[HandOff(reason, evidence={"slot": 1})])
    assert decision is not None
    assert decision.rule == "understood"
    assert decision.evidence["reason"] == reason
    assert decision.evidence["slot"] == 1
    assert decision.evidence["intent"] == "some"


def test_an_understood_wish_is_overruled_by_words_that_decline_it() -> None:
    assert judge("不用转人工", directives=[HandOff("asked_for_person")]) is None
    # A complaint is one, whatever it says of people.
    assert judge("不用转人工，我要投诉", directives=[HandOff("complaint")]) is not None


def test_guided_is_told_from_understood() -> None:
    decision = judge("好的", directives=[HandOff("guided", category="贷款")])
    assert decision is not None
    assert (decision.rule, decision.category) == ("guided", "贷款")


def test_unknown_answers_in_a_row_hand_over_at_the_third() -> None:
    unknown = past(band="unknown")
    assert judge("一", band="unknown") is None
    assert judge("二", [unknown], band="unknown") is None
    decision = judge("三", [unknown, unknown], band="unknown")
    assert decision is not None
    assert decision.rule == "unknown"
    assert decision.evidence["questions"] == ["某个问题", "某个问题", "三"]


def test_an_answer_or_a_task_breaks_the_row_and_a_guide_does_not() -> None:
    unknown = past(band="unknown")
    for breaker in (past(band="answer"), past(band=None)):
        assert judge("三", [unknown, breaker, unknown], band="unknown") is None
    assert judge("三", [unknown, past(band="guide"), unknown], band="unknown") is not None


def test_the_same_question_in_other_words_hands_over_at_the_third_time() -> None:
    like = past("租房怎么提取公积金", similarity=0.93)
    assert judge("租房提取公积金怎么办", [like], band="answer", article="a") is None
    decision = judge("租房提取公积金怎么办", [like, like], band="answer", article="b")
    assert decision is not None
    assert decision.rule == "repeated"
    assert decision.evidence["times"] == 3
    assert decision.evidence["similarities"] == [0.93, 0.93]


def test_being_answered_by_the_same_article_again_counts_as_the_same_question() -> None:
    same = past("怎样提出公积金付房租", band="answer", article="a", similarity=0.4)
    assert judge("我租的房子能用公积金吗", [same, same], band="answer", article="a") is not None
    assert judge("我租的房子能用公积金吗", [same, same], band="answer", article="b") is None
    # Articles only offered to choose from were not given as the answer.
    offered = replace(same, band="guide")
    assert judge("我租的房子能用公积金吗", [offered, offered], band="guide", article="a") is None


@pytest.mark.parametrize(
    "text", ["是的", "好的", "500000", "1.2万", "没有", "13800001111", "👍👍👍👍"]
)
def test_short_answers_in_a_form_are_not_repeated_questions(text: str) -> None:
    again = past(text, similarity=1.0)
    assert judge(text, [again] * 5) is None


def test_tasks_that_sound_alike_are_not_the_same_question() -> None:
    balance = past("查一下我的公积金余额", similarity=1.0)
    records = past("查公积金缴存明细", similarity=0.75)
    assert judge("查一下我的公积金余额", [balance, records]) is None
    # The very same words for the third time ask for help.
    assert judge("查一下我的公积金余额", [balance, records, balance]) is not None


def test_questions_that_look_alike_but_have_different_answers_are_different() -> None:
    men = past("男职工多少岁退休", band="answer", article="men", similarity=0.84)
    assert judge("女职工多少岁退休", [men, men], band="answer", article="women") is None
    # Not answered with confidence, the same likeness means that the citizen tries again.
    assert judge("女职工多少岁退休", [men, men], band="guide", article="women") is not None
    same = replace(men, similarity=0.95)
    assert judge("男职工多少岁退休呢", [same, same], band="answer", article="women") is not None


def test_questions_from_long_ago_do_not_count_as_repeated() -> None:
    old = past("租房怎么提取公积金", similarity=1.0, minutes_ago=31)
    new = past("租房怎么提取公积金", similarity=1.0, minutes_ago=29)
    assert judge("租房怎么提取公积金", [old, new], band="answer") is None
    assert judge("租房怎么提取公积金", [new, new], band="answer") is not None


def test_a_wish_is_given_as_the_reason_before_what_went_wrong() -> None:
    history = [past(band="unknown", similarity=1.0)] * 3
    decision = judge("气死我了你们", history, band="unknown", directives=[HandOff("anger")])
    assert decision is not None
    assert decision.rule == "understood"


def test_each_rule_can_be_switched_off_and_given_its_own_words() -> None:
    off = RuleSettings(
        keyword=KeywordSettings(enabled=False),
        unknown=UnknownSettings(enabled=False),
        repeated=RepeatedSettings(enabled=False),
        understood=UnderstoodSettings(enabled=False),
        guided=GuidedSettings(enabled=False),
    )
    again = past("租房怎么提取公积金", band="unknown", similarity=1.0)
    for directives in ([], [HandOff("complaint")], [HandOff("guided")]):
        assert (
            judge(
                "转人工，租房怎么提取",
                [again] * 5,
                band="unknown",
                directives=directives,
                settings=off,
            )
            is None
        )
    words = RuleSettings(
        understood=UnderstoodSettings(reasons={"complaint": ReasonSettings(True, "投诉", "马上来")})
    )
    decision = judge("我要投诉", directives=[HandOff("complaint")], settings=words)
    assert decision is not None
    assert (decision.category, decision.text) == ("投诉", "马上来")


def test_settings_that_make_no_sense_cannot_be_built() -> None:
    for build in (
        lambda: UnknownSettings(in_a_row=0),
        lambda: RepeatedSettings(times=1),
        lambda: RepeatedSettings(similarity=0.0),
        lambda: RepeatedSettings(similarity=1.5),
    ):
        with pytest.raises(ValueError):
            build()


_bands = st.sampled_from(["answer", "guide", "unknown", None])


@given(history=st.lists(_bands, max_size=12), n=st.integers(1, 5))
def test_unknown_fires_exactly_when_the_row_is_long_enough(history: list, n: int) -> None:
    settings = RuleSettings(
        unknown=UnknownSettings(in_a_row=n), repeated=RepeatedSettings(enabled=False)
    )
    row = 1
    for band in [band for band in history if band != "guide"][::-1]:
        if band != "unknown":
            break
        row += 1
    decision = judge("甲", [past(band=band) for band in history], band="unknown", settings=settings)
    assert (decision is not None) == (row >= n)


@given(
    similarities=st.lists(st.floats(-1, 1), max_size=12),
    times=st.integers(2, 5),
    threshold=st.floats(0.01, 1),
)
def test_repeated_fires_exactly_when_enough_are_alike(
    similarities: list[float], times: int, threshold: float
) -> None:
    settings = RuleSettings(
        repeated=RepeatedSettings(times=times, similarity=threshold, similarity_across_articles=1)
    )
    history = [past(f"另一个问题{n}号", similarity=s) for n, s in enumerate(similarities)]
    decision = judge("现在这个问题呢", history, band="answer", settings=settings)
    alike = sum(s >= threshold for s in similarities)
    assert (decision is not None) == (alike + 1 >= times)
