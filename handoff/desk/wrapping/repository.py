"""Queries of wrap-ups and of what was said in the services they are about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.content import CONTENT, plain_text
from core.conversation.models import Contact, Conversation, Message
from handoff.agents.models import WrapUp
from handoff.desk.wrapping.draft import Service
from handoff.queue.models import Assignment

# Of the citizen's messages; the first question is among them.
LOOKED_AT = 20
MOST_LISTED = 50


_WITH_CONTACT = (
    select(WrapUp, Contact)
    .join(Conversation, Conversation.id == WrapUp.conversation_id)
    .join(Contact, Contact.id == Conversation.contact_id)
)


async def with_contact(session: AsyncSession, wrap_up_id: str) -> tuple[WrapUp, Contact] | None:
    """The wrap-up and its citizen."""
    row = (await session.execute(_WITH_CONTACT.where(WrapUp.id == wrap_up_id))).first()
    return (row[0], row[1]) if row is not None else None


async def pending(
    session: AsyncSession, agent_id: str, *, since: datetime
) -> list[tuple[WrapUp, Contact]]:
    """The agent's forms that are neither written nor skipped, oldest first."""
    query = _WITH_CONTACT.where(
        WrapUp.agent_id == agent_id, WrapUp.state == "pending", WrapUp.created_at >= since
    )
    rows = await session.execute(query.order_by(WrapUp.created_at, WrapUp.id).limit(MOST_LISTED))
    return [(row[0], row[1]) for row in rows]


async def over(session: AsyncSession, conversation_id: str, now: datetime) -> list[WrapUp]:
    """The wrap-ups of a conversation whose time is over."""
    query = select(WrapUp).where(WrapUp.conversation_id == conversation_id, WrapUp.until <= now)
    return list((await session.scalars(query)).all())


async def service(session: AsyncSession, assignment_id: str) -> Service:
    """What was said in a service. What the bot was asked before belongs to it: it is why people were asked in."""
    assignment = await session.get_one(Assignment, assignment_id)
    ended = assignment.ended_at or assignment.started_at
    of_conversation = Message.conversation_id == assignment.conversation_id
    asked = select(Message.content).where(
        of_conversation, Message.author_kind == "visitor", Message.created_at <= ended
    )
    contents = await session.scalars(asked.order_by(Message.seq).limit(LOOKED_AT))
    said = (
        of_conversation,
        Message.author_id == assignment.agent_id,
        Message.author_kind == "agent",
        Message.private.is_(False),
        Message.created_at >= assignment.started_at,
        Message.created_at <= ended,
    )
    answers = await session.scalar(select(func.count()).select_from(Message).where(*said)) or 0
    latest = await session.scalars(
        select(Message.content).where(*said).order_by(Message.seq.desc()).limit(LOOKED_AT)
    )
    # A line in the place of what was recalled is no answer.
    last = next((content for content in latest if content["type"] != "activity"), None)
    return Service(
        asked=_asked(list(contents)),
        answers=answers,
        last_answer=_text(last) if last is not None else "",
        lasted=ended - assignment.started_at,
        outcome=assignment.outcome or "",
    )


def _asked(contents: list[dict[str, Any]]) -> list[str]:
    """The texts among them; who only sent pictures asked with these."""
    texts = [content for content in contents if content["type"] == "text"]
    return [_text(content) for content in texts or contents]


def _text(content: object) -> str:
    return plain_text(CONTENT.validate_python(content))
