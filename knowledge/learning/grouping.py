"""Groups questions by meaning: FAISS finds near-copies, scipy's average linkage joins what is left. Pure.

How alike two questions are is a weighted mean of two cosines: of the current encoder's vectors, and of the words
and characters they share, each counting by how rare it is in general Chinese and among these questions. What has
no answer is what the encoder has not learnt about, so that its vectors alone mix topics up (docs/adr/0020).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.encoder import Encoder, Vectors

Labels = NDArray[np.int64]

# Share of the encoder in the likeness of two questions; the rest is what they share in words.
MEANING_SHARE = 0.25
# As alike as this are two spellings of one wording, and joined whatever else they are like.
SAME_WORDING = 0.7
NEIGHBOURS = 8
# Up to here comparing with every vector is quick; beyond, a graph finds nearly all of them.
EXACT_UP_TO = 10_000
# From this mean likeness on two groups are one: the best value on tests/data/knowledge/unknown_groups.jsonl.
SAME_TOPIC = 0.16
# Average linkage compares all pairs: memory for 8 bytes times half the square of it.
MOST_COMPARED = 2000
# Of a large group the most frequent wordings represent it well enough.
MOST_TYPICAL = 120
# Log odds against a word in running text from which on it says what a question is about: 的 3, 怎么 7, 停车 11.
COMMON = 7.0
CHARACTER_WEIGHT = 0.6
# Texts that have nothing in common. How alike an encoder finds them is its nought: 0 for the built-in one, up to
# a half for large pretrained models.
UNRELATED = (
    "下雨天晒被子", "红烧肉放几勺糖", "火车晚点了两个小时", "邻居家的猫会爬树", "这首歌是谁唱的", "数学考试不及格",
)  # fmt: skip


@dataclass(frozen=True)
class _Parts:
    """Rows of unit length: `meaning` dense, `wording` sparse. `nought`: the cosine of unrelated texts."""

    meaning: Vectors
    wording: sparse.csr_matrix
    nought: float

    def take(self, rows: Sequence[int] | Labels) -> _Parts:
        return _Parts(self.meaning[rows], self.wording[rows], self.nought)

    def weigh(self, cosines: NDArray[Any], shared: NDArray[Any]) -> NDArray[np.float32]:
        meaning = (cosines - self.nought) / (1 - self.nought)
        result = MEANING_SHARE * meaning + (1 - MEANING_SHARE) * shared
        return np.asarray(result, dtype=np.float32)

    def likeness(self, others: _Parts) -> NDArray[np.float32]:
        """Shape (rows of self, rows of others), each about 0..1."""
        shared = (self.wording @ others.wording.T).toarray()
        return self.weigh(self.meaning @ others.meaning.T, shared)


class Grouping:
    """What questions are compared by: the current encoder, and how usual words are.

    `background`: the questions of the knowledge base. A word of the field (公积金) is rare in general Chinese and
    says nothing here; and three questions alone could not tell which of their words are usual.
    """

    def __init__(self, analyser: Analyser, encoder: Encoder, background: Sequence[str]) -> None:
        self._analyser = analyser
        self._encoder = encoder
        self._usual = Counter(name for text in background for name in self._weights(text))
        self._background = len(background)
        unrelated = encoder.encode(list(UNRELATED))
        alike, count = unrelated @ unrelated.T, len(UNRELATED)
        mean = float((alike.sum() - np.trace(alike)) / (count * (count - 1)))
        self._nought = min(0.9, max(0.0, mean))

    def group(self, texts: Sequence[str]) -> Labels:
        """A label for each text; equal labels mean the same topic. Labels are 0, 1, ... in no order."""
        if not texts:
            return np.zeros(0, dtype=np.int64)
        distinct, copy_of = self._distinct(texts)
        parts = self._parts([texts[i] for i in distinct])
        wording_of = _same_wordings(parts)
        topic_of = _topics(_means(parts, wording_of), np.bincount(wording_of[copy_of]))
        return topic_of[wording_of[copy_of]]

    def typical(self, texts: Sequence[str], count: int) -> list[str]:
        """Up to `count` different texts of one group: the most typical first, then each unlike those before."""
        often = Counter(texts).most_common(MOST_TYPICAL)
        distinct, copy_of = self._distinct([text for text, _ in often])
        rows = [often[i][0] for i in distinct]
        weights = np.bincount(copy_of, weights=[times for _, times in often])
        parts = self._parts(rows)
        alike = parts.likeness(parts)
        chosen = [int(np.argmax(alike @ weights))]
        while len(chosen) < min(count, len(rows)):
            nearest = alike[:, chosen].max(axis=1)
            nearest[chosen] = np.inf
            chosen.append(int(np.argmin(nearest)))
        return [rows[i] for i in chosen]

    def _distinct(self, texts: Sequence[str]) -> tuple[list[int], Labels]:
        """The position of each different text, and for every text which of those it is."""
        places: dict[str, int] = {}
        first: list[int] = []
        copy_of = np.zeros(len(texts), dtype=np.int64)
        for i, text in enumerate(texts):
            # Analyses are not kept: those of 50,000 questions are 150 MB.
            read_as = self._analyser(text).text
            if read_as not in places:
                places[read_as] = len(first)
                first.append(i)
            copy_of[i] = places[read_as]
        return first, copy_of

    def _parts(self, texts: Sequence[str]) -> _Parts:
        return _Parts(self._encoder.encode(list(texts)), self._wording(texts), self._nought)

    def _wording(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Words and characters, weighed by their rarity in general and here; rows of unit length."""
        features = [self._weights(text) for text in texts]
        counts = Counter(name for weights in features for name in weights)
        columns = {name: i for i, name in enumerate(counts)}
        total = len(features) + self._background
        scale = math.log(total + 1)
        rarity = {
            name: math.log((total + 1) / (count + self._usual[name] + 0.5)) / scale
            for name, count in counts.items()
        }
        values = [w * rarity[name] for weights in features for name, w in weights.items()]
        indices = [columns[name] for weights in features for name in weights]
        ends = np.cumsum([0, *(len(weights) for weights in features)])
        matrix = sparse.csr_matrix(
            (np.array(values, dtype=np.float32), indices, ends),
            shape=(len(features), max(1, len(columns))),
        )
        return _unit(matrix)

    def _weights(self, text: str) -> dict[str, float]:
        analysis, general = self._analyser(text), self._analyser.general_share
        found: dict[str, float] = {}
        for word in set(analysis.words):
            if len(word) > 1:
                found[f"w:{word}"] = -math.log(general(word)) - COMMON
        for character in set(analysis.characters):
            # A character is more usual than the words it is part of.
            found[f"u:{character}"] = CHARACTER_WEIGHT * (
                -math.log(general(character)) - COMMON + 2
            )
        return {name: weight for name, weight in found.items() if weight > 0}


