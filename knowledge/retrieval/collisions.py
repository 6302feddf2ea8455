"""Finds wordings that sit in one article and mean another: two articles that answer one question differently.

Nearness alone says little, because articles on one subject are near each other on purpose. So a wording
collides when another article has a wording that is nearer to it, in meaning and in words, than every other
wording of its own article. Measured on the shipped content (tests/integration/knowledge/test_collisions.py).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

import numpy as np

from knowledge.retrieval.analysis import Analysis
from knowledge.retrieval.encoder import Vectors
from knowledge.retrieval.entries import Entry, Filters
from knowledge.retrieval.index import KnowledgeIndex

# Cosines. Below NEAR two wordings are about different things, however far their own article is.
NEAR = 0.6
# By so much the other article must be nearer than the own one.
LEAD = 0.1
# What stands for the own article while it has no second wording: only what is near to sameness is told then.
ALONE = 0.8
# Other articles looked at for each wording, the best by the search itself.
ARTICLES = 8
# Vectors kept between the keystrokes of an editor; a row of the built-in model has 1 kB.
REMEMBERED = 8192

Nearness = Literal["same", "near"]


@dataclass(frozen=True)
class Collision:
    """`wording` is as near to `other_wording` of `entry` as `similarity` (0..1) says."""

    wording: str
    entry: Entry
    other_wording: str
    similarity: float
    near: Nearness


class CollisionFinder:
    """Keeps vectors of wordings while the encoder stays the same. Thread-safe."""

    def __init__(self) -> None:
        self._encoder_id = ""
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def find(
        self, index: KnowledgeIndex, wordings: Sequence[str], filters: Filters, own: str | None
    ) -> list[Collision]:
        """At most one collision for each of `wordings` (the whole article), in their order.

        `own`: the article they belong to, which does not collide with itself; None for a new one.
        """
        wanted = list(dict.fromkeys(w for w in wordings if w.strip()))
        others = {w: self._others(index, w, filters, own) for w in wanted}
        texts = [*wanted, *(o for rows in others.values() for _, o in rows)]
        vectors = dict(zip(texts, self._encode(index, texts), strict=True))
        found = (self._nearest(index, w, wanted, others[w], vectors) for w in wanted)
        return [collision for collision in found if collision]

    def _others(
        self, index: KnowledgeIndex, wording: str, filters: Filters, own: str | None
    ) -> list[tuple[Entry, str]]:
        """Wordings of the articles a citizen could be given for `wording`; none that means another thing on purpose."""
        ranked = index.search(wording, filters, ARTICLES + 1).ranked
        entries = [r.entry for r in ranked if r.entry.article_id != own][:ARTICLES]
        analysis = index.analyser(wording)
        return [
            (entry, other)
            for entry in entries
            for other in entry.wordings
            if not analysis.contradicts(index.analyser(other))
        ]

    def _nearest(
        self,
        index: KnowledgeIndex,
        wording: str,
        article: Sequence[str],
        others: Sequence[tuple[Entry, str]],
        vectors: dict[str, Vectors],
    ) -> Collision | None:
        analysis, vector = index.analyser(wording), vectors[wording]
        siblings = [w for w in article if w != wording]
        own = max((float(vectors[w] @ vector) for w in siblings), default=ALONE)
        in_words = max((_overlap(analysis, index.analyser(w)) for w in siblings), default=0.0)
        best: Collision | None = None
        for entry, other in others:
            cosine = float(vectors[other] @ vector)
            analysed = index.analyser(other)
            if analysed.text == analysis.text:
                return Collision(wording, entry, other, 1.0, "same")
            near = (
                cosine >= NEAR and cosine > own + LEAD and _overlap(analysis, analysed) > in_words
            )
            if near and (best is None or cosine > best.similarity):
                best = Collision(wording, entry, other, min(cosine, 1.0), "near")
        return best

    def _encode(self, index: KnowledgeIndex, texts: Sequence[str]) -> list[Vectors]:
        """Vectors of `texts`; what was asked before is not encoded again."""
        with self._lock:
            if index.encoder.id != self._encoder_id:
                self._encoder_id, self._vectors = index.encoder.id, OrderedDict()
            kept = self._vectors
            known = {t: kept[t] for t in texts if t in kept}
            missing = [t for t in dict.fromkeys(texts) if t not in known]
            if missing:
                known.update(zip(missing, index.encoder.encode(missing), strict=True))
            for text in known:
                kept[text] = known[text]
                kept.move_to_end(text)
            while len(kept) > REMEMBERED:
                kept.popitem(last=False)
        return [np.asarray(known[t]) for t in texts]


def _overlap(one: Analysis, other: Analysis) -> float:
    """Dice coefficient, 0..1, of the characters, character pairs and concepts of two texts."""
    a, b = _features(one), _features(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _features(analysis: Analysis) -> frozenset[str]:
    concepts = (f"c:{c}" for c in analysis.concepts)
    return frozenset([*analysis.bigrams, *analysis.characters, *concepts])
