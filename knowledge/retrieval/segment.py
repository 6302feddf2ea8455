"""A segment: some articles cut up, counted and encoded, as plain arrays. Built once, never changed, kept on disk.

The index is one big segment and a small one of what changed since (docs/adr/0021-index-segments.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.dense import EXACT_UP_TO, VectorRows
from knowledge.retrieval.encoder import Encoder, Vectors
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.lexical import Postings
from knowledge.retrieval.ragged import Rows, slices, starts_of
from knowledge.retrieval.sides import SideBits, SideRows
from knowledge.retrieval.tags import CoreRows
from knowledge.retrieval.tokens import Hashes, RowWriter, TokenRows, hashes_of
from knowledge.retrieval.vectors import VectorCache

# Articles analysed before their texts are encoded, which wants the same analyses: the analyser still has them.
_BATCH = 300


@dataclass(frozen=True)
class TextRows:
    """Finds a normalised text: its sorted hashes and the wording each belongs to. Empty texts are left out."""

    hashes: Hashes
    rows: Rows

    @classmethod
    def of(cls, texts: Sequence[str]) -> TextRows:
        filled = np.array([i for i, text in enumerate(texts) if text], dtype=np.int64)
        hashes = hashes_of(text for text in texts if text)
        order = np.argsort(hashes, kind="stable")
        return cls(hashes[order], filled[order])

    def find(self, text: str) -> Rows:
        """The wordings that are this text."""
        wanted = hashes_of([text])[0]
        begin, end = np.searchsorted(self.hashes, [wanted, wanted + np.uint64(1)])
        return self.rows[begin:end]


@dataclass(frozen=True)
class Segment:
    """Wordings of article r are rows wording_starts[r] up to wording_starts[r + 1]; its answer's lines likewise.

    `fingerprints`: Entry.fingerprint, shape (articles, 16). `vectors`: first all wordings, then all lines.
    """

    fingerprints: NDArray[np.uint8]
    wording_starts: Rows
    line_starts: Rows
    texts: TextRows
    asked: TextRows
    words: Postings
    whole: Postings
    concepts: TokenRows
    mentioned: TokenRows
    core: CoreRows
    sides: SideRows
    vectors: VectorRows
    centroids: Vectors

    @property
    def articles(self) -> int:
        return len(self.fingerprints)

    @property
    def wordings(self) -> int:
        return int(self.wording_starts[-1])

    @property
    def lines(self) -> int:
        return int(self.line_starts[-1])

    def wordings_of(self, articles: Rows) -> Rows:
        """The rows of these articles' wordings."""
        return slices(self.wording_starts, articles)[0]


def build_segment(
    entries: Sequence[Entry],
    analyser: Analyser,
    encoder: Encoder,
    vectors: VectorCache,
    *,
    exact_up_to: int = EXACT_UP_TO,
) -> Segment:
    """Cut up, count and encode `entries`: about 0.25 ms of processor time for each wording or line."""
    bits = SideBits(analyser.vocabulary)
    words, whole, concepts, mentioned = RowWriter(), RowWriter(), RowWriter(), RowWriter()
    texts: list[str] = []
    asked: list[str] = []
    core: list[list[list[str]]] = []
    named, every = [bits.of([])], [bits.of([])]
    wording_vectors = [np.zeros((0, encoder.dimension), dtype=np.float32)]
    line_vectors = [np.zeros((0, encoder.dimension), dtype=np.float32)]
    rest = iter(entries)
    while batch := list(islice(rest, _BATCH)):
        cut = [[analyser(w) for w in e.wordings] for e in batch]
        cut_lines = [[analyser(line) for line in e.passages] for e in batch]
        rows = [a for group in cut for a in group]
        texts += [a.text for a in rows]
        asked += [a.asked for a in rows]
        for analysis in rows:
            words.add(analysis.plain())
            concepts.add(sorted(set(analysis.concepts)))
        for group, lines in zip(cut, cut_lines, strict=True):
            whole.add([t for a in (*group, *lines) for t in a.lexical()])
            mentioned.add(sorted({c for a in (*group, *lines) for c in a.concepts}))
            core.append([a.concepts for a in group])
        named.append(bits.of([group[0] for group in cut]))
        every.append(bits.of(rows))
        flat = [w for e in batch for w in e.wordings]
        encoded = vectors.encode(encoder, [*flat, *(line for e in batch for line in e.passages)])
        wording_vectors.append(encoded[: len(flat)])
        line_vectors.append(encoded[len(flat) :])
    wording_starts = starts_of([len(e.wordings) for e in entries])
    all_vectors = np.concatenate([*wording_vectors, *line_vectors])
    return Segment(
        fingerprints=np.frombuffer(
            b"".join(e.fingerprint for e in entries), dtype=np.uint8
        ).reshape(-1, 16),
        wording_starts=wording_starts,
        line_starts=starts_of([len(e.passages) for e in entries]),
        texts=TextRows.of(texts),
        asked=TextRows.of(asked),
        words=Postings.of(words.done()),
        whole=Postings.of(whole.done()),
        concepts=concepts.done(),
        mentioned=mentioned.done(),
        core=CoreRows.of(core),
        sides=bits.rows(np.concatenate(named), np.concatenate(every), wording_starts),
        vectors=VectorRows.of(all_vectors, exact_up_to=exact_up_to),
        centroids=_centroids(all_vectors, wording_starts),
    )


def _centroids(vectors: Vectors, starts: Rows) -> Vectors:
    if len(starts) < 2:
        return np.zeros((0, vectors.shape[1]), dtype=np.float32)
    means = np.add.reduceat(vectors[: starts[-1]], starts[:-1], axis=0)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    result: Vectors = np.divide(means, norms, out=np.zeros_like(means), where=norms > 0)
    return result
