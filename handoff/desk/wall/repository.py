"""Queries of the wall, each narrowed to what its supervisor may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, get_args

from sqlalchemy import ColumnElement, and_, delete, extract, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.auth.actor import Actor, Scope
from core.auth.models import Account
from core.conversation.models import Contact, Conversation
from core.conversation.status import ConversationStatus
from handoff.desk.access import groups_of, visible_to, with_colleagues
from handoff.desk.team.models import Alert
from handoff.desk.wall.schemas import WallAlert, WallConversation
from handoff.queue.models import Assignment, HandOnRule, QueueEntry

ALERTS_SHOWN = 50
# More than anybody can look at; those who wait longest come first.
CONVERSATIONS_SHOWN = 500
KEPT = timedelta(days=7)


class Waiting(NamedTuple):
    """A line of the queue."""

    number: int
    oldest_at: datetime


class Services(NamedTuple):
    """Those that began, those that ended with their conversation, and the mean first answer in seconds."""

    begun: int
    closed: int
    first_answer: float | None


async def waiting(session: AsyncSession, actor: Actor) -> dict[str | None, Waiting]:
    """By group; None: whoever waits for anybody."""
    query = (
        select(QueueEntry.group_id, func.count(), func.min(QueueEntry.enqueued_at))
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(QueueEntry.state == "waiting", visible_to(actor))
        .group_by(QueueEntry.group_id)
    )
    return {group: Waiting(count, oldest) for group, count, oldest in await session.execute(query)}


async def conversations(session: AsyncSession, actor: Actor) -> list[WallConversation]:
    """Those that wait and those that are served, who waits longest first."""
    since = func.coalesce(QueueEntry.enqueued_at, Conversation.waiting_since)
    query = (
        select(Conversation, Contact.name, QueueEntry.group_id, QueueEntry.enqueued_at)
        .join(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(
            QueueEntry,
            and_(QueueEntry.conversation_id == Conversation.id, QueueEntry.state == "waiting"),
        )
        .where(
            Conversation.status.in_((ConversationStatus.QUEUED, ConversationStatus.ASSIGNED)),
            visible_to(actor),
        )
        .order_by(since.is_(None), since, Conversation.id)
        .limit(CONVERSATIONS_SHOWN)
    )
    return [
        WallConversation(
            id=row.id, status=row.status, channel=row.channel,
            contact_id=row.contact_id, contact_name=name, owner_id=row.owner_id, group_id=group_id,
            waiting_since=enqueued_at or row.waiting_since, answer_due_at=row.answer_due_at,
        )
        for row, name, group_id, enqueued_at in await session.execute(query)
    ]  # fmt: skip


async def handed_off(session: AsyncSession, actor: Actor, since: datetime) -> int:
    """Requests for a person; what agents hand on is none."""
    line: ColumnElement[bool] = true()
    if actor.scope is not Scope.ALL:
        line = or_(
            QueueEntry.group_id.is_(None), QueueEntry.group_id.in_(groups_of(actor.account_id))
        )
    query = select(func.count()).select_from(QueueEntry)
    query = query.where(
        QueueEntry.enqueued_at >= since, QueueEntry.rule.not_in(get_args(HandOnRule)), line
    )
    return await session.scalar(query) or 0


async def services(session: AsyncSession, actor: Actor, since: datetime) -> Services:
    ours = with_colleagues(actor, Assignment.agent_id)
    took = _seconds(session, Assignment.started_at, Assignment.first_answer_at)
    begun = select(func.count(), func.avg(took)).where(Assignment.started_at >= since, ours)
    count, first_answer = (await session.execute(begun)).one()
    closed = select(func.count()).where(
        Assignment.ended_at >= since, Assignment.outcome == "closed", ours
    )
    mean = None if first_answer is None else float(first_answer)
    return Services(count, await session.scalar(closed) or 0, mean)


def _seconds(
    session: AsyncSession, begin: InstrumentedAttribute[Any], end: InstrumentedAttribute[Any]
) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return (func.julianday(end) - func.julianday(begin)) * 86400.0
    return extract("epoch", end - begin)


async def alerts(session: AsyncSession, actor: Actor) -> list[WallAlert]:
    """The latest, newest first."""
    query = select(Alert, Account.name).outerjoin(Account, Account.id == Alert.agent_id)
    if actor.scope is not Scope.ALL:
        seen = select(Conversation.id).where(
            Conversation.id == Alert.conversation_id, visible_to(actor)
        )
        query = query.where(or_(seen.exists(), with_colleagues(actor, Alert.agent_id)))
    rows = await session.execute(query.order_by(Alert.id.desc()).limit(ALERTS_SHOWN))
    return [
        WallAlert(
            id=row.id, at=row.at, code=row.code, message=row.message,
            conversation_id=row.conversation_id, agent_id=row.agent_id, agent_name=name or "",
        )
        for row, name in rows
    ]  # fmt: skip


async def drop_old_alerts(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(Alert).where(Alert.at < now - KEPT))


async def visible_agents(session: AsyncSession, actor: Actor, ids: Sequence[str]) -> set[str]:
    """Those of the agents whom the actor's wall shows."""
    query = select(Account.id).where(Account.id.in_(ids), with_colleagues(actor, Account.id))
    return set((await session.scalars(query)).all())
