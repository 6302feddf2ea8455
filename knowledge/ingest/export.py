"""Writes the newest version of every article to a file that `kb import` reads again unchanged."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.articles.models import Article, Category
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleContent
from knowledge.articles.service import content_of
from knowledge.ingest import documents, pages, workbook
from knowledge.ingest.readers import guard
from knowledge.ingest.rows import FIELDS, FileUnreadable, cell

_PAGE = 500
_STYLE = (
    "body{max-width:46em;margin:2em auto;padding:0 1em;font:16px/1.7 sans-serif}"
    "article{border-top:1px solid #ddd;padding:.5em 0}.column{color:#555;font-size:.85em;margin:.2em 0}"
    "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2em .6em}"
)


@dataclass(frozen=True)
class Exported:
    """An article as a file holds it; `category` is its path in the tree."""

    key: str
    category: str
    content: ArticleContent


async def collect(session: AsyncSession) -> list[Exported]:
    """The newest contents of every article that is not retired, in the order of their making."""
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
            Exported(article.key, path, content_of(latest[article.id]))
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
        writer(Path(name), [_values(article) for article in articles])
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _values(article: Exported) -> dict[str, Any]:
    data = article.content.model_dump(mode="json", exclude_none=True)
    data |= {"key": article.key, "category": article.category, "answer": data.pop("answer_md")}
    return {name: data[name] for name in FIELDS if data.get(name) not in (None, [], {}, "")}


def _cells(article: dict[str, Any]) -> list[str]:
    return [cell(name, article[name], "\n") if name in article else "" for name in FIELDS]


def _write_jsonl(path: Path, articles: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles), "utf-8")


def _write_csv(path: Path, articles: list[dict[str, Any]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    writer.writerows([guard(text) for text in _cells(article)] for article in articles)
    path.write_text("\ufeff" + text.getvalue(), "utf-8", newline="")


def _write_xlsx(path: Path, articles: list[dict[str, Any]]) -> None:
    workbook.write(path, FIELDS, [_cells(article) for article in articles])


def _write_markdown(path: Path, articles: list[dict[str, Any]]) -> None:
    lines = [f"<!-- {documents.EXPORT_MARK} -->", ""]
    for article in articles:
        lines += [f"## {article['question']}", "", *documents.column_lines(article), ""]
        lines += [*(documents.escape(line) for line in article["answer"].split("\n")), ""]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _write_docx(path: Path, articles: list[dict[str, Any]]) -> None:
    document = docx.Document()
    document.core_properties.keywords = documents.EXPORT_MARK
    for article in articles:
        document.add_heading(article["question"], level=2)
        for line in [*documents.column_lines(article), "", *article["answer"].split("\n")]:
            if line.startswith("- "):
                document.add_paragraph(line[2:], style="List Bullet")
            else:
                document.add_paragraph(line)
    document.save(str(path))


def _write_html(path: Path, articles: list[dict[str, Any]]) -> None:
    head = (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="{documents.EXPORT_MARK}">\n<title>知识条目</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    body = "".join(pages.article_html(article) for article in articles)
    path.write_text(f"{head}{body}</body>\n</html>\n", "utf-8")


_WRITERS: dict[str, Callable[[Path, list[dict[str, Any]]], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".docx": _write_docx,
    ".md": _write_markdown,
    ".html": _write_html,
}
