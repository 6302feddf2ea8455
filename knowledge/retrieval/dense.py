"""Vectors in FAISS: several for each article, filtered while searching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from knowledge.retrieval.encoder import Vectors
from knowledge.retrieval.entries import Mask
from knowledge.retrieval.ragged import NO_ROWS, Floats, Rows, split

# Up to here comparing with every vector takes about a millisecond, and is exact.
EXACT_UP_TO = 20_000
# A search is one query on the event loop; threads would only wait for each other.
faiss.omp_set_num_threads(1)
threadpool_limits(1, user_api="blas")
# Measured on 140,000 vectors (docs/adr/0021-index-segments.md): an eighth of the cells holds more than 99 %
# of the nearest, a few times as many as wanted are looked at again with whole numbers.
PROBED_SHARE, LOOKED_AT_AGAIN = 1 / 8, 3
_TRAINING_ROUNDS, _TRAINING_VECTORS = 10, 64


@dataclass(frozen=True)
class VectorRows:
    """One segment's unit vectors, shape (rows, dimension), and from EXACT_UP_TO on the saved FAISS index."""

    vectors: Vectors
    cells: NDArray[np.uint8]

    @classmethod
    def of(cls, vectors: Vectors, *, exact_up_to: int = EXACT_UP_TO) -> VectorRows:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(vectors) <= exact_up_to:
            return cls(vectors, np.zeros(0, dtype=np.uint8))
        return cls(vectors, faiss.serialize_index(_cells_of(vectors)))

    @cached_property
    def searcher(self) -> Searcher:
        """Read once, shared by all snapshots the segment is part of."""
        return Searcher(self)


def _cells_of(vectors: Vectors) -> faiss.IndexIVFScalarQuantizer:
    """Cells around means, a byte a number: built in two seconds where a graph takes twenty."""
    count, dimension = vectors.shape
    cells = max(1, round(1.4 * count**0.5))
    coarse = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        coarse, dimension, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, True
    )
    index.cp.niter, index.cp.max_points_per_centroid = _TRAINING_ROUNDS, _TRAINING_VECTORS
    index.cp.min_points_per_centroid = 1
    index.train(vectors)
    index.add(vectors)
    return index


class DenseIndex:
    """An immutable index of the segments' vectors, numbered through; similarity is the cosine."""

    def __init__(self, parts: Sequence[VectorRows]) -> None:
        self._parts = [p.searcher for p in parts]
        self._sizes = [len(p.vectors) for p in parts]
        self.size = sum(self._sizes)

    @classmethod
    def of(cls, vectors: Vectors, *, exact_up_to: int = EXACT_UP_TO) -> DenseIndex:
        """An index of one segment."""
        return cls([VectorRows.of(vectors, exact_up_to=exact_up_to)])

    def nearest(self, query: Vectors, count: int, mask: Mask | None = None) -> Rows:
        """Rows of at most `count` nearest vectors among those `mask` (one bool a row) allows, best first."""
        rows, scores, begin = [NO_ROWS], [np.zeros(0, dtype=np.float32)], 0
        for part, size in zip(self._parts, self._sizes, strict=True):
            allowed = None if mask is None else mask[begin : begin + size]
            found, cosines = part.nearest(query, min(count, size), allowed)
            rows.append(found + begin)
            scores.append(cosines)
            begin += size
        order = np.argsort(-np.concatenate(scores), kind="stable")[:count]
        return np.concatenate(rows)[order]

    def cosines(self, query: Vectors, rows: Rows) -> Floats:
        """Cosine of the query with each of the ascending `rows`."""
        return cosines([p.vectors for p in self._parts], query, rows)


def cosines(parts: Sequence[Vectors], query: Vectors, rows: Rows) -> Floats:
    """Cosine of `query` with each of the ascending `rows` of matrices laid end to end."""
    if len(parts) == 1:
        found_here: Floats = parts[0][rows] @ query
        return found_here
    local = split(rows, [len(p) for p in parts])
    found = [part[own] @ query for part, own in zip(parts, local, strict=True)]
    return np.concatenate([np.zeros(0, dtype=np.float32), *found])


class Searcher:
    """The vectors of a segment and how they are searched."""

    def __init__(self, rows: VectorRows) -> None:
        self.vectors = rows.vectors
        self._exact = not len(rows.cells)
        if self._exact:
            self._index: Any = faiss.IndexFlatIP(rows.vectors.shape[1])
            self._index.add(np.ascontiguousarray(rows.vectors))
        else:
            self._index = faiss.deserialize_index(np.array(rows.cells))

    def nearest(self, query: Vectors, count: int, mask: Mask | None) -> tuple[Rows, Floats]:
        allowed = len(self.vectors) if mask is None else int(mask.sum())
        if count == 0 or allowed == 0:
            return NO_ROWS, np.zeros(0, dtype=np.float32)
        selector = None
        if mask is not None and allowed < len(mask):
            selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        if self._exact:
            found, rows = self._index.search(
                query.reshape(1, -1), count, params=faiss.SearchParameters(sel=selector)
            )
            return rows[0][rows[0] >= 0], found[0][rows[0] >= 0]
        # The fewer vectors of a cell are allowed, the more cells are looked at: all of them for an eighth.
        share = PROBED_SHARE * len(self.vectors) / allowed
        _, rows = self._index.search(
            query.reshape(1, -1), LOOKED_AT_AGAIN * count,
            params=faiss.SearchParametersIVF(
                sel=selector, nprobe=min(self._index.nlist, int(self._index.nlist * share) + 1)
            ),
        )  # fmt: skip
        near: Rows = rows[0][rows[0] >= 0]
        scores = self.vectors[near] @ query
        order = np.argsort(-scores, kind="stable")[:count]
        return near[order], scores[order]
