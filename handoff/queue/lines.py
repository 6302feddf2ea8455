"""Who stands before whom. Queries of places; an agent of several groups serves several lines at once.

The line of a group are all who wait for somebody its members serve: for the group, for anybody, and for
the other groups its members belong to. So what a citizen is told counts everybody who may be served first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.conversation.models import Conversation
from core.events import contact_room
from handoff.agents.models import GroupMember
from handoff.queue.models import QueueEntry
from handoff.queue.repository import ORDER, comes_before

_WAITS = QueueEntry.state == "waiting"


class InLine(NamedTuple):
    conversation_id: str
    group_id: str | None
    contact_id: str
    inbox_id: str

    @property
    def windows(self) -> str:
        """The citizen's room."""
        return contact_room(self.contact_id, self.inbox_id)


@dataclass(frozen=True)
class Lines:
    """Which groups share agents. `members`: agent ids by group; groups that are not in it are dissolved."""

    members: Mapping[str, Sequence[str]]

    def counted(self, group_id: str | None, other: str | None) -> bool:
        """Whether somebody who waits for `other` may be served before one who waits for `group_id`."""
        if group_id not in self.members or other not in self.members or group_id == other:
            return True  # who waits for anybody, stands in everybody's line
        assert group_id is not None
        assert other is not None
        return not set(self.members[group_id]).isdisjoint(self.members[other])


def _in_line_of(group_id: str | None) -> ColumnElement[bool]:
    """As Lines.counted, for the database."""
    if group_id is None:
        return true()
    mine, other = aliased(GroupMember), aliased(GroupMember)
    shared = (
        select(other.group_id)
        .join(mine, mine.agent_id == other.agent_id)
        .where(mine.group_id == group_id)
    )
    return or_(
        QueueEntry.group_id.is_(None),
        QueueEntry.group_id == group_id,
        QueueEntry.group_id.in_(shared),
        ~exists().where(GroupMember.group_id == QueueEntry.group_id),
        ~exists().where(GroupMember.group_id == group_id),
    )


async def count_ahead(session: AsyncSession, entry: QueueEntry) -> int:
    """How many may be served before this one. One statement."""
    query = select(func.count()).select_from(QueueEntry)
    query = query.where(_WAITS, _in_line_of(entry.group_id), comes_before(entry))
    return await session.scalar(query) or 0


async def counts_before(session: AsyncSession, entry: QueueEntry) -> dict[str | None, int]:
    """How many wait before this place, by the group they wait for."""
    query = select(QueueEntry.group_id, func.count()).where(_WAITS, comes_before(entry))
    rows = await session.execute(query.group_by(QueueEntry.group_id))
    return {row[0]: row[1] for row in rows}


async def following(session: AsyncSession, entry: QueueEntry | None, limit: int) -> list[InLine]:
    """Those from this place on, in order, the entry itself included if it waits; None: from the first."""
    query = select(
        QueueEntry.conversation_id, QueueEntry.group_id, Conversation.contact_id,
        Conversation.inbox_id,
    ).join(Conversation, Conversation.id == QueueEntry.conversation_id)  # fmt: skip
    query = query.where(_WAITS).order_by(*ORDER).limit(limit)
    if entry is not None:
        query = query.where(~comes_before(entry))
    return [InLine(*row) for row in await session.execute(query)]
