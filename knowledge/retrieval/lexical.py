"""BM25 over one list of texts, with scores a caller can compare: the share of the query that a text covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Wordings are short: length says little about them, and repeating a word says nothing (Lucene's variant).
K1, B = 1.2, 0.4


class LexicalIndex:
    """An immutable BM25 index. Row i is text i of the constructor's `texts` (lists of tokens)."""

    def __init__(self, texts: Sequence[list[str]]) -> None:
        self.size = len(texts)
        self._vocabulary: dict[str, int] = {}
        rows = [self._learn(tokens) for tokens in texts]
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        self._tokens = np.fromiter(
            (t for row in rows for t in row), dtype=np.int32, count=int(lengths.sum())
        )
        self._starts = np.concatenate(([0], np.cumsum(lengths)))
        frequencies = np.zeros(len(self._vocabulary) + 1, dtype=np.int64)
        for row in rows:
            frequencies[list(set(row))] += 1
        # The last entry is the weight of a token no text has.
        self._idf = np.log(1 + (self.size - frequencies + 0.5) / (frequencies + 0.5)).astype(
            np.float32
        )
        self._row_weight = np.array(
            [self._idf[list(set(row))].sum() for row in rows], dtype=np.float32
        )
        self._mean_length = float(lengths.mean()) if self.size else 1.0
        self._bm25 = bm25s.BM25(method="lucene", k1=K1, b=B) if self._vocabulary else None
        if self._bm25 is not None:
            self._bm25.index((rows, dict(self._vocabulary)), show_progress=False)

    def _learn(self, tokens: Iterable[str]) -> list[int]:
        return [self._vocabulary.setdefault(t, len(self._vocabulary)) for t in tokens]

    def _known(self, tokens: Iterable[str]) -> list[int]:
        return [self._vocabulary[t] for t in tokens if t in self._vocabulary]

    def coverage(self, tokens: list[str]) -> Floats:
        """For every text the share, about 0..1, of the query's weight it covers. Shape (size,).

        BM25 divided by what a text equal to the query would get. Unknown tokens weigh in the divisor, so
        a query about something else scores low everywhere.
        """
        unique = list(dict.fromkeys(tokens))
        known = self._known(unique)
        if self._bm25 is None or not known:
            return np.zeros(self.size, dtype=np.float32)
        scores = self._bm25.get_scores_from_ids(known)
        weight = float(self._idf[known].sum()) + (len(unique) - len(known)) * float(self._idf[-1])
        own = weight / (1 + K1 * (1 - B + B * len(unique) / self._mean_length))
        result: Floats = (scores / own).astype(np.float32)
        return result

    def known_share(self, tokens: list[str]) -> float:
        """How much of the query's weight lies in tokens that some text has, 0..1."""
        unique = list(dict.fromkeys(tokens))
        known = float(self._idf[self._known(unique)].sum())
        unknown = (len(unique) - len(self._known(unique))) * float(self._idf[-1])
        return known / (known + unknown) if unique else 0.0

    def reverse_coverage(self, tokens: list[str], rows: NDArray[np.int64]) -> Floats:
        """For each of `rows` the share, 0..1, of the text's weight that the query covers. Shape (len(rows),)."""
        present = np.zeros(len(self._idf), dtype=bool)
        present[self._known(tokens)] = True
        result = np.zeros(len(rows), dtype=np.float32)
        for i, row in enumerate(rows):
            own = np.unique(self._tokens[self._starts[row] : self._starts[row + 1]])
            if len(own):
                result[i] = self._idf[own[present[own]]].sum() / self._row_weight[row]
        return result
