"""Texts as rows of numbered tokens: what one segment of the index holds of them, and several segments as one table."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.ragged import NO_ROWS, Rows, slices, split, starts_of

Hashes = NDArray[np.uint64]


def hashes_of(tokens: Iterable[str]) -> Hashes:
    """64 bits for each token; among a million tokens two collide once in tens of millions of bases."""
    digests = [hashlib.blake2b(t.encode(), digest_size=8).digest() for t in tokens]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def find(names: Hashes, wanted: Hashes) -> Rows:
    """For each of `wanted` its position in the sorted `names`, -1 where it is not there."""
    if not len(names):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(names, wanted), len(names) - 1)
    return np.where(names[places] == wanted, places, -1)


@dataclass(frozen=True)
class TokenRows:
    """The texts of one segment. A token's number is its place in `names`, the sorted hashes.

    Hashes instead of a dictionary: half a million tokens are then mapped from disk in no time, and take
    8 bytes each. `tokens` are those of row r at starts[r]:starts[r + 1]; `counts` says in how many rows
    each token is.
    """

    names: Hashes
    starts: Rows
    tokens: NDArray[np.int32]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[Iterable[str]]) -> TokenRows:
        writer = RowWriter()
        for tokens in texts:
            writer.add(tokens)
        return writer.done()

    @property
    def size(self) -> int:
        return len(self.starts) - 1

    def counts_of(self, rows: Rows) -> NDArray[np.int64]:
        """In how many of `rows` each token is."""
        places, begins = slices(self.starts, rows)
        return _row_counts(self.tokens[places], begins, len(self.names))


class RowWriter:
    """Makes TokenRows of texts that come one by one, so that they need not be held all at once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._tokens = array("i")
        self._lengths = array("i")

    def add(self, tokens: Iterable[str]) -> None:
        """The next row."""
        numbers = self._numbers
        row = [numbers.setdefault(t, len(numbers)) for t in tokens]
        self._tokens.extend(row)
        self._lengths.append(len(row))

    def done(self) -> TokenRows:
        hashes = hashes_of(self._numbers)
        order = np.argsort(hashes)
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        tokens = place[np.array(self._tokens, dtype=np.int64)]
        starts = starts_of(np.array(self._lengths, dtype=np.int64))
        return TokenRows(hashes[order], starts, tokens, _row_counts(tokens, starts, len(order)))


class TokenTable:
    """The rows of several segments, one after the other, with one numbering of tokens.

    `dead`: for each segment its rows that no longer count. They keep their places; nobody asks for them.
    `counts` says in how many living rows each token is; `mean_length` is in tokens, at least 1.
    """

    def __init__(self, parts: Sequence[TokenRows], dead: Sequence[Rows] | None = None) -> None:
        self.parts = list(parts)
        self.sizes = [p.size for p in self.parts]
        gone = list(dead) if dead is not None else [NO_ROWS] * len(self.parts)
        # For each part the common numbers of its tokens; the first part's are the common ones.
        self.numbers: list[Rows] = []
        self.width = 0
        for part in self.parts:
            own = np.full(len(part.names), -1, dtype=np.int64)
            for earlier, numbers in zip(self.parts, self.numbers, strict=False):
                missing = np.flatnonzero(own < 0)
                places = find(earlier.names, part.names[missing])
                own[missing[places >= 0]] = numbers[places[places >= 0]]
            new = np.flatnonzero(own < 0)
            own[new] = self.width + np.arange(len(new))
            self.width += len(new)
            self.numbers.append(own)
        self.rows = sum(self.sizes) - sum(len(rows) for rows in gone)
        self.counts = np.zeros(self.width, dtype=np.int64)
        length = 0
        for part, own, rows in zip(self.parts, self.numbers, gone, strict=True):
            self.counts[own] += part.counts - part.counts_of(rows) if len(rows) else part.counts
            length += int(part.starts[-1]) - int((part.starts[rows + 1] - part.starts[rows]).sum())
        self.mean_length = max(length / self.rows, 1.0) if self.rows else 1.0

    def locate(self, tokens: Sequence[str]) -> list[tuple[Rows, Rows]]:
        """For each part, of the tokens it has: their places among its names, their common numbers."""
        wanted = hashes_of(tokens)
        result = []
        for part, own in zip(self.parts, self.numbers, strict=True):
            places = find(part.names, wanted)
            places = places[places >= 0]
            places = places[self.counts[own[places]] > 0]
            result.append((places, own[places]))
        return result

    def find(self, tokens: Sequence[str]) -> Rows:
        """The common numbers, each once, of those tokens that some living row has."""
        return np.unique(np.concatenate([NO_ROWS, *(common for _, common in self.locate(tokens))]))

    def items(self, rows: Rows) -> tuple[Rows, Rows]:
        """The tokens of ascending `rows` by their common numbers, and where each row begins among them."""
        if len(self.parts) == 1:
            # The numbers of the first part are the common ones. Most of the time there is no other.
            [part] = self.parts
            places, begins = slices(part.starts, rows)
            return part.tokens[places].astype(np.int64), begins
        found, lengths = [], []
        for part, own, local in zip(self.parts, self.numbers, split(rows, self.sizes), strict=True):
            places, begins = slices(part.starts, local)
            found.append(own[part.tokens[places]])
            lengths.append(np.diff(begins))
        if not found:
            return NO_ROWS, np.zeros(1, dtype=np.int64)
        return np.concatenate(found), starts_of(np.concatenate(lengths))


def _row_counts(tokens: NDArray[np.integer], starts: Rows, width: int) -> NDArray[np.int64]:
    """In how many rows each token is; a repeated one counts once."""
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    once = np.unique(rows * max(width, 1) + tokens)
    return np.bincount(once % max(width, 1), minlength=width).astype(np.int64)
