"""Computes the signals of fusion.py for the articles that come into question. All of it numpy, no loops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.retrieval.analysis import Analyser, Analysis
from knowledge.retrieval.dense import DenseIndex, cosines
from knowledge.retrieval.encoder import Encoder, Vectors
from knowledge.retrieval.entries import Mask
from knowledge.retrieval.fusion import Context, Signals
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.mixups import Sides
from knowledge.retrieval.ragged import NO_ROWS, Floats, Rows, joined_starts, slices
from knowledge.retrieval.segment import Segment, TextRows
from knowledge.retrieval.sides import SideBits, SideRows
from knowledge.retrieval.tags import CoreIndex, TagIndex

# Taken from each index before fusion; an article has five to ten wordings.
CANDIDATE_VECTORS = 60
CANDIDATE_WORDINGS = 60
CANDIDATE_PASSAGES = 15
# So many different character pairs make a full question; 真的吗 says too little to be sure of anything.
FULL_SUBSTANCE = 10
# Natural logarithm of how often a word is used here by how often in general: 可以 has about 6, 公积金 13.
LEAST_KEYNESS, MOST_KEYNESS = 6.0, 13.0


@dataclass(frozen=True)
class Question:
    """A query cut up and encoded once."""

    analysis: Analysis
    tokens: list[str]
    vector: Vectors


@dataclass(frozen=True)
class Candidates:
    """Entries that come into question, with their signals, and what is known of the query."""

    entries: Rows
    signals: list[Signals]
    context: Context


class SignalIndex:
    """Compares a question with the articles of the segments, numbered through. Immutable."""

    def __init__(
        self,
        segments: Sequence[Segment],
        analyser: Analyser,
        encoder: Encoder,
        dead: Sequence[Rows] | None = None,
    ) -> None:
        """`dead`: for each segment the articles that no longer count in any statistics; nobody may see them."""
        self._analyser = analyser
        self._encoder = encoder
        gone = list(dead) if dead is not None else [NO_ROWS] * len(segments)
        gone_wordings = [s.wordings_of(rows) for s, rows in zip(segments, gone, strict=True)]
        self._wording_starts = joined_starts([s.wording_starts for s in segments])
        self._line_starts = joined_starts([s.line_starts for s in segments])
        self._texts = [s.texts for s in segments]
        self._asked = [s.asked for s in segments]
        self._lexical = LexicalIndex([s.words for s in segments], gone_wordings)
        self._passages = LexicalIndex([s.whole for s in segments], gone)
        self._concepts = TagIndex([s.concepts for s in segments], gone_wordings)
        self._mentioned = TagIndex([s.mentioned for s in segments], gone)
        self._core = CoreIndex([s.core for s in segments])
        self._bits = SideBits(analyser.vocabulary)
        self._sides = SideRows(
            np.concatenate([s.sides.named for s in segments]),
            np.concatenate([s.sides.admitted for s in segments]),
            np.concatenate([s.sides.needed for s in segments]),
        )
        self._dense = DenseIndex([s.vectors for s in segments])
        self._centroids = [s.centroids for s in segments]
        # Where wordings and lines stand among the vectors, and whose they are.
        self._wording_vectors, self._line_vectors = _places(segments)
        self._wording_owner: Rows = _owners(self._wording_starts)
        self._owner = np.empty(self._dense.size, dtype=np.int64)
        self._owner[self._wording_vectors] = self._wording_owner
        self._owner[self._line_vectors] = _owners(self._line_starts)

    def ask(self, text: str) -> Question:
        analysis = self._analyser(text)
        return Question(analysis, analysis.lexical(), self._encoder.encode([text])[0])

    def candidates(self, question: Question, visible: Mask) -> Candidates:
        """Every visible entry near to the question in words or in meaning. `visible`: one bool an entry."""
        if not question.tokens:
            # Nothing but spaces, punctuation or emoji: every vector would be as near as any other.
            return Candidates(np.zeros(0, dtype=np.int64), [], Context())
        lexical = self._lexical.coverage(question.analysis.plain())
        whole = self._passages.coverage(question.tokens)
        asked_so = self._asked_so(question.analysis, visible)
        near = self._dense.nearest(question.vector, CANDIDATE_VECTORS, visible[self._owner])
        in_words = _best(lexical * visible[self._wording_owner], CANDIDATE_WORDINGS)
        found = (
            self._owner[near],
            self._wording_owner[in_words],
            _best(whole * visible, CANDIDATE_PASSAGES),
            asked_so,
        )
        entries = np.unique(np.concatenate(found))
        signals = self._signals(question, entries, np.isin(entries, asked_so), lexical, whole)
        return Candidates(entries, signals, self._context(question))

    def _context(self, question: Question) -> Context:
        words = [w for w in dict.fromkeys(question.analysis.words) if len(w) > 1]
        shares = self._passages.shares_of([f"w:{w}" for w in words]).tolist()
        keyness = sorted(map(self._keyness, words, shares), reverse=True)[:2]
        return Context(
            known=self._passages.known_share(question.tokens),
            substance=min(1.0, len(set(question.analysis.bigrams)) / FULL_SUBSTANCE),
            topical=sum(keyness) / 2,
        )

    def _keyness(self, word: str, share: float) -> float:
        """How much more usual `word` is in the articles, `share` of which have it, than in general Chinese, 0..1."""
        if share == 0:
            return 0.0
        times = math.log(share / self._analyser.general_share(word))
        return max(0.0, min(1.0, (times - LEAST_KEYNESS) / (MOST_KEYNESS - LEAST_KEYNESS)))

    def _signals(
        self, question: Question, entries: Rows, exact: Mask, lexical: Floats, whole: Floats
    ) -> list[Signals]:
        if not len(entries):
            return []
        rows, begins = slices(self._wording_starts, entries)
        first = begins[:-1]
        scores = lexical[rows]
        best = np.maximum.reduceat(scores, first)
        # The row of each entry's best wording: the first that reaches the maximum.
        is_best = np.flatnonzero(scores == np.repeat(best, np.diff(begins)))
        best_rows = rows[is_best[np.searchsorted(is_best, first)]]
        overlap, _ = self._concepts.shares(question.analysis.concepts, rows)
        _, mentioned = self._mentioned.shares(question.analysis.concepts, entries)
        conflict, agreement, presumed = self._compare(question.analysis, entries)
        columns = (
            best,
            self._lexical.reverse_coverage(question.analysis.plain(), best_rows),
            exact.astype(np.float32),
            whole[entries],
            np.maximum.reduceat(
                self._dense.cosines(question.vector, self._wording_vectors[rows]), first
            ),
            cosines(self._centroids, question.vector, entries),
            self._nearest_line(question, entries),
            np.maximum.reduceat(overlap, first),
            mentioned,
            self._core.share(question.analysis.concepts, entries),
            conflict,
            agreement,
            presumed,
        )
        return [Signals(*row) for row in np.stack(columns, axis=1).tolist()]

    def _nearest_line(self, question: Question, entries: Rows) -> Floats:
        rows, begins = slices(self._line_starts, entries)
        result = np.zeros(len(entries), dtype=np.float32)
        filled = np.diff(begins) > 0
        if filled.any():
            near = self._dense.cosines(question.vector, self._line_vectors[rows])
            result[filled] = np.maximum.reduceat(near, begins[:-1][filled])
        return result

    def _asked_so(self, analysis: Analysis, visible: Mask) -> Rows:
        """The visible entries one of whose wordings is this text, or alone says the same in other small words."""
        same = self._owners_of(self._texts, analysis.text, visible)
        alike = self._owners_of(self._asked, analysis.asked, visible)
        # Two articles that differ in small words only: then it is these that tell them apart.
        return same if len(alike) > 1 else np.union1d(same, alike)

    def _owners_of(self, texts: Sequence[TextRows], text: str, visible: Mask) -> Rows:
        """The visible entries with `text` among the `texts` of their wordings, each once."""
        if not text:
            return NO_ROWS
        found, begin = [NO_ROWS], 0
        for part, size in zip(texts, self._lexical.sizes, strict=True):
            found.append(part.find(text) + begin)
            begin += size
        owners = self._wording_owner[np.concatenate(found)]
        return np.unique(owners[visible[owners]])

    def _compare(self, analysis: Analysis, entries: Rows) -> tuple[Floats, Floats, Floats]:
        asked, offered = self._bits.of([analysis])[0], self._sides.named[entries]
        both = (asked != 0) & (offered != 0)
        other = both & ((asked & self._sides.admitted[entries]) == 0)
        same = both & ((asked & offered) != 0)
        topic = self._bits.topic_column
        presumed = np.zeros(len(entries), dtype=bool)
        if topic is not None and asked[topic] == 0:
            presumed = offered[:, topic] != 0
        return (
            other.sum(axis=1).astype(np.float32),
            same.sum(axis=1).astype(np.float32),
            presumed.astype(np.float32),
        )

    def use_of(self, word: str) -> float:
        """Share of the articles, 0..1, that use `word` or have its two characters side by side."""
        return float(self._passages.shares_of([f"w:{word}", f"b:{word}"]).max())

    def sides(self, text: str) -> list[int]:
        """For each contrast group the sides `text` names, a bit a side."""
        result: list[int] = self._bits.of([self._analyser(text)])[0].tolist()
        return result

    def side_names(self, group: int, bits: int) -> tuple[str, ...]:
        """The names of the sides in `bits`."""
        return self._bits.names(group, bits)

    def sides_of(self, entry: int) -> Sides:
        """What the entry's wordings say about each contrast group."""
        return Sides(
            self._sides.named[entry].tolist(),
            self._sides.admitted[entry].tolist(),
            self._sides.needed[entry].tolist(),
        )


def _places(segments: Sequence[Segment]) -> tuple[Rows, Rows]:
    """Rows among the vectors of all wordings, and of all lines; each segment has first the one, then the other."""
    wordings, lines, begin = [NO_ROWS], [NO_ROWS], 0
    for segment in segments:
        wordings.append(begin + np.arange(segment.wordings))
        lines.append(begin + segment.wordings + np.arange(segment.lines))
        begin += segment.wordings + segment.lines
    return np.concatenate(wordings), np.concatenate(lines)


def _owners(starts: Rows) -> Rows:
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def _best(scores: Floats, count: int) -> Rows:
    """Positions of the `count` highest scores above 0, in no order."""
    if count >= len(scores):
        return np.flatnonzero(scores > 0)
    top = np.argpartition(-scores, count)[:count]
    return top[scores[top] > 0]
