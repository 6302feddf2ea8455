"""Absences: entered by oneself or by whoever dispatches, for a time, with somebody who stands in.

Placing looks at them when a ticket is placed (reading.away_at). What somebody has in hand already goes to the
substitute when the absence begins, if that was asked for: a timer, which life/handing_over.py handles.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core import audit
from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import Permission
from core.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from core.ids import new_id
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.assigning.absence_schemas import LONGEST, AbsenceRead, AbsenceWrite
from handoff.tickets.assigning.models import Absence
from handoff.tickets.assigning.reading import HANDLING, open_tickets
from handoff.tickets.assigning.staff import Planned, circle_of

BEGINS = "absence_begins"
# What is over is shown as long.
SHOWN_AFTER = timedelta(days=90)
MOST_SHOWN = 500


class AbsenceOverlaps(Conflict):
    """Details: `id` of the other one."""

    code, default_message = "absence_overlaps", "这段时间已经登记过缺席，请修改原来的登记。"


class SubstituteCircle(Conflict):
    """Details: `account_ids` in their order."""

    code = "substitute_circle"


class AbsenceOver(Conflict):
    code, default_message = "absence_over", "这次缺席已经结束，不能再修改。"


class AbsenceService:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    # ---- reading -------------------------------------------------------------------------------

    async def all(self, actor: Actor, *, mine: bool = False) -> list[AbsenceRead]:
        """Those to come and those of the last months, the latest first; one's own, or all for who dispatches."""
        now = self._uows.clock.now()
        wanted = [Absence.until_at > now - SHOWN_AFTER]
        if mine or not actor.may(Permission.TICKET_DISPATCH):
            wanted.append(Absence.account_id == actor.account_id)
        async with self._uows.read() as session:
            return await _read(session, now, *wanted)

    # ---- writing -------------------------------------------------------------------------------

    async def save(
        self, wanted: AbsenceWrite, actor: Actor, absence_id: str | None = None
    ) -> AbsenceRead:
        """Enter one, or change one that is not over.

        Raises InvalidInput for times that make no sense, NotFound for people who cannot do it, AbsenceOverlaps,
        SubstituteCircle.
        """
        account_id = wanted.account_id or actor.account_id
        _check_whose(account_id, actor)
        async with self._uows.write() as uow:
            now = uow.clock.now()
            row = await self._row(uow, absence_id, account_id, actor)
            # What has begun has begun when it did, whatever is sent back.
            begins = (
                row.from_at if absence_id is not None and row.from_at <= now else wanted.from_at
            )
            _check_times(begins, wanted.until_at, now)
            await _check_person(uow, account_id, "account_id")
            if wanted.substitute_id is not None:
                if wanted.substitute_id == account_id:
                    raise InvalidInput("代办人不能是缺席的人自己。", field="substitute_id")
                await _check_person(uow, wanted.substitute_id, "substitute_id")
            planned = Planned(account_id, wanted.substitute_id, begins, wanted.until_at)
            await _check_others(uow, planned, row.id)
            if wanted.hand_over and (
                not row.hand_over or row.substitute_id != wanted.substitute_id
            ):
                row.handed_over_at = None
            row.from_at, row.until_at, row.substitute_id = (
                begins,
                wanted.until_at,
                wanted.substitute_id,
            )
            row.hand_over, row.note = wanted.hand_over, wanted.note
            uow.session.add(row)
            await uow.session.flush()
            await _set_hand_over(uow, row)
            audit.record(
                uow, actor=actor.account_id, action="absence.saved", subject=f"absence:{row.id}",
                account=account_id, substitute=row.substitute_id,
            )  # fmt: skip
            [read] = await _read(uow.session, now, Absence.id == row.id)
            return read

    async def end(self, absence_id: str, actor: Actor) -> None:
        """Somebody is back earlier, or does not go at all: what has not begun is removed."""
        async with self._uows.write() as uow:
            row = await _load(uow, absence_id, actor)
            now = uow.clock.now()
            await cancel_timer(uow, BEGINS, row.id)
            if row.from_at >= now:
                await uow.session.delete(row)
            elif row.until_at > now:
                row.until_at = now
            audit.record(
                uow, actor=actor.account_id, action="absence.ended", subject=f"absence:{row.id}",
                account=row.account_id,
            )  # fmt: skip

    async def _row(
        self, uow: UnitOfWork, absence_id: str | None, account_id: str, actor: Actor
    ) -> Absence:
        if absence_id is None:
            return Absence(
                id=new_id(), account_id=account_id, hand_over=False, handed_over_at=None,
                created_by=actor.account_id, created_at=uow.clock.now(),
            )  # fmt: skip
        row = await _load(uow, absence_id, actor)
        if row.until_at <= uow.clock.now():
            raise AbsenceOver()
        if row.account_id != account_id:
            raise InvalidInput("缺席的人不能更换，请重新登记。", field="account_id")
        return row


