"""The knowledge index: an immutable snapshot of what is published. Built in a thread, swapped as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.conversation.ports import Band
from knowledge.retrieval.analysis import Analyser, Analysis
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.dense import DenseIndex
from knowledge.retrieval.encoder import Encoder, Vectors
from knowledge.retrieval.entries import Entry, EntryTable, Filters, Mask
from knowledge.retrieval.fusion import Signals, fuse
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.vectors import VectorCache

# Wordings taken from each index before fusion. An article has five to ten of them.
CANDIDATE_WORDINGS = 60
MAX_CANDIDATES = 40


@dataclass(frozen=True)
class Ranked:
    """A candidate with its probability and, for people who ask why, its signals."""

    entry: Entry
    score: float
    signals: Signals


@dataclass(frozen=True)
class Outcome:
    band: Band
    ranked: list[Ranked]


@dataclass(frozen=True)
class Question:
    """A query cut up and encoded once."""

    analysis: Analysis
    tokens: list[str]
    vector: Vectors


class KnowledgeIndex:
    """Searches `entries`. All state is built in the constructor and never changes."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        analyser: Analyser,
        encoder: Encoder,
        calibration: Calibration,
        vectors: VectorCache | None = None,
    ) -> None:
        self.entries = list(entries)
        self.encoder = encoder
        self._analyser = analyser
        self._calibration = calibration
        self._table = EntryTable(self.entries)
        wordings = [w for e in self.entries for w in e.wordings]
        counts = [len(e.wordings) for e in self.entries]
        self._owner = np.repeat(np.arange(len(counts)), counts)
        # Wordings of entry i are rows _starts[i] up to _starts[i + 1].
        self._starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        analyses = [analyser(w) for w in wordings]
        self._wordings = LexicalIndex([a.lexical() for a in analyses])
        self._passages = LexicalIndex(
            [self._passage_tokens(i, analyses) for i in range(len(self.entries))]
        )
        self._concepts = [frozenset(a.concepts) for a in analyses]
        self._sides = [analyses[start].sides for start in self._starts[:-1]]
        self._dense = DenseIndex((vectors or VectorCache()).encode(encoder, wordings))
        # Two articles may only have the same key when their days do not meet.
        self._by_key: dict[str, list[int]] = {}
        for i, entry in enumerate(self.entries):
            self._by_key.setdefault(entry.key, []).append(i)

    def _passage_tokens(self, i: int, analyses: list[Analysis]) -> list[str]:
        rows = analyses[self._starts[i] : self._starts[i + 1]]
        answer = [
            self._analyser(line) for line in self.entries[i].answer_md.split("\n") if line.strip()
        ]
        return [t for a in (*rows, *answer) for t in a.lexical()]

    def search(self, text: str, filters: Filters, top: int) -> Outcome:
        """The `top` best entries the filters allow, and the band of the first."""
        visible = self._table.visible(filters)
        question = self._ask(text)
        if not visible.any() or not question.tokens:
            return Outcome("unknown", [])
        candidates = self._candidates(question, visible)
        signals = self._signals(question, candidates)
        known = self._passages.known_share(question.tokens)
        scored = fuse(signals, known, self._calibration.model)
        ranked = [
            Ranked(self.entries[candidates[s.position]], s.probability, signals[s.position])
            for s in scored[:top]
        ]
        return Outcome(self._calibration.thresholds.band(scored[0].probability), ranked)

    def next_questions(self, entry: Entry, filters: Filters) -> list[str]:
        """The questions of the articles `entry` names as next, as far as the filters allow them."""
        visible = self._table.visible(filters)
        rows = [i for key in entry.next for i in self._by_key.get(key, []) if visible[i]]
        return [self.entries[i].question for i in rows]

    def _ask(self, text: str) -> Question:
        analysis = self._analyser(text)
        return Question(analysis, analysis.lexical(), self.encoder.encode([text])[0])

    def _candidates(self, question: Question, visible: Mask) -> NDArray[np.int64]:
        allowed = visible[self._owner]
        lexical = np.where(allowed, self._wordings.coverage(question.tokens), 0)
        count = min(CANDIDATE_WORDINGS, len(lexical))
        best = np.argpartition(-lexical, count - 1)[:count]
        rows = [
            best[lexical[best] > 0],
            self._dense.nearest(question.vector, CANDIDATE_WORDINGS, allowed),
        ]
        passages = np.where(visible, self._passages.coverage(question.tokens), 0)
        count = min(MAX_CANDIDATES // 4, len(passages))
        pages = np.argpartition(-passages, count - 1)[:count]
        return np.unique(
            np.concatenate((self._owner[np.concatenate(rows)], pages[passages[pages] > 0]))
        )

    def _signals(self, question: Question, candidates: NDArray[np.int64]) -> list[Signals]:
        lexical = self._wordings.coverage(question.tokens)
        passages = self._passages.coverage(question.tokens)
        asked = frozenset(question.analysis.concepts)
        best_rows = []
        parts = []
        for i in candidates:
            start, end = self._starts[i], self._starts[i + 1]
            cosines = np.sort(self._dense.vectors[start:end] @ question.vector)[::-1]
            best_rows.append(start + int(np.argmax(lexical[start:end])))
            parts.append(
                (
                    i,
                    float(cosines[0]),
                    float(cosines[:3].mean()),
                    max(_overlap(asked, self._concepts[r]) for r in range(start, end)),
                )
            )
        reverse = self._wordings.reverse_coverage(
            question.tokens, np.array(best_rows, dtype=np.int64)
        )
        result = []
        for (i, dense, dense_mean, concepts), row, back in zip(
            parts, best_rows, reverse, strict=True
        ):
            conflict, agreement = _compare(question.analysis.sides, self._sides[i])
            result.append(Signals(
                lexical=float(lexical[row]), reverse=float(back), passage=float(passages[i]),
                dense=dense, dense_mean=dense_mean, concepts=concepts,
                conflict=float(conflict), agreement=float(agreement),
            ))  # fmt: skip
        return result


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    """Jaccard overlap of two sets; nothing named on either side says nothing."""
    return len(left & right) / len(left | right) if left and right else 0.0


def _compare(
    asked: dict[str, frozenset[str]], offered: dict[str, frozenset[str]]
) -> tuple[int, int]:
    shared = asked.keys() & offered.keys()
    conflict = sum(1 for group in shared if not asked[group] & offered[group])
    return conflict, len(shared) - conflict
