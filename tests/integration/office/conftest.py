"""Systems that are told of tickets, on each database: a receiver on a real port, the outbox, tickets, steps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app import http_errors
from app.office import Office, build_office
from app.people import build_people
from core.auth.actor import Actor
from core.auth.key_endpoints import build_router as build_keys
from core.auth.models import Department
from core.auth.permissions import Role
from core.auth.service import AuthService
from core.clock import FixedClock
from core.events import AlertRaised, Event
from core.ids import new_id
from core.outbox.models import OutboxRow
from core.outbox.worker import OutboxWorker
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.calling import Outside, trusted
from handoff.tickets import history
from handoff.tickets.life.endpoints import build_router as build_tickets
from handoff.tickets.models import Ticket
from handoff.tickets.status import TicketStatus
from handoff.tickets.types.models import TicketType
from handoff.tickets.types.shipped import add_shipped
from tests.fakes import InternalArticles
from tests.integration.webhook.portal import Receiver, receiving

# For what does not depend on the kind of database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TRUSTED = trusted()
API = "/api/v1/ticket-endpoints"
KEYS = "/api/v1/keys"
TICKETS = "/api/v1/tickets"
FILING = {"type": "complaint", "title": "提取款没有到账", "description": "等了一个月"}
CITIZEN = {"citizen_name": "张小明", "citizen_phone": "13800001234"}


class Login(AuthService):
    """The login service; "admin" is an administrator's token."""

    async def authenticate(self, token: str | None) -> Actor:
        if token == "admin":
            return Actor(ADMIN_ID, "admin", "管理员", Role.ADMIN)
        return await super().authenticate(token)


ADMIN_ID = new_id()


@dataclass
class World:
    uows: UnitOfWorkFactory
    clock: FixedClock
    office: Office
    outbox: OutboxWorker
    receiver: Receiver
    app: FastAPI
    admin: httpx.AsyncClient
    events: list[Event] = field(default_factory=list)

    async def connect(self, name: str = "综合办公系统", **more: Any) -> str:
        """An endpoint at the receiver's address; its id."""
        body = {"name": name, "url": self.receiver.url, **more}
        made = await self.admin.post(API, json=body)
        assert made.status_code == 201, made.text
        id: str = made.json()["endpoint"]["id"]
        return id

    async def endpoint(self, id: str) -> dict[str, Any]:
        rows: list[dict[str, Any]] = (await self.admin.get(API)).json()
        return next(row for row in rows if row["id"] == id)

    async def department(self, name: str, parent: str | None = None) -> str:
        async with self.uows.write() as uow:
            row = Department(id=new_id(), name=name, parent_id=parent, created_at=uow.clock.now())
            uow.session.add(row)
        return row.id

    async def file(self, number: int = 1, **more: Any) -> str:
        """A ticket with its first step; its id."""
        async with self.uows.write() as uow:
            now = uow.clock.now()
            ticket = Ticket(
                id=new_id(), number=f"GD20261123-{number:04d}", title=f"第{number}张",
                status=TicketStatus.NEW.value, version=0, source="api", created_at=now,
                updated_at=now, **{"type": "complaint", "stage": "handle", **more},
            )  # fmt: skip
            uow.session.add(ticket)
            await uow.session.flush()
            await history.record(
                uow, ticket, "file", None, actor="system", actor_name="系统", reason="", data={}
            )
        return ticket.id

    async def step(self, ticket_id: str, step: str = "comment", **more: Any) -> None:
        """A step that changes what `more` says of the row."""
        async with self.uows.write() as uow:
            ticket = await uow.session.get_one(Ticket, ticket_id)
            before = TicketStatus(ticket.status)
            reason = more.pop("reason", "已核对")
            for name, value in more.items():
                setattr(ticket, name, value)
            await history.record(
                uow, ticket, step, before, actor="system", actor_name="系统", reason=reason, data={}
            )

    async def settle(self) -> None:
        while await self.outbox.work_once():
            pass

    async def later(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))
        await self.settle()

    async def waiting(self) -> list[OutboxRow]:
        async with self.uows.read() as session:
            return list(await session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    async def log(self, **query: Any) -> list[dict[str, Any]]:
        answer = await self.admin.get(f"{API}/deliveries", params=query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def heard(self) -> list[tuple[str, str, int]]:
        """Number, step and version of what came, in order, repeats included."""
        return [
            (
                event["data"]["ticket"]["number"][-4:],
                event["type"],
                event["data"]["ticket"]["version"],
            )
            for event in self.receiver.events("ticket.")
        ]

    def alerts(self) -> list[str]:
        return [
            event.payload.code for event in self.events if isinstance(event.payload, AlertRaised)
        ]


@pytest.fixture
async def world(
    uow_factory: UnitOfWorkFactory, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[World]:
    uows = uow_factory
    settings = Settings(
        _env_file=None, home=tmp_path / "home", secret_key="installation-key", outbound_proxy="",  # type: ignore[call-arg]
    )  # fmt: skip
    events: list[Event] = []

    async def publish(committed: list[Event]) -> None:
        events.extend(committed)

    uows.publish = publish
    outside = Outside(verify=TRUSTED)
    office = build_office(settings, uows, outside)
    outbox = OutboxWorker(uows, office.handlers())
    async with uows.write() as uow:
        if await uow.session.get(TicketType, "complaint") is None:
            await add_shipped(uow)
    app = FastAPI()
    auth = Login(uows, session_hours=1)
    app.state.auth = auth
    http_errors.install(app)
    app.include_router(office.admin, prefix="/api/v1")
    app.include_router(build_keys(auth.keys), prefix="/api/v1")
    inside = httpx.ASGITransport(app, raise_app_exceptions=False)
    token = {"authorization": "Bearer admin"}
    admin = httpx.AsyncClient(transport=inside, base_url="https://kf.example.gov.cn", headers=token)
    async with receiving() as receiver:
        yield World(uows, clock, office, outbox, receiver, app, admin, events)
        await outside.close()


@dataclass
class Programs:
    world: World

    async def key(self, name: str = "办公系统", **more: Any) -> tuple[str, httpx.AsyncClient]:
        """Id of the key, and a client that brings it along."""
        made = await self.world.admin.post(KEYS, json={"name": name, **more})
        assert made.status_code == 201, made.text
        shown = made.json()
        return shown["key"]["id"], self.client(shown["token"])

    def client(self, token: str) -> httpx.AsyncClient:
        inside = httpx.ASGITransport(self.world.app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {token}"}
        return httpx.AsyncClient(
            transport=inside, base_url="https://kf.example.gov.cn", headers=headers
        )

    async def count(self, model: type[Any]) -> int:
        async with self.world.uows.read() as session:
            return await session.scalar(select(func.count()).select_from(model)) or 0


def code(answer: httpx.Response) -> str:
    found: str = answer.json()["error"]["code"]
    return found


@pytest.fixture
def programs(world: World) -> Programs:
    people = build_people(world.uows, InternalArticles())
    world.app.include_router(build_tickets(people.tickets, world.office.once), prefix="/api/v1")
    return Programs(world)
