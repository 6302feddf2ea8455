"""What clients see of conversations and messages. The TypeScript types are generated from these."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from core.conversation.content import CONTENT, Citation, Content, veiled
from core.conversation.in_part import in_part
from core.conversation.models import Conversation, Message
from core.conversation.status import ConversationStatus

AuthorKind = Literal["visitor", "bot", "agent", "system"]


class Author(BaseModel):
    kind: AuthorKind
    id: str | None = None
    name: str | None = None


def _empty(value: object) -> bool:
    return value == ""


class Delivery(BaseModel):
    """How far a message came on a channel that others run (WeChat); our own sockets need none.

    delivered: the channel has taken it. failed: for good, `reason` says why; it can be tried again. held: the channel
    lets nothing through now; it goes out when the citizen writes again. `reminded`: that he was told that it waits.
    unsure: it was handed over and no answer came; it can be sent again, and may then be there twice.
    """

    state: Literal["sending", "retrying", "delivered", "failed", "held", "unsure"]
    reason: str = ""
    reminded: Literal["", "notice", "sms"] = Field(
        default="", exclude_if=_empty, json_schema_extra={"x-left-out": True}
    )


def _absent(value: object) -> bool:
    return value is None


def _none(value: object) -> bool:
    return value == []


def _false(value: object) -> bool:
    return value is False


class MessageRead(BaseModel):
    id: str
    conversation_id: str
    seq: int
    author: Author
    content: Content
    client_msg_id: str | None = None
    private: bool = False
    created_at: datetime
    citations: list[Citation] | None = None
    # For agents: personal numbers are shown in part.
    masked: bool = Field(default=False, exclude_if=_false, json_schema_extra={"x-left-out": True})
    helpful: bool | None = None  # the citizen's verdict on an answer, told to the citizen alone
    # Ids of the agents a private note is meant for; in nothing else.
    mentions: list[str] = Field(
        default=[], exclude_if=_none, json_schema_extra={"x-left-out": True}
    )
    # For agents. Left out where it says nothing, as in the contents.
    delivery: Delivery | None = Field(
        default=None, exclude_if=_absent, json_schema_extra={"x-left-out": True}
    )

    @classmethod
    def of(cls, row: Message) -> MessageRead:
        content = CONTENT.validate_python(row.content)
        return cls(
            id=row.id,
            conversation_id=row.conversation_id,
            seq=row.seq,
            author=Author.model_validate(
                {"kind": row.author_kind, "id": row.author_id, "name": row.author_name or None}
            ),
            content=content,
            client_msg_id=row.client_msg_id,
            private=row.private,
            created_at=row.created_at,
            citations=getattr(content, "citations", None),
            mentions=row.meta.get("mentions", []) if row.private else [],
        )

    @classmethod
    def for_desk(cls, row: Message) -> MessageRead:
        """As agents see it: personal numbers in part. The whole is shown on request, and that is audited."""
        return cls.of(row).in_part()

    def in_part(self) -> MessageRead:
        content = in_part(self.content, by_citizen=self.author.kind == "visitor")
        if content is self.content:
            return self
        return self.model_copy(update={"content": content, "masked": True})

    @classmethod
    def for_citizen(cls, row: Message, now: datetime) -> MessageRead:
        """As its citizen sees it: with personal contents, until their time."""
        return cls.of(row).model_copy(update={"content": shown_to_citizen(row, now)})


PERSONAL = "personal"
OVER = "个人信息已过查看时间，不再显示。需要时请重新查询。"


def shown_to_citizen(row: Message, now: datetime) -> Content:
    """A personal content stands in the row's `meta`, where nobody else's reading looks (thread.append)."""
    content: Content = CONTENT.validate_python(row.content)
    personal = row.meta.get(PERSONAL)
    if personal is None:
        return content
    if now < datetime.fromisoformat(personal["until"]):
        shown: Content = CONTENT.validate_python(personal["content"])
        return shown
    return over(content, personal["label"])


def over(content: Content, label: str) -> Content:
    """What stands for a personal content when its time is over."""
    return veiled(content, f"【{label}】{OVER}")


class ConversationRead(BaseModel):
    """A conversation as both sides see it; agents get the fields below `handoff` as well.

    `waiting_since`: since when an agent owes the citizen an answer; `answer_due_at`: by when.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    inbox_id: str
    channel: str
    sub_channel: str = ""
    language: str = "zh"
    business: str | None = None
    status: ConversationStatus
    epoch: int
    owner_id: str | None
    owner_name: str | None = None
    last_seq: int
    visitor_read_seq: int
    agent_read_seq: int
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    handoff: dict[str, Any] | None = None
    contact_id: str | None = None
    contact_name: str | None = None
    contact_tags: list[str] = []
    preview: str = ""
    # Whom and what it is about was left out: for desks that may see it already there is nothing new in those fields.
    brief: bool = False
    waiting_since: datetime | None = None
    answer_due_at: datetime | None = None

    @classmethod
    def of(
        cls,
        row: Conversation,
        *,
        owner_name: str | None = None,
        contact_name: str | None = None,
        contact_tags: list[str] | None = None,
    ) -> Self:
        called = {"contact_name": contact_name, "contact_tags": contact_tags or []}
        return cls.model_validate(row).model_copy(update={"owner_name": owner_name, **called})

    def for_desk(self) -> ConversationRead:
        """For agents who neither serve nor supervise it: that it exists, not whom or what it is about."""
        unseen: dict[str, Any] = {
            "handoff": None,
            "business": None,
            "contact_name": None,
            "contact_tags": [],
            "preview": "",
            "brief": True,
        }
        return self.model_copy(update=unseen)

    def for_visitor(self) -> ConversationRead:
        """Without what is only for people at the desk: the rule's evidence, the contact, the preview."""
        unseen = ("contact_id", "waiting_since", "answer_due_at")
        return self.for_desk().model_copy(update=dict.fromkeys(unseen))
