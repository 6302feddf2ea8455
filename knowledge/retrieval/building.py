"""Builds a big segment in a process of its own: its Python work would make every request of the server wait.

`build_apart` is called by the server; it starts this module with a folder that holds the job.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from core.errors import Unavailable
from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.children import Children
from knowledge.retrieval.encoder import load_encoder
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.segment import Segment, build_segment
from knowledge.retrieval.store import SegmentStore, read_segment, write_segment
from knowledge.retrieval.vectors import VectorCache

_JOB, _TEXTS, _BUILT = "job.json", "texts.jsonl", "segment"


def build_apart(
    entries: Sequence[Entry],
    *,
    encoder: str,
    encoder_id: str,
    words: Path,
    vectors: Path | None,
    store: SegmentStore,
    children: Children,
) -> Segment:
    """Build a segment of `entries` in a child process, keep it in `store` and map it. Raises Unavailable.

    `encoder`: what load_encoder takes; `words`: where jieba caches its dictionary; `vectors`: the cache, if any.
    """
    store.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store.folder, prefix=".building-") as name:
        work = Path(name)
        job = {"encoder": encoder, "words": str(words), "vectors": vectors and str(vectors)}
        (work / _JOB).write_text(json.dumps(job), "utf-8")
        with (work / _TEXTS).open("w", encoding="utf-8") as file:
            for e in entries:
                file.write(json.dumps([e.question, e.similar, e.answer_md]) + "\n")
        children.run("knowledge.retrieval.building", work, doing="知识索引构建")
        placed = store.place(work / _BUILT, entries, encoder_id)
    segment = read_segment(placed, encoder_id)
    if segment is None:
        raise Unavailable(
            "新建的知识索引无法读取：程序文件在运行中被更换（请重启服务），或磁盘有误。",
            part="index",
        )
    return segment


def _entry(line: str) -> Entry:
    """An entry with the texts alone: what may be seen when is no part of a segment."""
    question, similar, answer_md = json.loads(line)
    return Entry(
        article_id="", key="", question=question, similar=tuple(similar), answer_md=answer_md, citations=(),
        category="", business="", region="", internal=False, first=date.min, last=date.max,
    )  # fmt: skip


def main(work: Path) -> None:
    job = json.loads((work / _JOB).read_text("utf-8"))
    with (work / _TEXTS).open(encoding="utf-8") as file:
        entries = [_entry(line) for line in file]
    analyser = Analyser(cache_dir=Path(job["words"]))
    encoder = load_encoder(job["encoder"], analyser)
    vectors = VectorCache(Path(job["vectors"]) if job["vectors"] else None)
    segment = build_segment(entries, analyser, encoder, vectors)
    write_segment(segment, work / _BUILT, encoder.id)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
