"""The knowledge index: an immutable snapshot of what is published. Built in a thread, swapped as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.conversation.ports import Band
from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.bands import Thresholds
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.encoder import Encoder
from knowledge.retrieval.entries import Entry, EntryTable, Filters, Mask
from knowledge.retrieval.fusion import Signals, fuse
from knowledge.retrieval.signals import Candidates, SignalIndex
from knowledge.retrieval.vectors import VectorCache


@dataclass(frozen=True)
class Ranked:
    """A hit with its probability and, for people who ask why, its signals."""

    entry: Entry
    score: float
    signals: Signals


@dataclass(frozen=True)
class Outcome:
    """`ranked` best first; `band` is that of the first."""

    band: Band
    ranked: list[Ranked]


class KnowledgeIndex:
    """Searches `entries`. Everything is built in the constructor and never changes."""

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
        self.analyser = analyser
        self._calibration = calibration
        self._table = EntryTable(self.entries)
        self._signals = SignalIndex(self.entries, analyser, encoder, vectors or VectorCache())
        # An article has several entries when it changed over time; their days do not meet.
        self._by_key: dict[str, list[int]] = {}
        for i, entry in enumerate(self.entries):
            self._by_key.setdefault(entry.key, []).append(i)

    @property
    def thresholds(self) -> Thresholds:
        """From which score on a result is answered or offered."""
        return self._calibration.thresholds

    def search(self, text: str, filters: Filters, top: int) -> Outcome:
        """The `top` best entries the filters allow, and the band of the first."""
        found = self.candidates(text, self._table.visible(filters))
        if not found.signals:
            return Outcome("unknown", [])
        scored = fuse(found.signals, found.context, self._calibration.model, max(top, 1))
        ranked = [
            Ranked(
                self.entries[found.entries[s.position]], s.probability, found.signals[s.position]
            )
            for s in scored
        ]
        return Outcome(self._calibration.thresholds.band(ranked[0].score), ranked[:top])

    def candidates(self, text: str, visible: Mask) -> Candidates:
        """What comes into question among the `visible` entries, unranked. Also used to calibrate."""
        question = self._signals.ask(text)
        return self._signals.candidates(question, visible)

    def visible(self, filters: Filters) -> Mask:
        return self._table.visible(filters)

    def next_questions(self, entry: Entry, filters: Filters) -> list[str]:
        """The questions of the articles `entry` names as next, as far as the filters allow them."""
        visible = self._table.visible(filters)
        rows = [i for key in entry.next for i in self._by_key.get(key, []) if visible[i]]
        return [self.entries[i].question for i in rows]
