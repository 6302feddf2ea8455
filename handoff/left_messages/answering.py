"""The two ways an answer goes out: into the citizen's conversation, or by text message; and how far it came."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation import deliveries, thread
from core.conversation import repository as conversations
from core.conversation.models import Conversation
from core.conversation.schemas import Author, Delivery
from core.conversation.speaking import speak
from core.errors import InvalidInput
from core.sensitive.book import SensitiveWords
from core.sms.service import Sms
from core.sms.templates import MAX_PARAM
from core.sms.told import delivery_of
from core.unit_of_work import UnitOfWork
from handoff.left_messages.models import LeftMessage, LeftMessageStep
from handoff.left_messages.schemas import Way
from handoff.saved_replies.filling import refuse_unfilled

# A short answer stands in the text itself; of a longer one the text only says that it is there.
SHORT, LONG = "left_message_reply", "left_message_answer"


class Answering:
    def __init__(self, *, sms: Sms, words: SensitiveWords) -> None:
        self._sms = sms
        self._words = words

    def check(self, text: str) -> None:
        """Raises WordsBlocked, VariableUnfilled, InvalidInput for what no citizen is to read."""
        if not text:
            raise InvalidInput("请写明答复内容。", field="text")
        self._words.check_agent(text)
        refuse_unfilled(text)

    async def target(self, uow: UnitOfWork, row: LeftMessage) -> Conversation:
        """The citizen's latest conversation of the inbox, locked: what a window shows on coming back."""
        latest = await conversations.latest_conversation(uow.session, row.contact_id, row.inbox_id)
        return await thread.load_for_update(uow, latest.id if latest else row.conversation_id)

    async def say(
        self,
        uow: UnitOfWork,
        row: LeftMessage,
        conversation: Conversation,
        text: str,
        actor: Actor,
    ) -> dict[str, Any]:
        """Into the conversation; channels that others run get it by the outbox. Returns the step's data."""
        author = Author(kind="agent", id=actor.account_id, name=actor.name)
        message = await speak(uow, conversation, author, f"【留言 {row.number} 的答复】", text)
        return {"message_id": message.id}

    async def text(self, uow: UnitOfWork, row: LeftMessage, text: str) -> dict[str, Any]:
        """By text message; the whole answer stays with the left message. Returns the step's data."""
        key = f"{row.id}/{row.version + 1}"
        # A phone nobody has proved may be a stranger's: it is told that there is an answer, not which.
        short = row.phone_proved and len(text) <= MAX_PARAM and "\n" not in text
        params = {"number": row.number, **({"answer": text} if short else {})}
        await self._sms.enqueue(
            uow, phone=row.phone, template=SHORT if short else LONG, params=params, key=key,
            inbox_id=row.inbox_id,
        )  # fmt: skip
        return {"key": key}

    async def delivery(
        self, session: AsyncSession, step: LeftMessageStep
    ) -> tuple[Delivery | None, bool | None]:
        """How far the answer of `step` came, and whether the citizen has opened it where that can be seen."""
        way: Way | None = step.data.get("way")
        if way == "sms":
            state = await self._sms.state_of(session, str(step.data.get("key")))
            return (delivery_of(state) if state else None), None
        return await deliveries.of_message(session, step.data.get("message_id"))
