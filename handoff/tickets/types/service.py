"""Types of tickets as administrators set them: made, changed by a new version, switched off, put in order."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.audit_labels import PEOPLE
from core.auth.actor import Actor
from core.auth.models import Account, Department
from core.auth.service import account_names
from core.configs import SettingsChanged
from core.errors import Conflict, InvalidInput
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.types import reading, shipped
from handoff.tickets.types.checking import Mistake, TicketTypeFaulty, mistakes
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.models import TicketType, TicketTypeVersion
from handoff.tickets.types.reading import OTHER, LoadedType, TicketTypeUnknown
from handoff.tickets.types.schemas import TicketTypeCreate, TicketTypeVersionRead


class TypeService:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    # ---- reading -------------------------------------------------------------------------------

    async def all(self) -> list[LoadedType]:
        async with self._uows.read() as session:
            return await reading.all_types(session)

    async def get(self, type_id: str) -> LoadedType:
        async with self._uows.read() as session:
            return await _of_id(session, type_id)

    async def versions(self, type_id: str) -> list[TicketTypeVersionRead]:
        """Every version it had, newest first, with the names of those who made them."""
        query = (
            select(TicketTypeVersion)
            .where(TicketTypeVersion.type_id == type_id)
            .order_by(TicketTypeVersion.version.desc())
        )
        async with self._uows.read() as session:
            rows = (await session.scalars(query)).all()
            names = PEOPLE | await account_names(session, {row.by for row in rows})
        if not rows:
            raise TicketTypeUnknown(field="type")
        return [TicketTypeVersionRead.of(row, names.get(row.by)) for row in rows]

    async def mistakes(self, definition: TicketDefinition) -> list[Mistake]:
        """What would be refused, departments and accounts included; nothing is stored."""
        async with self._uows.read() as session:
            return await _mistakes(session, definition)

    # ---- changing ------------------------------------------------------------------------------

    async def create(self, wanted: TicketTypeCreate, actor: Actor) -> LoadedType:
        """Raises TicketTypeFaulty, Conflict for an id or a name that is taken."""
        async with self._uows.write() as uow:
            rows = await _all_for_update(uow)
            if any(row.id == wanted.id for row in rows):
                raise Conflict("已经有这个编号的工单类型。", field="id")
            await _check(uow.session, wanted.definition, other_than=wanted.id)
            position = max((row.position for row in rows), default=-1) + 1
            shipped.add(uow, wanted.id, wanted.definition, position=position, by=actor.account_id)
            await uow.session.flush()
            _audit(uow, actor, "created", wanted.id, version=1)
            return await _of_id(uow.session, wanted.id)

    async def change(
        self, type_id: str, definition: TicketDefinition, actor: Actor, *, seen: int | None = None
    ) -> LoadedType:
        """A new version; the same again makes none. `seen`: the version it was made from.

        Tickets under way keep theirs. Raises SettingsChanged when there is a newer one, TicketTypeFaulty, Conflict.
        """
        async with self._uows.write() as uow:
            row = _found(await _all_for_update(uow), type_id)
            if seen is not None and seen != row.version:
                raise SettingsChanged(name=f"ticket_type:{type_id}", version=row.version)
            await _check(uow.session, definition, other_than=type_id)
            before = await _of_id(uow.session, type_id)
            if before.definition == definition:
                return before
            # Counted, not added up: what a restored backup left behind must not be run into.
            query = select(func.max(TicketTypeVersion.version)).where(
                TicketTypeVersion.type_id == type_id
            )
            row.version = (await uow.session.scalar(query) or row.version) + 1
            row.updated_at = uow.clock.now()
            uow.session.add(
                TicketTypeVersion(
                    type_id=type_id, version=row.version,
                    definition=definition.model_dump(mode="json"),
                    by=actor.account_id, at=row.updated_at,
                )
            )  # fmt: skip
            await uow.session.flush()
            _audit(uow, actor, "changed", type_id, version=row.version)
            return await _of_id(uow.session, type_id)

    async def switch(self, type_id: str, active: bool, actor: Actor) -> LoadedType:
        """Off: nothing new is filed, what is under way goes on. Raises InvalidInput for the one that must stay."""
        async with self._uows.write() as uow:
            row = _found(await _all_for_update(uow), type_id)
            if type_id == OTHER and not active:
                raise InvalidInput(
                    "“其他”不能停用：不属于别的类型的事项要登记在这里。", field="active"
                )
            if active:
                loaded = await _of_id(uow.session, type_id)
                await _check(uow.session, loaded.definition, other_than=type_id)
            if row.active != active:
                row.active, row.updated_at = active, uow.clock.now()
                _audit(uow, actor, "reactivated" if active else "deactivated", type_id)
            return await _of_id(uow.session, type_id)

    async def order(self, ids: list[str], actor: Actor) -> list[LoadedType]:
        """The order in which they are offered. Raises Conflict unless these are all of them, each once."""
        async with self._uows.write() as uow:
            rows = {row.id: row for row in await _all_for_update(uow)}
            if sorted(ids) != sorted(rows):
                raise Conflict("工单类型刚才有增减，请刷新后再排序。", field="ids")
            for position, id_ in enumerate(ids):
                rows[id_].position = position
            await uow.session.flush()
            _audit(uow, actor, "ordered", "all")
            return await reading.all_types(uow.session)


async def _all_for_update(uow: UnitOfWork) -> list[TicketType]:
    """All in one order: names and places are compared with those of the others."""
    query = select(TicketType).order_by(TicketType.id).with_for_update()
    rows = await uow.session.scalars(query, execution_options={"populate_existing": True})
    return list(rows.all())


def _found(rows: list[TicketType], type_id: str) -> TicketType:
    row = next((each for each in rows if each.id == type_id), None)
    if row is None:
        raise TicketTypeUnknown(field="type")
    return row


async def _of_id(session: AsyncSession, type_id: str) -> LoadedType:
    """By its id alone; in_force would take a name as well."""
    loaded = await reading.in_force(session, type_id)
    if loaded.id != type_id:
        raise TicketTypeUnknown(field="type")
    return loaded


async def _check(session: AsyncSession, definition: TicketDefinition, *, other_than: str) -> None:
    found = await _mistakes(session, definition)
    if found:
        raise TicketTypeFaulty.of(found)
    for each in await reading.all_types(session):
        if each.id != other_than and each.active and each.definition.name == definition.name:
            raise Conflict("已经有同名的工单类型。", field="name")


async def _mistakes(session: AsyncSession, definition: TicketDefinition) -> list[Mistake]:
    return [*mistakes(definition), *await _strangers(session, definition)]


async def _strangers(session: AsyncSession, definition: TicketDefinition) -> list[Mistake]:
    """Departments and people of the flow that are not there, or not any more."""
    stages = list(enumerate(definition.flow.stages))
    departments = {each.who.department_id for _, each in stages if each.who.department_id}
    departments |= set(definition.department_ids)
    persons = {id_ for _, each in stages for id_ in each.who.account_ids}
    known = set(await session.scalars(select(Department.id).where(Department.id.in_(departments))))
    working = set(
        await session.scalars(
            select(Account.id).where(Account.id.in_(persons), Account.active.is_(True))
        )
    )
    found = [
        Mistake("unknown_department", "department_ids", "可办理的部门里有已经删除的部门。")
        for _ in [0] if not set(definition.department_ids) <= known
    ]  # fmt: skip
    for place, stage in stages:
        where = f"flow.stages.{place}.who"
        if stage.who.department_id is not None and stage.who.department_id not in known:
            text = f"“{stage.name}”的部门已经删除，请重新选择。"
            found.append(Mistake("unknown_department", where, text, stage.key))
        if not set(stage.who.account_ids) <= working:
            text = f"“{stage.name}”的人员里有已经停用的账号，请重新选择。"
            found.append(Mistake("unknown_account", where, text, stage.key))
    return found


def _audit(uow: UnitOfWork, actor: Actor, deed: str, type_id: str, **data: int) -> None:
    audit.record(
        uow, actor=actor.account_id, action=f"ticket_type.{deed}",
        subject=f"ticket_type:{type_id}", **data,
    )  # fmt: skip
