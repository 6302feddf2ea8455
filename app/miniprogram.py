"""Mini-programs as the server runs them, wired. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from app.tencent import build_desk
from channels.miniprogram.accounts import CHANNEL, Account, MiniPrograms
from channels.miniprogram.admin import build_admin_router
from channels.miniprogram.login import MiniProgramLogin
from channels.secrets import SecretStore
from channels.tencent.client import ApiClient, Tools
from channels.tencent.sns import Sns
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory

# Where the sockets of every mini-program say that they come from, if they say so at all. It proves nothing: who opens
# a chat is proved by WeChat's code, and no cookie is ever looked at.
ORIGIN = "https://servicewechat.com"


@dataclass(frozen=True)
class MiniProgram:
    accounts: MiniPrograms
    login: MiniProgramLogin
    sns: Sns
    admin: APIRouter


def build_miniprogram(
    settings: Settings, uows: UnitOfWorkFactory, *, tools: Tools, sns: Sns
) -> MiniProgram:
    accounts = MiniPrograms(store=SecretStore(settings.load_secret_key()))
    login = MiniProgramLogin(uows=uows, accounts=accounts, sns=sns)

    def client_of(account: Account) -> ApiClient:
        return ApiClient(
            tools, account=f"{CHANNEL}/{account.inbox_id}", base_url=settings.wechat_api_base,
            app_id=account.config.app_id, secret=account.credentials.app_secret,
        )  # fmt: skip

    desk = build_desk(settings, uows, tools, CHANNEL)
    admin = build_admin_router(desk=desk, accounts=accounts, client_of=client_of)
    return MiniProgram(accounts=accounts, login=login, sns=sns, admin=admin)
