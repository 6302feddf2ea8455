"""Queries of participants, mentions and transfers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.unit_of_work import UnitOfWork
from handoff.agents.repository import SERVING
from handoff.desk.team.models import Mention, Participant, ParticipantState, Transfer, TransferState

PRESENT = ("asked", "invited", "joined")


async def serving_account(session: AsyncSession, agent_id: str) -> Account | None:
    """The account if it may serve citizens and is in use."""
    query = select(Account).where(Account.id == agent_id, Account.active, Account.role.in_(SERVING))
    return await session.scalar(query)


async def serving_accounts(session: AsyncSession, ids: Collection[str]) -> list[Account]:
    query = select(Account).where(Account.id.in_(ids), Account.active, Account.role.in_(SERVING))
    return list((await session.scalars(query)).all())


# ---- participants ------------------------------------------------------------------------------


async def participant(
    session: AsyncSession, conversation: Conversation, agent_id: str
) -> Participant | None:
    """Their row of the present episode."""
    row = await session.get(Participant, (conversation.id, agent_id))
    return row if row is not None and row.episode == conversation.bot_session else None


async def put_participant(
    uow: UnitOfWork, conversation: Conversation, agent_id: str, state: ParticipantState, *, by: str
) -> None:
    """Set the state. The caller holds the conversation's lock."""
    row = Participant(
        conversation_id=conversation.id, agent_id=agent_id, state=state,
        episode=conversation.bot_session, by=by, at=uow.clock.now(),
    )  # fmt: skip
    await uow.session.merge(row)
    await uow.session.flush()


async def present(
    session: AsyncSession, conversation: Conversation
) -> Sequence[tuple[Participant, str]]:
    """Who asks, is invited or has joined, with their names, in the order they came."""
    if conversation.status == ConversationStatus.CLOSED:
        return []
    query = (
        select(Participant, Account.name)
        .join(Account, Account.id == Participant.agent_id)
        .where(
            Participant.conversation_id == conversation.id,
            Participant.state.in_(PRESENT),
            Participant.episode == conversation.bot_session,
        )
        .order_by(Participant.at, Participant.agent_id)
    )
    return [(row, name) for row, name in await session.execute(query)]


async def concerning(session: AsyncSession, agent_id: str) -> list[Conversation]:
    """Open conversations in which somebody waits for the agent's word, or beside which they stand."""
    beside = select(Participant.conversation_id).where(
        Participant.agent_id == agent_id,
        Participant.state.in_(PRESENT),
        Participant.episode == Conversation.bot_session,
        Participant.conversation_id == Conversation.id,
    )
    asked = select(Participant.conversation_id).where(
        Participant.state == "asked",
        Participant.episode == Conversation.bot_session,
        Participant.conversation_id == Conversation.id,
        Conversation.owner_id == agent_id,
    )
    offered = select(Transfer.conversation_id).where(
        or_(Transfer.to_agent == agent_id, Transfer.from_agent == agent_id),
        Transfer.state == "pending",
        Transfer.epoch == Conversation.epoch,
        Transfer.conversation_id == Conversation.id,
    )
    query = select(Conversation).where(
        Conversation.status != ConversationStatus.CLOSED,
        or_(beside.exists(), asked.exists(), offered.exists()),
    )
    return list((await session.scalars(query.order_by(Conversation.id))).all())


# ---- mentions ----------------------------------------------------------------------------------


async def see_mentions(
    session: AsyncSession, conversation_id: str, agent_id: str, at: datetime
) -> None:
    await session.execute(
        update(Mention)
        .where(
            Mention.conversation_id == conversation_id,
            Mention.agent_id == agent_id,
            Mention.seen_at.is_(None),
        )
        .values(seen_at=at)
    )


async def has_unseen_mention(session: AsyncSession, conversation_id: str, agent_id: str) -> bool:
    query = select(Mention.message_id).where(
        Mention.conversation_id == conversation_id,
        Mention.agent_id == agent_id,
        Mention.seen_at.is_(None),
    )
    return await session.scalar(query.limit(1)) is not None


# ---- transfers ---------------------------------------------------------------------------------


async def pending_transfer(session: AsyncSession, conversation_id: str) -> Transfer | None:
    """The one that waits for somebody's word, whether or not the conversation has moved on since."""
    query = select(Transfer).where(
        Transfer.conversation_id == conversation_id, Transfer.state == "pending"
    )
    return await session.scalar(query, execution_options={"populate_existing": True})


async def last_transfer(session: AsyncSession, conversation_id: str) -> Transfer | None:
    """The newest that moved the conversation: accepted by an agent, or into a group's queue."""
    moved = or_(
        Transfer.state == "accepted",
        and_(Transfer.to_group.is_not(None), Transfer.state.in_(("pending", "expired"))),
    )
    query = select(Transfer).where(Transfer.conversation_id == conversation_id, moved)
    return await session.scalar(query.order_by(Transfer.id.desc()).limit(1))


async def end_transfer(
    uow: UnitOfWork, transfer: Transfer, state: TransferState, *, reason: str = ""
) -> None:
    transfer.state, transfer.ended_at, transfer.reason = state, uow.clock.now(), reason
    # Before another one is added: only one may be pending (unique index).
    await uow.session.flush()
