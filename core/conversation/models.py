"""Tables of conversations: inboxes, contacts, their identities, conversations, messages, how far those came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, validates

from core.conversation.words import words_of
from core.database import Base, IdColumn

OPEN = text("status <> 'closed'")


class Inbox(Base):
    """One configured account of a channel. `id` is the short name used in addresses, such as `web`."""

    __tablename__ = "inboxes"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(128))
    enabled: Mapped[bool] = mapped_column(default=True)
    # Channel specific, validated by the channel: texts, account ids. Secrets live in files, not here.
    config: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]


class Contact(Base):
    """A person. `customer_group` and `tags` are the organisation's own words (重点服务对象, 单位经办人).

    `birth_year` and `region` are known only of those who said so or were imported.
    """

    __tablename__ = "contacts"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    name: Mapped[str] = mapped_column(String(128), default="")
    region: Mapped[str] = mapped_column(String(64), default="")
    customer_group: Mapped[str] = mapped_column(String(64), default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    birth_year: Mapped[int | None]
    created_at: Mapped[datetime]


class ContactIdentity(Base):
    """How a channel knows a contact: openid, or the random id in a visitor's token."""

    __tablename__ = "contact_identities"
    __table_args__ = (UniqueConstraint("inbox_id", "external_id"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    inbox_id: Mapped[str] = mapped_column(ForeignKey("inboxes.id"))
    external_id: Mapped[str] = mapped_column(String(128))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), index=True)


class ContactUnion(Base):
    """WeChat's id of a person over all accounts of one open platform. A contact has one at most (persons.py)."""

    __tablename__ = "contact_unions"

    union_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), unique=True)
    at: Mapped[datetime]


class Conversation(Base):
    """One thread between a contact and us on one inbox.

    `epoch` rises with every change of owner. `last_seq` numbers the messages. `answered_seq` is the
    visitor message the bot has dealt with; while status is `bot` and `visitor_seq` is ahead of it, a
    turn is owed, and `turn_lease_until` says until when some server is working on it. The bot's present
    episode began after message `bot_since_seq`; `bot_session` counts episodes, because Rasa's tracker
    knows nothing of what people said in between and must start afresh. `sub_channel` is where within the inbox
    the citizen came from (a page, a menu entry, a scanned code); `business` what it is about, once that is known;
    `language` is a tag such as zh or en.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("uq_conversations_one_open", "contact_id", "inbox_id", unique=True,
              sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_conversations_status_updated", "status", "updated_at"),
        # For what is forgotten some time after closing (keeping.py).
        Index("ix_conversations_closed_at", "closed_at"),
        Index("ix_conversations_owner_status", "owner_id", "status"),
        Index("ix_conversations_status_closed", "status", "closed_at", "id"),
        Index("ix_conversations_contact", "contact_id", "id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    inbox_id: Mapped[str] = mapped_column(ForeignKey("inboxes.id"))
    channel: Mapped[str] = mapped_column(String(32))
    sub_channel: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(16), default="zh")
    business: Mapped[str | None] = mapped_column(String(64))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"))
    status: Mapped[str] = mapped_column(String(16))
    epoch: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[str | None] = mapped_column(IdColumn)
    last_seq: Mapped[int] = mapped_column(default=0)
    visitor_seq: Mapped[int] = mapped_column(default=0)
    answered_seq: Mapped[int] = mapped_column(default=0)
    bot_since_seq: Mapped[int] = mapped_column(default=0)
    bot_session: Mapped[int] = mapped_column(default=0)
    visitor_read_seq: Mapped[int] = mapped_column(default=0)
    agent_read_seq: Mapped[int] = mapped_column(default=0)
    turn_lease_until: Mapped[datetime | None]
    # While an agent serves: since when the citizen waits for an answer and by when it is owed, or since when it is
    # the citizen's turn; how far that clock has come, and when it is looked at next (handoff/sla/service.py).
    waiting_since: Mapped[datetime | None]
    answer_due_at: Mapped[datetime | None]
    quiet_since: Mapped[datetime | None]
    clock_stage: Mapped[int] = mapped_column(default=0)
    clock_at: Mapped[datetime | None]
    # Why people were asked in: {"rule", "evidence", "category", "text"}; null while only the bot served.
    handoff: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    preview: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


def _words_at_insert(context: DefaultExecutionContext) -> str:
    parameters = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return words_of(parameters["content"])


class Message(Base):
    """One message. `meta` is for the server's own use (what the bot understood) and never leaves it.

    `words` is what the desk's search looks at; it follows the content by itself, however that is written.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_msg_id"),
        UniqueConstraint("inbox_id", "external_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    inbox_id: Mapped[str] = mapped_column(ForeignKey("inboxes.id"))
    seq: Mapped[int]
    author_kind: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[str | None] = mapped_column(IdColumn)
    author_name: Mapped[str] = mapped_column(String(128), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text, default=_words_at_insert, deferred=True)
    private: Mapped[bool] = mapped_column(default=False)
    client_msg_id: Mapped[str | None] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(128))
    meta: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]

    @validates("content")
    def _follow(self, _name: str, content: dict[str, Any]) -> dict[str, Any]:
        self.words = words_of(content)
        return content


class MessageDelivery(Base):
    """How far a message has come on a channel that others run; no row: nothing to remember of it.

    `address` is the outbox's key of the citizen on the inbox. A message may go out in several parts: `parts_sent` have
    been taken; those up to `under_way` were begun, and whether they were shown is not known until it is written down.
    `numbered`: choices were shown as a numbered list. `plain`: the account may only send texts. `state`, `reason`: what
    agents are told (schemas.Delivery). `reminded_by`: how the citizen was told that something waits. `sent_key`: under
    which key the last part went out, where the channel reports about it later.
    """

    __tablename__ = "message_deliveries"
    __table_args__ = (Index("ix_message_deliveries_address", "address", "state"),)

    message_id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(IdColumn, index=True)
    address: Mapped[str] = mapped_column(String(64), default="")
    parts_sent: Mapped[int] = mapped_column(default=0)
    under_way: Mapped[int] = mapped_column(default=0)
    numbered: Mapped[bool] = mapped_column(default=False)
    plain: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default="sending")
    reason: Mapped[str] = mapped_column(String(200), default="")
    reminded_at: Mapped[datetime | None]
    reminded_by: Mapped[str] = mapped_column(String(16), default="")
    sent_key: Mapped[str] = mapped_column(String(32), default="", index=True)
    updated_at: Mapped[datetime]
