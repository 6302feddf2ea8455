"""The Rasa project itself: enough intents and examples, nothing twice, nothing of the test sets in it."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml

from actions.executor import FORMS
from core.settings import ROOT

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))


def examples() -> list[tuple[str, str]]:
    """(intent, text) of all training examples."""
    found = []
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            found += [(block["intent"], line.removeprefix("- ")) for line in lines]
    return found


def test_there_are_enough_intents_with_enough_examples() -> None:
    counts = Counter(intent for intent, _ in examples())
    assert len(counts) >= 25
    assert {intent: n for intent, n in counts.items() if n < 25} == {}


def test_the_domain_knows_exactly_the_trained_intents() -> None:
    assert set(DOMAIN["intents"]) == {intent for intent, _ in examples()}


def test_no_example_stands_twice() -> None:
    counts = Counter(text for _, text in examples())
    assert [text for text, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("name", ["heldout", "test"])
def test_test_sentences_are_not_trained_on(name: str) -> None:
    trained = {text for _, text in examples()}
    lines = (ROOT / f"tests/data/nlu/{name}.jsonl").read_text("utf-8").splitlines()
    sentences = [json.loads(line) for line in lines]
    assert {s["intent"] for s in sentences} == set(DOMAIN["intents"])
    assert [s["text"] for s in sentences if s["text"] in trained] == []


def test_the_forms_slots_are_those_of_the_domain() -> None:
    for form in FORMS:
        slots = [field.slot for field in form.fields]
        assert DOMAIN["forms"][form.name]["required_slots"] == slots
        assert set(slots) <= set(DOMAIN["slots"])
