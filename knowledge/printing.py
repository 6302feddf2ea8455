"""What the `kb` commands print, for people and as JSON. Used by cli.py only."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from core.conversation.ports import KnowledgeQuery, KnowledgeResult
    from knowledge.ingest.importer import FileReport

_BANDS = {"answer": "可直接回答", "guide": "请市民选择", "unknown": "不回答"}


def result_dict(query: KnowledgeQuery, result: KnowledgeResult) -> dict[str, Any]:
    return {"query": query.text, "band": result.band, "results": result.as_rows()}


def line(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def print_json(value: Any) -> None:
    line(json.dumps(value, ensure_ascii=False))


def print_refusals(file: str, refused: Iterable[dict[str, Any]], stream: Any) -> None:
    for row in refused:
        where = f"{row['field']}：" if row["field"] else ""
        stream.write(f"{file} 第 {row['row']} 行 {where}{row['reason']}\n")


def report_import(reports: list[FileReport], *, publish: bool, as_json: bool) -> None:
    if as_json:
        print_json({"published": publish, "files": [r.as_dict() for r in reports]})
    for report in reports:
        if not as_json:
            print_refusals(report.file, report.as_dict()["refused"], sys.stdout)
            state = "已发布" if publish else "存为草稿"
            line(
                f"{report.file}：新增 {report.created}，修改 {report.changed}（{state}），"
                f"未变 {report.unchanged}，未导入 {len(report.refused)}"
            )
            _print_uncited(report)
    # Nothing usable in any file is a failure; some refused rows are a report.
    if all(r.refused and not r.stored and not r.unchanged for r in reports):
        sys.stderr.write("失败（import_refused）：没有一行可以导入。\n")
        raise typer.Exit(1)


UNCITED = "没有依据：机器人会照答，建议补上依据"
_OUTCOMES = {
    "new": "新增", "changed": "修改", "unchanged": "未变", "duplicate": "疑似重复", "refused": "不能导入",
}  # fmt: skip


def report_preview(reports: list[FileReport], *, as_json: bool) -> None:
    if as_json:
        files = [r.as_dict() | {"rows": r.rows} for r in reports]
        print_json({"preview": True, "files": files})
        return
    for report in reports:
        for row in report.rows:
            if row["outcome"] != "unchanged" or row.get("reason"):
                line(
                    f"{report.file} 第 {row['row']} 行 {_OUTCOMES[row['outcome']]}：{_why(row)}".rstrip(
                        "："
                    )
                )
        counts = Counter(row["outcome"] for row in report.rows)
        told = "，".join(f"{name} {counts[outcome]}" for outcome, name in _OUTCOMES.items())
        line(f"{report.file}：{told}（只是预览，没有导入）")
        _print_uncited(report)


def _print_uncited(report: FileReport) -> None:
    if report.uncited:
        line(f"{report.file}：{report.uncited} 行{UNCITED}")


def _why(row: dict[str, Any]) -> str:
    if row["outcome"] == "refused":
        where = f"{row['field']} " if row["field"] else ""
        return f"{where}{row['reason']}"
    notes = [note for note in (row.get("reason"), UNCITED if row["uncited"] else "") if note]
    if row["outcome"] == "duplicate":
        what = f"第 {row['near_row']} 行" if row["near_row"] else "条目"
        near = f"与{what}“{row['near_question']}”相近（{row['similarity']:.2f}）"
        return "；".join([f"{row['question']} {near}", *notes])
    changed = f"（{'、'.join(row['fields'])}）" if row.get("fields") else ""
    return "；".join([f"{row['question']}{changed}", *notes])


def print_results(results: list[dict[str, Any]]) -> None:
    for result in results:
        line(f"{result['query']}  [{_BANDS[result['band']]}]")
        for hit in result["results"]:
            cited = "；".join(f"《{c['document']}》{c['clause']}" for c in hit["citations"])
            line(f"  {hit['score']:.2f}  {hit['question']}  {cited}")


def print_figures(report: dict[str, Any]) -> None:
    for answer in report.get("answers", []):
        line(json.dumps(answer, ensure_ascii=False))
    plain = report.get("plain") or {}
    for name, value in report["figures"].items():
        if value is not None:
            shown = f"{value:.3f}" if isinstance(value, float) else str(value)
            beside = plain.get(name)
            line(f"{name:24} {shown}" + (f"   BM25 {beside:.3f}" if beside is not None else ""))
    if len(report["sets"]) > 1:
        for name, figures in report["sets"].items():
            line(f"{name}：{_one_line(figures)}")


_SHOWN = {
    "r_at_1": "R@1", "r_at_3": "R@3", "answered_right": "答对", "in_scope_answered_wrong": "答错",
    "out_of_scope_answered": "不该答而答", "mixed_up": "答混",
}  # fmt: skip


def _one_line(figures: dict[str, Any]) -> str:
    parts = [f"{figures['cases']} 题"]
    parts += [f"{word} {figures[n]:.3f}" for n, word in _SHOWN.items() if figures[n] is not None]
    if (figures.get("plain") or {}).get("r_at_1") is not None:
        parts.append(f"BM25 R@1 {figures['plain']['r_at_1']:.3f}")
    return "，".join(parts)
