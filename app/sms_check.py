"""Whether text messages can be sent: a line of `bangban doctor`."""

from __future__ import annotations

import httpx
from sqlalchemy.exc import SQLAlchemyError

from app.backup import sqlite_path
from app.finding import Finding
from app.sms import build_sms
from core.clock import SystemClock
from core.configs import get_config
from core.database import Database
from core.settings import Settings
from core.sms.ports import SmsFailed
from core.sms.settings import CONFIG_NAME, SmsSettings
from core.unit_of_work import UnitOfWorkFactory

PART = "短信"
PROVIDERS = {"http": "短信网关", "aliyun": "阿里云", "tencent": "腾讯云"}
NONE = "没有接入（只写日志，市民收不到验证码；在“设置—短信”里接入）"


async def sms(settings: Settings) -> Finding:
    """Ask the provider in use about address, keys, signature and templates; nothing is sent."""
    path = sqlite_path(settings.resolved_database_url)
    if path is not None and not path.is_file():  # a look must not make an empty database
        return Finding(PART, True, NONE)
    database = Database(settings.resolved_database_url)
    try:
        async with (
            httpx.AsyncClient(trust_env=False) as inside,
            httpx.AsyncClient(trust_env=False, proxy=settings.outbound_proxy or None) as outside,
        ):
            uows = UnitOfWorkFactory(database, SystemClock())
            return await _ask(settings, uows, inside, outside)
    except SQLAlchemyError:
        return Finding(PART, True, "没有检查，因为数据库打不开")  # which has a line of its own
    finally:
        await database.close()


async def _ask(
    settings: Settings,
    uows: UnitOfWorkFactory,
    inside: httpx.AsyncClient,
    outside: httpx.AsyncClient,
) -> Finding:
    senders = build_sms(settings, uows, inside=inside, outside=outside).senders
    async with uows.read() as session:
        in_use = senders.in_use(await get_config(session, CONFIG_NAME, SmsSettings))
    if in_use == "console":
        return Finding(PART, True, NONE)
    try:
        async with uows.read() as session:
            sender = await senders.current(session)
        await sender.check()
    except SmsFailed as failed:
        code = failed.details.get("provider_code", "")
        found = f"{PROVIDERS[in_use]}：{failed.code}" + (f"（{code}）" if code else "")
        return Finding(PART, False, found, failed.message)
    return Finding(PART, True, f"{PROVIDERS[in_use]}，可用")
