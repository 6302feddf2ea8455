"""How a conversation stands among colleagues: read as a whole, and told to whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.service import account_names
from core.conversation.models import Conversation
from core.events import (
    AlertRaised,
    Audience,
    Event,
    ParticipantRead,
    TeamUpdated,
    TransferRead,
    agent_room,
    conversation_room,
)
from core.unit_of_work import UnitOfWork
from handoff.agents.models import SkillGroup
from handoff.desk.team import repository
from handoff.desk.team.models import Transfer
from handoff.desk.team.rules import Handed, gives_back_to


async def read_team(session: AsyncSession, conversation: Conversation) -> TeamUpdated:
    pending = await repository.pending_transfer(session, conversation.id)
    if pending is not None and pending.epoch != conversation.epoch:
        pending = None
    back = await gives_back(session, conversation)
    wanted = {back} if back else set()
    if pending is not None:
        wanted |= {pending.from_agent, pending.to_agent or ""}
    names = await account_names(session, wanted - {""})
    return TeamUpdated(
        conversation_id=conversation.id,
        epoch=conversation.epoch,
        owner_id=conversation.owner_id,
        participants=[
            ParticipantRead.model_validate(
                {"agent_id": row.agent_id, "name": name, "state": row.state, "at": row.at}
            )
            for row, name in await repository.present(session, conversation)
        ],
        transfer=await _transfer(session, pending, names) if pending is not None else None,
        return_to=back,
        return_to_name=names.get(back) if back else None,
    )


async def gives_back(session: AsyncSession, conversation: Conversation) -> str | None:
    """To whom its owner can give it back in one step."""
    if conversation.owner_id is None:
        return None
    last = await repository.last_transfer(session, conversation.id)
    handed = None
    if last is not None:
        handed = Handed(last.from_agent, last.to_agent, last.state, last.epoch)
    return gives_back_to(handed, owner_id=conversation.owner_id, epoch=conversation.epoch)


async def _transfer(session: AsyncSession, row: Transfer, names: dict[str, str]) -> TransferRead:
    group = await session.get(SkillGroup, row.to_group) if row.to_group else None
    to_name = names.get(row.to_agent or "", "") if row.to_agent else (group.name if group else "")
    return TransferRead(
        id=row.id, epoch=row.epoch, from_agent=row.from_agent,
        from_name=names.get(row.from_agent, ""), to_agent=row.to_agent, to_group=row.to_group,
        to_name=to_name, note=row.note, expires_at=row.expires_at,
    )  # fmt: skip


async def publish_team(
    uow: UnitOfWork, conversation: Conversation, *, also: Iterable[str | None] = ()
) -> TeamUpdated:
    """Tell the owner, everybody beside them, who has it open, and `also`: who was and is no longer."""
    team = await read_team(uow.session, conversation)
    concerned = {conversation.owner_id, *also, *(each.agent_id for each in team.participants)}
    if team.transfer is not None:
        concerned |= {team.transfer.to_agent, team.transfer.from_agent}
    rooms = {agent_room(each) for each in concerned if each is not None}
    rooms.add(conversation_room(conversation.id))
    uow.publish(Event("team.updated", team, Audience(agent_rooms=frozenset(rooms))))
    return team


def tell(uow: UnitOfWork, agent_id: str, code: str, message: str, /, **details: Any) -> None:
    """Raise an alert at one agent's desks."""
    alert = AlertRaised(code=code, message=message, details=details)
    room = frozenset({agent_room(agent_id)})
    uow.publish(Event("alert.raised", alert, Audience(agent_rooms=room)))
