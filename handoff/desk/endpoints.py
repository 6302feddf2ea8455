"""HTTP routes of the desk: what agents look at. What they do goes over the socket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus
from core.ids import Id
from handoff.desk.reading import DeskReader
from handoff.desk.schemas import ConversationContext, ConversationPage, MessagePage

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]
Limit = Annotated[int, Query(ge=1, le=100)]
Seq = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


def build_router(reader: DeskReader) -> APIRouter:
    router = APIRouter(prefix="/conversations", tags=["conversations"])

    @router.get("")
    async def list_conversations(
        actor: Reader,
        status: ConversationStatus | None = None,
        mine: bool = False,
        after: Id | None = None,
        limit: Limit = 50,
    ) -> ConversationPage:
        """The caller's own and those that wait; all for those who may. The queue in its order."""
        return await reader.page(actor, status=status, mine=mine, after=after, limit=limit)

    @router.get("/{conversation_id}")
    async def get_conversation(conversation_id: Id, actor: Reader) -> ConversationRead:
        return await reader.get(conversation_id, actor)

    @router.get("/{conversation_id}/messages")
    async def list_messages(
        conversation_id: Id,
        actor: Reader,
        after_seq: Seq = None,
        before_seq: Seq = None,
        limit: Limit = 50,
    ) -> MessagePage:
        """From `after_seq` on, else the last ones before `before_seq`, else the last."""
        return await reader.messages(
            conversation_id, actor, after_seq=after_seq, before_seq=before_seq, limit=limit
        )

    @router.get("/{conversation_id}/context")
    async def get_context(conversation_id: Id, actor: Reader) -> ConversationContext:
        """The side panel: contact, why people were asked in, earlier conversations, tickets."""
        return await reader.context(conversation_id, actor)

    return router
