"""Queries of inboxes, contacts, conversations and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Contact, ContactIdentity, Conversation, Inbox, Message
from core.conversation.status import ANSWERED, ConversationStatus


async def enabled_inbox(session: AsyncSession, inbox_id: str) -> Inbox | None:
    inbox = await session.get(Inbox, inbox_id)
    return inbox if inbox is not None and inbox.enabled else None


# Built once: what a message and a turn need. Building a query costs as much as running it.
_ENTRANCE = (
    select(Inbox, Contact)
    .outerjoin(
        ContactIdentity,
        and_(
            ContactIdentity.inbox_id == Inbox.id,
            ContactIdentity.external_id == bindparam("external"),
        ),
    )
    .outerjoin(Contact, Contact.id == ContactIdentity.contact_id)
    .where(Inbox.id == bindparam("inbox"))
)
_LATEST = (
    select(Conversation)
    .where(
        Conversation.contact_id == bindparam("contact"), Conversation.inbox_id == bindparam("inbox")
    )
    .order_by(Conversation.id.desc())
    .limit(1)
)
_LATEST_LOCKED = _LATEST.with_for_update()
_LOCKED = select(Conversation).where(Conversation.id == bindparam("id")).with_for_update()
_AFTER = (
    select(Message)
    .where(Message.conversation_id == bindparam("conversation"), Message.seq > bindparam("after"))
    .order_by(Message.seq)
    .limit(bindparam("most"))
)


async def inbox_and_contact(
    session: AsyncSession, inbox_id: str, external_id: str
) -> tuple[Inbox | None, Contact | None]:
    """The inbox if it is in use, and whom it knows by that id."""
    found = await session.execute(_ENTRANCE, {"inbox": inbox_id, "external": external_id})
    row = found.first()
    if row is None or not row[0].enabled:
        return None, None
    return row[0], row[1]


async def contact_by_identity(
    session: AsyncSession, inbox_id: str, external_id: str
) -> Contact | None:
    query = select(Contact).join(ContactIdentity, ContactIdentity.contact_id == Contact.id)
    return await session.scalar(
        query.where(
            ContactIdentity.inbox_id == inbox_id, ContactIdentity.external_id == external_id
        )
    )


async def external_id_of(session: AsyncSession, contact_id: str, inbox_id: str) -> str | None:
    query = select(ContactIdentity.external_id)
    return await session.scalar(
        query.where(ContactIdentity.contact_id == contact_id, ContactIdentity.inbox_id == inbox_id)
    )


async def conversation_for_update(
    session: AsyncSession, conversation_id: str
) -> Conversation | None:
    # populate_existing: a row read earlier in this session must not hide what another server committed.
    return await session.scalar(
        _LOCKED, {"id": conversation_id}, execution_options={"populate_existing": True}
    )


async def open_conversation(
    session: AsyncSession, contact_id: str, inbox_id: str, *, lock: bool = False
) -> Conversation | None:
    query = select(Conversation).where(
        Conversation.contact_id == contact_id,
        Conversation.inbox_id == inbox_id,
        Conversation.status != ConversationStatus.CLOSED,
    )
    return await session.scalar(query.with_for_update() if lock else query)


async def latest_conversation(
    session: AsyncSession, contact_id: str, inbox_id: str, *, lock: bool = False
) -> Conversation | None:
    query = _LATEST_LOCKED if lock else _LATEST
    return await session.scalar(query, {"contact": contact_id, "inbox": inbox_id})


async def message_by_client_id(
    session: AsyncSession, conversation_id: str, client_msg_id: str
) -> Message | None:
    query = select(Message).where(Message.conversation_id == conversation_id)
    return await session.scalar(query.where(Message.client_msg_id == client_msg_id))


async def message_by_external_id(
    session: AsyncSession, inbox_id: str, external_id: str
) -> Message | None:
    query = select(Message).where(Message.inbox_id == inbox_id, Message.external_id == external_id)
    return await session.scalar(query)


async def messages(
    session: AsyncSession,
    conversation_id: str,
    *,
    after_seq: int | None = None,
    before_seq: int | None = None,
    limit: int = 50,
    with_private: bool = True,
) -> list[Message]:
    """A page in order of seq: the first after `after_seq`, else the last before `before_seq`, else the last."""
    query = select(Message).where(Message.conversation_id == conversation_id)
    if not with_private:
        query = query.where(Message.private.is_(False))
    if after_seq is not None:
        page = query.where(Message.seq > after_seq).order_by(Message.seq).limit(limit)
        return list((await session.scalars(page)).all())
    if before_seq is not None:
        query = query.where(Message.seq < before_seq)
    page = query.order_by(Message.seq.desc()).limit(limit)
    return list((await session.scalars(page)).all())[::-1]


async def messages_back(
    session: AsyncSession,
    conversation: Conversation,
    *,
    before_seq: int | None,
    limit: int,
    and_earlier: bool = False,
) -> list[Message]:
    """The last messages before `before_seq` that the citizen may see, in order.

    `and_earlier`: where the conversation begins, those of the citizen's earlier ones on the inbox go on.
    """
    own = Message.conversation_id == conversation.id
    if before_seq is not None:
        own = and_(own, Message.seq < before_seq)
    if and_earlier:
        # A conversation holds at least one message, so no more of them are needed than messages.
        others = _before(conversation, conversation.id).order_by(Conversation.id.desc())
        own = or_(own, Message.conversation_id.in_(others.limit(limit)))
    page = select(Message).where(own, Message.private.is_(False))
    newest = page.order_by(Message.conversation_id.desc(), Message.seq.desc()).limit(limit)
    return list((await session.scalars(newest)).all())[::-1]


async def anything_before(
    session: AsyncSession,
    conversation: Conversation,
    first: Message | None,
    *,
    before_seq: int | None = None,
) -> bool:
    """Whether the citizen has said or been told anything on the inbox before `first`, the first one of a page.

    Without one the page was empty: before `before_seq` of the conversation, or before all of it.
    """
    where = first.conversation_id if first is not None else conversation.id
    seq = first.seq if first is not None else before_seq or 0
    above = select(Message.id).where(
        Message.conversation_id == where, Message.seq < seq, Message.private.is_(False)
    )
    found = select(or_(above.exists(), _before(conversation, where).exists()))
    return bool(await session.scalar(found))


def _before(conversation: Conversation, than: str) -> Select[str]:
    """The same citizen's conversations on the same inbox that began before `than`: their ids say when."""
    return select(Conversation.id).where(
        Conversation.contact_id == conversation.contact_id,
        Conversation.inbox_id == conversation.inbox_id,
        Conversation.id < than,
    )


