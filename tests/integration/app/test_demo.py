"""The accounts that `make run` connects to the stand-ins."""

from __future__ import annotations

from sqlalchemy import select

from app.demo import MINI_PROGRAM_INBOX, WECHAT_INBOX, WECOM_INBOX, simulated_accounts
from channels.wechat.menu_push import MENU_TOPIC
from core.conversation.models import Inbox
from core.outbox.models import OutboxRow
from tests.integration.app.site import Site, on_sqlite


@on_sqlite
async def test_the_demo_starts_again_with_its_menu_and_with_accounts_switched_off(
    site: Site,
) -> None:
    """The stand-in has forgotten the menu; the secrets stay."""
    first = await simulated_accounts(site.container, 8000, 8100)
    async with site.container.uows.write() as uow:
        for inbox_id in (WECHAT_INBOX, MINI_PROGRAM_INBOX, WECOM_INBOX):
            (await uow.session.get_one(Inbox, inbox_id)).enabled = False
    assert await simulated_accounts(site.container, 8000, 8100) == first
    async with site.container.uows.read() as session:
        rows = list(await session.scalars(select(OutboxRow).where(OutboxRow.topic == MENU_TOPIC)))
    assert any(row.payload["force"] for row in rows)
