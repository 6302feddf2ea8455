"""How citizens came into the chat behind WeChat's button: the sub-channel, and what the numbers of a list mean."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from channels.miniprogram.models import MiniProgramEntry
from channels.tencent.receiving import picks
from core.conversation.choices import offered_choices
from core.conversation.content import Choice, Content, printable
from core.masked_numbers import covered
from core.unit_of_work import UnitOfWork

BUTTON = "button"
# Who writes later does not do so because of that page.
REMEMBERED_FOR = timedelta(hours=12)
# WeChat lets us answer for 48 hours; nobody counts on a list for longer.
KEPT_FOR = timedelta(hours=48)


def named(session_from: str) -> str:
    """The sub-channel. What begins with a brace is data of the citizen's (a nickname, say), which is not kept."""
    name = covered(printable(session_from).strip())[:56]
    return BUTTON if not name or name.startswith("{") else f"{BUTTON}/{name}"


async def remember(uow: UnitOfWork, inbox_id: str, openid: str, session_from: str) -> None:
    now = uow.clock.now()
    await uow.session.execute(delete(MiniProgramEntry).where(MiniProgramEntry.at < now - KEPT_FOR))
    row = await _row(uow, inbox_id, openid)
    row.source, row.at = named(session_from), now


async def source_of(session: AsyncSession, inbox_id: str, openid: str, now: datetime) -> str:
    """Where the citizen comes from; the button is the only way there is, wherever it stands."""
    row = await session.get(MiniProgramEntry, (inbox_id, openid))
    return (
        row.source if row is not None and row.source and now - row.at < REMEMBERED_FOR else BUTTON
    )


async def offered(uow: UnitOfWork, inbox_id: str, openid: str, content: Content) -> None:
    """A numbered list was shown outside a conversation. Called by the courier."""
    row = await _row(uow, inbox_id, openid)
    row.choices = [choice.model_dump() for choice in offered_choices(content)]
    row.offered_at = uow.clock.now()


async def numbered(session: AsyncSession, inbox_id: str, openid: str, number: int) -> Choice | None:
    """The choice a bare number means; None unless a numbered list was the last thing the citizen was shown."""
    last = await picks.last_shown(session, inbox_id, openid)
    row = await session.get(MiniProgramEntry, (inbox_id, openid))
    at = row.offered_at if row is not None else None
    if row is not None and at is not None and (last is None or at > last.created_at):
        choices = [Choice.model_validate(choice) for choice in row.choices]
        return choices[number - 1] if number <= len(choices) else None
    return await picks.numbered(session, last, number)


async def _row(uow: UnitOfWork, inbox_id: str, openid: str) -> MiniProgramEntry:
    row = await uow.session.get(MiniProgramEntry, (inbox_id, openid))
    if row is None:
        row = MiniProgramEntry(
            inbox_id=inbox_id, openid=openid, source="", choices=[], offered_at=None, at=uow.clock.now()
        )  # fmt: skip
        uow.session.add(row)
    return row
