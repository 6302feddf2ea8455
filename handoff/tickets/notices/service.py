"""Tells people of tickets, in the transaction of what happened; a hint goes to those who are there after the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.auth.models import Account
from core.events import AlertRaised, Audience, Event, agent_room
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from handoff.tickets.models import Ticket
from handoff.tickets.notices.models import TicketNotice

Kind = Literal[
    "assigned",  # it is yours now
    "returned",  # what you gave on or answered came back
    "review",  # it waits for your review
    "urged",  # the citizen asks to hurry
    "remarked",  # the citizen added something
    "withdrawn",  # the citizen wants it no more
    "rated",  # the citizen was not content
    "reopened",
    "due_soon",
    "overdue",
    "escalated",  # somebody else's is late
    "calendar",  # next year's days off are missing
]
# The table and not the class: thousands are written with one short statement.
_TABLE = cast(Table, TicketNotice.__table__)


@dataclass(frozen=True)
class Telling:
    """One notice to be written. `once`: what happened, so that nobody hears it twice."""

    account_id: str
    kind: Kind
    once: str
    ticket_id: str | None = None
    number: str = ""
    data: dict[str, Any] = field(default_factory=dict)


async def tell(
    uow: UnitOfWork,
    ticket: Ticket,
    kind: Kind,
    accounts: Collection[str | None],
    *,
    but: str | None = None,
    data: dict[str, Any] | None = None,
    once: str | None = None,
) -> None:
    """Tell these people (None is left out) about a ticket, except whoever did it (`but`).

    `once`: what makes it another thing; without it each version of the ticket is. `data` must hold nothing personal.
    """
    mark = f"{kind}:{ticket.id}:{once if once is not None else ticket.version}"
    wanted = sorted({each for each in accounts if each is not None and each != but})
    await tell_all(
        uow, [Telling(each, kind, mark, ticket.id, ticket.number, data or {}) for each in wanted]
    )


async def tell_all(uow: UnitOfWork, tellings: Sequence[Telling]) -> None:
    """Many at once. Accounts that were switched off hear nothing."""
    active = await _active(uow, {each.account_id for each in tellings})
    told = [each for each in tellings if each.account_id in active]
    now = uow.clock.now()
    insert = sqlite_insert if uow.session.get_bind().dialect.name == "sqlite" else postgres_insert
    values = [
        {
            "id": new_id(), "account_id": each.account_id, "ticket_id": each.ticket_id,
            "kind": each.kind, "once": each.once, "data": each.data | {"number": each.number},
            "at": now, "read_at": None,
        }
        for each in told
    ]  # fmt: skip
    if values:
        await uow.session.execute(insert(_TABLE).on_conflict_do_nothing(), values)
    _hint(uow, told)


async def _active(uow: UnitOfWork, accounts: set[str]) -> set[str]:
    query = select(Account.id).where(Account.id.in_(accounts), Account.active)
    return set((await uow.session.scalars(query)).all()) if accounts else set()


def _hint(uow: UnitOfWork, told: Sequence[Telling]) -> None:
    """One hint for each person, however much there is: whoever shows notices asks anew."""
    for account_id, count in sorted(Counter(each.account_id for each in told).items()):
        first = next(each for each in told if each.account_id == account_id)
        alert = AlertRaised(
            code="ticket_notice",
            message=f"您有 {count} 条新的工单提醒。",
            details={"kind": first.kind, "count": count}
            | ({"ticket_id": first.ticket_id, "number": first.number} if count == 1 else {}),
        )
        audience = Audience(agent_rooms=frozenset({agent_room(account_id)}))
        uow.publish(Event("alert.raised", alert, audience))