def _check_whose(account_id: str, actor: Actor) -> None:
    if account_id != actor.account_id and not actor.may(Permission.TICKET_DISPATCH):
        raise PermissionDenied("您只能登记自己的缺席。")


def _check_times(begins: datetime, until: datetime, now: datetime) -> None:
    if until <= begins:
        raise InvalidInput("结束时间要晚于开始时间。", field="until_at")
    if until <= now:
        raise InvalidInput("结束时间已经过去，请重新选择。", field="until_at")
    if until - begins > LONGEST:
        raise InvalidInput("一次缺席最长一年。", field="until_at")


async def _load(uow: UnitOfWork, absence_id: str, actor: Actor) -> Absence:
    """Raises NotFound, also for what is not the actor's to see."""
    row = await uow.session.get(Absence, absence_id, with_for_update=True)
    dispatches = actor.may(Permission.TICKET_DISPATCH)
    if row is None or not (dispatches or row.account_id == actor.account_id):
        raise NotFound("没有这条缺席登记。", what="absence")
    return row


async def _check_person(uow: UnitOfWork, account_id: str, field: str) -> None:
    account = await uow.session.get(Account, account_id)
    if account is None or not account.active or account.role not in HANDLING:
        raise NotFound("这个人已停用或不能办理工单，请重新选择。", what="account", field=field)


async def _check_others(uow: UnitOfWork, wanted: Planned, absence_id: str) -> None:
    """Raises AbsenceOverlaps, and SubstituteCircle with the names.

    The race: the same person's absence is entered twice at once, so the account is locked. Two people who name each
    other at once are not kept from it; placing ends such a circle at the department (staff.stand_in).
    """
    lock = select(Account.id).where(Account.id == wanted.account).with_for_update(key_share=True)
    await uow.session.execute(lock)
    query = select(Absence).where(
        Absence.id != absence_id, Absence.from_at < wanted.end, Absence.until_at > wanted.start
    )
    others = [
        (row.id, Planned(row.account_id, row.substitute_id, row.from_at, row.until_at))
        for row in await uow.session.scalars(query)
    ]
    own = next((key for key, each in others if each.account == wanted.account), None)
    if own is not None:
        raise AbsenceOverlaps(id=own)
    circle = circle_of(wanted, [each for _key, each in others])
    if circle:
        rows = await uow.session.execute(
            select(Account.id, Account.name).where(Account.id.in_(circle))
        )
        names = {row.id: row.name for row in rows}
        chain = " → ".join(names.get(each, "") for each in [*circle, circle[0]])
        raise SubstituteCircle(
            f"代办绕成了一圈：{chain}。请换一位代办人。", field="substitute_id", account_ids=circle
        )


async def _set_hand_over(uow: UnitOfWork, row: Absence) -> None:
    if row.hand_over and row.handed_over_at is None:
        await set_timer(uow, BEGINS, row.id, max(row.from_at, uow.clock.now()))
    else:
        await cancel_timer(uow, BEGINS, row.id)


async def _read(
    session: AsyncSession, now: datetime, *wanted: ColumnElement[bool]
) -> list[AbsenceRead]:
    person, substitute = aliased(Account), aliased(Account)
    query = (
        select(Absence, person.name, substitute.name)
        .join(person, person.id == Absence.account_id)
        .outerjoin(substitute, substitute.id == Absence.substitute_id)
        .where(*wanted, or_(person.active, Absence.until_at <= now))
        .order_by(Absence.from_at.desc(), Absence.id.desc())
        .limit(MOST_SHOWN)
    )
    rows = list(await session.execute(query))
    loads = await open_tickets(session, {row.account_id for row, _name, _substitute in rows})
    return [
        AbsenceRead.of(
            row,
            name=name,
            substitute=other or "",
            open_tickets=loads.get(row.account_id, 0),
            now=now,
        )
        for row, name, other in rows
    ]
