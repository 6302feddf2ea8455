"""Replying on WeChat's services, wired: couriers, what waits, reminders, their settings. Called by the container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from channels.tencent.carrier import Carrier
from channels.tencent.replies import reminding
from channels.tencent.replies.reminding import ProvenPhones, Reminders
from channels.tencent.replies.reply_settings import CONFIG_NAME, ReplySettings
from channels.tencent.replies.waiting import NOTICE_TOPIC
from channels.tencent.sending import tidying
from channels.tencent.sending.delivering import Courier, NoticeHandler
from channels.tencent.sending.ending import Numbered
from core.config_endpoints import add_document
from core.conversation.attachments.links import FileLinks
from core.outbox.worker import Handler
from core.sms.service import Sms
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True)
class ReplySide:
    """`couriers`: by channel."""

    uows: UnitOfWorkFactory
    couriers: Mapping[str, Courier[Any]]
    reminders: Reminders

    def handlers(self) -> dict[str, Handler]:
        """Topics of the outbox."""
        return {
            NOTICE_TOPIC: NoticeHandler(self.uows, self.couriers),
            reminding.TOPIC: self.reminders,
        }

    def timers(self) -> dict[str, TimerHandler]:
        return reminding.timer_handlers() | tidying.timer_handlers()

    def routers(self) -> list[APIRouter]:
        router = APIRouter(prefix="/settings")
        add_document(
            router, "/wechat-replies", name=CONFIG_NAME, model=ReplySettings, uows=self.uows
        )
        return [router]

    async def arm(self) -> None:
        await tidying.arm(self.uows)


def build_replies(
    uows: UnitOfWorkFactory,
    carriers: Sequence[tuple[Carrier[Any], Numbered | None]],
    *,
    links: FileLinks,
    sms: Sms,
    phones: ProvenPhones,
) -> ReplySide:
    """`carriers`: with who wants to know of numbered lists outside conversations."""
    couriers = {
        carrier.channel: Courier(uows=uows, carrier=carrier, links=links, numbered=numbered)
        for carrier, numbered in carriers
    }
    known = {carrier.channel: carrier for carrier, _ in carriers}
    return ReplySide(uows, couriers, Reminders(uows, known, sms=sms, phones=phones))
