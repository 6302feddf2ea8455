"""Compares checked rows with what the knowledge base has: what each row would do. Reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.articles.attachments import attachments_of
from knowledge.articles.categories import Categories, split
from knowledge.articles.models import Article, ArticleVersion
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import NATIONWIDE, ArticleContent
from knowledge.articles.service import IMPORT, SHIPPED, content_of
from knowledge.ingest.rows import complaint
from knowledge.ingest.sandbox import ReadRow

BUSY = "这个条目有一份没有发布的草稿，请先处理那份草稿"
RETIRED = "这个条目已被停用，没有恢复；确实要恢复，请在控制台的导入预览里勾选这一行"
UNKNOWN_ATTACHMENT = "附件不在本系统里，请先在条目编辑页上传"


@dataclass(frozen=True)
class Match:
    """The article a row is, with its newest version. `taken_down`: a person has retired it."""

    article: Article
    newest: ArticleVersion
    taken_down: bool


@dataclass
class Matcher:
    """Finds the articles rows are about. `actor` may go on writing in drafts that are only their own."""

    session: AsyncSession
    tree: Categories
    actor: str
    taken: dict[str, int] = field(default_factory=dict)  # article -> row of this file

    @classmethod
    async def open(cls, session: AsyncSession, actor: str) -> Matcher:
        return cls(session, await Categories.load(session), actor)

    async def match(self, rows: Sequence[tuple[str | None, ArticleContent]]) -> list[Match | None]:
        """For each (key, content) the article of that key; without a key, of that question and region."""
        repository = ArticleRepository(self.session)
        keys = [key or key_for(content) for key, content in rows]
        by_key = await repository.by_keys(keys)
        asked = [content.question for key, content in rows if not key]
        by_question = await repository.by_questions(asked)
        found = [
            by_key.get(name) or (None if key else by_question.get((c.question, c.region)))
            for name, (key, c) in zip(keys, rows, strict=True)
        ]
        ids = [a.id for a in found if a is not None]
        newest = await repository.latest_versions(ids)
        down = await repository.taken_down(ids, but_by=(IMPORT, SHIPPED))
        return [Match(a, newest[a.id], a.id in down) if a is not None else None for a in found]

    def is_foreign_draft(self, newest: ArticleVersion) -> bool:
        """Whether somebody else is writing it: an import never overwrites an editor's work."""
        others = set(newest.authors) - {self.actor, IMPORT}
        return newest.status == "in_review" or (newest.status == "draft" and bool(others))

    def is_filed(self, article: Article, category: str | None) -> bool:
        """Whether the article is where the row's path says, which may begin in the middle of the tree."""
        if category is None:
            return True
        here, wanted = split(self.tree.path(article.category_id)), split(category)
        return here[-len(wanted) :] == wanted


async def compare(
    matcher: Matcher, import_id: str, start: int, rows: Sequence[ReadRow]
) -> list[dict[str, Any]]:
    """The columns of ImportRow for `rows`, the first of which has position `start`. Duplicates not yet told."""
    good = [row for row in rows if not row.refused]
    contents = [ArticleContent.model_validate(row.content) for row in good]
    pairs = [(row.key, content) for row, content in zip(good, contents, strict=True)]
    matches = await matcher.match(pairs)
    attached = {a for c in contents for a in c.attachments}
    known = set(await attachments_of(matcher.session, attached))
    judged = iter(zip(contents, matches, strict=True))
    result = []
    for position, row in enumerate(rows, start=start):
        values = _blank(import_id, position, row)
        if not row.refused:
            content, match = next(judged)
            values |= _compared(matcher, row, content, match)
            if set(content.attachments) - known:
                values |= _refusal("attachments", UNKNOWN_ATTACHMENT)
        result.append(values)
    return result


def _compared(
    matcher: Matcher, row: ReadRow, content: ArticleContent, match: Match | None
) -> dict[str, Any]:
    """As `_judge`; what the file does not speak of stays as the article has it."""
    if match is None:
        return _judge(matcher, row, content, None)
    kept = content_of(match.newest).model_dump(mode="json")
    said = {name: value for name, value in row.content.items() if name in row.given}
    try:
        merged = ArticleContent.model_validate(kept | said)
    except ValidationError as error:
        return _refusal(*complaint(error))
    category = {"category": row.category} if row.category else {}
    whole = {"content": merged.model_dump(mode="json") | category}
    return whole | _judge(matcher, row, merged, match)


def _judge(
    matcher: Matcher, row: ReadRow, content: ArticleContent, match: Match | None
) -> dict[str, Any]:
    if match is None:
        return {"outcome": "new"}
    article, newest = match.article, match.newest
    first = matcher.taken.setdefault(article.id, row.number)
    if first != row.number:
        return _refusal("question", f"与第 {first} 行是同一个条目")
    fields = differences(content, content_of(newest))
    if not matcher.is_filed(article, row.category):
        fields.append("category")
    if fields and matcher.is_foreign_draft(newest):
        return _refusal("", BUSY) | {"article_id": article.id}
    return {
        "outcome": "changed" if fields else "unchanged",
        "fields": fields,
        "key": article.key,
        "article_id": article.id,
        "based_on": newest.number,
        "status": newest.status,
        **({"reason": RETIRED, "wanted": False} if match.taken_down else {}),
    }


def differences(content: ArticleContent, other: ArticleContent) -> list[str]:
    """The columns in which two contents differ."""
    if content.content_hash() == other.content_hash():
        return []
    mine, theirs = content.model_dump(mode="json"), other.model_dump(mode="json")
    return [name.replace("answer_md", "answer") for name in mine if mine[name] != theirs[name]]


def _refusal(where: str, reason: str) -> dict[str, Any]:
    return {"outcome": "refused", "field": where, "reason": reason, "wanted": None}


def _blank(import_id: str, position: int, row: ReadRow) -> dict[str, Any]:
    content = row.content | ({"category": row.category} if row.category else {})
    return {
        "import_id": import_id, "position": position, "number": row.number, "outcome": "refused",
        "question": row.question, "key": row.key or "", "content": content, "field": row.field,
        "reason": row.reason, "article_id": None, "based_on": None, "status": "", "fields": [],
        "near_article_id": None, "near_row": None, "near_question": "", "similarity": None, "wanted": None,
    }  # fmt: skip


def key_for(content: ArticleContent) -> str:
    """The key of an imported article without one: importing the file again finds it."""
    text = content.question
    if content.region != NATIONWIDE:
        text = f"{text}\n{content.region}"
    return f"imp-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
