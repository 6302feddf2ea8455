"""WeChat's official accounts as the server runs them, wired. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from app.chat_side import ChatSide
from app.tencent import build_desk
from channels.tencent.api.client import Tools
from channels.tencent.api.sns import Sns
from channels.tencent.pages.full_page import build_router as build_pages
from channels.tencent.receiving.callback import build_router
from channels.tencent.receiving.media import MediaIntake
from channels.web.tokens import VisitorIdentity, VisitorTokens
from channels.wechat.accounts import CHANNEL, Accounts
from channels.wechat.admin import build_admin_router
from channels.wechat.api import WeChatApis
from channels.wechat.carrier import WeChatCarrier
from channels.wechat.doors import AccountDoors
from channels.wechat.downloads import Downloads
from channels.wechat.events import Events
from channels.wechat.following import Followers
from channels.wechat.inbound import WeChatInbound
from channels.wechat.menu_endpoints import build_menu_router
from channels.wechat.menu_push import MENU_TOPIC, MenuPush
from channels.wechat.notices import Notices
from channels.wechat.people import WhoIs
from channels.wechat.reminder_endpoints import build_reminder_router
from channels.wechat.reminders import Reminders
from core.conversation.engine import Engine
from core.conversation.persons import Persons
from core.conversation.ports import HotQuestions
from core.conversation.ways import ASK_TOPIC
from core.outbox.worker import Handler
from core.secrets.store import SecretStore
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True)
class WeChat:
    accounts: Accounts
    apis: WeChatApis
    carrier: WeChatCarrier
    menu_push: MenuPush
    callback: APIRouter
    pages: APIRouter
    who_is: WhoIs
    admin: list[APIRouter]

    def handlers(self) -> dict[str, Handler]:
        """Topics of the outbox."""
        return {MENU_TOPIC: self.menu_push, ASK_TOPIC: self.who_is}


def build_wechat(
    settings: Settings,
    uows: UnitOfWorkFactory,
    *,
    tools: Tools,
    engine: Engine,
    media: MediaIntake,
    hot: HotQuestions,
    chat: ChatSide,
    sns: Sns,
    persons: Persons,
    tokens: VisitorTokens,
) -> WeChat:
    public_url = settings.resolved_public_url
    accounts = Accounts(store=SecretStore(settings.load_secret_key()))
    apis = WeChatApis(tools=tools, base_url=settings.wechat_api_base)
    notices = Notices(uows=uows, hot=hot)
    reminders = Reminders(uows=uows, apis=apis)
    inbound = WeChatInbound(
        uows=uows, accounts=accounts, receiver=engine, media=media, notices=notices,
        events=Events(uows=uows, notices=notices, hot=hot, reports=reminders.reported),
        ratings=chat.ratings,
    )  # fmt: skip
    media.serve(CHANNEL, Downloads(uows=uows, accounts=accounts, apis=apis).open)
    return WeChat(
        accounts=accounts,
        apis=apis,
        carrier=WeChatCarrier(
            accounts=accounts,
            apis=apis,
            media=chat.media,
            links=chat.links,
            reminders=reminders,
            followers=Followers(uows),
            public_url=public_url,
        ),
        menu_push=MenuPush(uows=uows, accounts=accounts, apis=apis, hot=hot),
        callback=build_router(CHANNEL, inbound=inbound, health=tools.health),
        pages=build_pages(
            uows=uows,
            doors=AccountDoors(uows=uows, accounts=accounts),
            sns=sns,
            token_of=lambda inbox, who: tokens.issue(VisitorIdentity(inbox, who)),
            secret=settings.load_secret_key(),
            public_url=public_url,
            open_base=settings.wechat_open_base,
        ),
        who_is=WhoIs(uows=uows, accounts=accounts, apis=apis, persons=persons),
        admin=[
            build_admin_router(
                desk=build_desk(settings, uows, tools, CHANNEL), accounts=accounts, apis=apis
            ),
            build_menu_router(uows, accounts=accounts, hot=hot),
            build_reminder_router(uows=uows, accounts=accounts, reminders=reminders),
        ],
    )
