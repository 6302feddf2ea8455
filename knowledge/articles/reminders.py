"""Tells people before what is published expires: 30, 7 and 1 days ahead, by timers that survive a restart."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from core import audit
from core.clock import LOCAL_ZONE, today
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, agent_room
from core.timers.repository import cancel_timer, set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork
from knowledge.articles.models import Article
from knowledge.articles.repository import ArticleRepository

EXPIRY_TIMER = "article.expiry"
DAYS_BEFORE = (30, 7, 1)
# When the people who can act on it are at work.
HOUR = time(9)


def moments(expires_on: date) -> list[datetime]:
    """When to remind of an article whose last day is `expires_on`, earliest first."""
    room = (
        expires_on - date.min
    ).days  # a date of long ago may be a slip, and must not break the publishing
    days = (expires_on - timedelta(days=before) for before in DAYS_BEFORE if before <= room)
    return [datetime.combine(day, HOUR, LOCAL_ZONE) for day in days]


async def schedule(uow: UnitOfWork, article: Article) -> None:
    """Set the timer for the next reminder, or take it away. The caller holds the state lock."""
    now = uow.clock.now()
    coming = [at for at in moments(article.expires_on) if at > now] if article.expires_on else []
    if coming:
        await set_timer(uow, EXPIRY_TIMER, article.id, coming[0])
    else:
        await cancel_timer(uow, EXPIRY_TIMER, article.id)


async def remind(uow: UnitOfWork, article_id: str, _payload: dict[str, Any]) -> None:
    """The timer is due. What became due while no server ran is told once, with the days that are left."""
    article = await uow.session.get(Article, article_id)
    if article is None or article.expires_on is None:
        return
    days = (article.expires_on - today(uow.clock)).days
    if 0 <= days <= max(DAYS_BEFORE):
        published = await ArticleRepository(uow.session).published_of(article_id)
        people = {person for version in published for person in version.authors}
        rooms = {SUPERVISOR_ROOM, *(agent_room(person) for person in people)}
        when = f"还有 {days} 天" if days else "今天之后"
        alert = AlertRaised(
            code="article_expiring",
            message=f"知识条目“{article.question}”{when}失效（最后一天 {article.expires_on}），请及时更新。",
            details={
                "article_id": article_id, "expires_on": article.expires_on.isoformat(), "days": days,
            },
        )  # fmt: skip
        uow.publish(Event("alert.raised", alert, Audience(agent_rooms=frozenset(rooms))))
        audit.record(
            uow, actor="system", action="article.expiry_reminded",
            subject=f"article:{article_id}", days=days,
        )  # fmt: skip
    await schedule(uow, article)


async def _lock(uow: UnitOfWork, _article_id: str) -> None:
    await ArticleRepository(uow.session).lock_state()


def timer_handlers() -> dict[str, TimerHandler]:
    """For the sweeper."""
    return {EXPIRY_TIMER: TimerHandler(remind, lock=_lock)}
