"""Starting and ending services. Called by queue and desk inside their transactions."""

from __future__ import annotations

from typing import Any

from core.conversation.models import Conversation
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from handoff.queue import repository
from handoff.queue.models import Assignment


async def start(
    uow: UnitOfWork, conversation: Conversation, agent_id: str, trigger: str, **reason: Any
) -> Assignment:
    """The agent serves from now on. An earlier service must have ended (unique index).

    `reason`: as routing.reasons.reason makes it.
    """
    assignment = Assignment(
        id=new_id(), conversation_id=conversation.id, agent_id=agent_id, trigger=trigger,
        reason=reason, started_at=uow.clock.now(),
    )  # fmt: skip
    uow.session.add(assignment)
    await uow.session.flush()
    return assignment


async def end(uow: UnitOfWork, conversation_id: str, outcome: str) -> Assignment | None:
    """The running service is over; returns it, None when nobody served."""
    assignment = await repository.running_assignment(uow.session, conversation_id)
    if assignment is not None:
        assignment.ended_at, assignment.outcome = uow.clock.now(), outcome
        await uow.session.flush()
    return assignment


async def note_answer(uow: UnitOfWork, conversation_id: str) -> None:
    """The agent answered: remembered for the first time only."""
    assignment = await repository.running_assignment(uow.session, conversation_id)
    if assignment is not None and assignment.first_answer_at is None:
        assignment.first_answer_at = uow.clock.now()
