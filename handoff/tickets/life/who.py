"""Who files and steps: a person or a program with an account, a citizen, the bot, the product itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import GRANTS, Permission, Role
from handoff.tickets.access import Person, person_of
from handoff.tickets.status import TicketStep
from handoff.tickets.types.values import By as Hand


@dataclass(frozen=True)
class Citizen:
    """Has proved that the ticket is his. `contact_id`: whose uploads he may add."""

    contact_id: str | None = None
    name: str = "市民"


@dataclass(frozen=True)
class Bot:
    name: str = "智能助手"


@dataclass(frozen=True)
class System:
    """The product itself: timers."""

    name: str = "系统"


# Programs of the office act with an account of their own (core/auth/actor.py).
By = Actor | Citizen | Bot | System

# What each may do beside people; people may do what the flow gives them.
_CITIZENS = frozenset(
    {TicketStep.REMARK, TicketStep.URGE, TicketStep.WITHDRAW, TicketStep.RATE, TicketStep.CLOSE}
)
_SYSTEMS = frozenset(
    {
        TicketStep.TELL,
        TicketStep.ESCALATE,
        TicketStep.CLOSE,
        TicketStep.TAKE_IN,
        TicketStep.ASSIGN,
        TicketStep.RESCHEDULE,
    }
)
_OF: dict[type, frozenset[TicketStep]] = {Citizen: _CITIZENS, Bot: _CITIZENS, System: _SYSTEMS}


def signature(by: By) -> tuple[str, str]:
    """What the history writes: who, and his name."""
    match by:
        case Actor():
            return by.account_id, by.name
        case Citizen():
            return "visitor", by.name
        case Bot():
            return "bot", by.name
        case System():
            return "system", by.name


def account_of(by: By) -> str | None:
    return by.account_id if isinstance(by, Actor) else None


def hand_of(by: By) -> Hand:
    """Whose rules hold for what is filled in."""
    if isinstance(by, Actor):
        return "staff" if by.limits is None else "program"
    return "citizen" if isinstance(by, Citizen) else "program"


async def person_for(session: AsyncSession, by: By) -> Person | None:
    """As the flow's rules see him; None for whom the flow does not ask."""
    return await person_of(session, by) if isinstance(by, Actor) else None


def may_at_all(by: By, step: TicketStep) -> bool:
    """For those whom the flow does not ask."""
    return step in _OF.get(type(by), frozenset())


async def working(session: AsyncSession, account_ids: Iterable[str | None]) -> set[str]:
    """Those of them that may log in and handle tickets."""
    wanted = [each for each in account_ids if each is not None]
    roles = [role.value for role, granted in GRANTS.items() if Permission.TICKET_HANDLE in granted]
    query = select(Account.id).where(
        Account.id.in_(wanted), Account.active, Account.role.in_(roles)
    )
    return set(await session.scalars(query)) if wanted else set()


async def of_role(session: AsyncSession, role: str) -> set[str]:
    """Who may do what is left to a role: an administrator is a supervisor as well."""
    roles = {role, Role.ADMIN.value} if role == Role.SUPERVISOR else {role}
    return set(
        await session.scalars(select(Account.id).where(Account.role.in_(roles), Account.active))
    )
