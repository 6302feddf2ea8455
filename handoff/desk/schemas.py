"""What the console sees of conversations beyond core's ConversationRead."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from core.conversation.ports import HandoffSummary
from core.conversation.replying import ReplyWindowUpdated
from core.conversation.schemas import ConversationRead, MessageRead
from handoff.desk.why import RoutingWhy


class ConversationItem(ConversationRead):
    """A line of the list. `unread`: messages the owner has not read; `queued_at`: waits since, for
    `group_id`, in the order of `order_at`.

    `undelivered`: a message to the citizen failed for good. `mentioned`: a note names the reader, who has not looked.
    """

    unread: int = 0
    queued_at: datetime | None = None
    order_at: datetime | None = None
    category: str | None = None
    priority: int = 0
    group_id: str | None = None
    customer_group: str = ""
    undelivered: bool = False
    mentioned: bool = False


class ConversationPage(BaseModel):
    """`next` is the `after` of the next page; null: no more. `waiting`: the whole queue."""

    items: list[ConversationItem]
    next: str | None
    waiting: int


class Found(BaseModel):
    """Why the search shows a conversation. `text`: the words around what was looked for, of message `seq`."""

    by: Literal["words", "name", "ticket", "number"]
    text: str = ""
    seq: int | None = None


class FoundConversation(ConversationItem):
    found: Found


class FoundPage(BaseModel):
    """`next` is the `after` of the next page; null: nothing further back.

    `since`: so far back was looked. A page may be empty and have a next one: a request looks through so many
    messages and no more.
    """

    items: list[FoundConversation]
    next: str | None
    since: datetime | None


class InboxChoice(BaseModel):
    id: str
    name: str
    channel: str


class ListChoices(BaseModel):
    """What lists can be narrowed to."""

    inboxes: list[InboxChoice]
    businesses: list[str]
    tags: list[str]


class MessagePage(BaseModel):
    """Messages in order of seq. `next`: after_seq of the next page forward; null at the end."""

    items: list[MessageRead]
    next: int | None


class ContactRead(BaseModel):
    id: str
    name: str
    region: str
    customer_group: str = ""
    tags: list[str] = []
    birth_year: int | None = None
    channel: str
    inbox_id: str
    inbox_name: str
    since: datetime


class EarlierConversation(BaseModel):
    """`agents`: names of those who served it."""

    id: str
    inbox_id: str
    channel: str
    sub_channel: str = ""
    status: str
    created_at: datetime
    closed_at: datetime | None
    preview: str
    agents: list[str]


class EarlierPage(BaseModel):
    """`next` is the `after` of the next page; null: no more."""

    items: list[EarlierConversation]
    next: str | None


class HandoffReason(BaseModel):
    """Why people were asked in. `label` is the rule in Chinese; `evidence` what it rests on.

    `summary`: the bot's, for the agent; null for conversations from before there was one.
    """

    rule: str
    label: str
    evidence: dict[str, Any]
    category: str | None = None
    summary: HandoffSummary | None = None


class ConversationContext(BaseModel):
    """The side panel. `tickets` as in GET /tickets; `ratings` of this conversation's services.

    `earlier` is the first page, `earlier_next` the `after` of the next one. `invited_at`: when a rating of the
    present service was last asked for; `rated`: whether there is one. `why` it went where it did.
    `replies`: what the citizen's channel still lets us send; null where it lets everybody write as they like.
    """

    contact: ContactRead
    handoff: HandoffReason | None
    earlier: list[EarlierConversation]
    earlier_next: str | None = None
    invited_at: datetime | None = None
    rated: bool = False
    why: RoutingWhy | None = None
    replies: ReplyWindowUpdated | None = None
    tickets: list[dict[str, Any]]
    ratings: list[dict[str, Any]]
