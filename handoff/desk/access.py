"""Which conversations an agent may see: their own, those that wait, and all for those permitted."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.errors import NotFound, NotOwner
from handoff.queue.models import Assignment


def served_by(agent_id: str) -> ColumnElement[bool]:
    """Conversations the agent serves or has served."""
    served = exists().where(
        Assignment.conversation_id == Conversation.id, Assignment.agent_id == agent_id
    )
    return or_(Conversation.owner_id == agent_id, served)


def belongs_to(agent_id: str) -> ColumnElement[bool]:
    """An agent's own list: what they serve, and what was closed after they had served it."""
    closed = and_(Conversation.status == ConversationStatus.CLOSED, served_by(agent_id))
    return or_(Conversation.owner_id == agent_id, closed)


def visible_to(actor: Actor) -> ColumnElement[bool] | None:
    """A condition for lists; None when everything is visible."""
    if actor.may(Permission.CONVERSATION_READ_ALL):
        return None
    return or_(Conversation.status == ConversationStatus.QUEUED, served_by(actor.account_id))


async def check_readable(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    """Raise NotFound, as for one that does not exist, unless the actor may read the conversation.

    Beyond what lists show, whoever serves a citizen now may read what that citizen said before.
    """
    if actor.may(Permission.CONVERSATION_READ_ALL) or conversation.owner_id == actor.account_id:
        return
    if conversation.status == ConversationStatus.QUEUED:
        return
    present = aliased(Conversation)
    serves_citizen = exists().where(
        and_(present.contact_id == conversation.contact_id, present.owner_id == actor.account_id)
    )
    has_served = exists().where(
        Assignment.conversation_id == conversation.id, Assignment.agent_id == actor.account_id
    )
    if not await session.scalar(select(or_(serves_citizen, has_served))):
        raise NotFound("没有找到这个会话。", what="conversation")


def check_owner(conversation: Conversation, actor: Actor) -> None:
    """Raise NotOwner unless the actor serves the conversation now."""
    if conversation.owner_id != actor.account_id:
        raise NotOwner(owner_id=conversation.owner_id)


def check_in_charge(conversation: Conversation, actor: Actor) -> None:
    """As check_owner, but supervisors may step in (transfer, release, close)."""
    if not actor.may(Permission.CONVERSATION_READ_ALL):
        check_owner(conversation, actor)
