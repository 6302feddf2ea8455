"""Computes the signals of fusion.py for the articles that come into question. All of it numpy, no loops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.retrieval.analysis import Analyser, Analysis
from knowledge.retrieval.dense import DenseIndex
from knowledge.retrieval.encoder import Encoder, Vectors
from knowledge.retrieval.entries import Entry, Mask
from knowledge.retrieval.fusion import Context, Signals
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.mixups import Sides
from knowledge.retrieval.ragged import Floats, Rows, slices, starts_of
from knowledge.retrieval.tags import CoreIndex, TagIndex
from knowledge.retrieval.vectors import VectorCache

# Taken from each index before fusion; an article has five to ten wordings.
CANDIDATE_VECTORS = 60
CANDIDATE_WORDINGS = 60
CANDIDATE_PASSAGES = 15
# So many different character pairs make a full question; 真的吗 says too little to be sure of anything.
FULL_SUBSTANCE = 10
# Natural logarithm of how often a word is used here by how often in general: 可以 has about 6, 公积金 13.
LEAST_KEYNESS, MOST_KEYNESS = 6.0, 13.0
# From this share of its wordings on, a side of a contrast is part of what the article is about.
NEEDED_SHARE = 0.7
MIN_PASSAGE = 8
MAX_PASSAGES = 12


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


def passages(answer_md: str) -> list[str]:
    """The lines of an answer that say something."""
    lines = (line.strip(" -*>#|0123456789.") for line in answer_md.split("\n"))
    return [line for line in lines if len(line) >= MIN_PASSAGE][:MAX_PASSAGES]


class SignalIndex:
    """The wordings and answers of `entries`, cut up, counted and encoded. Immutable."""

    def __init__(
        self, entries: Sequence[Entry], analyser: Analyser, encoder: Encoder, vectors: VectorCache
    ) -> None:
        self._analyser = analyser
        self._encoder = encoder
        wordings = [e.wordings for e in entries]
        answers = [passages(e.answer_md) for e in entries]
        cut = [[analyser(w) for w in group] for group in wordings]
        cut_answers = [[analyser(line) for line in group] for group in answers]
        self._wording_starts = starts_of([len(g) for g in wordings])
        self._answer_starts = starts_of([len(g) for g in answers])
        rows = [a for group in cut for a in group]
        self._texts = _positions([a.text for a in rows])
        self._lexical = LexicalIndex([a.plain() for a in rows])
        whole = [[*w, *a] for w, a in zip(cut, cut_answers, strict=True)]
        self._passages = LexicalIndex([[t for a in group for t in a.lexical()] for group in whole])
        self._concepts = TagIndex([a.concepts for a in rows])
        self._mentioned = TagIndex([{c for a in group for c in a.concepts} for group in whole])
        self._core = CoreIndex([[a.concepts for a in group] for group in cut])
        groups = analyser.vocabulary.contrasts
        self._side_bits = {
            (g, s): (i, 1 << j)
            for i, (g, sides) in enumerate(groups.items())
            for j, s in enumerate(sides)
        }
        self._sides = self._bits([group[0] for group in cut])
        every = self._bits([a for group in cut for a in group])
        # What an article's other wordings name as well, it answers as well: 头一套 and 二套 alike.
        self._admitted = (
            np.bitwise_or.reduceat(every, self._wording_starts[:-1], axis=0) if cut else self._sides
        )
        self._needed = self._which_are_needed(every)
        self._first_answer = len(rows)
        flat = [w for group in wordings for w in group]
        lines = [line for group in answers for line in group]
        self._dense = DenseIndex(vectors.encode(encoder, [*flat, *lines]))
        counts = np.concatenate((np.diff(self._wording_starts), np.diff(self._answer_starts)))
        self._owner: Rows = np.repeat(np.tile(np.arange(len(entries)), 2), counts)
        self._centroids = _centroids(self._dense.vectors, self._wording_starts)

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
        allowed = visible[self._owner]
        near = self._dense.nearest(question.vector, CANDIDATE_VECTORS, allowed)
        in_words = _best(lexical * allowed[: len(lexical)], CANDIDATE_WORDINGS)
        found = (
            self._owner[near],
            self._owner[in_words],
            _best(whole * visible, CANDIDATE_PASSAGES),
        )
        entries = np.unique(np.concatenate(found))
        signals = self._signals(question, entries, lexical, whole)
        return Candidates(entries, signals, self._context(question))

    def _context(self, question: Question) -> Context:
        keyness = sorted((self._keyness(w) for w in set(question.analysis.words)), reverse=True)[:2]
        return Context(
            known=self._passages.known_share(question.tokens),
            substance=min(1.0, len(set(question.analysis.bigrams)) / FULL_SUBSTANCE),
            topical=sum(keyness) / 2,
        )

    def _keyness(self, word: str) -> float:
        """How much more usual `word` is in the articles than in general Chinese, 0..1."""
        share = self._passages.share_of(f"w:{word}")
        if share == 0 or len(word) < 2:
            return 0.0
        times = math.log(share / self._analyser.general_share(word))
        return max(0.0, min(1.0, (times - LEAST_KEYNESS) / (MOST_KEYNESS - LEAST_KEYNESS)))

    def _signals(
        self, question: Question, entries: Rows, lexical: Floats, whole: Floats
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
        exact = np.zeros(len(rows), dtype=np.float32)
        exact[np.isin(rows, self._texts.get(question.analysis.text, []))] = 1.0
        overlap, _ = self._concepts.shares(question.analysis.concepts, rows)
        _, mentioned = self._mentioned.shares(question.analysis.concepts, entries)
        conflict, agreement = self._compare(question.analysis, entries)
        columns = (
            best,
            self._lexical.reverse_coverage(question.analysis.plain(), best_rows),
            np.maximum.reduceat(exact, first),
            whole[entries],
            np.maximum.reduceat(self._dense.vectors[rows] @ question.vector, first),
            self._centroids[entries] @ question.vector,
            self._nearest_line(question, entries),
            np.maximum.reduceat(overlap, first),
            mentioned,
            self._core.share(question.analysis.concepts, entries),
            conflict,
            agreement,
        )
        return [Signals(*row) for row in np.stack(columns, axis=1).tolist()]

    def _nearest_line(self, question: Question, entries: Rows) -> Floats:
        rows, begins = slices(self._answer_starts, entries)
        result = np.zeros(len(entries), dtype=np.float32)
        filled = np.diff(begins) > 0
        if filled.any():
            cosines = self._dense.vectors[self._first_answer + rows] @ question.vector
            result[filled] = np.maximum.reduceat(cosines, begins[:-1][filled])
        return result

    def _bits(self, analyses: Sequence[Analysis]) -> Rows:
        """The sides each text names, a bit a side; shape (texts, contrast groups)."""
        result = np.zeros((len(analyses), len(self._analyser.vocabulary.contrasts)), dtype=np.int64)
        for row, analysis in enumerate(analyses):
            for group, sides in analysis.sides.items():
                for side in sides:
                    column, bit = self._side_bits[group, side]
                    result[row, column] |= bit
        return result

    def _compare(self, analysis: Analysis, entries: Rows) -> tuple[Floats, Floats]:
        asked, offered = self._bits([analysis])[0], self._sides[entries]
        both = (asked != 0) & (offered != 0)
        other = both & ((asked & self._admitted[entries]) == 0)
        same = both & ((asked & offered) != 0)
        return other.sum(axis=1).astype(np.float32), same.sum(axis=1).astype(np.float32)

    def sides(self, text: str) -> list[int]:
        """For each contrast group the sides `text` names, a bit a side."""
        result: list[int] = self._bits([self._analyser(text)])[0].tolist()
        return result

    def _which_are_needed(self, every: Rows) -> Mask:
        """Shape (entries, contrast groups); `every`: the sides each wording names."""
        vocabulary = self._analyser.vocabulary
        strict = np.array([g in vocabulary.must_be_said for g in vocabulary.contrasts], dtype=bool)
        if not len(every):
            return np.zeros((0, len(strict)), dtype=bool)
        starts = self._wording_starts
        naming = np.add.reduceat((every != 0).astype(np.float32), starts[:-1], axis=0)
        share = naming / np.diff(starts)[:, None]
        result: Mask = (share >= NEEDED_SHARE) & (self._sides != 0) & strict
        return result

    def side_names(self, group: int, bits: int) -> tuple[str, ...]:
        """The names of the sides in `bits`."""
        return tuple(s for (_, s), (g, bit) in self._side_bits.items() if g == group and bit & bits)

    def sides_of(self, entry: int) -> Sides:
        """What the entry's wordings say about each contrast group."""
        return Sides(
            self._sides[entry].tolist(),
            self._admitted[entry].tolist(),
            self._needed[entry].tolist(),
        )


def _positions(texts: Sequence[str]) -> dict[str, list[int]]:
    result: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        if text:
            result.setdefault(text, []).append(i)
    return result


def _best(scores: Floats, count: int) -> Rows:
    """Positions of the `count` highest scores above 0, in no order."""
    if count >= len(scores):
        return np.flatnonzero(scores > 0)
    top = np.argpartition(-scores, count)[:count]
    return top[scores[top] > 0]


def _centroids(vectors: Vectors, starts: Rows) -> Vectors:
    if len(starts) < 2:
        return np.zeros((0, vectors.shape[1]), dtype=np.float32)
    means = np.add.reduceat(vectors[: starts[-1]], starts[:-1], axis=0)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    result: Vectors = np.divide(means, norms, out=np.zeros_like(means), where=norms > 0)
    return result
