"""What the console sees of conversations beyond core's ConversationRead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from core.conversation.schemas import ConversationRead, MessageRead


class ConversationItem(ConversationRead):
    """A line of the list. `unread`: messages the owner has not read; `queued_at`: waits since."""

    unread: int = 0
    queued_at: datetime | None = None
    category: str | None = None
    priority: int = 0


class ConversationPage(BaseModel):
    """`next` is the `after` of the next page; null: no more. `waiting`: the whole queue."""

    items: list[ConversationItem]
    next: str | None
    waiting: int


class MessagePage(BaseModel):
    """Messages in order of seq. `next`: after_seq of the next page forward; null at the end."""

    items: list[MessageRead]
    next: int | None


class ContactRead(BaseModel):
    id: str
    name: str
    region: str
    channel: str
    inbox_id: str
    inbox_name: str
    since: datetime


class EarlierConversation(BaseModel):
    """`agents`: names of those who served it."""

    id: str
    inbox_id: str
    channel: str
    status: str
    created_at: datetime
    closed_at: datetime | None
    preview: str
    agents: list[str]


class HandoffReason(BaseModel):
    """Why people were asked in. `label` is the rule in Chinese; `evidence` what it rests on."""

    rule: str
    label: str
    evidence: dict[str, Any]
    category: str | None = None


class ConversationContext(BaseModel):
    """The side panel. `tickets` as in GET /tickets; `ratings` of this conversation's services."""

    contact: ContactRead
    handoff: HandoffReason | None
    earlier: list[EarlierConversation]
    tickets: list[dict[str, Any]]
    ratings: list[dict[str, Any]]
