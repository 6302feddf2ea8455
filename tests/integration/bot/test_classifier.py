"""The trained classifier on sentences it has never seen: a change of data or pipeline must not make it worse."""

from __future__ import annotations

import pytest

from app.topics import topic_examples
from bot.evaluation import evaluate, read_examples
from bot.training import train
from core.settings import ROOT, Settings

pytestmark = pytest.mark.rasa


def test_unseen_sentences_are_understood_as_well_as_when_the_classifier_was_chosen() -> None:
    """The floors are the figures of docs/adr/0002-intent-classifier.md, less three points."""
    model = train(ROOT, Settings().model_dir, topic_examples()).model
    report = evaluate(ROOT, model, read_examples(ROOT / "tests/data/nlu/test.jsonl"))
    assert report.accuracy >= 0.855
    assert report.macro_f1 >= 0.875
    assert report.out_of_scope_recall is not None
    assert report.out_of_scope_recall >= 0.93
    assert report.refused_in_scope is not None
    assert report.refused_in_scope <= 0.11
