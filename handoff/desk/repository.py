"""Queries of the desk's lists and side panel."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.models import Account
from core.conversation.models import Contact, Conversation, Message
from core.conversation.status import ConversationStatus
from handoff.desk.access import belongs_to, visible_to
from handoff.queue.models import Assignment, QueueEntry

Listed = tuple[Conversation, QueueEntry | None, str | None, str | None]


async def page(
    session: AsyncSession,
    actor: Actor,
    *,
    status: ConversationStatus | None,
    mine: bool,
    after: str | None,
    limit: int,
) -> list[Listed]:
    """Conversations the actor may see, with queue entry, owner's and contact's names.

    The queue comes in its own order, everything else newest first; both continue after the
    conversation `after`.
    """
    query = (
        select(Conversation, QueueEntry, Account.name, Contact.name)
        .outerjoin(
            QueueEntry,
            and_(QueueEntry.conversation_id == Conversation.id, QueueEntry.state == "waiting"),
        )
        .outerjoin(Account, Account.id == Conversation.owner_id)
        .join(Contact, Contact.id == Conversation.contact_id)
    )
    if mine:
        query = query.where(belongs_to(actor.account_id))
    elif status is not ConversationStatus.QUEUED:
        visible = visible_to(actor)
        if visible is not None:
            query = query.where(visible)
    if status is not None:
        query = query.where(Conversation.status == status)
    if status is ConversationStatus.QUEUED:
        query = query.order_by(QueueEntry.priority.desc(), QueueEntry.enqueued_at, QueueEntry.id)
        last = await _entry(session, after)
        if last is not None:
            query = query.where(
                or_(
                    QueueEntry.priority < last.priority,
                    and_(
                        QueueEntry.priority == last.priority,
                        or_(
                            QueueEntry.enqueued_at > last.enqueued_at,
                            and_(
                                QueueEntry.enqueued_at == last.enqueued_at, QueueEntry.id > last.id
                            ),
                        ),
                    ),
                )
            )
    else:
        query = query.order_by(Conversation.id.desc())
        if after is not None:
            query = query.where(Conversation.id < after)
    rows = await session.execute(query.limit(limit))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def _entry(session: AsyncSession, conversation_id: str | None) -> QueueEntry | None:
    """The last wait of a conversation, also when it has left the queue since the last page."""
    if conversation_id is None:
        return None
    query = select(QueueEntry).where(QueueEntry.conversation_id == conversation_id)
    return await session.scalar(query.order_by(QueueEntry.id.desc()).limit(1))


async def unread(session: AsyncSession, conversation_ids: Sequence[str]) -> dict[str, int]:
    """Citizens' messages their agents have not read, by conversation; none: missing."""
    query = (
        select(Message.conversation_id, func.count())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.conversation_id.in_(conversation_ids),
            Message.author_kind == "visitor",
            Message.seq > Conversation.agent_read_seq,
        )
        .group_by(Message.conversation_id)
    )
    return {str(key): count for key, count in (await session.execute(query)).all()}


async def earlier(
    session: AsyncSession, conversation: Conversation, limit: int
) -> list[Conversation]:
    """The contact's other conversations, on every channel, newest first."""
    query = select(Conversation).where(
        Conversation.contact_id == conversation.contact_id, Conversation.id != conversation.id
    )
    return list((await session.scalars(query.order_by(Conversation.id.desc()).limit(limit))).all())


async def agents_of(session: AsyncSession, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
    """Names of those who served, by conversation, in order."""
    names: dict[str, list[str]] = {}
    query = (
        select(Assignment.conversation_id, Account.name)
        .join(Account, Account.id == Assignment.agent_id)
        .where(Assignment.conversation_id.in_(conversation_ids))
        .order_by(Assignment.started_at)
    )
    for conversation_id, name in (await session.execute(query)).all():
        served = names.setdefault(conversation_id, [])
        if name not in served:
            served.append(name)
    return names
