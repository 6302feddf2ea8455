"""What a citizen picked on an official account, whose lists may also stand outside of a conversation."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent import picks
from channels.tencent.picks import number_in as number_in
from channels.tencent.picks import tapped as tapped
from channels.wechat.models import WeChatOffer
from core.conversation.content import Choice


async def numbered(session: AsyncSession, inbox_id: str, openid: str, number: int) -> Choice | None:
    """The choice a bare number means; None unless a numbered list was the last thing the citizen was shown."""
    last = await picks.last_shown(session, inbox_id, openid)
    offer = await session.get(WeChatOffer, (inbox_id, openid))
    if offer is not None and (last is None or offer.at > last.created_at):
        choices = [Choice.model_validate(choice) for choice in offer.choices]
        return choices[number - 1] if number <= len(choices) else None
    return await picks.numbered(session, last, number)
