"""`bangban agents`: accounts for the people who work here."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from app.administration import Desks
from app.commands.database import on_database
from core.auth.account_schemas import AccountDetail, PasswordShown
from core.auth.accounts import AccountService, account_id_of
from core.auth.actor import Actor
from core.auth.passwords import generate_password
from core.auth.permissions import Role
from core.auth.service import create_account
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.service import AgentService

agents_app = typer.Typer(no_args_is_help=True, help="坐席与管理账号")
Login = Annotated[str, typer.Argument(help="登录名")]
# Whoever may run this on the server; the audit trail calls it by its name.
OPERATOR = Actor("cli", "cli", "命令行", Role.ADMIN)


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
    names = [group.strip() for group in groups.split(",") if group.strip()]

    async def work(uows: UnitOfWorkFactory) -> None:
        async with uows.write() as uow:
            account = await create_account(
                uow, login=login, name=name, role=role, password=password, actor="cli"
            )
            account_id = account.id
        if names:
            await AgentService(uows=uows).add_to_groups(account_id, names)

    on_database(work)
    print(f"已添加：{login}（{name}，{role.value}）")
    if not password_stdin:
        print(f"初始密码（只显示这一次）：{password}")


@agents_app.command("list")
def list_accounts(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """列出所有账号。"""

    async def work(uows: UnitOfWorkFactory) -> list[AccountDetail]:
        accounts, found, after = _accounts(uows), [], None
        while True:
            page = await accounts.page(after=after, limit=200)
            found += page.items
            if page.next is None:
                return found
            after = page.next

    rows = on_database(work)
    if as_json:
        print(json.dumps([row.model_dump(mode="json") for row in rows], ensure_ascii=False))
        return
    for row in rows:
        state = "启用" if row.active else "停用"
        print(f"{row.login}\t{row.name}\t{row.role.value}\t{row.scope_in_force.value}\t{state}")


@agents_app.command("password")
def password(login: Login) -> None:
    """给账号换一个随机密码，显示一次；它的登录全部失效。"""

    async def work(uows: UnitOfWorkFactory) -> PasswordShown:
        return await _accounts(uows).reset_password(await _id_of(uows, login), OPERATOR)

    shown = on_database(work)
    print(f"{login} 的新密码（只显示这一次）：{shown.password}")


@agents_app.command("deactivate")
def deactivate(login: Login) -> None:
    """停用账号：登录立即失效，正在接待的会话转给其他坐席。"""

    async def work(uows: UnitOfWorkFactory) -> AccountDetail:
        return await _accounts(uows).deactivate(await _id_of(uows, login), OPERATOR)

    on_database(work)
    print(f"已停用：{login}")


def _accounts(uows: UnitOfWorkFactory) -> AccountService:
    return AccountService(uows=uows, workplace=Desks(AgentService(uows=uows), None))


async def _id_of(uows: UnitOfWorkFactory, login: str) -> str:
    async with uows.read() as session:
        return await account_id_of(session, login)
