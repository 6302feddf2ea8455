"""A look at a message with its personal numbers in full: for those who may read it, and never unnoticed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation import thread
from core.conversation.looking import Looks, Reveal
from core.conversation.models import Message
from core.conversation.schemas import MessageRead
from core.errors import NotFound
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import check_readable

Looker = Annotated[Actor, Depends(require(Permission.PERSONAL_READ))]


class Revealing:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        self._looks = Looks(uows.clock)

    async def reveal(
        self, conversation_id: str, message_id: str, actor: Actor, reason: str
    ) -> MessageRead:
        """The message as it is stored. Noted: who, which message, when and why; never what was in it."""
        self._looks.count(actor)
        async with self._uows.write() as uow:
            conversation = await thread.load(uow.session, conversation_id)
            await check_readable(uow.session, conversation, actor)
            message = await uow.session.get(Message, message_id)
            if message is None or message.conversation_id != conversation_id:
                raise NotFound("没有找到这条消息。", what="message")
            await self._looks.note(
                uow, actor, reason, action="message.revealed", subject=f"message:{message_id}",
                conversation=conversation_id,
            )  # fmt: skip
            return MessageRead.of(message)


def build_router(revealing: Revealing) -> APIRouter:
    router = APIRouter(prefix="/conversations", tags=["conversations"])

    @router.post("/{conversation_id}/messages/{message_id}/reveal")
    async def reveal_message(
        conversation_id: Id, message_id: Id, body: Reveal, actor: Looker
    ) -> MessageRead:
        """A message with its numbers in full. Every look is audited."""
        return await revealing.reveal(conversation_id, message_id, actor, body.reason)

    return router
