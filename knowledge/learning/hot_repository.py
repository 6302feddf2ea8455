"""Queries of the hot questions' board: pins, inboxes, what was told last. Nothing here commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import ConfigRow
from core.conversation.models import Inbox
from knowledge.learning.hot import CONFIG

# Kept beside the pins, as a document nobody edits.
TOLD = f"{CONFIG}.told"


class HotRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def inboxes(self) -> list[Inbox]:
        """Those that are open, by id."""
        query = select(Inbox).where(Inbox.enabled.is_(True)).order_by(Inbox.id)
        return list(await self._session.scalars(query))

    async def pinned_at(self) -> datetime | None:
        """When the pins were last changed; None: never."""
        query = select(ConfigRow.updated_at).where(ConfigRow.name == CONFIG)
        at: datetime | None = await self._session.scalar(query)
        return at

    async def told(self) -> str:
        """The version of the hot questions that was told last, by whichever server; empty: none."""
        query = select(ConfigRow.value).where(ConfigRow.name == TOLD)
        value = await self._session.scalar(query)
        return str(value["version"]) if value else ""

    async def note_told(self, version: str, now: datetime) -> None:
        row = ConfigRow(name=TOLD, value={"version": version}, updated_at=now, updated_by="system")
        await self._session.merge(row)
