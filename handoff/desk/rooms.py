"""Which rooms a desk hears from the moment it is connected; those of conversations come and go with looking at them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor, Scope
from core.auth.permissions import Permission
from core.events import (
    DESK_ROOM,
    SUPERVISOR_ROOM,
    TICKETS_ROOM,
    agent_room,
    is_queue_room,
    queue_room,
)
from handoff.agents.models import SkillGroup
from handoff.desk.access import groups_of

__all__ = ["is_standing", "rooms_of"]


async def rooms_of(session: AsyncSession, actor: Actor) -> frozenset[str]:
    """As access.visible_to: queues whose conversations the actor may take; everything for those who see all.

    Whoever works on tickets alone hears of them, and what is for himself.
    Supervisors who see a part of the conversations hear no more of the others than any desk; their wall fetches.
    """
    rooms = {agent_room(actor.account_id)}
    if actor.may(Permission.TICKET_READ):
        rooms.add(TICKETS_ROOM)
    if not actor.may(Permission.CONVERSATION_READ):
        return frozenset(rooms)
    rooms |= {DESK_ROOM, queue_room(None)}
    everything = actor.scope is Scope.ALL
    if everything and actor.may(Permission.CONVERSATION_SUPERVISE):
        rooms.add(SUPERVISOR_ROOM)
    groups = select(SkillGroup.id) if everything else groups_of(actor.account_id)
    rooms |= {queue_room(group_id) for group_id in await session.scalars(groups)}
    return frozenset(rooms)


def is_standing(room: str) -> bool:
    """Whether `rooms_of` decides about the room; others are entered by commands."""
    return room in (DESK_ROOM, TICKETS_ROOM, SUPERVISOR_ROOM) or is_queue_room(room)
