"""The office system that a simulator plays in a demo: a department, an endpoint for its tickets, and a key."""

from __future__ import annotations

from sqlalchemy import select

from app.container import Container
from core.auth.actor import Scope
from core.auth.key_schemas import ApiKeyCreate
from core.auth.models import Account, ApiKey, Department
from core.ids import new_id
from core.secrets.models import InboxSecret
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWork
from handoff.tickets.feed.models import TicketEndpoint
from handoff.tickets.office.schemas import TicketEndpointWrite

DEPARTMENT, NAME = "贷后服务科（演示）", "办公系统（模拟）"
# A key is kept as its hash alone; the stand-in has to be told it again after each start.
TOKEN = "demo/office/token"


async def simulated_office(container: Container, port: int, events: str) -> dict[str, str]:
    """The stand-in's environment; `port` is the product's, `events` where the stand-in listens."""
    store = SecretStore(container.settings.load_secret_key())
    async with container.uows.write() as uow:
        department_id = await _department(uow)
        endpoint = await _endpoint(container, uow, department_id, events)
        secret = (
            await container.tickets.office.systems.secrets(uow.session, endpoint, uow.clock.now())
        )[0]
        token = await _token(container, uow, store, department_id)
    return {
        "SIMULATOR_OFFICE_SECRET": secret,
        "SIMULATOR_OFFICE_API": f"http://127.0.0.1:{port}/api/v1",
        "SIMULATOR_OFFICE_KEY": token,
        "SIMULATOR_OFFICE_DEPARTMENT_ID": department_id,
        "SIMULATOR_OFFICE_DEPARTMENT": DEPARTMENT,
    }


async def _department(uow: UnitOfWork) -> str:
    found = await uow.session.scalar(select(Department.id).where(Department.name == DEPARTMENT))
    if found is not None:
        return found
    row = Department(id=new_id(), name=DEPARTMENT, created_at=uow.clock.now())
    uow.session.add(row)
    await uow.session.flush()
    return row.id


async def _endpoint(
    container: Container, uow: UnitOfWork, department_id: str, events: str
) -> TicketEndpoint:
    """Its address is another one after each start; what waited for the old one is tried there."""
    found = await uow.session.scalar(select(TicketEndpoint).where(TicketEndpoint.name == NAME))
    wanted = TicketEndpointWrite(
        name=NAME, url=events, department_ids=[department_id], personal="full",
        active=found is None or found.active,
    )  # fmt: skip
    if found is None:
        return (await container.tickets.office.systems.create(uow, wanted, "install"))[0]
    if found.url != events:
        # What else was set in the console stays.
        found.url = events
        if found.active:
            await container.tickets.office.systems.go(uow, found)
    return found


async def _token(
    container: Container, uow: UnitOfWork, store: SecretStore, department_id: str
) -> str:
    query = (
        select(ApiKey)
        .join(Account, Account.id == ApiKey.account_id)
        .where(Account.name == NAME, ApiKey.created_by == "install", ApiKey.revoked_at.is_(None))
    )
    there = (await uow.session.scalars(query)).first()
    if there is not None and await uow.session.get(InboxSecret, TOKEN) is not None:
        return (await store.get(uow.session, [TOKEN]))[TOKEN]
    wanted = ApiKeyCreate(name=NAME, sees=Scope.GROUP, department_ids=[department_id])
    shown = await container.auth.keys.add(uow, wanted, "install")
    await store.put(uow, TOKEN, shown.token)
    return shown.token
