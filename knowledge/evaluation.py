"""Runs labelled question files through a search; behind `bangban kb eval`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.conversation.ports import KnowledgeQuery, KnowledgeSearch
from core.errors import InvalidInput
from knowledge.retrieval.evaluate import Answer, Case, measure


def read_cases(path: Path) -> list[Case]:
    """Cases of a JSONL file. Raises InvalidInput naming the line."""
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
        if not isinstance(query, str) or not (expect is None or isinstance(expect, str)):
            raise InvalidInput(
                f"{path.name} 第 {number} 行的 query、expect 应是文字", file=path.name, row=number
            )
        cases.append(Case(query, expect))
    return cases


def evaluate_files(
    search: KnowledgeSearch,
    paths: Sequence[Path],
    base: KnowledgeQuery,
    *,
    with_answers: bool = False,
) -> dict[str, Any]:
    """`figures` (knowledge/retrieval/evaluate.py) and, if wanted, `answers`, one a case.

    `base` gives region, day and how many hits.
    """
    cases = [case for path in paths for case in read_cases(path)]
    answers: list[dict[str, Any]] = []

    def ask(text: str) -> Answer:
        result = search.search(replace(base, text=text))
        questions = [hit.question for hit in result.hits]
        score = result.hits[0].score if result.hits else 0.0
        hits = [
            {"article_id": h.article_id, "question": h.question, "score": round(h.score, 4)}
            for h in result.hits[:3]
        ]
        answers.append({"query": text, "band": result.band, "results": hits})
        return Answer(questions, score, result.band)

    report: dict[str, Any] = {"figures": measure(cases, ask).as_dict()}
    if with_answers:
        report["answers"] = [{**a, "expect": c.expect} for a, c in zip(answers, cases, strict=True)]
    return report
