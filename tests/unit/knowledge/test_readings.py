"""Which of several readings of a text counts: by itself, or with what was talked about before. Scores are given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.conversation.ports import Band
from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.asking import Asking
from knowledge.retrieval.fusion import Signals
from knowledge.retrieval.outcome import Outcome, Ranked
from tests.unit.knowledge.tiny import ENTRIES, entry, seen_by

FUND = entry("fund", "灵活就业公积金交多少")
SOCIAL = entry("social", "社保每月要交多少钱")
RENT = entry("rent", "租房可以提取公积金吗")
PAPERS = entry("papers", "租房提取公积金需要什么材料")
UNPAID = entry("unpaid", "单位不交公积金怎么办")


def found(band: Band, *hits: tuple[object, float]) -> Outcome:
    return Outcome(band, [Ranked(hit, score, Signals()) for hit, score in hits])  # type: ignore[arg-type]


@pytest.fixture
def ask(analyser: Analyser) -> Callable[..., Outcome]:
    """Asks with a search that tells alone, together and the subject apart by their words."""

    def ask(
        text: str, before: str, *, alone: Outcome, together: Outcome, subject: Outcome
    ) -> Outcome:
        own = analyser(text).text

        def search(asked: str) -> Outcome:
            if analyser(asked).text == own:
                return alone
            return subject if asked == analyser(before).text else together

        return Asking(analyser, lambda word: 1.0).outcome(text, [before], search)

    return ask


def test_who_is_sure_of_another_matter_than_was_talked_about_asks_back(ask) -> None:
    outcome = ask(
        "一个月最少交多少钱", "公积金怎么交",
        alone=found("answer", (SOCIAL, 0.9), (RENT, 0.1)), together=found("guide", (FUND, 0.5), (RENT, 0.1)),
        subject=found("guide", (FUND, 0.6)),
    )  # fmt: skip
    assert outcome.band == "guide"
    assert {hit.entry.key for hit in outcome.ranked} == {"social", "fund"}


def test_both_readings_with_the_same_answer_are_that_answer(ask) -> None:
    outcome = ask(
        "一个月最少交多少钱", "公积金怎么交",
        alone=found("answer", (FUND, 0.9)), together=found("guide", (FUND, 0.5)),
        subject=found("guide", (FUND, 0.6)),
    )  # fmt: skip
    assert outcome.band == "answer"
    assert outcome.ranked[0].entry is FUND


def test_a_question_of_its_own_is_offered_where_only_the_old_answer_is_found_again(ask) -> None:
    outcome = ask(
        "那单位没给我缴怎么办", "租房可以提取公积金吗",
        alone=found("guide", (UNPAID, 0.3)), together=found("guide", (RENT, 0.7), (PAPERS, 0.2)),
        subject=found("answer", (RENT, 0.95)),
    )  # fmt: skip
    assert outcome.band == "guide"
    assert outcome.ranked[0].entry is UNPAID


def test_readings_that_find_nothing_are_unknown(ask) -> None:
    outcome = ask(
        "那单位没给我缴怎么办", "租房可以提取公积金吗",
        alone=found("unknown"), together=found("unknown"), subject=found("answer", (RENT, 0.95)),
    )  # fmt: skip
    assert (outcome.band, outcome.ranked) == ("unknown", [])


def test_a_strangers_question_is_offered_nothing_whatever_the_score(
    make_index, monkeypatch
) -> None:
    index = make_index(ENTRIES)
    thresholds = index.thresholds
    monkeypatch.setattr(type(thresholds), "band", lambda _self, _score: "guide")
    assert index.search("哈利波特的魔杖是什么木头做的", seen_by(), 3).band == "unknown"
    assert index.search("租房的公积金", seen_by(), 3).band == "guide"
