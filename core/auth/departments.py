"""Departments: a tree that accounts belong to. They say where somebody works, not what they may see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.account_schemas import DepartmentRead, DepartmentWrite
from core.auth.actor import Actor
from core.auth.models import Account, Department
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import new_id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

# Deeper trees are a mistake.
MOST_LEVELS = 6


class DepartmentService:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def all(self) -> list[DepartmentRead]:
        async with self._uows.read() as session:
            rows = (await session.scalars(select(Department).order_by(Department.id))).all()
            return await _reads(session, rows)

    async def save(
        self, wanted: DepartmentWrite, actor: Actor, department_id: str | None = None
    ) -> DepartmentRead:
        """Make one, or change `department_id`. Raises Conflict for a name that is taken, InvalidInput for a circle."""
        async with self._uows.write() as uow:
            taken = await uow.session.scalar(
                select(Department.id).where(Department.name == wanted.name)
            )
            if taken is not None and taken != department_id:
                raise Conflict("已经有同名的部门。", field="name")
            department = await _load(uow, department_id)
            await _check_place(uow, department.id, wanted.parent_id)
            if wanted.leader_id != department.leader_id:
                await _check_leader(uow, wanted.leader_id)
            department.name, department.parent_id = wanted.name, wanted.parent_id
            department.leader_id = wanted.leader_id
            await uow.session.flush()
            audit.record(
                uow, actor=actor.account_id, action="department.saved",
                subject=f"department:{department.id}",
            )  # fmt: skip
            [read] = await _reads(uow.session, [department])
            return read

    async def delete(self, department_id: str, actor: Actor) -> None:
        """Raises Conflict while accounts, other departments or tickets belong to it."""
        async with self._uows.write() as uow:
            department = await _load(uow, department_id)
            below = select(func.count()).where(Department.parent_id == department_id)
            inside = select(func.count()).where(Account.department_id == department_id)
            if await uow.session.scalar(below):
                raise Conflict("这个部门下面还有部门，请先移走它们。", reason="has_departments")
            if await uow.session.scalar(inside):
                raise Conflict("这个部门里还有账号，请先移走它们。", reason="has_accounts")
            await uow.session.delete(department)
            try:
                await uow.session.flush()
            except IntegrityError as error:
                # What else points here is nobody's this package knows of: tickets, and rules for them.
                raise Conflict(
                    "这个部门有工单或工单规则，不能删除。可以改名，或者移到别的部门下面。",
                    reason="in_use",
                ) from error
            audit.record(
                uow, actor=actor.account_id, action="department.deleted",
                subject=f"department:{department_id}",
            )  # fmt: skip


async def _load(uow: UnitOfWork, department_id: str | None) -> Department:
    if department_id is None:
        department = Department(id=new_id(), name="", created_at=uow.clock.now())
        uow.session.add(department)
        return department
    # All are locked in one order: two that are moved below each other at once would make a circle.
    await uow.session.execute(select(Department.id).order_by(Department.id).with_for_update())
    found = await uow.session.get(Department, department_id)
    if found is None:
        raise NotFound("没有这个部门。", what="department")
    return found


async def _check_place(uow: UnitOfWork, department_id: str, parent_id: str | None) -> None:
    """Raise unless `parent_id` is a department that does not lie below this one."""
    if parent_id is None:
        return
    with uow.session.no_autoflush:
        rows = await uow.session.execute(select(Department.id, Department.parent_id))
        parents = {row.id: row.parent_id for row in rows}
    if parent_id not in parents:
        raise NotFound("没有这个上级部门。", what="department", field="parent_id")
    above, levels = parent_id, 1
    while above is not None:
        if above == department_id:
            raise InvalidInput("上级部门不能是它自己或它下面的部门。", field="parent_id")
        above, levels = parents[above], levels + 1
        if levels > MOST_LEVELS:
            raise InvalidInput(f"部门最多 {MOST_LEVELS} 级。", field="parent_id")


async def _check_leader(uow: UnitOfWork, leader_id: str | None) -> None:
    """Raise unless it is nobody, or somebody who works here. A leader need not belong to the department itself."""
    if leader_id is None:
        return
    with uow.session.no_autoflush:
        account = await uow.session.get(Account, leader_id)
    if account is None or not account.active:
        raise NotFound("没有这个账号，或者账号已经停用。", what="account", field="leader_id")


async def _members(session: AsyncSession) -> dict[str, int]:
    query = (
        select(Account.department_id, func.count())
        .where(Account.department_id.is_not(None))
        .group_by(Account.department_id)
    )
    return {str(key): count for key, count in await session.execute(query)}


async def _reads(session: AsyncSession, rows: Sequence[Department]) -> list[DepartmentRead]:
    """With how many belong to them, and who leads them."""
    counts = await _members(session)
    leaders = {row.leader_id for row in rows if row.leader_id is not None}
    accounts = await session.scalars(select(Account).where(Account.id.in_(leaders)))
    people = {account.id: account for account in accounts}
    return [
        DepartmentRead(
            id=row.id, name=row.name, parent_id=row.parent_id, accounts=counts.get(row.id, 0),
            leader_id=row.leader_id, leader_name=person.name if person else None,
            leader_active=person is not None and person.active,
        )
        for row in rows
        for person in [people.get(row.leader_id or "")]
    ]  # fmt: skip
