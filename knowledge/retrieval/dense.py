"""Vectors in FAISS: several for each article, filtered while searching."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.encoder import Vectors
from knowledge.retrieval.entries import Mask

# Up to here comparing with every vector is quicker than a graph, and exact.
EXACT_UP_TO = 50_000
# A search is one query on the event loop; threads would only wait for each other.
faiss.omp_set_num_threads(1)
GRAPH_LINKS, GRAPH_BUILD_WIDTH, GRAPH_SEARCH_WIDTH = 32, 200, 192


class DenseIndex:
    """An immutable index of unit vectors; similarity is the cosine. Row i is vector i."""

    def __init__(self, vectors: Vectors, *, exact_up_to: int = EXACT_UP_TO) -> None:
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        size, dimension = self.vectors.shape
        self.exact = size <= exact_up_to
        if self.exact:
            self._index = faiss.IndexFlatIP(dimension)
        else:
            self._index = faiss.IndexHNSWFlat(dimension, GRAPH_LINKS, faiss.METRIC_INNER_PRODUCT)
            self._index.hnsw.efConstruction = GRAPH_BUILD_WIDTH
        self._index.add(self.vectors)

    def nearest(self, query: Vectors, count: int, mask: Mask | None = None) -> NDArray[np.int64]:
        """Rows of at most `count` nearest vectors among those `mask` (one bool a row) allows, best first."""
        count = min(count, len(self.vectors))
        if count == 0:
            return np.zeros(0, dtype=np.int64)
        parameters = self._parameters(mask)
        _, rows = self._index.search(query.reshape(1, -1), count, params=parameters)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return found

    def _parameters(self, mask: Mask | None) -> faiss.SearchParameters | None:
        selector = None
        if mask is not None and not mask.all():
            selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        if self.exact:
            return faiss.SearchParameters(sel=selector) if selector else None
        return faiss.SearchParametersHNSW(sel=selector, efSearch=GRAPH_SEARCH_WIDTH)
