"""`bangban agents`: accounts for the people who work here."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from app.migrate import upgrade
from core.auth.passwords import generate_password
from core.auth.permissions import Role
from core.auth.service import create_account
from core.clock import SystemClock
from core.database import Database
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.service import AgentService

agents_app = typer.Typer(no_args_is_help=True, help="坐席与管理账号")


@agents_app.callback()
def agents() -> None:
    """坐席与管理账号"""


@agents_app.command("add")
def add(
    login: Annotated[str, typer.Argument(help="登录名：字母、数字和 _ . @ -")],
    name: Annotated[str, typer.Option(help="姓名，市民和同事看到的称呼")],
    role: Annotated[Role, typer.Option(help="角色")] = Role.AGENT,
    groups: Annotated[str, typer.Option(help="技能组，逗号分隔")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读密码，否则随机生成并显示一次")
    ] = False,
) -> None:
    """添加一个账号。"""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else generate_password()
    settings = Settings()
    upgrade(settings.resolved_database_url)
    names = [group.strip() for group in groups.split(",") if group.strip()]
    asyncio.run(_add(settings, login, name, role, names, password))
    print(f"已添加：{login}（{name}，{role.value}）")
    if not password_stdin:
        print(f"初始密码（只显示这一次）：{password}")


async def _add(
    settings: Settings, login: str, name: str, role: Role, groups: list[str], password: str
) -> None:
    database = Database(settings.resolved_database_url)
    try:
        uows = UnitOfWorkFactory(database, SystemClock())
        async with uows.write() as uow:
            account = await create_account(
                uow, login=login, name=name, role=role, password=password, actor="cli"
            )
            account_id = account.id
        if groups:
            await AgentService(uows=uows).add_to_groups(account_id, groups)
    finally:
        await database.close()
