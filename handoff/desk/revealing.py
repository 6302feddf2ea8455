"""A look at a message with its personal numbers in full: for those who may read it, and never unnoticed."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from core import audit
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.configs import get_config
from core.conversation import thread
from core.conversation.keeping import CONFIG_NAME, PersonalSettings
from core.conversation.models import Message
from core.conversation.schemas import MessageRead
from core.errors import InvalidInput, NotFound
from core.ids import Id
from core.masking import mask_personal
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import check_readable

Looker = Annotated[Actor, Depends(require(Permission.PERSONAL_READ))]


class ReasonNeeded(InvalidInput):
    code, default_message = "reveal_reason_needed", "请填写查看完整号码的原因。"


class Reveal(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: str = Field(default="", max_length=200)


class Revealing:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        # Far above what serving takes; who collects numbers runs into it.
        self._looks = RateLimit(uows.clock, limit=60, window=timedelta(minutes=10))

    async def reveal(
        self, conversation_id: str, message_id: str, actor: Actor, reason: str
    ) -> MessageRead:
        """The message as it is stored. Noted: who, which message, when and why; never what was in it."""
        self._looks.check(actor.account_id)
        async with self._uows.write() as uow:
            conversation = await thread.load(uow.session, conversation_id)
            await check_readable(uow.session, conversation, actor)
            message = await uow.session.get(Message, message_id)
            if message is None or message.conversation_id != conversation_id:
                raise NotFound("没有找到这条消息。", what="message")
            settings = await get_config(uow.session, CONFIG_NAME, PersonalSettings)
            if settings.reveal_reason and not reason.strip():
                raise ReasonNeeded(field="reason")
            why = {"reason": mask_personal(reason.strip())} if reason.strip() else {}
            audit.record(
                uow, actor=actor.account_id, action="message.revealed",
                subject=f"message:{message_id}", conversation=conversation_id, **why,
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