def _unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_matrix(sparse.diags(scale) @ matrix)


def _same_wordings(parts: _Parts) -> Labels:
    """Joins near-copies, found among the nearest by the encoder."""
    count = len(parts.meaning)
    near = _neighbours(parts.meaning)
    rows = np.repeat(np.arange(count), near.shape[1])
    others = near.ravel()
    pairs = (others >= 0) & (others != rows)
    rows, others = rows[pairs], others[pairs]
    same = _pairwise(parts, rows, others) >= SAME_WORDING
    rows, others = rows[same], others[same]
    graph = sparse.coo_matrix((np.ones(len(rows)), (rows, others)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels, dtype=np.int64)


def _neighbours(vectors: Vectors) -> Labels:
    """The nearest rows of each row, itself among them; shape (rows, NEIGHBOURS), -1 where there are fewer."""
    if len(vectors) <= EXACT_UP_TO:
        index = faiss.IndexFlatIP(vectors.shape[1])
    else:
        index = faiss.IndexHNSWFlat(vectors.shape[1], 16, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = 40
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    index.add(vectors)
    _, rows = index.search(vectors, min(NEIGHBOURS, len(vectors)))
    return np.asarray(rows, dtype=np.int64)


def _pairwise(parts: _Parts, rows: Labels, others: Labels) -> NDArray[np.float32]:
    """The likeness of row i and other i, for all i."""
    found = np.zeros(len(rows), dtype=np.float32)
    for start in range(0, len(rows), MOST_COMPARED):
        part = slice(start, start + MOST_COMPARED)
        a, b = parts.take(rows[part]), parts.take(others[part])
        meaning = np.einsum("ij,ij->i", a.meaning, b.meaning)
        shared = np.asarray(a.wording.multiply(b.wording).sum(axis=1)).ravel()
        found[part] = parts.weigh(meaning, shared)
    return found


def _means(parts: _Parts, labels: Labels) -> _Parts:
    """The mean of each group, not brought to unit length: its product with a row is the mean likeness."""
    sizes = np.bincount(labels)
    shape = (len(sizes), len(labels))
    gather = sparse.csr_matrix(
        ((1.0 / sizes[labels]).astype(np.float32), (labels, np.arange(len(labels)))), shape=shape
    )
    return _Parts(
        np.asarray(gather @ parts.meaning), sparse.csr_matrix(gather @ parts.wording), parts.nought
    )


def _topics(wordings: _Parts, sizes: Labels) -> Labels:
    """Average linkage over the most frequent wordings; the others join the nearest group or stay alone."""
    order = np.argsort(-sizes, kind="stable")
    compared, rest = order[:MOST_COMPARED], order[MOST_COMPARED:]
    labels = np.zeros(len(order), dtype=np.int64)
    labels[compared] = _linked(wordings.take(compared))
    groups = int(labels[compared].max()) + 1
    if not len(rest):
        return labels
    means = _means(wordings.take(compared), labels[compared])
    alone = groups
    for start in range(0, len(rest), MOST_COMPARED):
        rows = rest[start : start + MOST_COMPARED]
        alike = wordings.take(rows).likeness(means)
        best = alike.argmax(axis=1)
        near = alike[np.arange(len(rows)), best] >= SAME_TOPIC
        labels[rows] = np.where(near, best, alone + np.cumsum(~near) - 1)
        alone += int((~near).sum())
    return labels


def _linked(parts: _Parts) -> Labels:
    if len(parts.meaning) < 2:
        return np.zeros(len(parts.meaning), dtype=np.int64)
    alike = parts.likeness(parts)
    np.fill_diagonal(alike, 1.0)
    distances = 1.0 - squareform(alike, checks=False)
    del alike
    tree = linkage(np.maximum(distances, 0.0), "average")
    return np.asarray(fcluster(tree, 1.0 - SAME_TOPIC, "distance"), dtype=np.int64) - 1
