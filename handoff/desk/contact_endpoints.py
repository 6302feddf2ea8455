"""HTTP routes by which agents correct what is known of a citizen, and what a conversation is about."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.schemas import ConversationRead
from core.ids import Id
from handoff.desk.contact_schemas import CitizenRead, ContactChange, ConversationChange
from handoff.desk.contacts import Corrections

Server = Annotated[Actor, Depends(require(Permission.CONVERSATION_SERVE))]


def build_router(corrections: Corrections) -> APIRouter:
    router = APIRouter(tags=["conversations"])

    @router.patch("/contacts/{contact_id}")
    async def change_contact(contact_id: Id, change: ContactChange, actor: Server) -> CitizenRead:
        """Only what is sent is changed."""
        contact = await corrections.change_contact(contact_id, change, actor)
        return CitizenRead.model_validate(contact)

    @router.patch("/conversations/{conversation_id}")
    async def change_conversation(
        conversation_id: Id, change: ConversationChange, actor: Server
    ) -> ConversationRead:
        """What it is about."""
        return await corrections.change_conversation(conversation_id, change, actor)

    return router
