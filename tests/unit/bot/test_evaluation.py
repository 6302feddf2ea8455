"""How the classifier's figures are computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import Example, read_examples, score
from core.errors import InvalidInput


def pairs(*triples: tuple[str, str, str]) -> list[tuple[Example, str]]:
    return [(Example(text=text, intent=intent), got) for text, intent, got in triples]


def test_shares_and_confusion() -> None:
    report = score(
        pairs(
            ("a", "greet", "greet"),
            ("b", "greet", "bye"),
            ("c", "bye", "bye"),
            ("d", "bye", "nlu_fallback"),
            ("e", "out_of_scope", "out_of_scope"),
            ("f", "out_of_scope", "nlu_fallback"),
            ("g", "out_of_scope", "greet"),
        ),
        [1, 2, 3, 4, 5, 6, 100],
    )
    assert report.accuracy == pytest.approx(3 / 7)
    assert report.out_of_scope_recall == pytest.approx(2 / 3)
    assert report.out_of_scope_recognised == pytest.approx(1 / 3)
    assert report.refused_in_scope == pytest.approx(1 / 4)
    # greet: 1 right of 2 expected, 2 predicted; bye: 1 right of 2 and 2; out_of_scope: 1 right of 3 and 1.
    assert report.f1_by_intent == pytest.approx({"bye": 0.5, "greet": 0.5, "out_of_scope": 0.5})
    assert report.parse_milliseconds_p50 == 4
    assert {(c.expected, c.got) for c in report.confusion} == {
        ("greet", "bye"),
        ("bye", "nlu_fallback"),
        ("out_of_scope", "nlu_fallback"),
        ("out_of_scope", "greet"),
    }


def test_without_out_of_scope_sentences_there_is_no_recall_of_them() -> None:
    assert score(pairs(("a", "greet", "greet")), [1.0]).out_of_scope_recall is None


@pytest.mark.parametrize("content", ["", '{"text":"a"}', "not json", '{"text":"a","intent":1}'])
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "examples.jsonl"
    file.write_text(content)
    with pytest.raises(InvalidInput):
        read_examples(file)
