"""Short ways to set a scene: contents, articles, what is published."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from core.clock import FixedClock, today
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles import service
from knowledge.articles.categories import Categories
from knowledge.articles.published import published_entries
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleContent
from knowledge.articles.service import Written
from knowledge.retrieval.entries import Entry

WANG, LI = "account-wang", "account-li"


def content(question: str = "租房可以提取公积金吗", **changes: Any) -> ArticleContent:
    values: dict[str, Any] = {
        "question": question,
        "answer_md": f"{question}：可以。",
        "citations": [{"document": "住房公积金管理条例", "clause": "第二十四条"}],
    }
    return ArticleContent.model_validate(values | changes)


async def draft(
    units: UnitOfWorkFactory, text: ArticleContent, key: str | None = "rent"
) -> Written:
    """Written by Wang, filed nowhere."""
    async with units.write() as uow:
        return await service.create(uow, text, key=key, source="console", actor=WANG)


async def publish(
    units: UnitOfWorkFactory, text: ArticleContent, key: str = "rent", category: str = "公积金/提取"
) -> Written:
    """Written by Wang, reviewed by Li."""
    async with units.write() as uow:
        category_id = (await Categories.load(uow.session)).file(category)
        written = await service.create(
            uow, text, key=key, source="console", actor=WANG, category_id=category_id
        )
    await review(units, written)
    return written


async def republish(
    units: UnitOfWorkFactory, article_id: str, text: ArticleContent, based_on: int
) -> Written:
    async with units.write() as uow:
        written = await service.revise(uow, article_id, text, based_on=based_on, actor=WANG)
    await review(units, written)
    return written


async def review(units: UnitOfWorkFactory, written: Written) -> None:
    """Submitted and published; what has ended, on its last day: that needs a clock that can be turned back."""
    ends, clock = written.version.effective_to, units.clock
    late = timedelta(days=max((today(clock) - ends).days, 0) if ends else 0)
    if late:
        assert isinstance(clock, FixedClock)
        clock.advance(-late)
    async with units.write() as uow:
        await service.submit(uow, written.version.id, actor=WANG)
    async with units.write() as uow:
        await service.publish(uow, written.version.id, actor=LI)
    if late and isinstance(clock, FixedClock):
        clock.advance(late)


async def entries(units: UnitOfWorkFactory) -> list[Entry]:
    async with units.read() as session:
        return await published_entries(session)


async def answers_on(units: UnitOfWorkFactory, day: date) -> list[str]:
    return [e.answer_md for e in await entries(units) if e.first <= day <= e.last]


async def statuses(units: UnitOfWorkFactory, article_id: str) -> list[str]:
    """Of the article's versions, oldest first."""
    async with units.read() as session:
        return [v.status for v in await ArticleRepository(session).versions(article_id)][::-1]


async def revision(units: UnitOfWorkFactory) -> int:
    async with units.read() as session:
        return await ArticleRepository(session).revision()


def content_file(folder: Path, name: str, *articles: tuple[str, str, str]) -> Path:
    """A shipped file of (key, question, answer)."""
    path = folder / "articles" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["category: 提取", "business: 公积金", "articles:"]
    for key, question, answer in articles:
        lines += [f"  - key: {key}", f"    question: {question}", f"    answer: {answer}"]
    path.write_text("\n".join(lines), "utf-8")
    return path
