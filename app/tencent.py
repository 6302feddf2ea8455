"""What WeChat's three services share in this process: the way out, access tokens, the health of accounts."""

from __future__ import annotations

import httpx

from channels.tencent.accounts.admin import AccountDesk
from channels.tencent.api.client import Tools
from channels.tencent.api.health import Health
from channels.tencent.api.token import AccessTokens
from core.secrets.store import SecretStore
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory


def build_tencent(
    settings: Settings, uows: UnitOfWorkFactory, *, outside: httpx.AsyncClient
) -> Tools:
    store = SecretStore(settings.load_secret_key())
    return Tools(outside, AccessTokens(uows=uows, store=store), Health(uows))


def build_desk(
    settings: Settings, uows: UnitOfWorkFactory, tools: Tools, channel: str
) -> AccountDesk:
    """The administration of one service's accounts."""
    return AccountDesk(
        uows=uows, store=SecretStore(settings.load_secret_key()), health=tools.health, channel=channel,
        public_url=settings.resolved_public_url, is_public=bool(settings.public_url),
    )  # fmt: skip
