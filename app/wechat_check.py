"""How WeChat's accounts are: a line of `bangban doctor`. WeChat is not asked; what the servers noted is read."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.backup import sqlite_path
from app.finding import Finding
from channels.tencent.accounts.condition import summary
from channels.tencent.api.health import rows_of
from core.clock import LOCAL_ZONE
from core.conversation.models import Inbox
from core.database import Database
from core.secrets.store import SecretMissing, SecretStore, SecretUnreadable
from core.settings import Settings

PART = "微信"
CHANNELS = ("wechat", "miniprogram", "wecom")
NONE = "没有接入（在“设置—微信”里接入）"


async def wechat(settings: Settings) -> Finding:
    """Every account in use: whether its secrets open, and whether WeChat takes its calls."""
    path = sqlite_path(settings.resolved_database_url)
    if path is not None and not path.is_file():  # a look must not make an empty database
        return Finding(PART, True, NONE)
    database = Database(settings.resolved_database_url)
    try:
        async with AsyncSession(database.reader) as session:
            return await _look(session, SecretStore(settings.load_secret_key()))
    except SQLAlchemyError:
        return Finding(PART, True, "没有检查，因为数据库打不开")  # which has a line of its own
    finally:
        await database.close()


async def _look(session: AsyncSession, store: SecretStore) -> Finding:
    query = select(Inbox).where(Inbox.channel.in_(CHANNELS), Inbox.enabled).order_by(Inbox.id)
    inboxes = list(await session.scalars(query))
    if not inboxes:
        return Finding(PART, True, NONE)
    problems = [each for inbox in inboxes if (each := await _problem(session, store, inbox))]
    if not problems:
        return Finding(PART, True, f"{len(inboxes)} 个账号，没有发现问题")
    found, advice = zip(*problems, strict=True)
    return Finding(PART, False, "；".join(found), " ".join(dict.fromkeys(advice)))


async def _problem(
    session: AsyncSession, store: SecretStore, inbox: Inbox
) -> tuple[str, str] | None:
    """What is wrong with an account, and what to do."""
    try:
        await store.get(session, inbox.config.get("secrets", {}).values())
    except (SecretMissing, SecretUnreadable) as error:
        return f"{inbox.name}：密钥读不出来", error.message
    account = f"{inbox.channel}/{inbox.id}"
    health = summary(account, await rows_of(session, account))
    if health.since is None:
        return None
    since = health.since.astimezone(LOCAL_ZONE)
    return f"{inbox.name}：{since:%m-%d %H:%M} 起不正常", health.message
