"""The two ways an answer goes out: into the citizen's conversation, or by text message; and how far it came."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation import repository as conversations
from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.models import Conversation, Message
from core.conversation.schemas import Author, Delivery
from core.conversation.status import ConversationStatus
from core.conversation.ways import travelled
from core.errors import InvalidInput
from core.masking import mask_identity
from core.sensitive.book import SensitiveWords
from core.sms.service import Sms, TextState
from core.sms.templates import MAX_PARAM
from core.unit_of_work import UnitOfWork
from handoff.desk import deliveries
from handoff.desk.talking import refuse_unfilled
from handoff.left_messages.models import LeftMessage, LeftMessageStep
from handoff.left_messages.schemas import Way

# A short answer stands in the text itself; of a longer one the text only says that it is there.
SHORT, LONG = "left_message_reply", "left_message_answer"
SMS_ERRORS = {
    "sms_number_invalid": "号码无效",
    "sms_number_blocked": "号码拒收短信",
    "sms_template_invalid": "短信模板未通过审核",
    "sms_sign_invalid": "短信签名未通过审核",
    "sms_content_refused": "内容被短信平台拦截",
    "sms_not_set_up": "短信平台还没有设置好",
    "sms_off": "短信还没有开通",
    "sms_balance": "短信平台余额不足",
    "sms_credentials": "短信平台密钥不对",
    "sms_unreachable": "连不上短信平台",
    "sms_busy": "超过短信平台的发送上限",
}


class Answering:
    def __init__(self, *, sms: Sms, words: SensitiveWords) -> None:
        self._sms = sms
        self._words = words

    def check(self, text: str) -> None:
        """Raises WordsBlocked, VariableUnfilled, InvalidInput for what no citizen is to read."""
        if not text:
            raise InvalidInput("请写明答复内容。", field="text")
        self._words.check_agent(text)
        refuse_unfilled(TextContent(text=text))

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
        if conversation.status == ConversationStatus.CLOSED:
            # What takes identity numbers out of closed conversations may have been here already (keeping.py).
            text = mask_identity(text)
        content = TextContent(text=f"【留言 {row.number} 的答复】\n{text}")
        message = await thread.append(uow, conversation, author, content)
        await thread.publish_state(uow, conversation)
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
            return (_of_text(state) if state else None), None
        message_id = step.data.get("message_id")
        message = await session.get(Message, message_id) if message_id else None
        if message is None:
            return None, None
        conversation = await thread.load(session, message.conversation_id)
        if not travelled(conversation, message):
            return None, conversation.visitor_read_seq >= message.seq
        states = await deliveries.of_conversation(session, conversation)
        return deliveries.told(conversation, message, states), None


def _of_text(found: TextState) -> Delivery:
    reason = SMS_ERRORS.get(found.error, "短信平台暂时发不出去") if found.error else ""
    if found.state in ("failed", "undelivered"):
        return Delivery(state="failed", reason=reason or "短信没有送达")
    if found.state == "waiting":
        return Delivery(state="retrying" if found.error else "sending", reason=reason)
    return Delivery(state="delivered")
