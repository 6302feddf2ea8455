"""Routes by which an administrator connects other systems and sees how deliveries go. A secret is shown once."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.errors import NotFound
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.keys import Rotation, ValidSecret
from core.webhooks.trial import CallTrial, Trial
from handoff.tickets.feed.models import TicketEndpoint
from handoff.tickets.office import log, queue
from handoff.tickets.office.log import State
from handoff.tickets.office.rendering import ping
from handoff.tickets.office.schemas import (
    SentAgain,
    TicketDeliveryPage,
    TicketDeliveryRead,
    TicketEndpointRead,
    TicketEndpointShown,
    TicketEndpointWrite,
)
from handoff.tickets.office.systems import Systems, refs

Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]


def build_router(*, uows: UnitOfWorkFactory, systems: Systems, trial: Trial) -> APIRouter:
    """Routes to be mounted under /api/v1."""
    router = APIRouter(prefix="/ticket-endpoints", tags=["ticket endpoints"])

    def read(row: TicketEndpoint, waiting: int = 0, failed: int = 0) -> TicketEndpointRead:
        return TicketEndpointRead(
            id=row.id, name=row.name, url=row.url, active=row.active, steps=row.steps,
            types=row.types, department_ids=row.department_ids, personal=systems.personal(row),
            secrets=ValidSecret.those(refs(row), uows.clock.now()), waiting=waiting,
            failed=failed, failing_since=row.failing_since, next_try_at=row.next_try_at,
            last_error=row.last_error, created_at=row.created_at,
        )  # fmt: skip

    @router.get("")
    async def list_endpoints(_actor: Admin) -> list[TicketEndpointRead]:
        async with uows.read() as session:
            waiting, failed = await queue.counts(session), await log.failed_counts(session)
            rows = await session.scalars(select(TicketEndpoint).order_by(TicketEndpoint.name))
            return [read(row, waiting.get(row.id, 0), failed.get(row.id, 0)) for row in rows]

    @router.post("", status_code=201)
    async def create_endpoint(body: TicketEndpointWrite, actor: Admin) -> TicketEndpointShown:
        async with uows.write() as uow:
            row, secret = await systems.create(uow, body, actor.account_id)
            return TicketEndpointShown(endpoint=read(row), secret=secret)

    @router.put("/{endpoint_id}")
    async def update_endpoint(
        endpoint_id: Id, body: TicketEndpointWrite, actor: Admin
    ) -> TicketEndpointRead:
        async with uows.write() as uow:
            return read(await systems.update(uow, endpoint_id, body, actor.account_id))

    @router.delete("/{endpoint_id}", status_code=204)
    async def remove_endpoint(endpoint_id: Id, actor: Admin) -> None:
        """With what waits for it."""
        async with uows.write() as uow:
            await systems.remove(uow, endpoint_id, actor=actor.account_id)

    @router.post("/{endpoint_id}/secret")
    async def rotate_secret(endpoint_id: Id, body: Rotation, actor: Admin) -> TicketEndpointShown:
        """A new secret; events are signed with both for a while, so that the system can change without a gap."""
        async with uows.write() as uow:
            row, secret = await systems.rotate(
                uow, endpoint_id, keep_hours=body.keep_hours, actor=actor.account_id
            )
            return TicketEndpointShown(endpoint=read(row), secret=secret)

    @router.delete("/{endpoint_id}/secret")
    async def withdraw_secret(endpoint_id: Id, actor: Admin) -> TicketEndpointRead:
        """The former secret is no longer signed with."""
        async with uows.write() as uow:
            return read(await systems.withdraw(uow, endpoint_id, actor=actor.account_id))

    @router.post("/{endpoint_id}/test")
    async def try_endpoint(endpoint_id: Id, _actor: Admin) -> CallTrial:
        """Send a ping and say what is wrong; what waits is sent when it was taken."""
        async with uows.read() as session:
            row = await session.get(TicketEndpoint, endpoint_id)
            if row is None:
                raise NotFound("没有这个办公系统。", what="endpoint")
            secrets = await systems.secrets(session, row, uows.clock.now())

        def event(event_id: str) -> dict[str, Any]:
            return ping(event_id, uows.clock.now()).model_dump(mode="json")

        tried = await trial.run(row.url, secrets, event)
        if tried.ok and row.failing_since is not None:
            async with uows.write() as uow:
                await systems.go(uow, await log.known_endpoint(uow, endpoint_id))
        return tried

    @router.post("/{endpoint_id}/retry")
    async def retry_all(endpoint_id: Id, _actor: Admin) -> SentAgain:
        """Send again whatever has failed for good."""
        async with uows.write() as uow:
            row = await log.known_endpoint(uow, endpoint_id)
            return SentAgain(count=await log.retry(uow, row, None))

    @router.post("/{endpoint_id}/retry/{event_id}")
    async def retry_one(endpoint_id: Id, event_id: Id, _actor: Admin) -> SentAgain:
        async with uows.write() as uow:
            row = await log.known_endpoint(uow, endpoint_id)
            return SentAgain(count=await log.retry(uow, row, event_id))

    @router.post("/{endpoint_id}/skip", status_code=204)
    async def skip_first(endpoint_id: Id, _actor: Admin) -> None:
        """Leave out the event that holds up the others."""
        async with uows.write() as uow:
            await log.skip(uow, await log.known_endpoint(uow, endpoint_id))

    @router.get("/deliveries")
    async def list_deliveries(
        _actor: Admin,
        endpoint_id: Id | None = None,
        state: State | None = None,
        number: Annotated[str | None, Query(max_length=32)] = None,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> TicketDeliveryPage:
        """What was tried in the last thirty days."""
        async with uows.read() as session:
            rows = await log.page(
                session, endpoint_id=endpoint_id, state=state, number=number, after=after,
                limit=limit + 1,
            )  # fmt: skip
        items = [
            TicketDeliveryRead(
                id=row.id, endpoint_id=row.endpoint_id, ticket_id=row.ticket_id, number=number,
                step=row.step, version=row.version, state=cast(State, row.state), attempts=row.attempts,
                status=row.status, error=row.error, seconds=row.seconds,
                created_at=row.created_at, updated_at=row.updated_at,
            )
            for row, number in rows[:limit]
        ]  # fmt: skip
        return TicketDeliveryPage(items=items, next=items[-1].id if len(rows) > limit else None)

    return router
