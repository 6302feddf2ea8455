"""The knowledge index: an immutable snapshot of what is published. Built in a thread, swapped as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.asking import Asking
from knowledge.retrieval.bands import Thresholds
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.encoder import Encoder
from knowledge.retrieval.entries import GONE, Entry, EntryTable, Filters, Mask
from knowledge.retrieval.fusion import fuse
from knowledge.retrieval.mixups import contradicts, taken_for_granted, unsaid
from knowledge.retrieval.others import OF_THE_SERVICE, Others
from knowledge.retrieval.outcome import Outcome, Ranked
from knowledge.retrieval.ragged import Rows
from knowledge.retrieval.segment import Segment, build_segment
from knowledge.retrieval.signals import Candidates, SignalIndex
from knowledge.retrieval.vectors import VectorCache

# How many hits are looked at for a near question with another answer, and how far in rank value one may be behind.
RIVALS = 3
NEAR_VALUE = 5.0
# Most of what such a text says stands in no article: unless it names a topic of ours, offering three is guessing.
LEAST_KNOWN = 0.5


@dataclass(frozen=True)
class Part:
    """A segment and the entry in each of its places, GONE where the article is no longer published so."""

    segment: Segment
    entries: Sequence[Entry]

    @property
    def dead(self) -> Rows:
        return np.array([i for i, e in enumerate(self.entries) if e is GONE], dtype=np.int64)


class KnowledgeIndex:
    """Searches `entries`, the parts' one after the other. Never changes."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        analyser: Analyser,
        encoder: Encoder,
        calibration: Calibration,
        vectors: VectorCache | None = None,
    ) -> None:
        """Builds one segment of all entries."""
        segment = build_segment(entries, analyser, encoder, vectors or VectorCache())
        self._put_together([Part(segment, entries)], analyser, encoder, calibration)

    @classmethod
    def of(
        cls,
        parts: Sequence[Part],
        *,
        analyser: Analyser,
        encoder: Encoder,
        calibration: Calibration,
    ) -> KnowledgeIndex:
        """An index of segments built before, all with this analyser and encoder."""
        index = cls.__new__(cls)
        index._put_together(parts, analyser, encoder, calibration)
        return index

    def _put_together(
        self, parts: Sequence[Part], analyser: Analyser, encoder: Encoder, calibration: Calibration
    ) -> None:
        self.entries = [e for part in parts for e in part.entries]
        self.encoder = encoder
        self.analyser = analyser
        self._calibration = calibration
        self._table = EntryTable(self.entries)
        self._signals = SignalIndex(
            [p.segment for p in parts], analyser, encoder, [p.dead for p in parts]
        )
        self._asking = Asking(analyser, self._signals.use_of)
        self._others = Others.load()
        # An article has several entries when it changed over time; their days do not meet.
        self._by_key: dict[str, list[int]] = {}
        for i, entry in enumerate(self.entries):
            self._by_key.setdefault(entry.key, []).append(i)

    @property
    def thresholds(self) -> Thresholds:
        """From which score on a result is answered or offered."""
        return self._calibration.thresholds

    @property
    def businesses(self) -> list[str]:
        """Those of the entries, each once."""
        return sorted({e.business for e in self.entries if e is not GONE})

    def search(self, text: str, filters: Filters, top: int, context: Sequence[str] = ()) -> Outcome:
        """The `top` best entries the filters allow, and the band of the first.

        `context`: what the same person asked before, newest last; used where `text` does not stand alone.
        """
        visible = self._table.visible(filters)
        return self._asking.outcome(text, context, lambda t: self._search(t, visible, top))

    def _search(self, text: str, visible: Mask, top: int) -> Outcome:
        found = self.candidates(text, visible)
        if not found.signals:
            return Outcome("unknown", [])
        scored = fuse(found.signals, found.context, self._calibration.model, max(top, RIVALS))
        ranked = [
            Ranked(
                self.entries[found.entries[s.position]], s.probability, found.signals[s.position]
            )
            for s in scored
        ]
        band = self._calibration.thresholds.band(ranked[0].score)
        if _in_its_words(ranked):
            return Outcome("answer", ranked[:top])
        if (
            band == "guide"
            and found.context.known < LEAST_KNOWN
            and not self._asking.names_topic(text)
        ):
            return Outcome("unknown", ranked[:top])
        if band == "answer" and self._of_others(text, ranked[0].entry):
            return Outcome("guide", ranked[:top])
        if band == "answer":
            rows = [int(found.entries[s.position]) for s in scored[:RIVALS]]
            choice = self._open_choice(text, rows, [s.value for s in scored[:RIVALS]])
            if choice is not None:
                return Outcome("guide", ranked[:top], choice)
        return Outcome(band, ranked[:top])

    def _of_others(self, text: str, entry: Entry) -> bool:
        """Whether `entry` is about the service itself and `text` about another one's."""
        told = (*entry.wordings, *entry.passages)
        return OF_THE_SERVICE in entry.tags and self._others.meant(text, told, self.analyser)

    def _open_choice(
        self, text: str, rows: list[int], values: list[float]
    ) -> tuple[str, ...] | None:
        """What keeps the first of `rows` from being the answer: () when it answers another side than was asked."""
        asked = self._signals.sides(text)
        first, *rivals = (self._signals.sides_of(row) for row in rows)
        if contradicts(asked, first):
            return ()
        for rival, value in zip(rivals, values[1:], strict=True):
            group = unsaid(asked, first, rival)
            if group is not None and values[0] - value <= NEAR_VALUE:
                return self._signals.side_names(group, first.named[group] | rival.named[group])
        group = taken_for_granted(asked, first)
        return None if group is None else self._signals.side_names(group, first.named[group])

    def candidates(self, text: str, visible: Mask) -> Candidates:
        """What comes into question among the `visible` entries, unranked. Also used to calibrate."""
        question = self._signals.ask(text)
        return self._signals.candidates(question, visible)

    def visible(self, filters: Filters) -> Mask:
        return self._table.visible(filters)

    def next_questions(self, entry: Entry, filters: Filters) -> list[str]:
        """The questions of the articles `entry` names as next, as far as the filters allow them."""
        return [named.question for named in self.named(entry.next, filters)]

    def named(self, keys: Sequence[str], filters: Filters) -> list[Entry]:
        """The articles with these keys, in their order, as far as the filters allow them."""
        visible = self._table.visible(filters)
        rows = [i for key in keys for i in self._by_key.get(key, []) if visible[i]]
        return [self.entries[i] for i in rows]


def _in_its_words(ranked: list[Ranked]) -> bool:
    """Whoever asks in the very words of one article, and of no other, was understood by its editor."""
    return [bool(r.signals.exact) for r in ranked[:2]] in ([True], [True, False])
