"""What a citizen is offered when nobody is there: the form of a left message, or a way to it.

The website's widget draws the form itself. On other channels a link leads to the full page of a website inbox; where
there is no public address or no such inbox, the bot's task takes it down. Plugged into the queue by `app`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from core.conversation.content import Content, FormContent, TextContent
from core.conversation.models import Conversation, Inbox
from core.conversation.ways import travels_from
from handoff.businesses import CONFIG_NAME as BUSINESSES
from handoff.businesses import BusinessLines
from handoff.left_messages.settings import CONFIG_NAME, LeftMessageSettings
from handoff.queue.offers import task_offer

FORM = "left_message"
MOST_WORDS = 1000
MOST_FILES = 9
# Where the page opens the form at once.
ANCHOR = "#leave"
# Where what is said does not speak of it already.
INVITATION = "您也可以给我们留言，我们会按时答复。"


class FormOffer:
    """Implements handoff.queue.offers.Offer."""

    def __init__(self, public_url: str = "") -> None:
        """`public_url`: the address under which citizens reach this installation; "": none is known."""
        self._public_url = public_url.rstrip("/")

    async def content(
        self, session: AsyncSession, conversation: Conversation, text: str
    ) -> Content:
        if not await travels_from(session, conversation):
            return FormContent(data=await self._form(session, text))
        page = await self._page(session)
        if page is None:
            return task_offer(text)
        if conversation.channel == "wechat":
            # By way of WeChat, so that the page knows who it is (channels/tencent/pages/full_page.py).
            page = f"{self._public_url}/wechat/{conversation.inbox_id}/page?to=leave"
        return TextContent(text=f"{text}\n请点这里给我们留言：{page}")

    async def _form(self, session: AsyncSession, text: str) -> dict[str, Any]:
        lines = (await get_config(session, BUSINESSES, BusinessLines)).lines
        return {
            "form": FORM,
            "title": "给我们留言",
            "text": text if "留言" in text else f"{text}{INVITATION}",
            "fields": [
                {"name": "name", "label": "姓名", "kind": "text", "required": True},
                {
                    "name": "business",
                    "label": "业务",
                    "kind": "choice",
                    "required": False,
                    "options": lines,
                },
                {"name": "text", "label": "留言内容", "kind": "longtext", "required": True},
                {"name": "phone", "label": "手机号", "kind": "phone", "required": True},
            ],
            "submit_label": "提交留言",
            "most_files": MOST_FILES,
        }

    async def _page(self, session: AsyncSession) -> str | None:
        if not self._public_url:
            return None
        wanted = (await get_config(session, CONFIG_NAME, LeftMessageSettings)).page_inbox
        query = select(Inbox.id).where(Inbox.channel == "web", Inbox.enabled)
        inboxes = list(await session.scalars(query.order_by(Inbox.created_at, Inbox.id)))
        if not inboxes:
            return None
        return f"{self._public_url}/chat/{wanted if wanted in inboxes else inboxes[0]}{ANCHOR}"
