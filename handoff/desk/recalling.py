"""An agent takes a message back within two minutes. What it said is gone for citizen and colleagues at once; those
who supervise may look at it for a month, and every look is audited (docs/adr/0035)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from core import audit
from core.auth.actor import Actor
from core.auth.permissions import Permission, check
from core.conversation import repository, thread
from core.conversation.attachments.repository import RECALLED_KEPT, set_state
from core.conversation.content import CONTENT, ActivityContent, Content, FileContent
from core.conversation.models import Conversation, Message, MessageDelivery
from core.conversation.outside import EVENT_CHANNELS
from core.conversation.schemas import MessageRead
from core.conversation.ways import travelled
from core.errors import Conflict, NotFound, PermissionDenied
from core.outbox.repository import withdraw
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.desk.access import check_readable

WITHIN = timedelta(minutes=2)
# How long those who supervise may see what it said.
KEPT = RECALLED_KEPT
KIND = "recalled"
BY_CITIZEN = "市民撤回了一条消息"
FORGET_TIMER = "message.recalled"
# The key in a message's `meta`, which never leaves the server.
_KEPT = "recalled"


class RecallTooLate(Conflict):
    """Details: `seconds`."""

    code, default_message = "recall_too_late", "发出超过两分钟的消息不能撤回。"


class RecallNotYours(PermissionDenied):
    code, default_message = "recall_not_yours", "只能撤回自己发出的消息。"


class RecallImpossible(Conflict):
    """It has left for a channel that takes nothing back. Details: `channel`."""

    code = "recall_impossible"
    default_message = "消息已经发到对方的微信上，微信不支持撤回。可以再发一条更正说明。"


class Recalling:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def recall_message(
        self, conversation_id: str, message_id: str, actor: Actor
    ) -> MessageRead:
        """Put a line in the message's place, here and on all screens; doing it twice changes nothing.

        Whether the citizen has read it meanwhile, or somebody else serves by now, makes no difference. Raises
        RecallNotYours, RecallTooLate, RecallImpossible.
        """
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            message = await _message(uow, conversation, message_id)
            if message.author_kind != "agent" or message.author_id != actor.account_id:
                raise RecallNotYours()
            content: Content = CONTENT.validate_python(message.content)
            if isinstance(content, ActivityContent):
                return MessageRead.of(message)
            now = uow.clock.now()
            if now - message.created_at > WITHIN:
                raise RecallTooLate(seconds=int(WITHIN.total_seconds()))
            if travelled(conversation, message) and conversation.channel not in EVENT_CHANNELS:
                await _stop_delivery(uow, conversation, message)
            line = f"{actor.name}撤回了一条消息"
            await self._replace(uow, conversation, message, content, line, actor.account_id)
            await uow.session.flush()
            return MessageRead.of(message)

    async def taken_back(self, inbox_id: str, external_id: str) -> None:
        """A citizen took a message back on a channel that tells of it (微信客服). Doing it twice changes nothing."""
        async with self._uows.write() as uow:
            stored = await repository.message_by_external_id(uow.session, inbox_id, external_id)
            if stored is None:
                return
            conversation = await thread.load_for_update(uow, stored.conversation_id)
            content: Content = CONTENT.validate_python(stored.content)
            if stored.author_kind != "visitor" or isinstance(content, ActivityContent):
                return
            await self._replace(uow, conversation, stored, content, BY_CITIZEN, "visitor")

    async def _replace(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        message: Message,
        content: Content,
        text: str,
        by: str,
    ) -> None:
        """`text`: the line in its place. `by`: the agent's id, or visitor."""
        now = uow.clock.now()
        kept = {"content": message.content, "by": by, "at": now.isoformat()}
        # Who was mentioned in it need not be told any more; everything else was about its words.
        message.meta = {_KEPT: kept}
        line = ActivityContent(kind=KIND, text=text)
        message.content = line.model_dump(mode="json")
        if conversation.preview == thread.preview_of(content, message.author_kind):
            conversation.preview = line.text
            # Else the words stay in the lists until something else happens.
            await thread.publish_state(uow, conversation)
        if isinstance(content, FileContent):
            await set_state(uow, content.attachment_id, KIND)
        await set_timer(uow, FORGET_TIMER, message.id, now + KEPT)
        audit.record(
            uow, actor=by, action="message.recalled", subject=f"message:{message.id}",
            conversation=conversation.id, type=content.type,
        )  # fmt: skip
        thread.tell_changed(uow, conversation, message)

    async def look(self, conversation_id: str, message_id: str, actor: Actor) -> Content:
        """What a recalled message said, for those who supervise; audited. Raises NotFound when its time is over."""
        check(actor.role, Permission.CONVERSATION_SUPERVISE)
        async with self._uows.write() as uow:
            conversation = await thread.load(uow.session, conversation_id)
            await check_readable(uow.session, conversation, actor)
            message = await _message(uow, conversation, message_id)
            kept = message.meta.get(_KEPT)
            if kept is None:
                raise NotFound("这条消息没有撤回过，或者保留期已过。", what="message")
            audit.record(
                uow, actor=actor.account_id, action="message.recalled_seen",
                subject=f"message:{message.id}", conversation=conversation.id,
            )  # fmt: skip
            content: Content = CONTENT.validate_python(kept["content"])
            return content

    async def note_file_seen(self, attachment_id: str, actor: Actor) -> None:
        """Somebody who supervises opens the file of a recalled message."""
        async with self._uows.write() as uow:
            audit.record(
                uow, actor=actor.account_id, action="message.recalled_seen",
                subject=f"attachment:{attachment_id}",
            )  # fmt: skip


async def _message(uow: UnitOfWork, conversation: Conversation, message_id: str) -> Message:
    message = await uow.session.get(Message, message_id)
    if message is None or message.conversation_id != conversation.id:
        raise NotFound("没有找到这条消息。", what="message")
    return message


async def _stop_delivery(uow: UnitOfWork, conversation: Conversation, message: Message) -> None:
    """Take it out of the outbox; what was begun cannot be stopped, so then nothing is recalled."""
    payload = {"message_id": message.id}
    if not await withdraw(uow.session, thread.DELIVER_TOPIC, conversation.id, payload):
        raise RecallImpossible(channel=conversation.channel)
    # It may have waited for the citizen; then that is over as well.
    forget = delete(MessageDelivery).where(MessageDelivery.message_id == message.id)
    await uow.session.execute(forget)


async def forget(uow: UnitOfWork, message_id: str, payload: dict[str, Any]) -> None:
    """Nobody may see any more what a recalled message said: it leaves the database. Its file is swept by its age."""
    message = await uow.session.get(Message, message_id)
    if message is None or _KEPT not in message.meta:
        return
    message.meta = {name: value for name, value in message.meta.items() if name != _KEPT}
    audit.record(
        uow, actor="system", action="message.forgotten", subject=f"message:{message.id}",
        conversation=message.conversation_id,
    )  # fmt: skip


async def _lock(uow: UnitOfWork, message_id: str) -> None:
    """Whoever writes to the message holds its conversation's lock."""
    message = await uow.session.get(Message, message_id)
    if message is not None:
        await thread.load_for_update(uow, message.conversation_id)


def timer_handlers() -> dict[str, TimerHandler]:
    return {FORGET_TIMER: TimerHandler(forget, lock=_lock)}
