"""Says which rows of a file ask what an article, or an earlier row of the file, asks already: duplicates by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from core.conversation.ports import KnowledgeQuery
from knowledge.retrieval.encoder import Vectors
from knowledge.retrieval.search import Search

# An article is a duplicate when it would answer the row's question with this probability, and has a wording
# whose cosine to it is this high. Measured on the shipped articles, one half in the index: of articles of the
# other half, which ask something else on the same subjects, 16 % are reported; of left-out wordings of those
# in the index 84 %. Reporting costs an editor a click, missing one leaves two articles that answer one question.
ANSWERS, ALIKE = 0.6, 0.8
# Two rows of one file: nothing but their vectors. 1 % of different shipped questions are that near.
ROWS_ALIKE = 0.9
_ARTICLES = 5
# Up to so many wordings in the index, their vectors are looked at first: most rows are near to none of them,
# and are spared a search of several milliseconds.
_MOST_WORDINGS = 50_000
_BLOCK = 2000


@dataclass(frozen=True)
class Asked:
    """What is known of a row. `region`: only what holds in the same one can be a duplicate."""

    number: int
    question: str
    region: str
    business: str
    own: str | None = None  # the article it is itself


@dataclass(frozen=True)
class Near:
    """The nearest article, or row of the file; `similarity` 0..1."""

    question: str
    similarity: float
    article_id: str | None = None
    row: int | None = None


class Likeness(Protocol):
    def compare(self, rows: Sequence[Asked]) -> list[Near | None]:
        """For each row what asks the same. Rows come in the file's order and are remembered."""
        ...


class SearchLikeness:
    """Likeness by the index of published articles. One for each file; pure CPU, so call it in a thread."""

    def __init__(self, search: Search, on: date) -> None:
        self._search = search
        self._on = on
        # All comparisons of one file see the same articles and the same vectors.
        self._index = search.index
        self._vectors = np.zeros((1024, self._index.encoder.dimension), dtype=np.float32)
        self._rows: list[Asked] = []
        self._wordings: Vectors | None = None

    def compare(self, rows: Sequence[Asked]) -> list[Near | None]:
        vectors = self._index.encoder.encode([row.question for row in rows])
        worth_a_search = self._near_wordings(vectors)
        found = []
        for row, vector, worth in zip(rows, vectors, worth_a_search, strict=True):
            earlier = self._earlier(row, vector)
            found.append((self._article(row) if worth else None) or earlier)
        return found

    def _near_wordings(self, vectors: Vectors) -> list[bool]:
        """Whether some article has a wording near enough to each vector."""
        if self._wordings is None:
            texts = [w for entry in self._index.entries for w in entry.wordings]
            if not 0 < len(texts) <= _MOST_WORDINGS:
                return [bool(texts)] * len(vectors)
            encode = self._index.encoder.encode
            blocks = [encode(texts[i : i + _BLOCK]) for i in range(0, len(texts), _BLOCK)]
            self._wordings = np.concatenate(blocks)
        nearest = (vectors @ self._wordings.T).max(axis=1)
        return [bool(cosine >= ALIKE) for cosine in nearest]

    def _article(self, row: Asked) -> Near | None:
        query = KnowledgeQuery(row.question, row.region, self._on, internal=True, top=_ARTICLES)
        found = self._index.search(row.question, self._search.filters(query), _ARTICLES)
        for hit in found.ranked:
            entry, signals = hit.entry, hit.signals
            alike = signals.exact or (hit.score >= ANSWERS and signals.dense >= ALIKE)
            # A question that names another side (首套/二套) is another question.
            differs = signals.conflict > 0 or entry.region != row.region
            if alike and not differs and entry.article_id != row.own:
                return Near(entry.question, _share(signals.dense), article_id=entry.article_id)
        return None

    def _earlier(self, row: Asked, vector: Vectors) -> Near | None:
        count = len(self._rows)
        near: Near | None = None
        if count:
            cosines = self._vectors[:count] @ vector
            analysis = self._index.analyser(row.question)
            for i in np.flatnonzero(cosines >= ROWS_ALIKE)[: 4 * _ARTICLES]:
                other = self._rows[i]
                same_place = other.region == row.region
                if same_place and not analysis.contradicts(self._index.analyser(other.question)):
                    near = Near(other.question, _share(cosines[i]), row=other.number)
                    break
        if count == len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
        self._vectors[count] = vector
        self._rows.append(row)
        return near


def _share(cosine: float) -> float:
    return round(min(max(float(cosine), 0.0), 1.0), 3)
