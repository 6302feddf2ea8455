"""What edited rules would change: runs the tickets of the last days through them and through those in force.

In slices and off the event loop, so that others are served meanwhile; one preview at a time on this server. Whom of a
department a ticket would have got depends on that day, so departments and named people are compared.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.configs import get_config
from core.errors import TooManyRequests
from core.masked_numbers import covered
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.assigning.checks import check_settings
from handoff.tickets.assigning.choice import Case, Rule, case_of, first_fitting
from handoff.tickets.assigning.models import TicketRefusal
from handoff.tickets.assigning.reading import read_staff
from handoff.tickets.assigning.settings import CONFIG_NAME, AssigningSettings
from handoff.tickets.assigning.staff import Staff
from handoff.tickets.models import Ticket
from handoff.tickets.types.reading import all_types

MOST_DAYS = 30
# The newest; more would keep a supervisor waiting without telling more.
MOST_TICKETS = 5000
MOST_CHANGED = 200
SLICE = 250


class AssigningPreviewRequest(BaseModel):
    """The edited rules, and of how many days the tickets are taken."""

    model_config = ConfigDict(extra="forbid")

    settings: AssigningSettings
    days: int = Field(7, ge=1, le=MOST_DAYS)


class AssigningRuleCount(BaseModel):
    """How many tickets a rule decides, by the rules in force and by the edited ones. `rule` null: no rule does."""

    rule: str | None
    before: int
    after: int


class AssigningOutcome(BaseModel):
    """Which rule decides and to whom it leads; both null and "" where whoever dispatches gets it."""

    rule: str | None
    to: str


class ChangedTicket(BaseModel):
    """A ticket that would go elsewhere; its title without numbers."""

    id: str
    number: str
    type: str
    title: str
    at: datetime
    before: AssigningOutcome
    after: AssigningOutcome


class AssigningPreview(BaseModel):
    """`tickets` looked at, of `filed` in that time. `changed`: newest first, at most 200 of `changed_count`."""

    days: int
    filed: int
    tickets: int
    counts: list[AssigningRuleCount]
    changed: list[ChangedTicket]
    changed_count: int


@dataclass
class _Found:
    tickets: int = 0
    before: Counter[str | None] = field(default_factory=Counter)
    after: Counter[str | None] = field(default_factory=Counter)
    changed: list[ChangedTicket] = field(default_factory=list)
    changed_count: int = 0


@dataclass(frozen=True)
class _Rules:
    before: Sequence[Rule]
    after: Sequence[Rule]
    staff: Staff


class AssigningPreviewer:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        self._limit = RateLimit(uows.clock, limit=10, window=timedelta(minutes=1))
        self._busy = asyncio.Lock()

    async def preview(self, asked: AssigningPreviewRequest, actor: Actor) -> AssigningPreview:
        """Raises TooManyRequests, and what a saving of the rules would."""
        self._limit.check(actor.account_id)
        if self._busy.locked():
            raise TooManyRequests("正在为另一位同事试算，请稍后再试。", retry_after=5)
        async with self._busy:
            return await self._preview(asked)

    async def _preview(self, asked: AssigningPreviewRequest) -> AssigningPreview:
        since = self._uows.clock.now() - timedelta(days=asked.days)
        async with self._uows.read() as session:
            staff = await read_staff(session, self._uows.clock.now())
            await check_settings(session, asked.settings, staff)
            config = await get_config(session, CONFIG_NAME, AssigningSettings)
            allowed = {
                each.id: frozenset(each.definition.department_ids)
                for each in await all_types(session)
            }
            ids, filed = await _filed_since(session, since)
        rules = _Rules(config.as_rules(), asked.settings.as_rules(), staff)
        found = _Found()
        for start in range(0, len(ids), SLICE):
            async with self._uows.read() as session:
                cases = await _cases(session, ids[start : start + SLICE], allowed)
            await asyncio.to_thread(_judge, cases, rules, found)
        names = [each.name for each in (*config.rules, *asked.settings.rules)]
        counts = [
            AssigningRuleCount(rule=name, before=found.before[name], after=found.after[name])
            for name in [*dict.fromkeys(names), None]
        ]
        return AssigningPreview(
            days=asked.days, filed=filed, tickets=found.tickets, counts=counts,
            changed=found.changed, changed_count=found.changed_count,
        )  # fmt: skip


async def _filed_since(session: AsyncSession, since: datetime) -> tuple[list[str], int]:
    """The newest, and how many there are. Whatever was filed since has changed since, for which there is an index."""
    filed = (Ticket.updated_at >= since, Ticket.created_at >= since)
    newest = select(Ticket.id).where(*filed).order_by(Ticket.created_at.desc(), Ticket.id.desc())
    ids = list(await session.scalars(newest.limit(MOST_TICKETS)))
    return ids, await session.scalar(select(func.count()).where(*filed)) or 0


async def _cases(
    session: AsyncSession, ids: list[str], allowed: Mapping[str, Collection[str]]
) -> list[tuple[Ticket, Case]]:
    """The tickets with what rules look at, in the order of `ids`."""
    rows = {row.id: row for row in await session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}
    refused: dict[str, set[str]] = {}
    query = select(TicketRefusal).where(TicketRefusal.ticket_id.in_(ids))
    for each in await session.scalars(query):
        refused.setdefault(each.ticket_id, set()).add(each.department_id)
    return [
        (row, case_of(row, allowed=allowed.get(row.type, ()), refused=refused.get(row.id, ())))
        for key in ids
        if (row := rows.get(key)) is not None
    ]


def _judge(cases: Sequence[tuple[Ticket, Case]], rules: _Rules, found: _Found) -> None:
    for ticket, case in cases:
        before = first_fitting(case, rules.before, rules.staff)
        after = first_fitting(case, rules.after, rules.staff)
        found.tickets += 1
        found.before[before.rule.name if before.rule else None] += 1
        found.after[after.rule.name if after.rule else None] += 1
        if (before.to and before.to.id) == (after.to and after.to.id):
            continue
        found.changed_count += 1
        if len(found.changed) == MOST_CHANGED:
            continue
        found.changed.append(
            ChangedTicket(
                id=ticket.id, number=ticket.number, type=ticket.type, title=covered(ticket.title),
                at=ticket.created_at,
                before=AssigningOutcome(
                    rule=before.rule.name if before.rule else None,
                    to=before.to.name if before.to else "",
                ),
                after=AssigningOutcome(
                    rule=after.rule.name if after.rule else None,
                    to=after.to.name if after.to else "",
                ),
            )
        )  # fmt: skip
