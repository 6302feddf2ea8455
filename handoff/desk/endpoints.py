"""HTTP routes of the desk: what agents look at. What they do goes over the socket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus
from core.ids import Id
from handoff.desk.reading import DeskReader
from handoff.desk.schemas import (
    ConversationContext,
    ConversationPage,
    EarlierPage,
    FoundPage,
    ListChoices,
    MessagePage,
)
from handoff.desk.wanted import Section, Wanted

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]
# The lists of the desk are drawn a stretch at a time; who opens it fetches all of their own at once.
ListLimit = Annotated[int, Query(ge=1, le=500)]
Limit = Annotated[int, Query(ge=1, le=100)]
Seq = Annotated[int | None, Query(ge=0, le=2**31 - 1)]
Name = Annotated[str | None, Query(min_length=1, max_length=64)]
When = Annotated[AwareDatetime | None, Query()]


def _wanted(
    section: Section | None = None,
    status: ConversationStatus | None = None,
    mine: bool = False,
    inbox: Name = None,
    channel: Name = None,
    business: Name = None,
    tag: Name = None,
    group: Id | None = None,
    agent: Id | None = None,
    unread: bool = False,
    waiting: bool = False,
    since: When = None,
    until: When = None,
) -> Wanted:
    return Wanted(
        section=section, status=status, mine=mine, inbox=inbox, channel=channel, business=business,
        tag=tag, group=group, agent=agent, unread=unread, waiting=waiting, since=since, until=until,
    )  # fmt: skip


Asked = Annotated[Wanted, Depends(_wanted)]


def build_router(reader: DeskReader) -> APIRouter:
    router = APIRouter(prefix="/conversations", tags=["conversations"])

    @router.get("")
    async def list_conversations(
        actor: Reader, wanted: Asked, after: Id | None = None, limit: ListLimit = 50
    ) -> ConversationPage:
        """What the caller may see, narrowed. The queue in its order, closed ones latest first."""
        return await reader.page(actor, wanted, after=after, limit=limit)

    @router.get("/search")
    async def search_conversations(
        actor: Reader,
        wanted: Asked,
        q: Annotated[str, Query(max_length=100)],
        after: Id | None = None,
        limit: Limit = 50,
    ) -> FoundPage:
        """By words that were said, a citizen's name, a ticket's or a conversation's number."""
        return await reader.search(actor, wanted, q, after=after, limit=limit)

    @router.get("/choices")
    async def list_choices(actor: Reader) -> ListChoices:
        """What lists can be narrowed to: inboxes, businesses, tags."""
        return await reader.choices()

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

    @router.get("/{conversation_id}/earlier")
    async def list_earlier(
        conversation_id: Id, actor: Reader, after: Id | None = None, limit: Limit = 20
    ) -> EarlierPage:
        """The citizen's other conversations on every channel, newest first."""
        return await reader.earlier(conversation_id, actor, after=after, limit=limit)

    return router
