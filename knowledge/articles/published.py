"""Reads what is published as index entries, each with the days on which it holds."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.content import Citation
from knowledge.articles.attachments import attachments_of, with_addresses, with_attachments
from knowledge.articles.categories import Categories
from knowledge.articles.models import Article, ArticleVersion, Attachment
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.validity import Window, windows
from knowledge.retrieval.entries import Entry


async def published_changes(session: AsyncSession, since: int) -> dict[str, list[Entry]]:
    """The articles that changed after revision `since`, each with its entries: none when nothing is published."""
    result: dict[str, list[Entry]] = {
        article_id: [] for article_id in await ArticleRepository(session).changed_since(since)
    }
    for entry in await published_entries(session, since=since):
        result.setdefault(entry.article_id, []).append(entry)
    return result


async def published_entries(session: AsyncSession, *, since: int | None = None) -> list[Entry]:
    """One entry for each published version that holds on some day; an article's never overlap.

    With `since`, only of articles that changed after that revision.
    """
    result: list[Entry] = []
    rows = await ArticleRepository(session).published(since=since)
    tree = await Categories.load(session)
    files = await attachments_of(session, {i for _, version in rows for i in version.attachments})
    for _, group in groupby(rows, key=lambda pair: pair[0].id):
        pairs = list(group)
        article = pairs[0][0]
        for window in windows([(v, v.effective_from, v.effective_to) for _, v in pairs]):
            result.append(_entry(article, window, tree.path(article.category_id), files))
    return result


def _entry(
    article: Article,
    window: Window[ArticleVersion],
    category: str,
    files: dict[str, Attachment],
) -> Entry:
    version = window.version
    attached = [files[attachment_id] for attachment_id in version.attachments]
    return Entry(
        article_id=article.id,
        key=article.key,
        question=version.question,
        similar=tuple(version.similar),
        answer_md=with_attachments(version.answer_md, attached),
        citations=tuple(Citation(**c) for c in version.citations),
        category=category,
        business=version.business,
        region=version.region,
        internal=version.audience == "internal",
        first=window.first,
        last=window.last,
        next=tuple(version.next),
        tags=tuple(version.tags),
        variants={name: with_addresses(text, attached) for name, text in version.variants.items()},
    )
