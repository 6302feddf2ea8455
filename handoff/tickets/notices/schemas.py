"""What clients see of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from core.ids import Id
from handoff.tickets.notices.service import Kind


class NoticeRead(BaseModel):
    """A notice. `ticket_id` missing: it is about no ticket. `target` and `due_at`: of the deadline it is about; `year`:
    whose days off are missing."""

    id: str
    kind: Kind
    ticket_id: str | None
    number: str
    title: str
    target: Literal["accept", "answer", "resolve"] | None = None
    due_at: datetime | None = None
    year: int | None = None
    by: str = ""
    at: datetime
    read_at: datetime | None


class NoticePage(BaseModel):
    """Newest first; `next` is the `after` of the next page. `unread`: of all."""

    items: list[NoticeRead]
    next: str | None
    unread: int


class NoticesSeen(BaseModel):
    """Which were read; missing: all there are."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Id] | None = Field(None, max_length=200)
