"""Knowledge search at scale, a plain BM25 over the same texts beside it: `python -m benchmarks.knowledge SIZE FOLDER`.

Prints one JSON document. A process of its own for each size, so that memory is that size's.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import psutil

from benchmarks.invented import InventedBase, invent, shipped_entries
from benchmarks.measures import median, percentile
from core.settings import Settings
from knowledge.retrieval.builder import IndexBuilder
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.dense import VectorRows
from knowledge.retrieval.entries import Entry, Filters
from knowledge.retrieval.index import KnowledgeIndex, Part
from knowledge.retrieval.models import EncoderStore, training_articles
from knowledge.retrieval.normalise import normalise
from knowledge.retrieval.segment import Segment
from knowledge.retrieval.signals import CANDIDATE_VECTORS
from knowledge.retrieval.store import SegmentStore

QUERIES = 500
UPDATES = 20
AGAIN = 6
SEEN_BY = Filters(frozenset({"example", "示例市"}), date(2026, 11, 22))


def prepare(folder: Path) -> None:
    """The built-in encoder, trained on the shipped articles, as every base of the benchmark uses it."""
    store = EncoderStore(folder / "encoders")
    articles = training_articles(shipped_entries())
    cached = EncoderStore(Settings().model_dir.parent / "knowledge" / "encoders").exact(articles)
    if cached is not None and store.exact(articles) is None:
        shutil.copytree(cached, store.path_for(articles))
    store.train(articles)


def measure(size: int, folder: Path) -> dict[str, Any]:
    base = invent(size, QUERIES)
    builder = _builder(folder)
    builder.build(base.entries[:2])  # dictionary and encoder, which every server has
    empty = _memory()
    built = _seconds(lambda: builder.merge(base.entries))
    opened_by = _builder(folder)
    assert opened_by.analyser  # reads the dictionary
    opened: list[KnowledgeIndex] = []
    opening = _seconds(lambda: opened.append(opened_by.build(base.entries)))
    index = opened[0]
    times, processor, best = _search(index, base)
    result = {
        "wordings": base.wordings,
        "articles": len(base.entries),
        "lines": sum(len(e.passages) for e in base.entries),
        "build_s": built,
        "open_s": opening,
        "search_ms": _milliseconds(times),
        "search_processor_ms": _milliseconds(processor),
        "search_best_ms": _milliseconds(best),
        "memory_mb": {key: value - empty[key] for key, value in _memory().items()},
        "memory_without_mb": empty,
        "bm25": _bm25(base),
    }
    updates = _updates(opened_by, base.entries)
    result["update_ms"] = {"median": 1e3 * median(updates), "most": 1e3 * max(updates)}
    segment = SegmentStore(folder / "segments").nearest(base.entries, index.encoder.id)
    if segment is not None:
        result["recall"] = _recall(segment, base, index)
    return result


def _builder(folder: Path) -> IndexBuilder:
    return IndexBuilder(encoder="builtin", cache=folder)


def _search(
    index: KnowledgeIndex, base: InventedBase
) -> tuple[list[float], list[float], list[float]]:
    """Seconds and processor seconds of each search, and the least of several: what it takes when nothing disturbs."""
    times, processor, best = [], [], []
    for text, _ in base.queries[:100]:
        index.search(text, SEEN_BY, 5)
    for text, _ in base.queries:
        begun, computed = time.perf_counter(), time.process_time()
        index.search(text, SEEN_BY, 5)
        processor.append(time.process_time() - computed)
        times.append(time.perf_counter() - begun)
        again = [_seconds(lambda: index.search(text, SEEN_BY, 5)) for _ in range(AGAIN)]  # noqa: B023
        best.append(min(times[-1], *again))
    return times, processor, best


def _updates(builder: IndexBuilder, entries: Sequence[Entry]) -> list[float]:
    """Seconds from a changed article, read from the database, to the snapshot that answers with it."""
    changed = list(entries)
    times = []
    for number in range(UPDATES):
        place = (number * 7919) % len(changed)
        changed[place] = replace(
            changed[place], similar=(*changed[place].similar, f"第{number}次改过的问法怎么办理")
        )
        times.append(_seconds(lambda: builder.build(changed, wait=False)))
    return times


def _recall(segment: Segment, base: InventedBase, index: KnowledgeIndex) -> dict[str, float]:
    """Of the nearest vectors, and of the first hit and the first three, those comparing with all vectors gives."""
    whole = VectorRows(segment.vectors.vectors, np.zeros(0, dtype=np.uint8))
    exact = KnowledgeIndex.of(
        [Part(replace(segment, vectors=whole), base.entries)],
        analyser=index.analyser, encoder=index.encoder, calibration=Calibration.load(),
    )  # fmt: skip
    near = first = three = 0.0
    vectors = index.encoder.encode([text for text, _ in base.queries])
    for (text, _), vector in zip(base.queries, vectors, strict=True):
        wanted, _ = whole.searcher.nearest(vector, CANDIDATE_VECTORS, None)
        _, scores = segment.vectors.searcher.nearest(vector, CANDIDATE_VECTORS, None)
        # Equal vectors are many; which of them is found does not matter.
        least = float((whole.vectors[wanted] @ vector).min()) - 1e-6
        near += float((scores >= least).sum()) / len(wanted)
        one, other = (
            [r.entry.key for r in i.search(text, SEEN_BY, 3).ranked] for i in (index, exact)
        )
        first += one[:1] == other[:1]
        three += len(set(one) & set(other)) / max(len(other), 1)
    count = len(base.queries)
    return {
        "nearest_vectors": near / count,
        "first_hit": first / count,
        "first_three": three / count,
    }


def _bm25(base: InventedBase) -> dict[str, Any]:
    """BM25 over pairs of characters of the wordings, nothing else, as a plain search would have it."""
    texts = [_pairs(w) for e in base.entries for w in e.wordings]
    index = bm25s.BM25(method="lucene")
    building = _seconds(lambda: index.index(texts, show_progress=False))
    times = []
    for text, _ in base.queries:
        begun = time.perf_counter()
        known = [t for t in _pairs(text) if t in index.vocab_dict]
        scores = index.get_scores(known) if known else np.zeros(len(texts))
        np.argpartition(-scores, 5)
        times.append(time.perf_counter() - begun)
    return {"build_s": building, "search_ms": _milliseconds(times)}


def _pairs(text: str) -> list[str]:
    text = normalise(text)
    return [text[i : i + 2] for i in range(len(text) - 1)] or [text]


def _seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    return {"p50": 1e3 * percentile(seconds, 0.5), "p99": 1e3 * percentile(seconds, 0.99)}


def _memory() -> dict[str, float]:
    """MB: all that is resident, and the part that is the process's own, without mapped files."""
    full = psutil.Process().memory_full_info()
    return {"resident": full.rss / 2**20, "own": full.uss / 2**20}


def main() -> None:
    size, folder = int(sys.argv[1]), Path(sys.argv[2])
    prepare(folder)
    print(json.dumps(measure(size, folder)))


if __name__ == "__main__":
    main()
