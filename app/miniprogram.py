"""Mini-programs as the server runs them, wired. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from app.chat_side import ChatSide
from app.tencent import build_desk
from channels.miniprogram.accounts import CHANNEL, MiniPrograms
from channels.miniprogram.admin import build_admin_router
from channels.miniprogram.api import MiniProgramApis
from channels.miniprogram.carrier import MiniProgramCarrier
from channels.miniprogram.downloads import Downloads
from channels.miniprogram.inbound import MiniProgramInbound
from channels.miniprogram.login import MiniProgramLogin
from channels.miniprogram.reminders import MiniProgramReminders
from channels.tencent.api.client import Tools
from channels.tencent.api.sns import Sns
from channels.tencent.receiving.callback import build_router
from channels.tencent.receiving.media import MediaIntake
from core.conversation.engine import Engine
from core.conversation.ports import HotQuestions
from core.secrets.store import SecretStore
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory

# Where the sockets of every mini-program say that they come from, if they say so at all. It proves nothing: who opens
# a chat is proved by WeChat's code, and no cookie is ever looked at.
ORIGIN = "https://servicewechat.com"


@dataclass(frozen=True)
class MiniProgram:
    accounts: MiniPrograms
    login: MiniProgramLogin
    carrier: MiniProgramCarrier
    callback: APIRouter
    admin: APIRouter


def build_miniprogram(
    settings: Settings,
    uows: UnitOfWorkFactory,
    *,
    tools: Tools,
    sns: Sns,
    engine: Engine,
    media: MediaIntake,
    hot: HotQuestions,
    chat: ChatSide,
) -> MiniProgram:
    public_url = settings.resolved_public_url
    accounts = MiniPrograms(store=SecretStore(settings.load_secret_key()))
    apis = MiniProgramApis(tools=tools, base_url=settings.wechat_api_base)
    reminders = MiniProgramReminders(uows=uows, apis=apis)
    inbound = MiniProgramInbound(
        uows=uows, accounts=accounts, receiver=engine, media=media, hot=hot, ratings=chat.ratings,
        reminders=reminders,
    )  # fmt: skip
    media.serve(CHANNEL, Downloads(uows=uows, accounts=accounts, apis=apis).open)
    return MiniProgram(
        accounts=accounts,
        login=MiniProgramLogin(uows=uows, accounts=accounts, sns=sns),
        carrier=MiniProgramCarrier(
            accounts=accounts, apis=apis, media=chat.media, links=chat.links, reminders=reminders,
            public_url=public_url,
        ),
        callback=build_router(CHANNEL, inbound=inbound, health=tools.health),
        admin=build_admin_router(
            desk=build_desk(settings, uows, tools, CHANNEL), accounts=accounts, apis=apis
        ),
    )  # fmt: skip
