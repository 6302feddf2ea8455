"""What a citizen picked on an official account, whose lists may also stand outside of a conversation."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.receiving import picks
from channels.tencent.receiving.picks import number_in as number_in
from channels.tencent.receiving.picks import tapped as tapped
from channels.wechat.models import WeChatOffer
from core.conversation.choices import offered_choices
from core.conversation.content import Choice, Content
from core.unit_of_work import UnitOfWork

# WeChat lets us answer a citizen's message for 48 hours; nobody counts on a list for longer.
REMEMBERED = timedelta(hours=48)


async def numbered(session: AsyncSession, inbox_id: str, openid: str, number: int) -> Choice | None:
    """The choice a bare number means; None unless a numbered list was the last thing the citizen was shown."""
    last = await picks.last_shown(session, inbox_id, openid)
    offer = await session.get(WeChatOffer, (inbox_id, openid))
    if offer is not None and (last is None or offer.at > last.created_at):
        choices = [Choice.model_validate(choice) for choice in offer.choices]
        return choices[number - 1] if number <= len(choices) else None
    return await picks.numbered(session, last, number)


async def remember(uow: UnitOfWork, inbox_id: str, openid: str, content: Content) -> None:
    """What the numbers of a list mean that no stored message tells: the courier has just shown it."""
    choices = [choice.model_dump() for choice in offered_choices(content)]
    now = uow.clock.now()
    await uow.session.execute(delete(WeChatOffer).where(WeChatOffer.at < now - REMEMBERED))
    await uow.session.merge(WeChatOffer(inbox_id=inbox_id, openid=openid, choices=choices, at=now))
