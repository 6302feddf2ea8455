"""The Rasa project itself: enough intents and examples, nothing twice, nothing of the test sets in it."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml

from actions.tasks.registry import TASKS
from app.topics import topic_examples
from bot.evaluation import INTENTS
from core.settings import ROOT

SHORT = 5
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))


def examples() -> list[tuple[str, str]]:
    """(intent, text) of all training examples."""
    found = []
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            found += [(block["intent"], line.removeprefix("- ")) for line in lines]
    return found


def sentences(name: str) -> list[tuple[str, str]]:
    """(intent, text) of a test set."""
    lines = (ROOT / f"tests/data/nlu/{name}.jsonl").read_text("utf-8").splitlines()
    return [(line["intent"], line["text"]) for line in map(json.loads, lines)]


def test_every_intent_has_enough_examples() -> None:
    counts = Counter(intent for intent, _ in examples())
    assert {intent: counts[intent] for intent in INTENTS if counts[intent] < 40} == {}


def test_the_intents_described_trained_and_known_to_rasa_are_the_same() -> None:
    assert set(DOMAIN["intents"]) == set(INTENTS)
    assert {intent for intent, _ in examples()} == set(INTENTS)


def test_no_example_stands_twice() -> None:
    counts = Counter(text for _, text in examples())
    assert [text for text, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("name", ["dev", "blind"])
def test_test_sentences_are_not_trained_on(name: str) -> None:
    """Except those of a few characters: no bot can do without 您好 and 好的, and the report tells them apart."""
    trained = {text for _, text in examples()} | {t for ts in topic_examples().values() for t in ts}
    known = [text for _, text in sentences(name) if text in trained and len(text) > SHORT]
    # Only how many: nobody who writes examples should read the blind sentences.
    assert len(known) == 0


@pytest.mark.parametrize("name", ["dev", "blind"])
def test_test_sentences_are_of_all_intents(name: str) -> None:
    counts = Counter(intent for intent, _ in sentences(name))
    assert set(counts) == set(INTENTS)
    assert min(counts.values()) >= 5


def test_no_sentence_to_tune_on_is_blind() -> None:
    blind = {text for _, text in sentences("blind")}
    assert len([text for _, text in sentences("dev") if text in blind and len(text) > SHORT]) == 0


def test_the_forms_slots_are_those_of_the_domain() -> None:
    for form in (task.form for task in TASKS):
        slots = [field.slot for field in form.fields]
        assert DOMAIN["forms"][form.name]["required_slots"] == slots
        assert set(slots) <= set(DOMAIN["slots"])
