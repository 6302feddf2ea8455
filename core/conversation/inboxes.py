"""Inboxes as others ask for them: which there are, and whether those somebody names exist."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Inbox
from core.errors import InvalidInput


async def all_inboxes(session: AsyncSession) -> list[Inbox]:
    """Those in use and those that are not, by name."""
    return list((await session.scalars(select(Inbox).order_by(Inbox.name, Inbox.id))).all())


async def check_inboxes(session: AsyncSession, wanted: Iterable[str], field: str) -> None:
    """Raise InvalidInput for `field` when one of the inboxes does not exist."""
    known = set((await session.scalars(select(Inbox.id))).all())
    missing = sorted(set(wanted) - known)
    if missing:
        raise InvalidInput(f"没有接入点“{missing[0]}”。", field=field)
