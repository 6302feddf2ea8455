"""The audit trail: who did what to what, and when. Written in the same transaction as the deed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, Index, String, Table, insert
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn
from core.ids import new_id
from core.unit_of_work import UnitOfWork


class AuditRow(Base):
    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject", "at"),
        Index("ix_audit_at_id", "at", "id"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))  # account id, or system, bot, visitor
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(96))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(uow: UnitOfWork, *, actor: str, action: str, subject: str, **data: Any) -> None:
    """Add an audit row. `data` must not hold personal data or message texts."""
    row = AuditRow(
        id=new_id(), at=uow.clock.now(), actor=actor, action=action, subject=subject, data=data
    )
    uow.session.add(row)


@dataclass(frozen=True)
class Deed:
    """What `record` is told, for many at once."""

    actor: str
    action: str
    subject: str
    data: dict[str, Any]


async def record_all(uow: UnitOfWork, deeds: Sequence[Deed]) -> None:
    """Add a row for each, with one short statement."""
    now = uow.clock.now()
    rows = [{"id": new_id(), "at": now, **vars(deed)} for deed in deeds]
    if rows:
        await uow.session.execute(insert(cast(Table, AuditRow.__table__)), rows)
