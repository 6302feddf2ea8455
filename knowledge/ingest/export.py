"""Writes the newest version of every article to a file that `kb import` reads again unchanged."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.articles.models import Article, Category
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleContent
from knowledge.articles.service import content_of
from knowledge.ingest import workbook
from knowledge.ingest.readers import FORMULA_GUARD, FORMULA_STARTS
from knowledge.ingest.rows import FIELDS, HEADINGS, LISTS, FileUnreadable

_PAGE = 500
Exported = tuple[str, str, ArticleContent]


async def collect(session: AsyncSession) -> list[Exported]:
    """Key, category and newest contents of every article that is not retired, in the order of their making."""
    repository = ArticleRepository(session)
    result: list[Exported] = []
    after: str | None = None
    while True:
        query = select(Article, Category.path).join(Category, Category.id == Article.category_id)
        if after is not None:
            query = query.where(Article.id > after)
        page = list(await session.execute(query.order_by(Article.id).limit(_PAGE)))
        latest = await repository.latest_versions([article.id for article, _ in page])
        result += [
            (article.key, path, content_of(latest[article.id]))
            for article, path in page
            if latest[article.id].status != "retired"
        ]
        if len(page) < _PAGE:
            return result
        after = page[-1][0].id


def write(path: Path, articles: Sequence[Exported]) -> None:
    """Write `path` in the form its ending names; it appears whole or not at all. Raises FileUnreadable."""
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise FileUnreadable(
            f"不支持 {path.suffix or path.name}，可以导出 {'、'.join(_WRITERS)}", file=path.name
        )
    if not path.parent.is_dir():
        raise FileUnreadable(f"没有这个目录：{path.parent}", file=path.name)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
    os.close(handle)
    try:
        writer(Path(name), [_values(*article) for article in articles])
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _values(key: str, category: str, content: ArticleContent) -> dict[str, Any]:
    data = content.model_dump(mode="json", exclude_none=True)
    data |= {"key": key, "category": category, "answer": data.pop("answer_md")}
    return {name: data[name] for name in FIELDS if data.get(name) not in (None, [], "")}


def _cell(name: str, value: Any) -> str:
    if name == "citations":
        return json.dumps(value, ensure_ascii=False)
    return "\n".join(value) if name in LISTS else str(value)


def _write_jsonl(path: Path, articles: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles), "utf-8")


def _write_csv(path: Path, articles: list[dict[str, Any]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    for article in articles:
        cells = [_cell(name, article[name]) if name in article else "" for name in FIELDS]
        # A spreadsheet program would run such a cell.
        writer.writerow([FORMULA_GUARD + c if c.startswith(FORMULA_STARTS) else c for c in cells])
    path.write_text("\ufeff" + text.getvalue(), "utf-8", newline="")


def _write_xlsx(path: Path, articles: list[dict[str, Any]]) -> None:
    lines = [[_cell(name, a[name]) if name in a else "" for name in FIELDS] for a in articles]
    workbook.write(path, FIELDS, lines)


def _write_markdown(path: Path, articles: list[dict[str, Any]]) -> None:
    path.write_text("\n".join(_markdown_lines(articles)) + "\n", "utf-8")


def _write_docx(path: Path, articles: list[dict[str, Any]]) -> None:
    document = docx.Document()
    for article in articles:
        document.add_heading(article["question"], level=2)
        for line in [*_field_lines(article), *article["answer"].split("\n")]:
            if line.startswith("- "):
                document.add_paragraph(line[2:], style="List Bullet")
            elif line.strip():
                document.add_paragraph(line)
    document.save(str(path))


def _markdown_lines(articles: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for article in articles:
        lines += [
            f"## {article['question']}",
            "",
            *_field_lines(article),
            "",
            article["answer"],
            "",
        ]
    return lines


def _field_lines(article: dict[str, Any]) -> list[str]:
    lines = []
    for name in FIELDS:
        if name in article and name not in ("question", "answer"):
            value = _cell(name, article[name])
            lines.append(f"{HEADINGS[name][0]}：{value.replace(chr(10), '；')}")
    return lines


_WRITERS: dict[str, Callable[[Path, list[dict[str, Any]]], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".docx": _write_docx,
    ".md": _write_markdown,
}
