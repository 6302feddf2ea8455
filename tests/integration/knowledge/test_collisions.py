"""Wordings that belong to another article are told, and the shipped ones hardly ever: the figures of a release."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from core.settings import ROOT
from knowledge.articles.seed import CONTENT, read_file
from knowledge.retrieval.collisions import CollisionFinder
from knowledge.retrieval.entries import Entry, Filters
from knowledge.retrieval.index import KnowledgeIndex
from knowledge.retrieval.models import training_articles
from knowledge.retrieval.refresher import IndexBuilder

DATA = Path(__file__).resolve().parents[2] / "data" / "knowledge"
FILTERS = Filters(frozenset({"example"}), date(2026, 11, 23), internal=True)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def index() -> KnowledgeIndex:
    entries = [
        Entry(
            article_id=key, key=key, question=text.question, similar=tuple(text.similar),
            answer_md=text.answer_md, citations=tuple(text.citations), category=file.category,
            business=text.business, region=text.region, internal=text.audience == "internal",
            first=text.effective_from or date.min, last=text.effective_to or date.max,
        )
        for file in map(read_file, sorted(CONTENT.glob("articles/*.yaml")))
        for key, text in file.articles.items()
    ]  # fmt: skip
    builder = IndexBuilder(encoder="builtin", cache=ROOT / ".cache" / "knowledge")
    builder.store.train(training_articles(entries))
    return builder.build(entries)


def test_at_most_two_in_a_hundred_shipped_wordings_collide(index: KnowledgeIndex) -> None:
    """In every eighth article."""
    finder = CollisionFinder()
    entries = index.entries[::8]
    collisions = [
        collision
        for entry in entries
        for collision in finder.find(index, entry.wordings, FILTERS, entry.article_id)
    ]
    wordings = sum(len(entry.wordings) for entry in entries)
    assert len(collisions) <= 0.02 * wordings, [
        (c.wording, c.other_wording, c.entry.question) for c in collisions
    ]


def test_a_wording_put_into_a_neighbour_of_its_article_is_told(index: KnowledgeIndex) -> None:
    """Every twelfth unseen paraphrase, put into another article of the same category."""
    finder, choose = CollisionFinder(), random.Random(3)
    by_question = {entry.question: entry for entry in index.entries}
    by_category = defaultdict(list)
    for entry in index.entries:
        by_category[entry.category].append(entry)
    told, asked = 0, 0
    for path in sorted(DATA.glob("*_paraphrases.jsonl")):
        for line in path.read_text("utf-8").splitlines()[::12]:
            case = json.loads(line)
            right = by_question.get(case["expect"])
            if right is None:
                continue
            wrong = choose.choice([e for e in by_category[right.category] if e is not right])
            wordings = [*wrong.wordings, case["query"]]
            found = finder.find(index, wordings, FILTERS, wrong.article_id)
            asked += 1
            told += any(c.wording == case["query"] for c in found)
    assert told / asked >= 0.7
