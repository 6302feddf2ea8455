"""Makes index snapshots: a big segment, mapped from disk or built in a child process, and one of what changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.building import build_apart
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.children import Children
from knowledge.retrieval.encoder import Encoder, load_encoder
from knowledge.retrieval.entries import GONE, Entry
from knowledge.retrieval.index import KnowledgeIndex, Part
from knowledge.retrieval.models import BUILTIN, EncoderStore, encoder_source, training_articles
from knowledge.retrieval.segment import Segment, build_segment
from knowledge.retrieval.store import SegmentStore
from knowledge.retrieval.vectors import VectorCache

log = logging.getLogger(__name__)

# So many wordings and lines are analysed within the server: half a second. More goes to a child process.
QUICK_TEXTS = 2000
# What changed is laid together with the rest when it is half of that, or when so much of the rest is gone.
MERGE_GONE_SHARE, MERGE_GONE_LEAST = 0.1, 50
# The built-in encoder is trained again when so much of the content is new to it or gone; below, it serves well.
RETRAIN_SHARE = 0.05


@dataclass(frozen=True)
class Base:
    """An encoder, where it was loaded from, and the big segment made with it."""

    source: str
    encoder: Encoder
    segment: Segment


class IndexBuilder:
    """Everything an index is built from besides the entries. Loads dictionary and encoder once.

    Methods take seconds, so the server calls them in a thread. `build` and `merge` may run at the same time.
    """

    def __init__(
        self,
        *,
        encoder: str,
        cache: Path,
        calibration: Calibration | None = None,
        analyser: Analyser | None = None,
    ) -> None:
        self.children = Children()
        self.store = EncoderStore(cache / "encoders", self.children)
        self.segments = SegmentStore(cache / "segments")
        self._setting = encoder
        self._words = cache / "jieba"
        self._calibration = calibration or Calibration.load()
        self._analyser = analyser
        # Those of the built-in encoder are cheaper to compute than to read, and are in the segment anyway.
        self._vector_folder = None if encoder == BUILTIN else cache / "vectors"
        self._vectors = VectorCache(self._vector_folder)
        self._base: Base | None = None
        self._building, self._merging = threading.Lock(), threading.Lock()
        # Set by `build`: what is laid beside the big segment has grown large.
        self.wants_merge = False

    @property
    def analyser(self) -> Analyser:
        if self._analyser is None:
            self._analyser = Analyser(cache_dir=self._words)
        return self._analyser

    def build(self, entries: Sequence[Entry], *, wait: bool = True) -> KnowledgeIndex:
        """A snapshot of `entries`. Raises EncoderUnusable, Unavailable.

        With `wait` it is complete, however long that takes. Without, after the first one, it comes at once:
        of very much that is new it holds the last part of `entries` only, until `merge` has been called.
        """
        with self._building:
            base = self._base
            if base is None:
                base = self._base = self._open(entries)
            present, rest = _assign(base.segment, entries)
            self.wants_merge = _wants_merge(present, rest)
            if _texts(rest) > QUICK_TEXTS and (wait or _texts(entries) <= QUICK_TEXTS):
                base = self._base = self._new_base(base.source, base.encoder, entries)
                present, rest = _assign(base.segment, entries)
                self.wants_merge = False
            parts = [Part(base.segment, present)]
            if rest:
                rest = _newest(rest)
                # Analyses and vectors of earlier changes are still remembered.
                changed = build_segment(rest, self.analyser, base.encoder, self._vectors)
                parts.append(Part(changed, rest))
            return KnowledgeIndex.of(
                parts, analyser=self.analyser, encoder=base.encoder, calibration=self._calibration
            )

    def merge(self, entries: Sequence[Entry], *, encoder: Path | None = None) -> None:
        """Build one segment of all `entries`, with a new encoder if one is given; `build` uses it from then on."""
        with self._merging:
            base = self._base
            if encoder is None and base is not None:
                merged = self._new_base(base.source, base.encoder, entries)
            else:
                source = str(encoder or encoder_source(self._setting, entries, self.store))
                merged = self._new_base(source, load_encoder(source, self.analyser), entries)
            with self._building:
                self._base = merged

    def wants_training(self, entries: Sequence[Entry]) -> bool:
        """Whether the built-in encoder was trained on too different entries."""
        if self._setting != BUILTIN or len(entries) < 2:
            return False
        articles = training_articles(entries)
        closest = self.store.closest(articles)
        if closest is None or self.store.exact(articles):
            return False
        return self.store.strangeness(closest, articles) > RETRAIN_SHARE

    def retrain(self, entries: Sequence[Entry]) -> None:
        """Train the built-in encoder on `entries` and build the big segment with it."""
        self.merge(entries, encoder=self.store.train(training_articles(entries)))

    def _open(self, entries: Sequence[Entry]) -> Base:
        source = encoder_source(self._setting, entries, self.store)
        encoder = load_encoder(source, self.analyser)
        stored = self.segments.nearest(entries, encoder.id)
        return Base(source, encoder, stored) if stored else self._new_base(source, encoder, entries)

    def _new_base(self, source: str, encoder: Encoder, entries: Sequence[Entry]) -> Base:
        if _texts(entries) <= QUICK_TEXTS:
            segment = build_segment(entries, self.analyser, encoder, self._vectors)
        else:
            segment = build_apart(
                entries, encoder=source, encoder_id=encoder.id, words=self._words,
                vectors=self._vector_folder, store=self.segments, children=self.children,
            )  # fmt: skip
        return Base(source, encoder, segment)


def _texts(entries: Sequence[Entry]) -> int:
    return sum(len(e.wordings) + len(e.passages) for e in entries)


def _assign(segment: Segment, entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The entry in each place of the segment, GONE where none has those texts, and the entries without a place."""
    places: dict[bytes, list[int]] = {}
    for i, fingerprint in enumerate(map(bytes, segment.fingerprints)):
        places.setdefault(fingerprint, []).append(i)
    present, rest = [GONE] * segment.articles, list[Entry]()
    for entry in entries:
        if free := places.get(entry.fingerprint):
            present[free.pop()] = entry
        else:
            rest.append(entry)
    return present, rest


def _wants_merge(present: Sequence[Entry], rest: Sequence[Entry]) -> bool:
    gone = sum(e is GONE for e in present)
    return _texts(rest) > QUICK_TEXTS / 2 or gone > max(
        MERGE_GONE_LEAST, MERGE_GONE_SHARE * len(present)
    )


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """As many of the last ones as can be analysed at once."""
    left, result = QUICK_TEXTS, list[Entry]()
    for entry in reversed(entries):
        left -= _texts([entry])
        if left < 0 and result:
            log.warning(
                "%d changed articles wait for the index to be rebuilt", len(entries) - len(result)
            )
            break
        result.append(entry)
    return result[::-1]
