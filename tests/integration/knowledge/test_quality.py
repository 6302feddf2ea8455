"""The shipped content with the built-in encoder keeps the quality it was released with.

The floors lie a little under the figures in docs/adr/0017-retrieval.md: a change that falls below one
must be looked at, not just any change.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.settings import ROOT
from knowledge.articles.seed import CONTENT, read_file
from knowledge.evaluation import read_cases
from knowledge.retrieval.entries import Entry, Filters
from knowledge.retrieval.evaluate import Answer, Ask, Case, measure
from knowledge.retrieval.index import KnowledgeIndex
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.models import training_articles
from knowledge.retrieval.refresher import IndexBuilder

DATA = Path(__file__).resolve().parents[2] / "data" / "knowledge"
FILTERS = Filters(frozenset({"example"}), date(2026, 11, 23))
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    result = []
    for path in sorted(CONTENT.glob("articles/*.yaml")):
        file = read_file(path)
        for key, text in file.articles.items():
            result.append(
                Entry(
                    article_id=key, key=key, question=text.question, similar=tuple(text.similar),
                    answer_md=text.answer_md, citations=tuple(text.citations), category=file.category,
                    business=text.business, region=text.region, internal=text.audience == "internal",
                    first=text.effective_from or date.min, last=text.effective_to or date.max,
                )
            )  # fmt: skip
    return result


@pytest.fixture(scope="module")
def builder() -> IndexBuilder:
    return IndexBuilder(encoder="builtin", cache=ROOT / ".cache" / "knowledge")


@pytest.fixture(scope="module")
def index(entries: list[Entry], builder: IndexBuilder) -> KnowledgeIndex:
    # Exactly this content's encoder, as a new installation trains it.
    builder.store.train(training_articles(entries))
    return builder.build(entries)


@pytest.fixture(scope="module")
def ask(index: KnowledgeIndex) -> Ask:
    def search(text: str, context: tuple[str, ...] = ()) -> Answer:
        outcome = index.search(text, FILTERS, 10, context)
        questions = [r.entry.question for r in outcome.ranked]
        return Answer(questions, outcome.ranked[0].score if questions else 0.0, outcome.band)

    return search


def cases(*patterns: str) -> list[Case]:
    return [c for p in patterns for path in sorted(DATA.glob(p)) for c in read_cases(path)]


def test_citizens_wordings_find_the_right_article(ask) -> None:
    figures = measure(cases("fund_paraphrases.jsonl", "si_paraphrases.jsonl"), ask)
    assert figures.in_scope >= 600
    assert figures.r_at_1 >= 0.62
    assert figures.r_at_3 >= 0.78
    assert figures.in_scope_answered_wrong <= 0.02


def test_wordings_that_share_hardly_a_word_are_still_found_often(ask) -> None:
    figures = measure(cases("*_hard_paraphrases.jsonl"), ask)
    assert figures.r_at_1 >= 0.42
    assert figures.r_at_3 >= 0.62
    assert figures.in_scope_answered_wrong <= 0.03


def test_the_search_is_far_better_than_plain_bm25(entries, builder, ask) -> None:
    held_out = cases("*paraphrases.jsonl")
    visible = [e for e in entries if e.first <= FILTERS.on <= e.last]
    plain = LexicalIndex([builder.analyser(w).bigrams for e in visible for w in e.wordings])
    owner = [e.question for e in visible for _ in e.wordings]
    right = 0
    for case in held_out:
        scores = plain.coverage(builder.analyser(case.query).bigrams)
        right += owner[int(np.argmax(scores))] == case.expect
    ours = measure(held_out, ask).r_at_1
    assert ours is not None
    assert ours >= right / len(held_out) + 0.15


def test_every_articles_own_question_is_answered(entries, ask) -> None:
    own = [Case(e.question, e.question) for e in entries if e.first <= FILTERS.on <= e.last]
    figures = measure(own, ask)
    assert figures.r_at_1 == 1.0
    assert figures.answered_right >= 0.98


def test_what_is_none_of_our_business_is_hardly_ever_answered(ask) -> None:
    figures = measure(cases("refused.jsonl"), ask)
    assert figures.out_of_scope == 80
    assert figures.out_of_scope_answered <= 0.03


def test_scores_do_not_promise_more_than_they_keep(ask) -> None:
    """In every tenth of the scale the first hit is right at least as often as its score says, within 0.1."""
    asked = [(ask(c.query), c.expect) for c in cases("*paraphrases.jsonl", "refused.jsonl")]
    for low in np.arange(0.0, 1.0, 0.1):
        group = [(a, expect) for a, expect in asked if low <= a.score < low + 0.1]
        if len(group) >= 20:
            promised = np.mean([a.score for a, _ in group])
            kept = np.mean([a.questions[:1] == [expect] for a, expect in group])
            assert kept >= promised - 0.1, f"{low:.1f}: {promised:.2f} promised, {kept:.2f} kept"
