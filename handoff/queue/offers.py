"""What a citizen may do when nobody is there to take the conversation: the queue says it with its refusal.

`handoff/left_messages` implements it, `app` plugs it in; without it the bot's task takes the matter down.
"""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.content import Choice, ChoicesContent, Content, FormContent
from core.conversation.models import Conversation

LEAVE_WORD = Choice(label="登记诉求，等工作人员处理", value="我要登记投诉")


class Offer(Protocol):
    async def content(
        self, session: AsyncSession, conversation: Conversation, text: str
    ) -> Content:
        """`text` says why nobody is there."""
        ...


def task_offer(text: str) -> ChoicesContent:
    """The bot's own task for matters that people look after later."""
    return ChoicesContent(text=text, choices=[LEAVE_WORD])


class TaskOffer:
    async def content(
        self, session: AsyncSession, conversation: Conversation, text: str
    ) -> Content:
        return task_offer(text)


def with_choice(content: Content | None, text: str, choice: Choice) -> Content:
    """The offer and one thing more that can be done; of nothing else, `text` with that alone."""
    match content:
        case FormContent():
            return FormContent(data={**content.data, "choices": [choice.model_dump()]})
        case ChoicesContent():
            return content.model_copy(update={"choices": [*content.choices, choice]})
        case None:
            return ChoicesContent(text=text, choices=[choice])
        case _:
            return ChoicesContent(text=getattr(content, "text", text), choices=[choice])
