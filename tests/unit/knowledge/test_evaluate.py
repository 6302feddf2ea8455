"""The figures of an evaluation, computed by hand."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from knowledge.evaluation import read_cases
from knowledge.retrieval.evaluate import Answer, Case, measure

ANSWERS = {
    "right": Answer(["A", "B"], 0.9, "answer"),
    "third": Answer(["X", "Y", "A"], 0.4, "guide"),
    "wrong": Answer(["X"], 0.8, "answer"),
    "lost": Answer(["X"], 0.1, "unknown"),
    "chat": Answer(["X"], 0.05, "unknown"),
    "caught": Answer(["X"], 0.7, "answer"),
}


def said(query: str, context: tuple[str, ...]) -> Answer:
    return ANSWERS[query]


def test_figures_are_what_one_counts_by_hand() -> None:
    cases = [Case("right", "A"), Case("third", "A"), Case("wrong", "A"), Case("lost", "A")]
    cases += [Case("chat", None), Case("caught", None)]
    figures = measure(cases, said)
    assert (figures.in_scope, figures.out_of_scope) == (4, 2)
    assert figures.r_at_1 == 0.25
    assert figures.r_at_3 == 0.5
    assert figures.mrr == pytest.approx((1 + 1 / 3) / 4)
    assert figures.answered_right == 0.25
    assert figures.guided_right == 0.25
    assert figures.in_scope_answered_wrong == 0.25
    assert figures.out_of_scope_answered == 0.5
    assert figures.answered_wrong == pytest.approx(2 / 6)
    assert figures.refused == pytest.approx(2 / 6)


def test_scores_that_hit_as_often_as_they_say_have_no_calibration_error() -> None:
    answers = {f"q{i}": Answer(["A" if i < 8 else "X"], 0.8, "answer") for i in range(10)}
    figures = measure([Case(q, "A") for q in answers], lambda q, _: answers[q])
    assert figures.calibration_error == pytest.approx(0.0, abs=1e-9)


def test_an_answer_to_a_near_question_counts_as_mixed_up() -> None:
    cases = [Case("wrong", "A", forbidden=("X",)), Case("lost", "A", forbidden=("X",))]
    assert measure(cases, said).mixed_up == 0.5
    assert measure([Case("wrong", "A")], said).mixed_up is None


def test_any_of_several_right_articles_will_do() -> None:
    assert measure([Case("right", "Z", others=("B",))], said).mrr == 0.5


def test_a_group_without_cases_has_no_rate() -> None:
    figures = measure([Case("right", "A")], said)
    assert figures.out_of_scope_answered is None


@pytest.mark.parametrize("line", ["{", '{"query": "x"}', '{"query": 1, "expect": null}', "[]"])
def test_a_wrong_line_of_a_question_file_is_named(tmp_path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"query": "x", "expect": null}\n' + line, "utf-8")
    with pytest.raises(InvalidInput, match="第 2 行"):
        read_cases(path)
