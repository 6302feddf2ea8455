"""Tells supervisors that a rule or a flow leads to somebody who is not there any more. Called by service.place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event
from core.unit_of_work import UnitOfWork
from handoff.tickets.assigning.models import AssigningFault
from handoff.tickets.assigning.reasons import Step, explain
from handoff.tickets.models import Ticket

# Beside rules that lead nowhere (choice.BROKEN).
OTHERS = frozenset({"stage_gone", "gone", "everybody_away"})
# A broken rule meets every ticket; once in that time is enough to hear of it.
TOLD_EVERY = timedelta(hours=1)
_SUBJECT_LENGTH = 128


async def tell(uow: UnitOfWork, ticket: Ticket, steps: Sequence[Step]) -> None:
    """An alert for what is new among `steps`."""
    # In one order: two tickets that meet the same faults at once must not wait for each other in a circle.
    new = [each for each in sorted(steps, key=_subject) if await _is_new(uow, _subject(each))]
    if not new:
        return
    alert = AlertRaised(
        code="ticket_assigning_broken",
        message=f"工单 {ticket.number} 分派时发现问题：" + "".join(explain(new)),
        details={"ticket_id": ticket.id, "number": ticket.number},
    )
    uow.publish(Event("alert.raised", alert, Audience(agent_rooms=frozenset({SUPERVISOR_ROOM}))))


def _subject(step: Step) -> str:
    named = step.get("rule") or step.get("stage") or step.get("department") or ""
    return f"{step['kind']}:{named}"[:_SUBJECT_LENGTH]


async def _is_new(uow: UnitOfWork, subject: str) -> bool:
    """Of two tickets at once only one tells. What was told is only read: nobody waits for whoever else meets it."""
    now = uow.clock.now()
    told = select(AssigningFault.told_at).where(AssigningFault.subject == subject)
    last = await uow.session.scalar(told)
    if last is not None and last > now - TOLD_EVERY:
        return False
    sqlite = uow.session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if sqlite else postgres_insert
    noted = (
        insert(AssigningFault)
        .values(subject=subject, told_at=now)
        .on_conflict_do_update(
            index_elements=[AssigningFault.subject],
            set_={"told_at": now},
            where=AssigningFault.told_at <= now - TOLD_EVERY,
        )
        .returning(AssigningFault.subject)
    )
    return await uow.session.scalar(noted) is not None
