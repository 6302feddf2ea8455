"""How personal numbers in conversations with people are kept: who may look at them, and when they are taken out.

What the bot was told is covered at once (personal.py); what agents were told they need while they work on it. Some
time after the conversation was closed identity numbers go out of its messages. One timer walks through the closed
conversations in the order in which they were closed and remembers how far it came.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.configs import get_config
from core.conversation import personal, repository, thread
from core.conversation.content import CONTENT, TextContent
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.masking import mask_identity
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

CONFIG_NAME = "conversation.personal"
KEEP_TIMER = "conversation.numbers"
_SUBJECT = "closed"
# Conversations of one transaction; other writers wait meanwhile.
BATCH = 20
SOON, LATER = timedelta(seconds=2), timedelta(hours=1)
_MESSAGES = 10_000


class PersonalSettings(BaseModel):
    """`keep_days`: so long after closing identity numbers stay readable for those who may look at them."""

    model_config = ConfigDict(extra="forbid")

    keep_days: int = Field(default=30, ge=1, le=3650)
    reveal_reason: bool = False


async def arm(uows: UnitOfWorkFactory) -> None:
    """Start the walk, unless it is under way already. Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (KEEP_TIMER, _SUBJECT)) is None:
            await set_timer(uow, KEEP_TIMER, _SUBJECT, uow.clock.now())


async def forget_numbers(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler: the next conversations whose time is over. `payload`: the last one done."""
    days = (await get_config(uow.session, CONFIG_NAME, PersonalSettings)).keep_days
    until = uow.clock.now() - timedelta(days=days)
    rows = await _closed(uow.session, payload, until)
    for conversation_id, closed_at in rows:
        await _forget(uow, conversation_id)
        payload = {"closed_at": closed_at.isoformat(), "id": conversation_id}
    wait = SOON if len(rows) == BATCH else LATER
    await set_timer(uow, KEEP_TIMER, subject, uow.clock.now() + wait, payload)


async def _closed(
    session: AsyncSession, done: dict[str, Any], until: datetime
) -> list[tuple[str, datetime]]:
    query = (
        select(Conversation.id, Conversation.closed_at)
        .where(
            Conversation.status == ConversationStatus.CLOSED,
            Conversation.closed_at.is_not(None),
            Conversation.closed_at <= until,
        )
        .order_by(Conversation.closed_at, Conversation.id)
        .limit(BATCH)
    )
    if done:
        last = (datetime.fromisoformat(done["closed_at"]), done["id"])
        query = query.where(tuple_(Conversation.closed_at, Conversation.id) > last)
    rows = await session.execute(query)
    return [(row.id, row.closed_at) for row in rows if row.closed_at is not None]


async def _forget(uow: UnitOfWork, conversation_id: str) -> None:
    conversation = await thread.load_for_update(uow, conversation_id)
    changed = 0
    for row in await repository.messages_after(uow.session, conversation_id, 0, _MESSAGES):
        content = CONTENT.validate_python(row.content)
        if (
            isinstance(content, TextContent)
            and (kept := mask_identity(content.text)) != content.text
        ):
            kept_content = content.model_copy(update={"text": kept})
            personal.replace_content(uow, conversation, row, kept_content)
            changed += 1
    if changed:
        audit.record(
            uow, actor="system", action="conversation.numbers_forgotten",
            subject=f"conversation:{conversation_id}", messages=changed,
        )  # fmt: skip


def timer_handlers() -> dict[str, TimerHandler]:
    return {KEEP_TIMER: TimerHandler(forget_numbers)}
