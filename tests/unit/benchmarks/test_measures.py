"""The arithmetic behind `make bench`, and the messages it sends."""

from __future__ import annotations

import pytest

from benchmarks.measures import Sample, compare, median, percentile
from benchmarks.messages import read_conversations

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


def test_no_conversation_is_long_enough_to_be_told_to_slow_down() -> None:
    conversations = read_conversations()
    assert len(conversations) >= 8
    assert all(len(conversation) < RATE_LIMIT for conversation in conversations)
