"""微信客服 as the server runs it, wired. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from app.chat_side import ChatSide
from app.tencent import build_desk
from channels.tencent.api.client import Tools
from channels.tencent.receiving.callback import build_router
from channels.tencent.receiving.media import MediaIntake
from channels.tencent.sending.delivering import Courier
from channels.wecom import cursors
from channels.wecom.accounts import CHANNEL, Account, Accounts
from channels.wecom.admin import build_admin_router
from channels.wecom.api import KfApis
from channels.wecom.beginning import ARRIVED_TOPIC, WELCOME_TOPIC, Beginning
from channels.wecom.callback import Callback
from channels.wecom.carrier import WecomCarrier
from channels.wecom.closing import END_TOPIC, Closing
from channels.wecom.cursors import SYNC_TOPIC
from channels.wecom.downloads import Downloads
from channels.wecom.notices import Notices
from channels.wecom.reports import REPORT_TOPIC, Reports, TakeBack
from channels.wecom.servicers import Servicers
from channels.wecom.syncing import Syncer
from channels.wecom.taking import Receiver, Taking
from channels.wecom.thumbs import Thumbs
from core.conversation.attachments.links import FileLinks
from core.conversation.persons import Persons
from core.conversation.ports import HotQuestions
from core.outbox.worker import Handler
from core.secrets.store import SecretStore
from core.settings import Settings
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True)
class Wecom:
    accounts: Accounts
    carrier: WecomCarrier
    channel: Courier[Account]
    syncer: Syncer
    beginning: Beginning
    reports: Reports
    closing: Closing
    callback: APIRouter
    admin: APIRouter

    def handlers(self) -> dict[str, Handler]:
        """Topics of the outbox."""
        return {
            SYNC_TOPIC: self.syncer,
            WELCOME_TOPIC: self.beginning.welcome,
            ARRIVED_TOPIC: self.beginning.arrived,
            REPORT_TOPIC: self.reports,
            END_TOPIC: self.closing,
        }

    def timers(self) -> dict[str, TimerHandler]:
        return cursors.timer_handlers()


def build_wecom(
    settings: Settings,
    uows: UnitOfWorkFactory,
    *,
    tools: Tools,
    engine: Receiver,
    media: MediaIntake,
    hot: HotQuestions,
    chat: ChatSide,
    links: FileLinks,
    persons: Persons,
    take_back: TakeBack,
) -> Wecom:
    accounts = Accounts(store=SecretStore(settings.load_secret_key()))
    apis = KfApis(tools, settings.wecom_api_base)
    servicers = Servicers(uows)
    carrier = WecomCarrier(
        accounts=accounts, apis=apis, media=chat.media, thumbs=Thumbs(chat.media), servicers=servicers,
        links=chat.links, public_url=settings.resolved_public_url,
    )  # fmt: skip
    courier = Courier(uows=uows, carrier=carrier, links=links)
    reports = Reports(uows=uows, courier=courier, take_back=take_back)
    taking = Taking(
        uows=uows, receiver=engine, media=media, ratings=chat.ratings, notices=Notices(uows),
        reports=reports, servicers=servicers,
    )  # fmt: skip
    media.serve(CHANNEL, Downloads(uows=uows, accounts=accounts, apis=apis).open)
    return Wecom(
        accounts=accounts,
        carrier=carrier,
        channel=courier,
        syncer=Syncer(uows=uows, accounts=accounts, apis=apis, taking=taking),
        beginning=Beginning(
            uows=uows, accounts=accounts, apis=apis, servicers=servicers, persons=persons, hot=hot
        ),
        reports=reports,
        closing=Closing(uows=uows, accounts=accounts, apis=apis, carrier=carrier),
        callback=build_router(
            CHANNEL, inbound=Callback(uows=uows, accounts=accounts), health=tools.health
        ),
        admin=build_admin_router(
            desk=build_desk(settings, uows, tools, CHANNEL), accounts=accounts,
            client_of=lambda account: apis.of(account).client,
        ),
    )  # fmt: skip
