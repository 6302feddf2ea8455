"""Where a citizen of an account comes from: a tapped menu, or the code that was scanned last. The sub-channel."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.receiving.pushes import Push
from channels.wechat.models import WeChatScan
from channels.wechat.pushes import scene_in
from core.conversation.content import printable
from core.unit_of_work import UnitOfWork

MENU = "menu"
# Who writes later does not do so because of the code.
REMEMBERED_FOR = timedelta(hours=12)


def scene_of(push: Push) -> str:
    """The scene of the code, "" when the push is no scan."""
    return printable(scene_in(push) or "").strip()[:56]


async def remember(uow: UnitOfWork, inbox_id: str, openid: str, scene: str) -> None:
    now = uow.clock.now()
    await uow.session.merge(WeChatScan(inbox_id=inbox_id, openid=openid, scene=scene, at=now))
    await uow.session.execute(delete(WeChatScan).where(WeChatScan.at < now - REMEMBERED_FOR))


async def scanned(session: AsyncSession, inbox_id: str, openid: str, now: datetime) -> str:
    """scan/ and the scene, "" when nothing was scanned lately."""
    row = await session.get(WeChatScan, (inbox_id, openid))
    return f"scan/{row.scene}" if row is not None and now - row.at < REMEMBERED_FOR else ""
