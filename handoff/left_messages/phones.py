"""Which phone a citizen has proved to be his, by the code of a left message: to tell him that something waits."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.left_messages.models import LeftMessage


class ProvedPhones:
    async def of(self, session: AsyncSession, contact_id: str) -> str | None:
        """The latest; None: none, or its time of being kept is over (keeping.py)."""
        query = select(LeftMessage.phone).where(
            LeftMessage.contact_id == contact_id,
            LeftMessage.phone_proved.is_(True),
            LeftMessage.forgotten_at.is_(None),
        )
        return await session.scalar(query.order_by(LeftMessage.id.desc()).limit(1))
