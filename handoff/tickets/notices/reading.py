"""A person's own notices: the list, how many are unread, and marking them as read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.masked_numbers import covered
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.models import Ticket
from handoff.tickets.notices.models import TicketNotice
from handoff.tickets.notices.schemas import NoticePage, NoticeRead

# More unread ones than the bell can show are not counted.
MOST_COUNTED = 100


class Notices:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def page(self, account_id: str, *, after: str | None, limit: int) -> NoticePage:
        query = (
            select(TicketNotice, Ticket.title)
            .outerjoin(Ticket, Ticket.id == TicketNotice.ticket_id)
            .where(TicketNotice.account_id == account_id)
            .order_by(TicketNotice.id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(TicketNotice.id < after)
        async with self._uows.read() as session:
            rows = list(await session.execute(query))
            unread = await self._unread(session, account_id)
        items = [_read(notice, title or "") for notice, title in rows[:limit]]
        return NoticePage(
            items=items, next=items[-1].id if len(rows) > limit else None, unread=unread
        )

    async def seen(self, account_id: str, ids: list[str] | None) -> NoticePage:
        """Mark one's own as read; the first page as it is then."""
        mine = (TicketNotice.account_id == account_id, TicketNotice.read_at.is_(None))
        statement = update(TicketNotice).where(*mine)
        if ids is not None:
            statement = statement.where(TicketNotice.id.in_(ids))
        async with self._uows.write() as uow:
            await uow.session.execute(statement.values(read_at=uow.clock.now()))
        return await self.page(account_id, after=None, limit=20)

    async def _unread(self, session: AsyncSession, account_id: str) -> int:
        some = (
            select(TicketNotice.id)
            .where(TicketNotice.account_id == account_id, TicketNotice.read_at.is_(None))
            .limit(MOST_COUNTED)
        )
        return await session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _read(notice: TicketNotice, title: str) -> NoticeRead:
    data: dict[str, Any] = notice.data
    return NoticeRead(
        id=notice.id, kind=notice.kind, ticket_id=notice.ticket_id,
        number=data.get("number") or "", title=covered(title), target=data.get("target"),
        due_at=data.get("due_at"), year=data.get("year"), by=data.get("by") or "", at=notice.at,
        read_at=notice.read_at,
    )  # fmt: skip
