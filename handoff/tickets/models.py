"""Tables of tickets: the ticket, its history, its links, and the counters behind the numbers people quote."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
    select,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column
from sqlalchemy.orm.attributes import get_history

from core.conversation.models import Conversation
from core.database import Base, IdColumn
from handoff.tickets.words import words_of

TITLE_LENGTH = 200
# As literals, so that both databases recognise them as the conditions of their indexes.
OWED = text("status in ('new', 'open', 'pending')")
DUE = text("due_at is not null")
MERGED = text("merged_into_id is not null")
KEPT = text("closed_at is not null and forgotten_at is null")


class Ticket(Base):
    """A ticket as it stands. `version` rises with every step, so that a second person is told.

    `type` and `type_version` name its definition (types/); `stage` is where it is in that flow. `assignee_id` is whose
    turn it is, `department_id` whose department's; `handler_id` wrote the answer, to whom a review sends it back.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint(
            "status in ('new', 'open', 'pending', 'resolved', 'closed', 'withdrawn')",
            name="status_known",
        ),
        UniqueConstraint("source", "external_id"),
        Index("ix_tickets_status", "status", "id"),
        Index("ix_tickets_assignee", "assignee_id", "id"),
        Index("ix_tickets_department", "department_id", "id"),
        Index("ix_tickets_type", "type", "id"),
        Index("ix_tickets_conversation", "conversation_id"),
        Index("ix_tickets_contact", "contact_id"),
        Index("ix_tickets_phone", "citizen_phone"),
        Index("ix_tickets_merged", "merged_into_id", sqlite_where=MERGED, postgresql_where=MERGED),
        Index("ix_tickets_kept", "closed_at", sqlite_where=KEPT, postgresql_where=KEPT),
        # Lists and their filters (listing/): each begins with what is asked for and goes on in the order of filing.
        Index("ix_tickets_business", "business", "id"),
        Index("ix_tickets_region", "region", "id"),
        Index("ix_tickets_priority", "priority", "id"),
        Index("ix_tickets_source", "source", "id"),
        Index("ix_tickets_channel", "channel", "id"),
        Index("ix_tickets_stage", "stage", "id"),
        Index("ix_tickets_updated", "updated_at", "id"),
        # Of a million few are under way: what is worked on is found among those alone.
        Index("ix_tickets_due", "due_at", "id", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_tickets_owed_assignee", "assignee_id", "id", sqlite_where=OWED, postgresql_where=OWED),
        Index("ix_tickets_owed_department", "department_id", "id", sqlite_where=OWED, postgresql_where=OWED),
        Index("ix_tickets_owed_turn", "turn", "id", sqlite_where=OWED, postgresql_where=OWED),
        Index("ix_tickets_owed_stage", "stage", "id", sqlite_where=OWED, postgresql_where=OWED),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    type: Mapped[str] = mapped_column(String(64))
    type_version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    business: Mapped[str | None] = mapped_column(String(64))
    region: Mapped[str | None] = mapped_column(String(32))
    priority: Mapped[str] = mapped_column(String(16), default="normal")
    status: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(32), default="")
    # Whose turn it is: person, department, anybody, dispatchers, named, nobody (life/flow.py); beside assignee and
    # department, so that lists can ask for it.
    turn: Mapped[str] = mapped_column(String(16), default="nobody")
    version: Mapped[int] = mapped_column(default=1)
    # agent, bot, citizen, left_message, api, import.
    source: Mapped[str] = mapped_column(String(16))
    # What it is called where it comes from: its repeat there is the same ticket.
    external_id: Mapped[str | None] = mapped_column(String(128))
    # The kind of channel its conversation is on.
    channel: Mapped[str | None] = mapped_column(String(32))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id"))
    # Whose matter it is, as told; the phone is also what its citizen proves himself with.
    citizen_name: Mapped[str] = mapped_column(String(64), default="")
    citizen_phone: Mapped[str] = mapped_column(String(32), default="")
    created_by: Mapped[str | None] = mapped_column(IdColumn)
    department_id: Mapped[str | None] = mapped_column(IdColumn, ForeignKey("departments.id"))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    handler_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    # What is under review, and what the citizen is told in the end.
    draft: Mapped[str] = mapped_column(Text, default="")
    resolution: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("tickets.id"))
    # The next of its deadlines that runs (deadlines/).
    due_at: Mapped[datetime | None]
    urged_at: Mapped[datetime | None]
    # The citizen added something that nobody has seen yet.
    remarked_at: Mapped[datetime | None]
    # How the citizen rated the result, 1..5.
    score: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # Since then no name, number or file is in it.
    forgotten_at: Mapped[datetime | None]


