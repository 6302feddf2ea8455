"""The trained classifier on sentences it has never seen: a change of data or pipeline must not make it worse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.topics import topic_examples
from bot.evaluation import evaluate, parse_all, read_examples
from bot.training import train
from core.settings import ROOT, Settings

pytestmark = pytest.mark.rasa
SETS = ROOT / "tests/data/nlu"
FLOORS = {"dev": 0.915, "blind": 0.92}


@pytest.fixture(scope="module")
def model() -> Path:
    return train(ROOT, Settings().model_dir, topic_examples()).model


@pytest.mark.parametrize("name", ["dev", "blind"])
def test_unseen_sentences_are_understood_as_well_as_when_the_classifier_was_chosen(
    model: Path, name: str
) -> None:
    """The floors are the figures of docs/nlu.md, less one to two points."""
    found = evaluate(ROOT, model, read_examples(SETS / f"{name}.jsonl"))
    assert found.accuracy >= FLOORS[name]
    assert found.macro_f1 >= FLOORS[name]
    assert found.accuracy_not_refused is not None
    assert found.accuracy_not_refused >= 0.93
    assert found.out_of_scope_recall is not None
    assert found.out_of_scope_recall >= 0.92
    assert found.refused_in_scope is not None
    assert found.refused_in_scope <= 0.06
    assert found.tasks_as_questions is not None
    assert found.tasks_as_questions <= 0.08
    assert found.questions_as_tasks is not None
    assert found.questions_as_tasks <= 0.05


def test_several_wishes_are_noticed_and_one_wish_stays_one(model: Path) -> None:
    lines = (SETS / "wishes.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    results = parse_all(ROOT, model, [case["text"] for case in cases])
    found = [[wish["intent"] for wish in result["wishes"]] for result in results]
    split_by_mistake = [
        case["text"] for case, got in zip(cases, found, strict=True) if got and not case["wishes"]
    ]
    assert split_by_mistake == []
    several = [(c["wishes"], got) for c, got in zip(cases, found, strict=True) if c["wishes"]]
    assert sum(wanted == got for wanted, got in several) >= 0.7 * len(several)
