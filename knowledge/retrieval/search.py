"""Implements the engine's KnowledgeSearch port on the index that is current."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.conversation.ports import KnowledgeHit, KnowledgeQuery, KnowledgeResult
from core.errors import Unavailable
from knowledge.articles.regions import Regions
from knowledge.retrieval.entries import Entry, Filters
from knowledge.retrieval.guides import Guide, Guides
from knowledge.retrieval.index import KnowledgeIndex
from knowledge.retrieval.outcome import Outcome
from knowledge.retrieval.remembered import Remembered


class Search:
    """Answers from whatever snapshot `swap` set last. A search keeps its snapshot to its end."""

    def __init__(self, regions: Regions, index: KnowledgeIndex | None = None) -> None:
        self.regions = regions
        self._guides = Guides.load()
        self._current = (index, Remembered())

    @property
    def ready(self) -> bool:
        return self._current[0] is not None

    @property
    def index(self) -> KnowledgeIndex:
        """The current snapshot. Raises Unavailable before the first one is built."""
        return self._snapshot()[0]

    def _snapshot(self) -> tuple[KnowledgeIndex, Remembered]:
        index, remembered = self._current
        if index is None:
            raise Unavailable("知识库索引还没有准备好，请稍后再试。", part="index")
        return index, remembered

    def swap(self, index: KnowledgeIndex) -> None:
        # One assignment: other threads see the old snapshot or the new one, never a mixture.
        self._current = (index, Remembered())

    def remembered(self, query: KnowledgeQuery) -> KnowledgeResult | None:
        """What the same question found before in what is published now; None: it has to be searched."""
        return self._current[1].result(query)

    def search(self, query: KnowledgeQuery) -> KnowledgeResult:
        index, remembered = self._snapshot()
        known = remembered.result(query)
        if known is not None:
            return known
        filters = self.filters(query)
        outcome = index.search(query.text, filters, query.top, query.context)
        guide = self._guide(index, query, outcome)
        asked = index.named(guide.articles, filters) if guide else []
        if guide and asked:
            # Offered, not found: they are as likely as what may be offered at all.
            least = index.thresholds.guide
            hits = [self._hit(index, entry, least, filters, query.region) for entry in asked]
            result = KnowledgeResult("guide", hits, topic=guide.topic, task=guide.task)
            remembered.keep(query, result, leans=outcome.leans)
            return result
        hits = [self._hit(index, r.entry, r.score, filters, query.region) for r in outcome.ranked]
        if outcome.also:
            others = [entry.question for entry in outcome.also]
            hits[0] = replace(hits[0], next=list(dict.fromkeys([*others, *hits[0].next])))
        result = KnowledgeResult(outcome.band, hits, outcome.open_choice)
        remembered.keep(query, result, leans=outcome.leans)
        return result

    def _guide(
        self, index: KnowledgeIndex, query: KnowledgeQuery, outcome: Outcome
    ) -> Guide | None:
        """What to offer to somebody who only names a topic, unless what he said before makes it a question."""
        if outcome.band == "answer" or (outcome.band == "guide" and query.context):
            return None
        return self._guides.of(index.analyser(query.text).text)

    def only_names_topic(self, text: str) -> bool:
        """Whether `text` names a topic that has a guide, and asks nothing of it."""
        return self._guides.of(self.index.analyser(text).text) is not None

    def explain(self, query: KnowledgeQuery) -> Outcome:
        """As `search`, with the signals behind each score, for editors."""
        return self.index.search(query.text, self.filters(query), query.top, query.context)

    def seen_by(self, query: KnowledgeQuery) -> list[Entry]:
        """The entries the asker may see, on the query's day."""
        index = self.index
        mask = index.visible(self.filters(query))
        return [entry for entry, seen in zip(index.entries, mask, strict=True) if seen]

    def similarity(self, text: str, others: Sequence[str]) -> list[float]:
        index, remembered = self._snapshot()
        vectors = remembered.encode(index.encoder, [text, *others])
        return [float(x) for x in vectors[1:] @ vectors[0]]

    def filters(self, query: KnowledgeQuery) -> Filters:
        """What the asker may see."""
        return Filters(
            self.regions.get(query.region).names, query.on, query.business, query.internal
        )

    def _hit(
        self, index: KnowledgeIndex, entry: Entry, score: float, filters: Filters, region: str
    ) -> KnowledgeHit:
        filled = self.regions.get(region)
        return KnowledgeHit(
            article_id=entry.article_id,
            question=entry.question,
            answer_md=filled.render(entry.answer_md),
            score=score,
            citations=list(entry.citations),
            category=entry.category,
            next=index.next_questions(entry, filters),
            internal=entry.internal,
            variants={name: filled.render(text) for name, text in entry.variants.items()},
        )
