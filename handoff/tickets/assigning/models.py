"""Tables of assigning: absences, whose turn it was in a department, and who gave a ticket back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Absence(Base):
    """Somebody is away from `from_at` until `until_at`; `substitute_id` None: nobody stands in.

    `hand_over`: what he had in his hands goes to the substitute when it begins; `handed_over_at`: that is done.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="ends_later"),
        Index("ix_absences_account", "account_id", "until_at"),
        Index("ix_absences_until", "until_at"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    substitute_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    hand_over: Mapped[bool] = mapped_column(default=False)
    handed_over_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    created_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]


class TicketRound(Base):
    """One row per department, locked while one of its people is chosen; `last_at`: the latest turn given."""

    __tablename__ = "ticket_rounds"

    department_id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    last_at: Mapped[datetime]


class TicketTurn(Base):
    """When somebody was last given a ticket of the department automatically. No two of a department are equal."""

    __tablename__ = "ticket_turns"

    department_id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime]


class TicketRefusal(Base):
    """A department gave a ticket back: no rule sends it there again."""

    __tablename__ = "ticket_refusals"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    department_id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    at: Mapped[datetime]


class AssigningFault(Base):
    """What could not be done as it was set up, and when supervisors were last told of it."""

    __tablename__ = "assigning_faults"

    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    told_at: Mapped[datetime]