class TicketWords(Base):
    """What the lists' search looks at; a table of its own, because tickets move often and their words seldom.

    PostgreSQL has an index of pairs of characters over it (migration 0035). It follows its ticket by itself.
    """

    __tablename__ = "ticket_words"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class TicketHistory(Base):
    """One step: who, when, what, why. Never changed but to forget numbers in it (life/keeping.py); `version` numbers
    them."""

    __tablename__ = "ticket_history"
    __table_args__ = (UniqueConstraint("ticket_id", "version"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    # Account id, or bot, system.
    actor: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(16))
    from_status: Mapped[str | None] = mapped_column(String(16))
    to_status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class TicketHand(Base):
    """Who has to do with a ticket: filed it, has or had it in his hands, is named for a stage of it (access.py)."""

    __tablename__ = "ticket_hands"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)


class TicketLink(Base):
    """Two tickets about related matters, the smaller id first; a duplicate says `Ticket.merged_into_id`."""

    __tablename__ = "ticket_links"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class TicketFile(Base):
    """A file that belongs to a ticket: its own, or one that a conversation showed, with which it goes.

    `by_citizen`: its citizen sees it; else those who see the ticket.
    """

    __tablename__ = "ticket_files"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    attachment_id: Mapped[str] = mapped_column(
        ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    by_citizen: Mapped[bool]
    at: Mapped[datetime]
    # Account id, or visitor.
    by: Mapped[str] = mapped_column(String(64))


class TicketRating(Base):
    """One rating of one ticket's result, of the person and department that answered it.

    `label` is as it was on that day. `earlier`: what it said before each change, oldest first:
    {"score", "label", "tags", "comment", "until"}. `Ticket.score` says the score as well, for lists.
    """

    __tablename__ = "ticket_ratings"
    __table_args__ = (
        CheckConstraint("score between 1 and 5", name="score_range"),
        Index("ix_ticket_ratings_created", "created_at"),
    )

    # A ticket is rated once, however often the citizen presses the button.
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    # No foreign keys: who answered may leave, the rating stays.
    handler_id: Mapped[str | None] = mapped_column(IdColumn)
    department_id: Mapped[str | None] = mapped_column(IdColumn)
    score: Mapped[int]
    label: Mapped[str] = mapped_column(String(16))
    tags: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(String(500))
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]


class NumberCounter(Base):
    """The last number of a series (GD, RX: tickets; LY: left messages) given on a day (local time)."""

    __tablename__ = "number_counters"

    series: Mapped[str] = mapped_column(String(8), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int]


_SEARCHED = ("title", "description", "resolution", "citizen_name", "external_id")


def _words(ticket: Ticket) -> str:
    return words_of(
        ticket.title,
        ticket.description,
        ticket.resolution,
        ticket.external_id,
        name=ticket.citizen_name,
    )


@event.listens_for(Ticket, "before_insert")
def _tell_channel(_mapper: Mapper[Ticket], connection: Connection, ticket: Ticket) -> None:
    if ticket.channel is None and ticket.conversation_id is not None:
        query = select(Conversation.channel).where(Conversation.id == ticket.conversation_id)
        ticket.channel = connection.scalar(query)


@event.listens_for(Ticket, "after_insert")
def _write_words(_mapper: Mapper[Ticket], connection: Connection, ticket: Ticket) -> None:
    table = TicketWords.__table__
    connection.execute(table.insert().values(ticket_id=ticket.id, words=_words(ticket)))  # type: ignore[attr-defined]


@event.listens_for(Ticket, "after_update")
def _follow_words(_mapper: Mapper[Ticket], connection: Connection, ticket: Ticket) -> None:
    # `inspect(ticket).attrs` would make an object for each column of each ticket that is written.
    if any(get_history(ticket, name).has_changes() for name in _SEARCHED):
        table = TicketWords.__table__
        connection.execute(
            table.update().where(table.c.ticket_id == ticket.id).values(words=_words(ticket))  # type: ignore[attr-defined]
        )
