"""What is known of citizens' sessions with a 客服账号: rows of `wecom_sessions`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from channels.wecom.models import WecomSession
from core.unit_of_work import UnitOfWork

# A session of 企业微信 lasts 48 hours at most (94669).
LASTS = timedelta(hours=48)
# Who writes later does not do so because of the link he came by.
SCENE_FOR = timedelta(hours=12)
# The unionid of a citizen does not change, but an account may be bound to WeChat's developers' accounts later.
ASK_AGAIN = timedelta(days=7)
KEPT = timedelta(days=30)

Known = dict[str, WecomSession]


async def of(session: AsyncSession, inbox_id: str, citizens: Iterable[str]) -> Known:
    """By external_userid; who is not known is left out."""
    query = select(WecomSession).where(
        WecomSession.inbox_id == inbox_id, WecomSession.external_userid.in_(sorted(set(citizens)))
    )
    return {row.external_userid: row for row in await session.scalars(query)}


async def put(uow: UnitOfWork, inbox_id: str, external_userid: str, **values: Any) -> WecomSession:
    """Write down what is now known of the citizen's session."""
    now = uow.clock.now()
    row = await uow.session.get(WecomSession, (inbox_id, external_userid))
    if row is None:
        await uow.session.execute(delete(WecomSession).where(WecomSession.at < now - KEPT))
        # The courier may find out something about the same citizen at this moment.
        sqlite = uow.session.get_bind().dialect.name == "sqlite"
        insert = (sqlite_insert if sqlite else postgres_insert)(WecomSession).values(
            inbox_id=inbox_id, external_userid=external_userid, scene="", at=now
        )
        await uow.session.execute(insert.on_conflict_do_nothing())
        row = await uow.session.get_one(WecomSession, (inbox_id, external_userid))
    for name, value in values.items():
        setattr(row, name, value)
    row.at = now
    return row


def sub_channel(row: WecomSession | None, now: datetime) -> str:
    """scene/ and the link's scene, "" when the citizen came by none lately."""
    if row is None or not row.scene or row.scene_at is None or now - row.scene_at >= SCENE_FOR:
        return ""
    return f"scene/{row.scene}"


def is_with_servicer(row: WecomSession | None, now: datetime) -> bool:
    return row is not None and row.servicer_until is not None and now < row.servicer_until


def is_ours(row: WecomSession | None, now: datetime) -> bool:
    """Whether the session was taken by us and nobody was asked for nothing."""
    return row is not None and row.ours_until is not None and now < row.ours_until


def is_asked(row: WecomSession | None, now: datetime) -> bool:
    return row is not None and row.asked_at is not None and now - row.asked_at < ASK_AGAIN
