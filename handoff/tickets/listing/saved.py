"""Saved filters: everybody's own, and those that whoever dispatches shares with all."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy import func, or_, select

from core import audit
from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.errors import Conflict, NotFound, PermissionDenied
from core.ids import new_id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.listing.models import SavedFilter
from handoff.tickets.listing.schemas import FilterRead, FilterWrite, ListQuery

MOST_OWN = 30


class SavedFilters:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def all(self, actor: Actor) -> list[FilterRead]:
        """The actor's own and the shared ones, by name."""
        query = select(SavedFilter).where(
            or_(SavedFilter.owner_id == actor.account_id, SavedFilter.shared)
        )
        async with self._uows.read() as session:
            rows = await session.scalars(query.order_by(SavedFilter.name, SavedFilter.id))
            return [_read(row, actor) for row in rows]

    async def add(self, actor: Actor, wanted: FilterWrite) -> FilterRead:
        """Raises PermissionDenied for sharing without the right to, Conflict when there are too many."""
        _check_sharing(actor, wanted.shared)
        async with self._uows.write() as uow:
            own = select(func.count()).where(SavedFilter.owner_id == actor.account_id)
            if (await uow.session.scalar(own) or 0) >= MOST_OWN:
                raise Conflict(
                    f"每人最多保存 {MOST_OWN} 个筛选，请先删除不用的。", reason="too_many"
                )
            now = uow.clock.now()
            row = SavedFilter(
                id=new_id(), name=wanted.name, query=_stored(wanted.query), shared=wanted.shared,
                owner_id=actor.account_id, created_at=now, updated_at=now,
            )  # fmt: skip
            uow.session.add(row)
            await uow.session.flush()
            _note(uow, actor, row, "ticket_filter.saved")
            return _read(row, actor)

    async def change(self, actor: Actor, filter_id: str, wanted: FilterWrite) -> FilterRead:
        async with self._uows.write() as uow:
            row = await _mine(uow, actor, filter_id)
            _check_sharing(actor, wanted.shared)
            row.name, row.query = wanted.name, _stored(wanted.query)
            row.shared, row.updated_at = wanted.shared, uow.clock.now()
            _note(uow, actor, row, "ticket_filter.saved")
            return _read(row, actor)

    async def delete(self, actor: Actor, filter_id: str) -> None:
        async with self._uows.write() as uow:
            row = await _mine(uow, actor, filter_id)
            await uow.session.delete(row)
            _note(uow, actor, row, "ticket_filter.deleted")


async def _mine(uow: UnitOfWork, actor: Actor, filter_id: str) -> SavedFilter:
    """One that the actor may change. Raises NotFound, also for somebody else's own."""
    row = await uow.session.get(SavedFilter, filter_id)
    if row is None or not _may_change(row, actor):
        raise NotFound("没有这个筛选。", what="filter")
    return row


def _may_change(row: SavedFilter, actor: Actor) -> bool:
    return row.owner_id == actor.account_id or (
        row.shared and actor.may(Permission.TICKET_DISPATCH)
    )


def _check_sharing(actor: Actor, shared: bool) -> None:
    if shared and not actor.may(Permission.TICKET_DISPATCH):
        raise PermissionDenied(
            "只有班长可以把筛选共享给大家。", permission=Permission.TICKET_DISPATCH
        )


def _stored(query: ListQuery) -> dict[str, object]:
    return query.model_dump(mode="json", exclude_defaults=True)


def _note(uow: UnitOfWork, actor: Actor, row: SavedFilter, what: str) -> None:
    """What everybody sees is noted; one's own is one's own business."""
    if row.shared:
        audit.record(uow, actor=actor.account_id, action=what, subject=f"ticket_filter:{row.id}")


def _read(row: SavedFilter, actor: Actor) -> FilterRead:
    try:
        query = ListQuery.model_validate(row.query)
    except ValidationError:
        # Saved by another version of the product: all, which its owner can set right.
        query = ListQuery()
    return FilterRead(
        id=row.id, name=row.name, query=query, shared=row.shared, mine=_may_change(row, actor)
    )
