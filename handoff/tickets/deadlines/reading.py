"""A ticket's deadlines as its page shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from handoff.tickets.deadlines import rows
from handoff.tickets.deadlines.models import TicketDeadline
from handoff.tickets.deadlines.schemas import DeadlineRead
from handoff.tickets.deadlines.settings import CONFIG_NAME, DeadlineSettings
from handoff.tickets.deadlines.walk import Target
from handoff.tickets.models import Ticket

_ORDER = list(Target)


async def of_ticket(session: AsyncSession, ticket: Ticket) -> list[DeadlineRead]:
    """Each target's last round: accepting, answering, settling."""
    found = (await rows.of_tickets(session, [ticket.id])).get(ticket.id, [])
    settings = await get_config(session, CONFIG_NAME, DeadlineSettings)
    last = {row.target: row for row in found}
    return [_read(last[target.value], settings) for target in _ORDER if target.value in last]


def _read(row: TicketDeadline, settings: DeadlineSettings) -> DeadlineRead:
    policy = settings.policy(row.policy)
    values: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("target", "round", "state", "started_at", "due_at", "met_at", "explanation")
    }
    return DeadlineRead(
        **values, paused_since=_paused_since(row), policy=policy.name if policy else row.policy
    )


def _paused_since(row: TicketDeadline) -> datetime | None:
    return rows.clock_of(row).paused_since if row.state == "paused" else None
