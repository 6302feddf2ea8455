"""How the classifier's figures are computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from bot.entity_scores import LabelledEntity, score_entities
from bot.evaluation import INTENTS, Example, Guess, read_examples, score
from bot.pictures import draw_confidence, draw_confusion
from core.errors import InvalidInput


def pairs(*triples: tuple[str, str, str]) -> list[tuple[Example, Guess]]:
    return [
        (Example(text=text, intent=intent), Guess(got, 0.9, [])) for text, intent, got in triples
    ]


def entity(kind: str, value: object, start: int = 0) -> LabelledEntity:
    return LabelledEntity(entity=kind, value=value, start=start, end=start + 2)


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
    assert report.accuracy_in_scope == pytest.approx(2 / 4)
    assert report.accuracy_not_refused == pytest.approx(2 / 3)
    assert report.entities is None
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


def test_tasks_taken_for_questions_are_counted_and_the_other_way_round() -> None:
    report = score(
        pairs(
            ("a", "calculate_loan", "ask_loan"),
            ("b", "calculate_loan", "calculate_loan"),
            ("c", "ask_loan", "calculate_loan"),
            ("d", "ask_loan", "ask_repayment"),
            ("e", "greet", "ask_loan"),
        ),
        [1.0] * 5,
    )
    assert report.tasks_as_questions == pytest.approx(1 / 2)
    assert report.questions_as_tasks == pytest.approx(1 / 2)


def test_sentences_of_the_training_data_are_told_apart() -> None:
    report = score(pairs(("a", "greet", "greet"), ("b", "bye", "greet")), [1.0, 1.0], ["a"])
    assert report.accuracy == pytest.approx(1 / 2)
    assert (report.trained_on, report.accuracy_unseen) == (1, 0.0)


def test_an_entity_is_right_when_span_kind_and_value_are() -> None:
    report = score_entities(
        [
            ([entity("amount", 100), entity("age", 30, 5)], [entity("amount", 100)]),
            ([entity("amount", 100)], [entity("amount", 200)]),
            ([entity("amount", 100)], [entity("amount", 100, 1)]),
            ([], [entity("age", 9)]),
        ]
    )
    # amount: 1 right of 3 labelled and 3 found; age: none of 1 and 1.
    assert report.f1_by_kind == pytest.approx({"age": 0.0, "amount": 1 / 3})
    assert report.micro_f1 == pytest.approx(2 / 8)
    assert report.macro_f1 == pytest.approx(1 / 6)


def test_values_that_are_objects_compare_by_content() -> None:
    number = {"number": "1", "valid": True}
    same = {"valid": True, "number": "1"}
    report = score_entities([([entity("id_number", number)], [entity("id_number", same)])])
    assert report.micro_f1 == 1.0


def test_pictures_are_drawn_with_a_place_for_every_intent(tmp_path: Path) -> None:
    cases = pairs(("a", "greet", "bye"), ("b", "out_of_scope", "nlu_fallback"))
    draw_confusion(cases, tmp_path / "confusion.png")
    draw_confidence(cases, tmp_path / "confidence.png")
    with Image.open(tmp_path / "confusion.png") as matrix:
        assert matrix.width > 15 * len(INTENTS)
        # Blue, red or white with lines: something is drawn in the colour of a mistake.
        assert (184, 84, 58) in {colour for _, colour in matrix.getcolors(2**20) or []}
    with Image.open(tmp_path / "confidence.png") as histogram:
        assert (138, 154, 91) in {colour for _, colour in histogram.getcolors(2**20) or []}
