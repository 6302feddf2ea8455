"""Texts from the transaction they are written in to a phone of the stand-in, and the report back; no server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import http_errors
from channels.sms.callbacks import build_callbacks
from channels.sms.senders import Addresses, Senders
from core.clock import FixedClock
from core.outbox.models import OutboxRow
from core.outbox.worker import OutboxWorker
from core.secrets.store import SecretStore
from core.sms.codes import PhoneCodes
from core.sms.delivery import SmsDelivery
from core.sms.models import SmsText
from core.sms.reports import Reports
from core.sms.sealing import Sealer
from core.sms.service import TOPIC, Sms, TextState
from core.unit_of_work import UnitOfWorkFactory
from simulators.sms.app import SmsSettings as GatewaySettings
from simulators.sms.app import build_app

KEY = "key-of-the-gateway"
SECRET = "secret key of the installation"
PHONE = "13812341234"
# For what does not depend on the kind of database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class World:
    """`phones` is the stand-in of the gateway, `product` our callbacks; both are asked without a network."""

    uows: UnitOfWorkFactory
    clock: FixedClock
    sealer: Sealer
    sms: Sms
    codes: PhoneCodes
    senders: Senders
    reports: Reports
    outbox: OutboxWorker
    phones: httpx.AsyncClient
    product: httpx.AsyncClient
    gateway: FastAPI
    app: FastAPI

    async def deliver(self) -> None:
        """Everything that is due now, and the reports of it."""
        while await self.outbox.work_once():
            pass
        await self.gateway.state.pusher.idle()

    async def send(
        self, key: str = "k", template: str = "left_message_answer", **more: Any
    ) -> None:
        values = {"phone": PHONE, "params": {"number": "LY20261123-0001"}, **more}
        async with self.uows.write() as uow:
            await self.sms.enqueue(uow, template=template, key=key, **values)

    async def state(self, key: str = "k") -> TextState | None:
        async with self.uows.read() as session:
            return await self.sms.state_of(session, key)

    async def rows(self) -> list[SmsText]:
        async with self.uows.read() as session:
            return list(await session.scalars(select(SmsText).order_by(SmsText.id)))

    async def waiting(self) -> list[OutboxRow]:
        async with self.uows.read() as session:
            return list(await session.scalars(select(OutboxRow)))

    async def inbox(self, phone: str = PHONE) -> list[str]:
        """What the phone got, the newest first."""
        found = (await self.phones.get("/phones")).json()
        return [t["text"] for each in found if each["phone"] == phone for t in each["texts"]]

    async def newest_code(self, phone: str = PHONE) -> str:
        text = (await self.inbox(phone))[0]
        return text.partition("验证码是")[2][:6]

    async def fault(self, kind: str, **more: Any) -> None:
        (await self.phones.post("/faults", json={"kind": kind, **more})).raise_for_status()


@pytest.fixture
async def world(uow_factory: UnitOfWorkFactory, clock: FixedClock) -> AsyncIterator[World]:
    sealer = Sealer(SECRET)
    sms = Sms(sealer)
    reports = Reports(uows=uow_factory, sealer=sealer)
    app = FastAPI()
    http_errors.install(app)
    app.include_router(
        build_callbacks(reports=reports, sealer=sealer, gateway_key=KEY, clock=clock)
    )
    product = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://product.test")
    settings = GatewaySettings(key=KEY, callback_url="http://product.test/channels/sms/http")
    gateway = build_app(settings, now=lambda: clock.now().timestamp(), http=product)
    phones = httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://sms.test")
    senders = Senders(
        inside=phones, outside=phones, store=SecretStore(SECRET), clock=clock,
        addresses=Addresses("http://sms.test", KEY, "http://aliyun.test", "http://tencent.test"),
    )  # fmt: skip
    deliver = SmsDelivery(uows=uow_factory, senders=senders, sealer=sealer)
    yield World(
        uow_factory, clock, sealer, sms, PhoneCodes(uows=uow_factory, sms=sms, sealer=sealer), senders, reports,
        OutboxWorker(uow_factory, {TOPIC: deliver}), phones, product, gateway, app,
    )  # fmt: skip
    # Reports still on their way would use the database after it is closed.
    await gateway.state.pusher.idle()
    await product.aclose()
    await phones.aclose()
