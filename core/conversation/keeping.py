"""How personal numbers in conversations with people are kept: who may look at them, and when they are taken out.

What the bot was told is covered at once (personal.py); what agents were told they need while they work on it. Some
time after the conversation was closed identity numbers go out of its messages, and files if the organisation wants it.
A timer of each walks through the closed conversations in the order in which they were closed and remembers how far it
came.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.configs import get_config
from core.conversation import personal, repository, thread
from core.conversation.attachments import repository as files
from core.conversation.content import (
    CONTENT,
    FILE_KINDS,
    ActivityContent,
    Content,
    FileContent,
    LocationContent,
    TextContent,
)
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.masking import mask_identity
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

CONFIG_NAME = "conversation.personal"
KEEP_TIMER = "conversation.numbers"
FILES_TIMER = "conversation.files"
# The kind of the line in the place of a file whose time is over.
EXPIRED = "file_expired"
_SUBJECT = "closed"
# Conversations of one transaction; other writers wait meanwhile.
BATCH = 20
SOON, LATER = timedelta(seconds=2), timedelta(hours=1)
_MESSAGES = 10_000


class PersonalSettings(BaseModel):
    """`keep_days`: so long after closing identity numbers stay readable for those who may look at them.

    `keep_files_days`: so long after closing files stay in the thread; 0: as long as the conversation.
    `keep_tickets_days`: so long after its end a ticket's personal data stays (handoff/tickets/life/keeping.py); what
    people complained about may be looked into for years.
    """

    model_config = ConfigDict(extra="forbid")

    keep_days: int = Field(default=30, ge=1, le=3650)
    keep_files_days: int = Field(default=0, ge=0, le=3650)
    keep_tickets_days: int = Field(default=1095, ge=30, le=36_500)
    reveal_reason: bool = False


async def arm(uows: UnitOfWorkFactory) -> None:
    """Start the walks, unless they are under way already. Called when a server starts."""
    async with uows.write() as uow:
        for kind in (KEEP_TIMER, FILES_TIMER):
            if await uow.session.get(Timer, (kind, _SUBJECT)) is None:
                await set_timer(uow, kind, _SUBJECT, uow.clock.now())


async def forget_numbers(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler: the next conversations whose time is over. `payload`: the last one done."""
    days = (await get_config(uow.session, CONFIG_NAME, PersonalSettings)).keep_days
    payload, more = await _walk(uow, payload, days, _forget_numbers)
    await set_timer(uow, KEEP_TIMER, subject, uow.clock.now() + (SOON if more else LATER), payload)


async def forget_files(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """The same of the files that were exchanged."""
    days = (await get_config(uow.session, CONFIG_NAME, PersonalSettings)).keep_files_days
    more = False
    if days:
        payload, more = await _walk(uow, payload, days, _forget_files)
    await set_timer(uow, FILES_TIMER, subject, uow.clock.now() + (SOON if more else LATER), payload)


async def _walk(
    uow: UnitOfWork,
    payload: dict[str, Any],
    days: int,
    forget: Callable[[UnitOfWork, str], Awaitable[None]],
) -> tuple[dict[str, Any], bool]:
    """Do the next conversations closed so many days ago; the new place, and whether more are due."""
    rows = await _closed(uow.session, payload, uow.clock.now() - timedelta(days=days))
    for conversation_id, closed_at in rows:
        await forget(uow, conversation_id)
        payload = {"closed_at": closed_at.isoformat(), "id": conversation_id}
    return payload, len(rows) == BATCH


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


async def _forget_numbers(uow: UnitOfWork, conversation_id: str) -> None:
    conversation = await thread.load_for_update(uow, conversation_id)
    changed = 0
    for row in await repository.messages_after(uow.session, conversation_id, 0, _MESSAGES):
        content: Content = CONTENT.validate_python(row.content)
        kept = _without_numbers(content)
        if kept is not content:
            personal.replace_content(uow, conversation, row, kept)
            if isinstance(kept, FileContent):
                await files.rename(uow, kept.attachment_id, kept.name)
            elif isinstance(content, TextContent) and content.voice is not None:
                await files.forget(uow, [content.voice.attachment_id])
            changed += 1
    if changed:
        audit.record(
            uow, actor="system", action="conversation.numbers_forgotten",
            subject=f"conversation:{conversation_id}", messages=changed,
        )  # fmt: skip


def _without_numbers(content: Content) -> Content:
    """The same object where it holds no identity number."""
    match content:
        case TextContent(text=text) if (kept := mask_identity(text)) != text:
            # A recording would go on saying it.
            return content.model_copy(update={"text": kept, "voice": None})
        case LocationContent(label=label) if (kept := mask_identity(label)) != label:
            return content.model_copy(update={"label": kept})
        case FileContent(name=name) if (kept := mask_identity(name)) != name:
            folder = content.url.rpartition("/")[0]
            address = f"{folder}/{quote(kept, safe='')}"
            return content.model_copy(update={"name": kept, "url": address})
        case _:
            return content


async def _forget_files(uow: UnitOfWork, conversation_id: str) -> None:
    """A line stands in their place; the files themselves go with the next sweep, having no row."""
    conversation = await thread.load_for_update(uow, conversation_id)
    gone: list[str] = []
    for row in await repository.messages_after(uow.session, conversation_id, 0, _MESSAGES):
        content: Content = CONTENT.validate_python(row.content)
        if isinstance(content, TextContent) and content.voice is not None:
            gone.append(content.voice.attachment_id)
            said = content.model_copy(update={"voice": None})
            personal.replace_content(uow, conversation, row, said)
        if not isinstance(content, FileContent):
            continue
        line = ActivityContent(
            kind=EXPIRED, text=f"{FILE_KINDS[content.type]}已过保存期限，已删除。"
        )
        if conversation.preview == thread.preview_of(content, row.author_kind):
            conversation.preview = line.text
        personal.replace_content(uow, conversation, row, line)
        gone.append(content.attachment_id)
    if gone:
        await files.forget(uow, gone)
        audit.record(
            uow, actor="system", action="conversation.files_forgotten",
            subject=f"conversation:{conversation_id}", files=len(gone),
        )  # fmt: skip


def timer_handlers() -> dict[str, TimerHandler]:
    return {KEEP_TIMER: TimerHandler(forget_numbers), FILES_TIMER: TimerHandler(forget_files)}
