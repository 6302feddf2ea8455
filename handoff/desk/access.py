"""Which conversations somebody may see, who may talk in them, and who may decide about them.

`visible_to` is the one place that says what a data scope means; lists, single reads, sockets and the wall ask it.

- own: what one serves or has served, and what one was asked into: joined, invited, mentioned, offered.
- group: that, and what anybody who shares a skill group with one serves or has served.
- all: everything.

Whatever the scope, one sees what waits for one's groups or for anybody, because that is what one may take.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.auth.actor import Actor, Scope
from core.auth.models import Account
from core.auth.permissions import Permission
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.errors import NotFound, NotOwner
from handoff.agents.models import GroupMember
from handoff.desk.team.models import Mention, Participant, Transfer
from handoff.desk.team.repository import participant
from handoff.queue.models import Assignment, QueueEntry

# Every table has a name of its own here, so that the conditions fit into queries that join the same tables.


def groups_of(agent_id: str) -> Select[str]:
    """The ids of the agent's skill groups."""
    mine = aliased(GroupMember)
    return select(mine.group_id).where(mine.agent_id == agent_id)


def colleagues_of(agent_id: str) -> Select[str]:
    """The ids of those who share a skill group with the agent."""
    theirs = aliased(GroupMember)
    return select(theirs.agent_id).where(theirs.group_id.in_(groups_of(agent_id)))


def served_by(agent_id: str) -> ColumnElement[bool]:
    """Conversations the agent serves or has served."""
    served = aliased(Assignment)
    has_served = exists().where(
        served.conversation_id == Conversation.id, served.agent_id == agent_id
    )
    return or_(Conversation.owner_id == agent_id, has_served)


def served_by_colleagues_of(agent_id: str) -> ColumnElement[bool]:
    """Conversations served, now or before, by somebody who shares a skill group with the agent."""
    served = aliased(Assignment)
    return exists().where(
        served.conversation_id == Conversation.id, served.agent_id.in_(colleagues_of(agent_id))
    )


def belongs_to(agent_id: str) -> ColumnElement[bool]:
    """An agent's own list: what they serve, and what was closed after they had served it."""
    closed = and_(Conversation.status == ConversationStatus.CLOSED, served_by(agent_id))
    return or_(Conversation.owner_id == agent_id, closed)


def mentions_of(agent_id: str) -> ColumnElement[bool]:
    """Conversations with a note in which the agent is mentioned."""
    mention = aliased(Mention)
    # Few for one agent, and so looked up once instead of for every conversation; the same below.
    return Conversation.id.in_(select(mention.conversation_id).where(mention.agent_id == agent_id))


def _takes_part(agent_id: str, states: list[str]) -> ColumnElement[bool]:
    beside = aliased(Participant)
    return Conversation.id.in_(
        select(beside.conversation_id).where(beside.agent_id == agent_id, beside.state.in_(states))
    )


def asked_into(agent_id: str) -> ColumnElement[bool]:
    """Conversations somebody brought the agent into: to take part, to look, to take over."""
    offer = aliased(Transfer)
    offered = exists().where(
        offer.conversation_id == Conversation.id,
        offer.to_agent == agent_id,
        offer.state == "pending",
        offer.epoch == Conversation.epoch,
    )
    return or_(_takes_part(agent_id, ["joined", "invited"]), mentions_of(agent_id), offered)


def waits_for(agent_id: str) -> ColumnElement[bool]:
    """Conversations the agent may take from the queue."""
    entry, member = aliased(QueueEntry), aliased(GroupMember)
    waits_for_others = exists().where(
        entry.conversation_id == Conversation.id,
        entry.state == "waiting",
        entry.group_id.is_not(None),
        entry.group_id.not_in(groups_of(agent_id)),
        # Its group was dissolved while it waited: then it is anybody's (queue.repository.lock_next).
        exists().where(member.group_id == entry.group_id),
        # Who is waited for by name may take it whatever the group.
        or_(entry.wanted_agent.is_(None), entry.wanted_agent != agent_id),
    )
    return and_(Conversation.status == ConversationStatus.QUEUED, ~waits_for_others)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The conversations the actor may see: the meaning of their scope, and what they may take."""
    if actor.scope is Scope.ALL:
        return true()
    me = actor.account_id
    colleagues: ColumnElement[bool] = false()
    if actor.scope is Scope.GROUP:
        colleagues = served_by_colleagues_of(me)
    return or_(served_by(me), colleagues, waits_for(me), asked_into(me))


async def may_read(session: AsyncSession, conversation: Conversation, actor: Actor) -> bool:
    """Whether the actor may read this conversation.

    Beyond what lists show, whoever serves a citizen now may read what that citizen said before.
    """
    if conversation.owner_id == actor.account_id:
        return True
    return bool(await readable_among(session, [conversation.id], actor))


async def readable_among(
    session: AsyncSession, conversation_ids: Sequence[str], actor: Actor
) -> set[str]:
    """Those of them that the actor may read; as `may_read`."""
    present = aliased(Conversation)
    serves_citizen = exists().where(
        present.contact_id == Conversation.contact_id, present.owner_id == actor.account_id
    )
    query = select(Conversation.id).where(
        Conversation.id.in_(conversation_ids), or_(visible_to(actor), serves_citizen)
    )
    return set(await session.scalars(query))


async def check_readable(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    """Raise NotFound, as for one that does not exist, unless the actor may read the conversation."""
    if not await may_read(session, conversation, actor):
        raise not_found()


def not_found() -> NotFound:
    """The same for what does not exist and for what is not for the actor's eyes."""
    return NotFound("没有找到这个会话。", what="conversation")


async def may_talk(session: AsyncSession, conversation: Conversation, actor: Actor) -> bool:
    """Whether the citizen hears what the actor says: its owner, and who has joined the owner."""
    if conversation.status != ConversationStatus.ASSIGNED:
        return False
    if conversation.owner_id == actor.account_id:
        return True
    row = await participant(session, conversation, actor.account_id)
    return row is not None and row.state == "joined"


async def check_may_talk(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    """Raise NotOwner unless the actor may talk to the citizen. The conversation is locked by the caller."""
    if not await may_talk(session, conversation, actor):
        raise NotOwner(owner_id=conversation.owner_id)


def check_owner(conversation: Conversation, actor: Actor) -> None:
    """Raise NotOwner unless the actor serves the conversation now."""
    if conversation.owner_id != actor.account_id:
        raise NotOwner(owner_id=conversation.owner_id)


async def check_in_charge(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    """As check_owner, but supervisors may step in where they may look (transfer, release, close)."""
    if conversation.owner_id == actor.account_id:
        return
    leads = actor.may(Permission.CONVERSATION_SUPERVISE)
    if not leads or not await may_read(session, conversation, actor):
        raise NotOwner(owner_id=conversation.owner_id)


def agents_within(actor: Actor) -> Select[str] | None:
    """The ids of the agents whose work is within the actor's scope; None: everybody's."""
    if actor.scope is Scope.ALL:
        return None
    account = aliased(Account)
    mine = account.id == actor.account_id
    if actor.scope is Scope.GROUP:
        mine = or_(mine, account.id.in_(colleagues_of(actor.account_id)))
    return select(account.id).where(mine)


def with_colleagues(
    actor: Actor, agent_id: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """For lists of people and of their work: those of `agents_within`."""
    within = agents_within(actor)
    return true() if within is None else agent_id.in_(within)
