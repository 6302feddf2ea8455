"""Runs labelled question files through a search, and a plain BM25 beside it; behind `bangban kb eval`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from core.conversation.ports import KnowledgeQuery, KnowledgeSearch
from core.errors import InvalidInput
from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.evaluate import Answer, Ask, Case, measure

# What the plain search is asked for: R@10 needs ten.
PLAIN_TOP = 10


def read_cases(path: Path) -> list[Case]:
    """Cases of a JSONL file. Raises InvalidInput naming the line.

    A line: `query`, `expect` (a question, several that are as right, or null); optional `not` (questions that must
    not be answered) and `context` (what was asked before).
    """
    if not path.is_file():
        raise InvalidInput(f"没有这个文件：{path}", file=path.name)
    cases = []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            query, expect = row["query"], row["expect"]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise InvalidInput(
                f'{path.name} 第 {number} 行应是 {{"query","expect"}}', file=path.name, row=number
            ) from error
        expected = [] if expect is None else expect if isinstance(expect, list) else [expect]
        lists = (expected, row.get("not", []), row.get("context", []))
        if not isinstance(query, str) or expect == [] or not all(map(_are_texts, lists)):
            raise InvalidInput(
                f"{path.name} 第 {number} 行的 query、expect、not、context 应是文字",
                file=path.name,
                row=number,
            )
        first = expected[0] if expected else None
        cases.append(Case(query, first, tuple(expected[1:]), tuple(lists[1]), tuple(lists[2])))
    return cases


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def plain_bm25(entries: Iterable[Entry], analyser: Analyser) -> Ask:
    """A search as it is usually built: BM25 over the words and character pairs of an article's wordings as one text."""
    known = list(entries)
    questions = [e.question for e in known]
    index = bm25s.BM25(method="lucene")
    texts = [[t for w in e.wordings for t in analyser(w).plain()] for e in known]
    index.index(texts, show_progress=False)

    def ask(text: str, context: tuple[str, ...] = ()) -> Answer:
        tokens = analyser(text).plain()
        if not tokens:
            return Answer([], 0.0, "unknown")
        scores = index.get_scores(tokens)
        best = np.argsort(-scores, kind="stable")[:PLAIN_TOP]
        return Answer([questions[i] for i in best], 0.0, "guide")

    return ask


def evaluate_files(
    search: KnowledgeSearch,
    paths: Sequence[Path],
    base: KnowledgeQuery,
    *,
    plain: Ask | None = None,
    with_answers: bool = False,
) -> dict[str, Any]:
    """`figures` (knowledge/retrieval/evaluate.py) of all files, `sets` of each, and, if wanted, `answers`.

    `base` gives region, day and how many hits. `plain`: another search to compare with, as `plain` in the report.
    """
    sets = {path.name: read_cases(path) for path in paths}
    cases = [case for found in sets.values() for case in found]
    answers: list[dict[str, Any]] = []
    given: dict[tuple[str, tuple[str, ...]], Answer] = {}

    def ask(text: str, context: tuple[str, ...]) -> Answer:
        if (text, context) not in given:
            given[text, context] = _ask(search, replace(base, text=text, context=context), answers)
        return given[text, context]

    report: dict[str, Any] = {"figures": measure(cases, ask).as_dict()}
    report["sets"] = {name: measure(found, ask).as_dict() for name, found in sets.items()}
    if plain is not None:
        report["plain"] = _ranking(measure(cases, plain).as_dict())
        for name, found in sets.items():
            report["sets"][name]["plain"] = _ranking(measure(found, plain).as_dict())
    if with_answers:
        expected = {(c.query, c.context): c.expect for c in cases}
        report["answers"] = [
            a | {"expect": expected[a["query"], tuple(a["context"])]} for a in answers
        ]
    return report


def _ask(search: KnowledgeSearch, query: KnowledgeQuery, answers: list[dict[str, Any]]) -> Answer:
    result = search.search(query)
    hits = [
        {"article_id": h.article_id, "question": h.question, "score": round(h.score, 4)}
        for h in result.hits[:3]
    ]
    answers.append(
        {"query": query.text, "context": list(query.context), "band": result.band, "results": hits}
    )
    score = result.hits[0].score if result.hits else 0.0
    return Answer([hit.question for hit in result.hits], score, result.band)


def _ranking(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures a search without bands and probabilities has."""
    return {name: figures[name] for name in ("r_at_1", "r_at_3", "r_at_10", "mrr")}
