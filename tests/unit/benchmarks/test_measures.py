"""The arithmetic behind `make bench`, and the messages it sends."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from benchmarks.measures import Sample, compare, median, percentile
from benchmarks.messages import Mix, read_conversations
from benchmarks.mix import FILLINGS, QUESTION, TEMPLATES, draw_conversations, read_wordings
from benchmarks.variants import reply_of

# channels/web/namespace.py: more in ten seconds on one connection are refused.
RATE_LIMIT = 60


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 0.5) == 51
    assert percentile(values, 0.99) == 100
    assert percentile([7.0], 0.99) == 7


def test_the_median_of_an_even_number_lies_between() -> None:
    assert median([4.0, 1.0, 2.0, 100.0]) == 3.0


def _round(seconds: list[float], wall: float) -> dict[str, object]:
    return {
        "turns": [[0, place, taken, "好"] for place, taken in enumerate(seconds)],
        "seconds": wall,
        "cpu_seconds": 0.001 * len(seconds),
        "failures": [],
    }


def test_one_disturbed_round_does_not_move_the_ratio() -> None:
    base, other = Sample(), Sample()
    for wall in (1.0, 1.0, 9.0):
        base.add(_round([0.1, 0.1], 1.0), {"rasa": 0.02})
        other.add(_round([0.2 * wall, 0.2 * wall], wall), {"rasa": 0.04})
    ratio = compare(other.summary(), base.summary())
    assert ratio["per_second"] == pytest.approx(1.0)
    assert ratio["p50"] == pytest.approx(2.0)
    assert ratio["added_p50_ms"] == pytest.approx(100.0)


def test_processor_time_is_told_for_each_turn() -> None:
    sample = Sample()
    sample.add(_round([0.1, 0.3], 1.0), {"rasa": 0.05, "server": 0.01})
    used = sample.summary()["cpu_ms_per_turn"]
    assert used == pytest.approx({"rasa": 25.0, "server": 5.0, "generator": 1.0})


@pytest.mark.parametrize("mix", ["realistic", "varied"])
def test_no_conversation_is_long_enough_to_be_told_to_slow_down(mix: Mix) -> None:
    conversations = read_conversations(mix)
    assert len(conversations) >= 8
    assert all(len(conversation) < RATE_LIMIT for conversation in conversations)


def test_three_quarters_of_the_realistic_mix_are_questions_and_few_of_them_are_asked_often() -> (
    None
):
    templates = yaml.safe_load(TEMPLATES.read_text("utf-8"))["conversations"]
    drawn = [
        text
        for talk, template in zip(
            draw_conversations(), [t for _ in range(FILLINGS) for t in templates], strict=True
        )
        for text, place in zip(talk, template, strict=True)
        if place == QUESTION
    ]
    every = sum(len(template) for template in templates) * FILLINGS
    assert 0.7 <= len(drawn) / every <= 0.8
    often = Counter(drawn).most_common(20)
    assert 0.25 <= sum(count for _, count in often) / len(drawn) <= 0.6
    # Citizens ask the same in many words: what is hot is no small list of texts.
    assert len(set(drawn)) > 150


def test_every_run_draws_the_same_and_nobody_asks_one_thing_twice() -> None:
    assert draw_conversations() == draw_conversations()
    article = {q: title for title, words in read_wordings().items() for q in (title, *words)}
    for talk in draw_conversations():
        asked = [article[text] for text in talk if text in article]
        # Two of the questions stand in the template and may be drawn once more.
        assert max(Counter(asked).values(), default=0) <= 2


def test_variants_of_a_reply_count_as_the_same_and_other_texts_do_not() -> None:
    assert reply_of("不客气，能帮到您就好。还有问题随时问我。") == reply_of(
        "不用谢。以后有问题，随时来问。"
    )
    assert reply_of("可以提取。") == "可以提取。"
