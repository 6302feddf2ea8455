"""Queries of the desk's lists and side panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.models import Account
from core.conversation.models import Contact, Conversation, Inbox, Message
from handoff.desk.team.models import Mention
from handoff.desk.wanted import Wanted, conditions
from handoff.queue import repository as queue
from handoff.queue.models import Assignment, QueueEntry

# So many lines of the system a service has at most, as a rule; what lies further back is not looked at.
SYSTEM_LINES = 50


class Listed(NamedTuple):
    """A line of a list: the conversation, its wait while it queues, its owner's name, its citizen."""

    conversation: Conversation
    entry: QueueEntry | None
    owner: str | None
    contact: Contact


def lines() -> Select[Conversation, QueueEntry, str, Contact]:
    """What a list shows of conversations, unfiltered and unordered."""
    return (
        select(Conversation, QueueEntry, Account.name, Contact)
        .outerjoin(
            QueueEntry,
            and_(QueueEntry.conversation_id == Conversation.id, QueueEntry.state == "waiting"),
        )
        .outerjoin(Account, Account.id == Conversation.owner_id)
        .join(Contact, Contact.id == Conversation.contact_id)
    )


async def page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, after: str | None, limit: int
) -> list[Listed]:
    """Conversations the actor may see; `after` is the last one of the page before.

    The queue comes in its own order, what is closed latest first, everything else newest first.
    """
    query = lines().where(*conditions(wanted, actor))
    if wanted.in_queue_order:
        query = query.order_by(*queue.ORDER)
        last = await _entry(session, after)
        if last is not None:
            query = query.where(queue.comes_after(last))
    elif wanted.latest_closed_first:
        query = query.order_by(Conversation.closed_at.desc(), Conversation.id.desc())
        closed = await session.get(Conversation, after) if after is not None else None
        if closed is not None and closed.closed_at is not None:
            query = query.where(
                or_(
                    Conversation.closed_at < closed.closed_at,
                    and_(Conversation.closed_at == closed.closed_at, Conversation.id < closed.id),
                )
            )
    else:
        query = query.order_by(Conversation.id.desc())
        if after is not None:
            query = query.where(Conversation.id < after)
    return [Listed(*row) for row in await session.execute(query.limit(limit))]


async def _entry(session: AsyncSession, conversation_id: str | None) -> QueueEntry | None:
    """The last wait of a conversation, also when it has left the queue since the last page."""
    if conversation_id is None:
        return None
    query = select(QueueEntry).where(QueueEntry.conversation_id == conversation_id)
    return await session.scalar(query.order_by(QueueEntry.id.desc()).limit(1))


async def by_ids(session: AsyncSession, conversation_ids: Sequence[str]) -> list[Listed]:
    """Those conversations, in no order."""
    query = lines().where(Conversation.id.in_(conversation_ids))
    return [Listed(*row) for row in await session.execute(query)]


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


async def unseen_mentions(
    session: AsyncSession, agent_id: str, conversation_ids: Sequence[str]
) -> set[str]:
    """Those of the conversations in which a note names the agent who has not looked since."""
    query = select(Mention.conversation_id).where(
        Mention.agent_id == agent_id,
        Mention.seen_at.is_(None),
        Mention.conversation_id.in_(conversation_ids),
    )
    return set((await session.scalars(query)).all())


async def earlier(
    session: AsyncSession, conversation: Conversation, *, after: str | None = None, limit: int
) -> list[Conversation]:
    """The contact's other conversations, on every channel, newest first."""
    query = select(Conversation).where(
        Conversation.contact_id == conversation.contact_id, Conversation.id != conversation.id
    )
    if after is not None:
        query = query.where(Conversation.id < after)
    return list((await session.scalars(query.order_by(Conversation.id.desc()).limit(limit))).all())


async def rating_asked(session: AsyncSession, conversation_id: str) -> datetime | None:
    """When a rating of the last service was last asked for; None: not since it began."""
    began = (
        select(Assignment.started_at)
        .where(Assignment.conversation_id == conversation_id)
        .order_by(Assignment.started_at.desc())
        .limit(1)
    )
    began_at = await session.scalar(began)
    if began_at is None:
        return None
    lines = (
        select(Message.content, Message.created_at)
        .where(
            Message.conversation_id == conversation_id,
            Message.author_kind == "system",
            Message.created_at >= began_at,
        )
        .order_by(Message.seq.desc())
        .limit(SYSTEM_LINES)
    )
    for content, at in (await session.execute(lines)).all():
        if content.get("kind") == "rating_invited" or content.get("data", {}).get("to") == "closed":
            return cast(datetime, at)
    return None


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


async def inboxes(session: AsyncSession) -> list[Inbox]:
    return list((await session.scalars(select(Inbox).order_by(Inbox.name))).all())


async def businesses(session: AsyncSession) -> list[str]:
    """What conversations were about so far."""
    query = select(Conversation.business).where(Conversation.business.is_not(None)).distinct()
    return sorted(name for name in (await session.scalars(query)).all() if name)


async def tags(session: AsyncSession, among: int) -> list[str]:
    """The tags of citizens, looked for among the newest conversations."""
    newest = select(Conversation.contact_id).order_by(Conversation.id.desc()).limit(among)
    query = select(Contact.tags).where(Contact.id.in_(newest))
    return sorted({tag for row in (await session.scalars(query)).all() for tag in row})
