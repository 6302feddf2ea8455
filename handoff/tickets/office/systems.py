"""Other systems that are told of tickets: connecting, changing, their secrets, switching off, taking away."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.models import Department
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from core.webhooks.addresses import callback_target
from core.webhooks.errors import AddressRefused
from core.webhooks.keys import SecretRef, SigningKeys
from handoff.tickets.feed.models import TicketEndpoint, TicketEndpointKnown
from handoff.tickets.office import log, queue
from handoff.tickets.office.event import Personal
from handoff.tickets.office.schemas import TicketEndpointWrite
from handoff.tickets.types.models import TicketType

MOST_ENDPOINTS = 50


class Systems:
    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys

    async def secrets(
        self, session: AsyncSession, endpoint: TicketEndpoint, now: datetime
    ) -> tuple[str, ...]:
        """Those that are valid, the newest first. Raises SecretMissing or SecretUnreadable."""
        return await self._keys.valid(session, refs(endpoint), now)

    @staticmethod
    def personal(endpoint: TicketEndpoint) -> Personal:
        return cast(Personal, endpoint.personal)

    async def create(
        self, uow: UnitOfWork, wanted: TicketEndpointWrite, actor: str
    ) -> tuple[TicketEndpoint, str]:
        """The endpoint and its secret, which is never shown again. Raises Conflict, InvalidInput, NotFound."""
        there = list(await uow.session.scalars(select(TicketEndpoint.id)))
        if len(there) >= MOST_ENDPOINTS:
            raise Conflict(f"最多连接 {MOST_ENDPOINTS} 个办公系统。", most=MOST_ENDPOINTS)
        await _check(uow.session, wanted)
        now, id = uow.clock.now(), new_id()
        endpoint = TicketEndpoint(
            id=id, name=wanted.name, url=wanted.url, secrets=[], failures=0, last_error="",
            created_at=now, updated_at=now,
        )  # fmt: skip
        _fill(endpoint, wanted)
        uow.session.add(endpoint)
        await _flush(uow)
        ref, secret = await self._keys.make(uow, _owner(id), 1)
        endpoint.secrets, endpoint.made = [ref.model_dump(mode="json")], 1
        _record(uow, actor, "created", endpoint)
        return endpoint, secret

    async def update(
        self, uow: UnitOfWork, endpoint_id: str, wanted: TicketEndpointWrite, actor: str
    ) -> TicketEndpoint:
        """Another address is tried at once; what waited while it was switched off goes out."""
        endpoint = await log.known_endpoint(uow, endpoint_id)
        await _check(uow.session, wanted)
        go = wanted.active and (not endpoint.active or wanted.url != endpoint.url)
        _fill(endpoint, wanted)
        endpoint.name, endpoint.url, endpoint.updated_at = wanted.name, wanted.url, uow.clock.now()
        await _flush(uow)
        if go:
            await self.go(uow, endpoint)
        _record(uow, actor, "changed", endpoint, active=endpoint.active, personal=endpoint.personal)
        return endpoint

    async def go(self, uow: UnitOfWork, endpoint: TicketEndpoint) -> None:
        """What waits first is tried now."""
        now = uow.clock.now()
        if await queue.let_first_go(uow.session, endpoint.id, now):
            uow.has_deliveries = True
            endpoint.next_try_at = now if endpoint.failing_since is not None else None

    async def rotate(
        self, uow: UnitOfWork, endpoint_id: str, *, keep_hours: int, actor: str
    ) -> tuple[TicketEndpoint, str]:
        endpoint = await log.known_endpoint(uow, endpoint_id)
        number = endpoint.made + 1
        made, secret = await self._keys.rotate(
            uow, _owner(endpoint.id), refs(endpoint), number, keep_hours=keep_hours
        )
        endpoint.secrets, endpoint.made = [each.model_dump(mode="json") for each in made], number
        _record(uow, actor, "secret_rotated", endpoint, keep_hours=keep_hours)
        return endpoint, secret

    async def withdraw(self, uow: UnitOfWork, endpoint_id: str, *, actor: str) -> TicketEndpoint:
        """The secret before the present one is no longer signed with."""
        endpoint = await log.known_endpoint(uow, endpoint_id)
        await self._keys.drop(uow, refs(endpoint)[1:])
        endpoint.secrets = endpoint.secrets[:1]
        _record(uow, actor, "secret_withdrawn", endpoint)
        return endpoint

    async def remove(self, uow: UnitOfWork, endpoint_id: str, *, actor: str) -> None:
        """With all that waits for it and the log of its deliveries."""
        endpoint = await log.known_endpoint(uow, endpoint_id)
        await log.forget_endpoint(uow, endpoint.id)
        known = delete(TicketEndpointKnown).where(TicketEndpointKnown.endpoint_id == endpoint.id)
        await uow.session.execute(known)
        await self._keys.drop(uow, refs(endpoint))
        await uow.session.delete(endpoint)
        _record(uow, actor, "deleted", endpoint)


def refs(endpoint: TicketEndpoint) -> list[SecretRef]:
    return [SecretRef.model_validate(each) for each in endpoint.secrets]


def _owner(endpoint_id: str) -> str:
    return f"ticket-endpoint/{endpoint_id}"


def _fill(endpoint: TicketEndpoint, wanted: TicketEndpointWrite) -> None:
    endpoint.active, endpoint.personal = wanted.active, wanted.personal
    endpoint.steps = [str(each) for each in wanted.steps]
    endpoint.types, endpoint.department_ids = list(wanted.types), list(wanted.department_ids)


async def _check(session: AsyncSession, wanted: TicketEndpointWrite) -> None:
    try:
        callback_target(wanted.url)
    except AddressRefused as refused:
        raise InvalidInput(refused.message, field="url", **refused.details) from None
    here = select(Department.id).where(Department.id.in_(wanted.department_ids))
    if set(await session.scalars(here)) != set(wanted.department_ids):
        raise NotFound("没有这个部门。", what="department", field="department_ids")
    types = select(TicketType.id).where(TicketType.id.in_(wanted.types))
    if set(await session.scalars(types)) != set(wanted.types):
        raise NotFound("没有这种工单类型。", what="type", field="types")


async def _flush(uow: UnitOfWork) -> None:
    try:
        await uow.session.flush()
    except IntegrityError as error:
        raise Conflict("已经有同名的办公系统。", field="name") from error


def _record(
    uow: UnitOfWork, actor: str, deed: str, endpoint: TicketEndpoint, **data: object
) -> None:
    audit.record(
        uow, actor=actor, action=f"endpoint.{deed}", subject=f"endpoint:{endpoint.id}", **data
    )
