"""How what the extractor found is reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.entity_evaluation import LabelledSentence, read_sentences, report
from core.errors import InvalidInput


def mention(entity: str, value: object, start: int, end: int) -> dict[str, Any]:
    return {"entity": entity, "value": value, "start": start, "end": end}


def result(*mentions: dict[str, Any], milliseconds: float = 1.0) -> dict[str, Any]:
    return {"entities": list(mentions), "milliseconds": milliseconds}


def sentence(text: str, *mentions: dict[str, Any]) -> LabelledSentence:
    return LabelledSentence.model_validate({"text": text, "entities": list(mentions)})


RIGHT = mention("amount", 100, 0, 2)


@pytest.mark.parametrize(
    "other",
    [mention("number", 100, 0, 2), mention("amount", 200, 0, 2), mention("amount", 100, 0, 1)],
)
def test_a_mention_is_right_only_in_kind_value_and_place(other: dict[str, Any]) -> None:
    made = report([sentence("1元", RIGHT)], [result(other)])
    assert (made.scores.micro_f1, made.all_right) == (0, 0)
    assert [wrong["text"] for wrong in made.wrong] == ["1元"]
    made = report([sentence("1元", RIGHT)], [result(RIGHT)])
    assert (made.scores.micro_f1, made.all_right, made.wrong) == (1, 1, [])


def test_a_mention_found_twice_makes_the_sentence_wrong() -> None:
    made = report([sentence("1元", RIGHT)], [result(RIGHT, RIGHT)])
    assert made.all_right == 0
    assert made.scores.micro_f1 < 1


def test_objects_are_the_same_whatever_the_order_of_their_parts() -> None:
    one = mention("fund_account", {"number": "1", "valid": True}, 0, 1)
    two = mention("fund_account", {"valid": True, "number": "1"}, 0, 1)
    assert report([sentence("1", one)], [result(two)]).all_right == 1


def test_a_sentence_without_values_is_wrong_when_one_is_invented() -> None:
    made = report([sentence("你好"), sentence("1元", RIGHT)], [result(RIGHT), result(RIGHT)])
    assert made.all_right == 0.5


def test_times_are_those_of_the_sentences() -> None:
    sentences = [sentence("你好") for _ in range(20)]
    made = report(sentences, [result(milliseconds=n) for n in range(20)])
    assert (made.milliseconds_p50, made.milliseconds_p95) == (10, 19)


@pytest.mark.parametrize(
    "content", ["", '{"text": "a"}', "no json", '{"text": "a", "entities": [1]}']
)
def test_a_file_that_is_not_labelled_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(InvalidInput):
        read_sentences(path)
