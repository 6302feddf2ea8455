"""BM25 over a list of texts, as the share of the query that a text covers: scores a caller can compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge.retrieval.ragged import NO_ROWS, Floats, Rows, ratio, sums
from knowledge.retrieval.tokens import TokenRows, TokenTable, find, hashes_of

# Wordings are short: their length says little and repeating a word nothing (Lucene's variant of BM25).
K1, B = 1.2, 0.4
# So little does the mean length change the scores that the gains of a segment are kept up to here.
_SAME_MEAN = 1e-3


@dataclass(frozen=True)
class Postings:
    """One segment's texts and for each token the texts that have it, with what it gains them in BM25.

    Token t: texts[bounds[t]:bounds[t + 1]]. `gains` are the scores without the token's rarity, which is
    that of the whole index, for texts whose mean length is `mean_length` (one value).
    """

    rows: TokenRows
    bounds: Rows
    texts: NDArray[np.int32]
    times: NDArray[np.uint16]
    gains: Floats
    mean_length: NDArray[np.float64]

    @classmethod
    def of(cls, rows: TokenRows) -> Postings:
        ones = np.ones(len(rows.tokens), dtype=np.uint16)
        shape = (rows.size, len(rows.names))
        # A copy: adding up repeated tokens rearranges the arrays.
        counted = csr_matrix((ones, rows.tokens, rows.starts), shape=shape, copy=True)
        counted.sum_duplicates()
        columns = counted.tocsc()
        mean = float(np.diff(rows.starts).mean()) if rows.size else 1.0
        found = columns.indices.astype(np.int32)
        gains = _gains(columns.data, found, rows.starts, max(mean, 1.0))
        return cls(
            rows, columns.indptr.astype(np.int64), found, columns.data, gains,
            np.array([max(mean, 1.0)]),
        )  # fmt: skip

    def gains_at(self, mean_length: float) -> Floats:
        """The gains when the whole index has texts of that mean length."""
        own = float(self.mean_length[0])
        if abs(mean_length / own - 1) <= _SAME_MEAN:
            return self.gains
        return _gains(self.times, self.texts, self.rows.starts, mean_length)


def _gains(
    times: NDArray[np.uint16], texts: NDArray[np.int32], starts: Rows, mean_length: float
) -> Floats:
    lengths = np.diff(starts).astype(np.float32)
    damping = K1 * (1 - B + B * lengths / mean_length)
    result: Floats = (times / (times + damping[texts])).astype(np.float32)
    return result


class LexicalIndex:
    """An immutable BM25 index over the segments' texts, numbered through from the first segment's first."""

    def __init__(self, parts: Sequence[Postings], dead: Sequence[Rows] | None = None) -> None:
        self._parts = list(parts)
        self._table = TokenTable([p.rows for p in parts], dead)
        self.sizes = self._table.sizes
        self.size = sum(self.sizes)
        counts = self._table.counts
        odds = (self._table.rows - counts + 0.5) / (counts + 0.5)
        self._idf: Floats = np.log(1 + odds).astype(np.float32)
        # The weight of a token no text has.
        self._unknown = float(np.log(1 + (self._table.rows + 0.5) / 0.5))
        self._gains = [p.gains_at(self._table.mean_length) for p in parts]

    @classmethod
    def of(cls, texts: Sequence[Iterable[str]]) -> LexicalIndex:
        """An index of one segment."""
        return cls([Postings.of(TokenRows.of(texts))])

    def _weight(self, tokens: Sequence[str], known: Rows) -> float:
        """What different `tokens` weigh together, of which the `known` ones have these numbers."""
        return float(self._idf[known].sum()) + (len(tokens) - len(known)) * self._unknown

    def coverage(self, tokens: Iterable[str]) -> Floats:
        """For every text the share, about 0..1, of the query's weight it covers. Shape (size,).

        BM25 divided by what a text equal to the query would get. Unknown tokens weigh in the divisor,
        so a query about something else scores low everywhere.
        """
        unique = list(dict.fromkeys(tokens))
        located = self._table.locate(unique)
        known = np.unique(np.concatenate([NO_ROWS, *(common for _, common in located)]))
        result = np.zeros(self.size, dtype=np.float32)
        if not len(known):
            return result
        length = 1 - B + B * len(unique) / self._table.mean_length
        own = self._weight(unique, known) / (1 + K1 * length)
        begin = 0
        for part, gains, (places, common) in zip(self._parts, self._gains, located, strict=True):
            scores = result[begin : begin + part.rows.size]
            begin += part.rows.size
            for place, weight in zip(places.tolist(), self._idf[common] / own, strict=True):
                here = slice(part.bounds[place], part.bounds[place + 1])
                scores[part.texts[here]] += gains[here] * weight
        return result

    def shares_of(self, tokens: Sequence[str]) -> Floats:
        """For each token the share, 0..1, of the texts that have it."""
        result = np.zeros(len(tokens), dtype=np.float32)
        for part, numbers in zip(self._parts, self._table.numbers, strict=True):
            places = find(part.rows.names, hashes_of(tokens))
            here = places >= 0
            result[here] = self._table.counts[numbers[places[here]]] / max(self._table.rows, 1)
        return result

    def known_share(self, tokens: Iterable[str]) -> float:
        """How much of the query's weight lies in tokens that some text has, 0..1."""
        unique = list(dict.fromkeys(tokens))
        known = self._table.find(unique)
        weight = self._weight(unique, known)
        return float(self._idf[known].sum()) / weight if weight else 0.0

    def reverse_coverage(self, tokens: Iterable[str], rows: Rows) -> Floats:
        """For each of the ascending `rows` the share, 0..1, of the text's weight the query covers."""
        asked = np.zeros(self._table.width, dtype=bool)
        asked[self._table.find(list(tokens))] = True
        own, starts = self._table.items(rows)
        weights = self._idf[own]
        return ratio(sums(weights * asked[own], starts), sums(weights, starts))
