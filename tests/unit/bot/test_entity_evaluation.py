"""How found entities are scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.entity_evaluation import LabelledSentence, Mention, read_sentences, score_entities
from core.errors import InvalidInput


def mention(entity: str, value: object, start: int, end: int) -> Mention:
    return Mention(entity=entity, value=value, start=start, end=end)


def test_a_mention_is_right_only_in_kind_value_and_place() -> None:
    right = mention("amount", 100, 0, 2)
    sentence = LabelledSentence(text="1元", entities=[right])
    for other in (("number", 100, 0, 2), ("amount", 200, 0, 2), ("amount", 100, 0, 1)):
        assert score_entities([sentence], [[mention(*other)]], [1.0]).micro_f1 == 0
    report = score_entities([sentence], [[right]], [1.0])
    assert (report.micro_f1, report.sentences_all_right, report.wrong) == (1, 1, [])


def test_missed_and_invented_mentions_cost_recall_and_precision() -> None:
    a, b, c = (mention("date", f"2026-0{n}", n, n + 1) for n in (1, 2, 3))
    sentences = [LabelledSentence(text="", entities=[a, b]), LabelledSentence(text="", entities=[])]
    report = score_entities(sentences, [[a], [c]], [1.0, 3.0])
    assert (report.precision, report.recall, report.micro_f1) == (0.5, 0.5, 0.5)
    assert [wrong["text"] for wrong in report.wrong] == ["", ""]


def test_a_mention_found_twice_is_wrong_once() -> None:
    a = mention("age", 35, 0, 3)
    report = score_entities([LabelledSentence(text="35岁", entities=[a])], [[a, a]], [1.0])
    assert report.precision == 0.5


def test_objects_are_the_same_whatever_the_order_of_their_parts() -> None:
    one = mention("fund_account", {"number": "1", "valid": True}, 0, 1)
    two = mention("fund_account", {"valid": True, "number": "1"}, 0, 1)
    report = score_entities([LabelledSentence(text="1", entities=[one])], [[two]], [1.0])
    assert report.micro_f1 == 1


def test_macro_f1_counts_every_kind_alike() -> None:
    dates = [mention("date", "2026-01", n, n + 1) for n in range(9)]
    age = mention("age", 1, 20, 21)
    report = score_entities([LabelledSentence(text="", entities=[*dates, age])], [dates], [1.0])
    assert report.f1_by_kind == {"age": 0.0, "date": 1.0}
    assert report.macro_f1 == 0.5


@pytest.mark.parametrize(
    "content", ["", '{"text": "a"}', "no json", '{"text": "a", "entities": [1]}']
)
def test_a_file_that_is_not_labelled_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(InvalidInput):
        read_sentences(path)
