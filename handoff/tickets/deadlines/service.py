"""Moves a ticket's clocks with every step, in the step's transaction. Called by tickets/life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import LOCAL_ZONE
from core.configs import get_config
from core.errors import InvalidInput
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork
from handoff.tickets import repository
from handoff.tickets.deadlines import rows
from handoff.tickets.deadlines.agenda import Agenda
from handoff.tickets.deadlines.models import TicketDeadline
from handoff.tickets.deadlines.reckoning import Given, Reckoned, reckon
from handoff.tickets.deadlines.settings import CONFIG_NAME, DeadlinePolicy, DeadlineSettings
from handoff.tickets.deadlines.timetables import Timetables, timetables
from handoff.tickets.deadlines.walk import Clock, Taken, replayed, stepped
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.status import TicketStatus, TicketStep
from handoff.tickets.types.definition import TicketDefinition

DEADLINE_TIMER = "ticket.deadline"
_OTHER_POLICY = frozenset({TicketStep.CLASSIFY, TicketStep.REVISE})


class DeadlinePast(InvalidInput):
    """The date given from outside is over already. Details: `field`."""

    code = "deadline_past"


class DeadlineTooFar(InvalidInput):
    """The date given from outside lies beyond every calendar: the ticket would never be due. Details: `field`."""

    code = "deadline_too_far"


@dataclass(frozen=True)
class Rules:
    """Policies and timetables of one moment."""

    settings: DeadlineSettings
    timetables: Timetables
    agenda: Agenda


async def rules(session: AsyncSession, uow: UnitOfWork) -> Rules:
    settings = await get_config(session, CONFIG_NAME, DeadlineSettings)
    tables = await timetables(session, settings.counting, uow.clock.now())
    return Rules(settings, tables, Agenda(settings, tables))


async def moved(
    uow: UnitOfWork,
    ticket: Ticket,
    step: str,
    before: TicketStatus | None,
    definition: TicketDefinition,
) -> None:
    """After a step (`before` None: it was filed) start, pause, resume, meet, cancel or restart what runs.

    Raises DeadlinePast or DeadlineTooFar when a date given from outside is new and cannot be kept.
    """
    known = (await rows.of_tickets(uow.session, [ticket.id])).get(ticket.id, [])
    at = ticket.created_at if before is None else uow.clock.now()
    if step in _OTHER_POLICY:
        # What the old policy did not promise has no row: the history knows when it began.
        clocks = told_by_history(await repository.history(uow.session, ticket.id))
    else:
        clocks = [rows.clock_of(row) for row in known]
    clocks = stepped(clocks, Taken(step, before, ticket.status, at))
    by = await rules(uow.session, uow)
    written = counted(uow, ticket, clocks, known, by, definition, refuse_past=True)
    await uow.session.flush()
    look = by.agenda.next_look(written)
    if look is None:
        await cancel_timer(uow, DEADLINE_TIMER, ticket.id)
    else:
        await set_timer(uow, DEADLINE_TIMER, ticket.id, look)


def told_by_history(steps: Sequence[TicketHistory]) -> list[Clock]:
    """The clocks as the ticket's steps leave them, whatever was promised when they were taken."""
    return replayed(Taken(each.step, each.from_status, each.to_status, each.at) for each in steps)


def counted(
    uow: UnitOfWork,
    ticket: Ticket,
    clocks: Sequence[Clock],
    known: Sequence[TicketDeadline],
    by: Rules,
    definition: TicketDefinition | None,
    *,
    refuse_past: bool = False,
) -> list[TicketDeadline]:
    """The rows of these clocks by the policy in force, and the ticket's next due time; flushed by the caller.

    What was over before stays as it was counted then. `refuse_past`: as `moved` raises it.
    """
    now = uow.clock.now()
    policy = by.settings.policy_of(ticket.type, ticket.priority)
    old = {(row.target, row.round): row for row in known}
    written = []
    for clock in clocks if policy is not None else ():
        assert policy is not None
        row = old.pop((clock.target.value, clock.round), None)
        if row is not None and not clock.runs and not rows.is_owed(row):
            written.append(row)
            continue
        given = given_in(ticket, policy, definition)
        reckoned = reckon(clock, policy, by.timetables.of(policy.schedule), given, now)
        if reckoned is None:
            if row is not None:
                old[row.target, row.round] = row
            continue
        if refuse_past and clock.runs and (row is None or row.given != reckoned.given):
            _refuse_past(reckoned, policy, now)
        written.append(rows.write(uow, ticket.id, row, reckoned, policy.id))
    for row in old.values():
        # No policy promises this any more.
        if rows.is_owed(row):
            row.state = "cancelled"
        written.append(row)
    ticket.due_at = rows.next_due(written)
    return written


def given_in(
    ticket: Ticket, policy: DeadlinePolicy, definition: TicketDefinition | None
) -> Given | None:
    """The date from outside, where the ticket has one."""
    if policy.given is None:
        return None
    value = (ticket.fields or {}).get(policy.given)
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
    fields = definition.fields if definition is not None else []
    name = next((each.name for each in fields if each.key == policy.given), policy.given)
    return Given(day, name)


def _refuse_past(reckoned: Reckoned, policy: DeadlinePolicy, now: datetime) -> None:
    """Also what is so far away, either way, that no timetable knows the day."""
    day, due = reckoned.given, reckoned.due_at
    if day is None:
        return
    if due is None and day > now.astimezone(LOCAL_ZONE).date():
        raise DeadlineTooFar(f"要求的期限 {_said(day)} 太远了，请核对日期。", field=policy.given)
    if due is None or due <= now:
        raise DeadlinePast(
            f"要求的期限 {_said(day)} 已经过了，请核对日期；确实已过期的请在说明里写明，日期留空。",
            field=policy.given,
        )


def _said(day: date) -> str:
    return f"{day.year}年{day.month:02}月{day.day:02}日"