async def messages_after(
    session: AsyncSession, conversation_id: str, after_seq: int, limit: int
) -> list[Message]:
    """As `messages`, the notes of agents included."""
    keys = {"conversation": conversation_id, "after": after_seq, "most": limit}
    return list((await session.scalars(_AFTER, keys)).all())


async def unread_by_citizen(session: AsyncSession, conversation: Conversation) -> int:
    """How many messages the citizen has not read; neither their own nor what they may not see."""
    query = select(func.count()).where(
        Message.conversation_id == conversation.id,
        Message.seq > conversation.visitor_read_seq,
        Message.author_kind != "visitor",
        Message.private.is_(False),
    )
    return await session.scalar(query) or 0


async def unread_by_agents(session: AsyncSession, conversation: Conversation) -> int:
    """How many of the citizen's messages nobody at the desk has read."""
    query = select(func.count()).where(
        Message.conversation_id == conversation.id,
        Message.seq > conversation.agent_read_seq,
        Message.author_kind == "visitor",
    )
    return await session.scalar(query) or 0


async def first_said(
    session: AsyncSession, conversation_id: str, *, after_seq: int
) -> Message | None:
    """The citizen's first message after `after_seq`."""
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.author_kind == "visitor",
        Message.seq > after_seq,
    )
    return await session.scalar(query.order_by(Message.seq).limit(1))


async def last_of_citizen(session: AsyncSession, conversation_id: str, most: int) -> list[Message]:
    """What the citizen said last, in order."""
    query = select(Message).where(
        Message.conversation_id == conversation_id, Message.author_kind == "visitor"
    )
    rows = await session.scalars(query.order_by(Message.seq.desc()).limit(most))
    return list(rows)[::-1]


async def last_of_agents(
    session: AsyncSession, conversation_id: str, *, until_seq: int
) -> Message | None:
    """What an agent said last to the citizen, up to `until_seq`."""
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.seq <= until_seq,
        Message.author_kind == "agent",
        Message.private.is_(False),
    )
    return await session.scalar(query.order_by(Message.seq.desc()).limit(1))


async def closed_last(
    session: AsyncSession, contact_id: str, inbox_id: str, *, since: datetime
) -> Conversation | None:
    """The contact's newest closed conversation, when that was after `since`."""
    query = select(Conversation).where(
        Conversation.status == ConversationStatus.CLOSED,
        Conversation.updated_at >= since,
        Conversation.contact_id == contact_id,
        Conversation.inbox_id == inbox_id,
    )
    return await session.scalar(query.order_by(Conversation.id.desc()).limit(1))


async def of_conversation(
    session: AsyncSession, conversation_id: str, message_ids: Sequence[str]
) -> list[str]:
    """Those of the messages that belong to the conversation."""
    query = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.id.in_(message_ids)
    )
    return list((await session.scalars(query)).all())


async def owed_turns(session: AsyncSession, now: datetime, limit: int = 100) -> list[str]:
    """Conversations whose bot owes an answer and on which no server is working."""
    query = select(Conversation.id).where(
        Conversation.status.in_(ANSWERED),
        Conversation.visitor_seq > Conversation.answered_seq,
        or_(Conversation.turn_lease_until.is_(None), Conversation.turn_lease_until <= now),
    )
    return list((await session.scalars(query.limit(limit))).all())


async def drop_turn_leases(session: AsyncSession) -> None:
    leased = Conversation.turn_lease_until.is_not(None)
    await session.execute(update(Conversation).where(leased).values(turn_lease_until=None))
