"""Text messages, wired: the provider in use, its reports, phone codes, routes. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from fastapi import APIRouter

from channels.sms.admin import build_sms_admin
from channels.sms.callbacks import build_callbacks
from channels.sms.senders import Addresses, Senders
from core.secrets.store import SecretStore
from core.settings import Settings
from core.sms.codes import PhoneCodes
from core.sms.delivery import SmsDelivery
from core.sms.reports import Reports
from core.sms.sealing import Sealer
from core.sms.service import Sms
from core.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True)
class SmsSide:
    """`sms` is what any part sends with, `codes` what proves a phone; `deliver` handles the outbox's topic."""

    settings: Settings
    uows: UnitOfWorkFactory
    sealer: Sealer
    sms: Sms
    codes: PhoneCodes
    senders: Senders
    deliver: SmsDelivery
    reports: Reports

    def routers(self) -> list[APIRouter]:
        """For /api/v1."""
        return [
            build_sms_admin(
                uows=self.uows, senders=self.senders, reports=self.reports, sealer=self.sealer,
                public_url=self.settings.resolved_public_url,
                simulator_url=self.settings.sms_simulator_url,
            )
        ]  # fmt: skip

    def callbacks(self) -> APIRouter:
        return build_callbacks(
            reports=self.reports, sealer=self.sealer, clock=self.uows.clock,
            gateway_key=self.settings.sms_api_key.get_secret_value(),
        )  # fmt: skip


def build_sms(
    settings: Settings,
    uows: UnitOfWorkFactory,
    *,
    inside: httpx.AsyncClient,
    outside: httpx.AsyncClient,
) -> SmsSide:
    key = settings.load_secret_key()
    sealer = Sealer(key)
    sms = Sms(sealer)
    senders = Senders(
        inside=inside, outside=outside, addresses=addresses(settings), store=SecretStore(key),
        clock=uows.clock,
    )  # fmt: skip
    return SmsSide(
        settings=settings,
        uows=uows,
        sealer=sealer,
        sms=sms,
        codes=PhoneCodes(uows=uows, sms=sms, sealer=sealer, reaches_people=senders.reaches_people),
        senders=senders,
        deliver=SmsDelivery(uows=uows, senders=senders, sealer=sealer),
        reports=Reports(uows=uows, sealer=sealer),
    )


def addresses(settings: Settings) -> Addresses:
    return Addresses(
        gateway=settings.sms_api_base,
        gateway_key=settings.sms_api_key.get_secret_value(),
        aliyun=settings.sms_aliyun_base,
        tencent=settings.sms_tencent_base,
    )
