"""Queries of left messages, each narrowed to what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.auth.actor import Actor, Scope
from core.auth.models import Account
from handoff.agents.models import SkillGroup
from handoff.desk.access import colleagues_of, groups_of
from handoff.left_messages.models import LeftMessage, LeftMessageStep
from handoff.left_messages.status import OWED, LeftStatus
from handoff.tickets.numbers import LEFT_PATTERN

# A left message with the name of who looks after it.
Listed = tuple[LeftMessage, str | None]
# A citizen's own; older ones are found by the desk.
MOST_OWN = 20


@dataclass(frozen=True)
class Wanted:
    """What to list; None does not filter. `since` and `until` (exclusive) are instants of leaving.

    `text`: a number, a whole phone number, or words of name and text.
    """

    status: LeftStatus | None = None
    channel: str | None = None
    inbox_id: str | None = None
    business: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    mine: bool = False
    overdue: bool = False
    text: str | None = None


@dataclass(frozen=True)
class Counts:
    new: int
    mine: int
    overdue: int


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The left messages the actor may see, by their scope: see handoff/desk/access.py, which means the same.

    own: what one looks after or has worked on. group: that, and what colleagues do. all: everything. Whatever the
    scope, one sees what waits for one's groups or for anybody, because that is what one may take.
    """
    if actor.scope is Scope.ALL:
        return true()
    me = actor.account_id
    worked = aliased(LeftMessageStep)
    has_worked = exists().where(worked.left_message_id == LeftMessage.id, worked.actor == me)
    waits = and_(LeftMessage.status == LeftStatus.NEW, meant_for(actor))
    seen = [LeftMessage.claimed_by == me, has_worked, waits]
    if actor.scope is Scope.GROUP:
        seen.append(LeftMessage.claimed_by.in_(colleagues_of(me)))
    return or_(*seen)


def meant_for(actor: Actor) -> ColumnElement[bool]:
    """Those that the actor's groups, or anybody, are to answer; of a group that was dissolved: anybody."""
    group = aliased(SkillGroup)
    for_others = and_(
        LeftMessage.group_id.is_not(None),
        LeftMessage.group_id.not_in(groups_of(actor.account_id)),
        exists().where(group.id == LeftMessage.group_id),
    )
    return ~for_others


def is_overdue(now: datetime) -> ColumnElement[bool]:
    return and_(LeftMessage.status.in_(OWED), LeftMessage.due_at <= now)


async def page(
    session: AsyncSession,
    actor: Actor,
    wanted: Wanted,
    *,
    now: datetime,
    after: str | None,
    limit: int,
) -> list[Listed]:
    """Newest first, older than `after`. Ids are UUIDv7: the primary key is the order of leaving."""
    query = (
        select(LeftMessage, Account.name)
        .outerjoin(Account, Account.id == LeftMessage.claimed_by)
        .where(visible_to(actor), *_conditions(actor, wanted, now))
    )
    if after is not None:
        query = query.where(LeftMessage.id < after)
    rows = await session.execute(query.order_by(LeftMessage.id.desc()).limit(limit))
    return [(row, name) for row, name in rows]


def _conditions(actor: Actor, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (LeftMessage.status, wanted.status),
        (LeftMessage.channel, wanted.channel),
        (LeftMessage.inbox_id, wanted.inbox_id),
        (LeftMessage.business, wanted.business),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(LeftMessage.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(LeftMessage.created_at < wanted.until)
    if wanted.mine:
        conditions.append(LeftMessage.claimed_by == actor.account_id)
    if wanted.overdue:
        conditions.append(is_overdue(now))
    if wanted.text and wanted.text.strip():
        conditions.append(_says(wanted.text.strip()))
    return conditions


def _says(words: str) -> ColumnElement[bool]:
    if LEFT_PATTERN.match(words.upper()):
        return LeftMessage.number == words.upper()
    numbered = LeftMessage.number.contains(words.upper(), autoescape=True)
    if words.isdigit():
        # A number that is shown in part must not be found out piece by piece.
        return or_(numbered, LeftMessage.phone == words)
    return or_(
        numbered,
        LeftMessage.name.contains(words, autoescape=True),
        LeftMessage.text.contains(words, autoescape=True),
    )


async def counts(session: AsyncSession, actor: Actor, now: datetime) -> Counts:
    """For the menu: what waits to be taken, what the actor owes, and what is too late."""

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    owes = and_(
        LeftMessage.claimed_by == actor.account_id, LeftMessage.status == LeftStatus.CLAIMED
    )
    query = select(
        number(LeftMessage.status == LeftStatus.NEW), number(owes), number(is_overdue(now))
    ).where(LeftMessage.status.in_(OWED), visible_to(actor))
    new, mine, overdue = (await session.execute(query)).one()
    return Counts(int(new), int(mine), int(overdue))


async def readable(session: AsyncSession, left_id: str, actor: Actor) -> LeftMessage | None:
    return await session.scalar(
        select(LeftMessage).where(LeftMessage.id == left_id, visible_to(actor))
    )


async def claimed_before(session: AsyncSession, left_id: str, actor: Actor) -> LeftMessage | None:
    """One that the actor could have claimed, had nobody been quicker."""
    query = select(LeftMessage).where(LeftMessage.id == left_id, meant_for(actor))
    return await session.scalar(query.where(LeftMessage.claimed_by.is_not(None)))


async def lock(session: AsyncSession, left_id: str) -> LeftMessage | None:
    query = select(LeftMessage).where(LeftMessage.id == left_id).with_for_update()
    return await session.scalar(query, execution_options={"populate_existing": True})


async def by_client_id(
    session: AsyncSession, contact_id: str, client_msg_id: str
) -> LeftMessage | None:
    return await session.scalar(
        select(LeftMessage).where(
            LeftMessage.contact_id == contact_id, LeftMessage.client_msg_id == client_msg_id
        )
    )


async def of_contact(session: AsyncSession, contact_id: str, inbox_id: str) -> list[LeftMessage]:
    """The citizen's latest on the inbox, newest first."""
    query = select(LeftMessage).where(
        LeftMessage.contact_id == contact_id, LeftMessage.inbox_id == inbox_id
    )
    return list(await session.scalars(query.order_by(LeftMessage.id.desc()).limit(MOST_OWN)))


async def steps(session: AsyncSession, left_ids: list[str]) -> list[LeftMessageStep]:
    query = select(LeftMessageStep).where(LeftMessageStep.left_message_id.in_(left_ids))
    order = (LeftMessageStep.left_message_id, LeftMessageStep.version)
    return list(await session.scalars(query.order_by(*order)))


async def last_step(session: AsyncSession, left_id: str) -> LeftMessageStep | None:
    query = select(LeftMessageStep).where(LeftMessageStep.left_message_id == left_id)
    return await session.scalar(query.order_by(LeftMessageStep.version.desc()).limit(1))


async def own_summary(
    session: AsyncSession, contact_id: str, inbox_id: str
) -> tuple[int, datetime | None]:
    """How many the citizen has left on the inbox, and when the last answer was given."""
    query = select(func.count(), func.max(LeftMessage.answered_at))
    count, answered = (
        await session.execute(
            query.where(LeftMessage.contact_id == contact_id, LeftMessage.inbox_id == inbox_id)
        )
    ).one()
    return count, answered
