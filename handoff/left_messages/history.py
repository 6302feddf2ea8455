"""Writes the steps of a left message down: who, when, what. Called by whatever changes one, in its transaction."""

from __future__ import annotations

from typing import Any

from core import audit
from core.conversation.leaving import LeftMessageUpdated
from core.events import DESK_ROOM, Audience, Event, contact_room
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from handoff.left_messages.models import LeftMessage, LeftMessageStep
from handoff.left_messages.status import LeftStatus, LeftStep

VISITOR, VISITOR_NAME = "visitor", "市民"


async def record(
    uow: UnitOfWork,
    row: LeftMessage,
    step: LeftStep,
    after: LeftStatus,
    *,
    actor: str,
    actor_name: str,
    text: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Set the status, number the step, and tell the citizen and the desk. What was said stays out of the audit."""
    before = row.status if step is not LeftStep.LEAVE else None
    now = uow.clock.now()
    row.status, row.updated_at = after.value, now
    row.version += 1
    uow.session.add(
        LeftMessageStep(
            id=new_id(), left_message_id=row.id, version=row.version, at=now, actor=actor,
            actor_name=actor_name, step=step.value, from_status=before, to_status=after.value,
            text=text, data=data or {},
        )
    )  # fmt: skip
    await uow.session.flush()
    way = {"way": data["way"]} if data and "way" in data else {}
    audit.record(
        uow, actor=actor, action=f"left_message.{step.value}", subject=f"left_message:{row.id}",
        version=row.version, status=row.status, **way,
    )  # fmt: skip
    tell(uow, row)


def tell(uow: UnitOfWork, row: LeftMessage) -> None:
    """A hint for whoever shows it; nothing of what it says."""
    news = LeftMessageUpdated(
        id=row.id, number=row.number, status=LeftStatus(row.status).value, version=row.version
    )
    windows = contact_room(row.contact_id, row.inbox_id)
    rooms = Audience(frozenset({windows}), frozenset({DESK_ROOM}))
    uow.publish(Event("left_message.updated", news, rooms))
