"""Draws the realistic mix of `make bench`: few questions are asked often, many now and then. Pure but for the files.

Which article is asked about follows Zipf's law over all of them; in which words is drawn evenly: half of the time in
those of its editor, as when a citizen taps a hot question or one of several offered, else in a citizen's own.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from core.settings import ROOT

TEMPLATES = Path(__file__).with_name("realistic.yaml")
# Written from the articles' questions alone, by people who knew neither wordings nor search.
WORDINGS = (
    ROOT / "tests/data/knowledge/fund_blind.jsonl",
    ROOT / "tests/data/knowledge/si_blind.jsonl",
)
QUESTION = "?"
# Of the second most frequent question half as many as of the first, and so on.
ZIPF_EXPONENT = 1.0
OWN_WORDS = 0.5
# Each template is filled so often, every time with other questions.
FILLINGS = 4
SEED = 20


def read_wordings(paths: tuple[Path, ...] = WORDINGS) -> dict[str, list[str]]:
    """Each article's question, with what citizens asked instead of it."""
    wordings: dict[str, list[str]] = {}
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            case: dict[str, Any] = json.loads(line)
            if case["expect"]:
                wordings.setdefault(case["expect"], []).append(case["query"])
    return wordings


def draw_conversations(seed: int = SEED) -> list[list[str]]:
    """The conversations, the same ones for every target and at every run."""
    described = yaml.safe_load(TEMPLATES.read_text("utf-8"))
    chance = random.Random(seed)
    wordings = read_wordings()
    others = sorted(wordings.keys() - set(described["hot"]))
    chance.shuffle(others)
    articles = [*described["hot"], *others]
    weights = list(accumulate(1 / rank**ZIPF_EXPONENT for rank in range(1, len(articles) + 1)))

    def questions() -> Iterator[str]:
        """Without end. Nobody asks the same twice in one conversation: the third time leads to people."""
        asked: set[str] = set()
        while True:
            article = chance.choices(articles, cum_weights=weights)[0]
            if article not in asked:
                asked.add(article)
                own = chance.random() < OWN_WORDS
                yield chance.choice(wordings[article]) if own else article

    return [
        [next(drawn) if text == QUESTION else str(text) for text in template]
        for _ in range(FILLINGS)
        for template in described["conversations"]
        for drawn in [questions()]
    ]
