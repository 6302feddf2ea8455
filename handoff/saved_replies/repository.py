"""Queries of saved replies."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import affected
from handoff.agents.models import GroupMember, SkillGroup
from handoff.saved_replies.models import SavedReply


def usable_by(account_id: str, *, every_group: bool) -> ColumnElement[bool]:
    """Everybody's, one's own, and those of one's groups, or of all."""
    groups = select(GroupMember.group_id).where(GroupMember.agent_id == account_id)
    in_group = SavedReply.scope == "group"
    return or_(
        SavedReply.scope == "shared",
        SavedReply.owner_id == account_id,
        in_group if every_group else and_(in_group, SavedReply.group_id.in_(groups)),
    )


async def usable(
    session: AsyncSession, account_id: str, *, every_group: bool
) -> Sequence[SavedReply]:
    """Most used first, then in the order of the page."""
    query = select(SavedReply).where(usable_by(account_id, every_group=every_group))
    ordered = query.order_by(SavedReply.uses.desc(), SavedReply.position, SavedReply.title)
    return (await session.scalars(ordered)).all()


async def groups(
    session: AsyncSession, account_id: str, *, every_group: bool
) -> Sequence[SkillGroup]:
    query = select(SkillGroup).order_by(SkillGroup.name)
    if not every_group:
        mine = select(GroupMember.group_id).where(GroupMember.agent_id == account_id)
        query = query.where(SkillGroup.id.in_(mine))
    return (await session.scalars(query)).all()


async def of_shelf(
    session: AsyncSession, scope: str, group_id: str | None, owner_id: str | None
) -> Sequence[SavedReply]:
    """All of one shelf: everybody's, a group's, somebody's own; in the order of the page."""
    query = select(SavedReply).where(
        SavedReply.scope == scope,
        SavedReply.group_id == group_id if group_id is not None else SavedReply.group_id.is_(None),
        SavedReply.owner_id == owner_id if owner_id is not None else SavedReply.owner_id.is_(None),
    )
    return (await session.scalars(query.order_by(SavedReply.position, SavedReply.title))).all()


async def count_use(
    session: AsyncSession, reply_id: str, account_id: str, *, every_group: bool
) -> bool:
    """Whether there is such a reply for the caller."""
    mine = usable_by(account_id, every_group=every_group)
    statement = (
        update(SavedReply)
        .where(SavedReply.id == reply_id, mine)
        .values(uses=SavedReply.uses + 1)
        .execution_options(synchronize_session=False)
    )
    return affected(await session.execute(statement)) > 0
