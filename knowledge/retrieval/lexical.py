"""BM25 over a list of texts, as the share of the query that a text covers: scores a caller can compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bm25s
import numpy as np

from knowledge.retrieval.ragged import Floats, Rows, ratio, slices, sums

# Wordings are short: their length says little and repeating a word nothing (Lucene's variant of BM25).
K1, B = 1.2, 0.4


class LexicalIndex:
    """An immutable BM25 index. Row i is text i of the constructor's `texts` (lists of tokens)."""

    def __init__(self, texts: Sequence[list[str]]) -> None:
        self.size = len(texts)
        self._vocabulary: dict[str, int] = {}
        rows = [self._learn(tokens) for tokens in texts]
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        flat = (token for row in rows for token in row)
        self._tokens = np.fromiter(flat, dtype=np.int32, count=int(lengths.sum()))
        self._starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        frequencies = np.zeros(len(self._vocabulary) + 1, dtype=np.int64)
        for row in rows:
            frequencies[list(set(row))] += 1
        self._frequencies = frequencies
        # The last entry is the weight of a token no text has.
        odds = (self.size - frequencies + 0.5) / (frequencies + 0.5)
        self._idf: Floats = np.log(1 + odds).astype(np.float32)
        self._mean_length = max(float(lengths.mean()), 1.0) if self.size else 1.0
        self._bm25 = bm25s.BM25(method="lucene", k1=K1, b=B) if self._vocabulary else None
        if self._bm25 is not None:
            self._bm25.index((rows, dict(self._vocabulary)), show_progress=False)

    def _learn(self, tokens: Iterable[str]) -> list[int]:
        return [self._vocabulary.setdefault(t, len(self._vocabulary)) for t in tokens]

    def _known(self, tokens: Iterable[str]) -> list[int]:
        return [self._vocabulary[t] for t in tokens if t in self._vocabulary]

    def coverage(self, tokens: list[str]) -> Floats:
        """For every text the share, about 0..1, of the query's weight it covers. Shape (size,).

        BM25 divided by what a text equal to the query would get. Unknown tokens weigh in the divisor,
        so a query about something else scores low everywhere.
        """
        unique = list(dict.fromkeys(tokens))
        known = self._known(unique)
        if self._bm25 is None or not known:
            return np.zeros(self.size, dtype=np.float32)
        unknown = len(unique) - len(known)
        weight = float(self._idf[known].sum()) + unknown * float(self._idf[-1])
        own = weight / (1 + K1 * (1 - B + B * len(unique) / self._mean_length))
        result: Floats = (self._bm25.get_scores_from_ids(known) / own).astype(np.float32)
        return result

    def share_of(self, token: str) -> float:
        """Share of the texts that have `token`, 0..1."""
        if token not in self._vocabulary:
            return 0.0
        return float(self._frequencies[self._vocabulary[token]]) / self.size

    def known_share(self, tokens: list[str]) -> float:
        """How much of the query's weight lies in tokens that some text has, 0..1."""
        unique = list(dict.fromkeys(tokens))
        ids = self._known(unique)
        known = float(self._idf[ids].sum())
        unknown = (len(unique) - len(ids)) * float(self._idf[-1])
        return known / (known + unknown) if unique else 0.0

    def reverse_coverage(self, tokens: list[str], rows: Rows) -> Floats:
        """For each of `rows` the share, 0..1, of the text's weight the query covers. Shape (len(rows),)."""
        asked = np.zeros(len(self._idf), dtype=bool)
        asked[self._known(tokens)] = True
        parts, starts = slices(self._starts, rows)
        own = self._tokens[parts]
        weights = self._idf[own]
        return ratio(sums(weights * asked[own], starts), sums(weights, starts))
