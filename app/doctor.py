"""What `bangban doctor` looks at. Each check says what it found and, when it is bad, what to do."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.backup import sqlite_path
from app.file_checks import files, scanner
from app.finding import Finding
from app.sms_check import sms
from app.wechat_check import wechat
from core.clock import SystemClock, today
from core.database import Database
from core.settings import ROOT, Settings
from core.unit_of_work import UnitOfWorkFactory
from handoff.hours.calendar import Calendar, years_needed
from handoff.hours.service import calendar
from handoff.hours.statutory import shipped

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
MIN_FREE_GB = 2.0


async def examine(settings: Settings) -> list[Finding]:
    """Run every check; a check that itself fails is a finding."""
    checks: list[Callable[[Settings], Awaitable[Finding]]] = [
        _interpreters, _disk, _port, _database, files, scanner, _redis, _rasa, _model, _content,
        _calendar, sms, wechat, _web,
    ]  # fmt: skip
    findings = []
    for check in checks:
        try:
            findings.append(await check(settings))
        except Exception as error:  # the doctor must finish the round
            findings.append(
                Finding(
                    check.__name__.strip("_"), False, type(error).__name__, "请查看上面的错误类型。"
                )
            )
    return findings


def _version(python: Path) -> str:
    done = subprocess.run([python, "-V"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


async def _interpreters(_: Settings) -> Finding:
    ours = ".".join(map(str, sys.version_info[:3]))
    if not RASA_PYTHON.exists():
        return Finding(
            "解释器",
            False,
            f"服务 Python {ours}，没有 Rasa 环境",
            "运行 make run，会建立 .venv-rasa。",
        )
    theirs = await asyncio.to_thread(_version, RASA_PYTHON)
    ok = theirs.startswith("Python 3.10")
    return Finding(
        "解释器",
        ok,
        f"服务 Python {ours}，Rasa {theirs}",
        "删除 .venv-rasa 后重新运行 make run。",
    )


async def _disk(settings: Settings) -> Finding:
    folder = next(
        path
        for path in (settings.home.resolve(), *settings.home.resolve().parents)
        if path.exists()
    )
    free = shutil.disk_usage(folder).free / 1e9
    return Finding(
        "磁盘", free >= MIN_FREE_GB, f"剩余 {free:.1f} GB", f"请至少留出 {MIN_FREE_GB:.0f} GB。"
    )


async def _port(settings: Settings) -> Finding:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            answer = await client.get(f"http://{settings.host}:{settings.port}/healthz")
    except httpx.HTTPError:
        return Finding("端口", True, f"{settings.port} 空闲，服务没有在运行")
    ours = answer.status_code == 200 and "uptime_seconds" in answer.text
    found = f"{settings.port} 上正在运行帮办" if ours else f"{settings.port} 被别的程序占用"
    return Finding("端口", ours, found, "用 PORT=8001 make run 换一个端口，或停止占用的程序。")


async def _database(settings: Settings) -> Finding:
    database = Database(settings.resolved_database_url)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    if (
        database.is_sqlite
        and not (settings.home / "bangban.sqlite3").exists()
        and not settings.database_url
    ):
        return Finding("数据库", True, "SQLite，首次启动时创建")
    try:
        async with database.reader.connect() as connection:
            accounts = await connection.scalar(text("SELECT count(*) FROM accounts"))
    except Exception as error:
        return Finding(
            "数据库",
            False,
            f"{kind} 打不开：{type(error).__name__}",
            "检查 BANGBAN_DATABASE_URL，或先运行一次 make run。",
        )
    finally:
        await database.close()
    return Finding("数据库", True, f"{kind}，{accounts} 个账号")


async def _redis(settings: Settings) -> Finding:
    if not settings.redis_url:
        return Finding("Redis", True, "没有配置（单台服务器不需要）")
    import redis.asyncio

    client = redis.asyncio.from_url(settings.redis_url, socket_connect_timeout=2)
    try:
        await client.ping()
    except Exception as error:
        return Finding(
            "Redis",
            False,
            f"连不上：{type(error).__name__}",
            "检查 BANGBAN_REDIS_URL 和 Redis 服务。",
        )
    finally:
        await client.aclose()
    return Finding("Redis", True, "可用")


async def _rasa(settings: Settings) -> Finding:
    if not settings.rasa_url:
        return Finding("Rasa", True, "由 make run 启动和看护")
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=3) as client:
            answer = await client.get(f"{settings.rasa_url}/")
    except httpx.HTTPError as error:
        return Finding(
            "Rasa", False, f"连不上：{type(error).__name__}", "检查 BANGBAN_RASA_URL 和 Rasa 服务。"
        )
    return Finding(
        "Rasa", answer.status_code == 200, f"状态 {answer.status_code}", "查看 Rasa 的日志。"
    )


async def _model(settings: Settings) -> Finding:
    from app.topics import topic_examples
    from bot.editing.live import live_name
    from bot.training import current_model

    chosen = None
    path = sqlite_path(settings.resolved_database_url)
    if path is None or path.is_file():  # a look must not make an empty database
        with contextlib.suppress(SQLAlchemyError, OSError):  # the database has a finding of its own
            chosen = await live_name(settings)
    if chosen is not None:
        return Finding("模型", True, f"{chosen}（控制台里选用）")
    model = current_model(settings, topic_examples())
    return Finding(
        "模型", model is not None, model.name if model else "还没有训练", "运行 bangban train。"
    )


async def _content(_: Settings) -> Finding:
    files = list((ROOT / "knowledge" / "content" / "articles").glob("*.yaml"))
    return Finding(
        "知识内容",
        bool(files),
        f"{len(files)} 个文件",
        "knowledge/content/articles 是空的，请重新获取项目文件。",
    )


async def _calendar(settings: Settings) -> Finding:
    # Next year's days are announced in November; from December on their absence is a fault.
    needed = years_needed(today(SystemClock()), announced_by=12)
    known = (await _in_force(settings)).years
    missing = [str(year) for year in needed if year not in known]
    advice = "在“设置—节假日”里粘贴国务院公布的放假安排，或更新 chinesecalendar。"
    told = f"缺 {'、'.join(missing)} 年" if missing else f"到 {max(known)} 年"
    return Finding("工作日历", not missing, told, advice)


async def _in_force(settings: Settings) -> Calendar:
    """With what was imported, if the database can be asked; what is wrong with it is another line's matter."""
    database = Database(settings.resolved_database_url)
    try:
        async with UnitOfWorkFactory(database, SystemClock()).read() as session:
            return await calendar(session)
    except SQLAlchemyError:
        return shipped()
    finally:
        await database.close()


async def _web(_: Settings) -> Finding:
    built = (ROOT / "web" / "dist" / "widget.js").is_file()
    return Finding(
        "网页", built, "已构建" if built else "没有构建", "运行 make run，会构建 web/dist。"
    )
