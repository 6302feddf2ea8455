"""Administrators look after accounts: make them, change them, end them. Each change is audited and holds at once."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.audit import AuditRow
from core.auth.account_schemas import (
    AccountCreate,
    AccountDetail,
    AccountPage,
    AccountUpdate,
    PasswordShown,
)
from core.auth.actor import DEFAULT_SCOPES, Actor, Scope
from core.auth.models import Account, Department
from core.auth.passwords import generate_password, hash_password
from core.auth.permissions import GRANTS, Permission, Role
from core.auth.service import create_account, end_sessions
from core.errors import Conflict, NotFound
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory


class LastAdmin(Conflict):
    code = "last_admin"
    default_message = "这是最后一个可用的管理员，请先另设一名管理员。"


class Workplace(Protocol):
    """What becomes of somebody's work; the people's side does it, `app` plugs it in."""

    async def leave(self, account_id: str, actor: str) -> None:
        """The account is about to go: it gets no more conversations, and those it has are handed on."""

    async def gone(self, uow: UnitOfWork, account_id: str) -> None:
        """In the transaction that switches the account off: what it still has in hand goes to others soon after."""

    async def cut_off(self, account_id: str) -> None:
        """Close the account's open desks on this server; those of others follow within seconds."""


class AccountService:
    def __init__(self, *, uows: UnitOfWorkFactory, workplace: Workplace) -> None:
        self._uows = uows
        self._workplace = workplace

    async def page(
        self,
        *,
        text: str = "",
        active: bool | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> AccountPage:
        """By login. `text`: part of login or name; `after`: the login the last page ended with."""
        people = Account.role != Role.PROGRAM.value
        query = select(Account).where(people).order_by(Account.login).limit(limit + 1)
        if after is not None:
            query = query.where(Account.login > after)
        if active is not None:
            query = query.where(Account.active.is_(active))
        if text:
            query = query.where(
                func.lower(Account.login).contains(text.lower(), autoescape=True)
                | Account.name.contains(text, autoescape=True)
            )
        async with self._uows.read() as session:
            rows = list((await session.scalars(query)).all())
            seen = await _last_logins(session, [row.id for row in rows[:limit]])
        items = [_detail(row, seen.get(row.id)) for row in rows[:limit]]
        return AccountPage(items=items, next=items[-1].login if len(rows) > limit else None)

    async def create(self, wanted: AccountCreate, actor: Actor) -> PasswordShown:
        password = generate_password()
        async with self._uows.write() as uow:
            await _check_department(uow, wanted.department_id)
            account = await create_account(
                uow, login=wanted.login, name=wanted.name, role=wanted.role, password=password,
                actor=actor.account_id,
            )  # fmt: skip
            account.scope = wanted.scope.value if wanted.scope else None
            account.department_id = wanted.department_id
            return PasswordShown(account=_detail(account), password=password)

    async def update(self, account_id: str, wanted: AccountUpdate, actor: Actor) -> AccountDetail:
        """Change what was sent. Another role or scope means logging in again, so that nothing of the old is left."""
        fields = wanted.model_fields_set
        async with self._uows.write() as uow:
            account = await _load(uow, account_id, among_admins=True)
            before = (account.role, account.scope)
            if wanted.role is not None and wanted.role is not Role.ADMIN:
                await _keep_an_admin(uow, account)
            if wanted.name:
                account.name = wanted.name
            if wanted.role is not None:
                account.role = wanted.role.value
            if "scope" in fields:
                account.scope = wanted.scope.value if wanted.scope else None
            if "department_id" in fields:
                await _check_department(uow, wanted.department_id)
                account.department_id = wanted.department_id
            again = before != (account.role, account.scope)
            if again:
                await end_sessions(uow, account_id)
            _record(
                uow, actor, "account.changed", account_id, changed=sorted(fields),
                role=account.role, scope=account.scope,
            )  # fmt: skip
            read = _detail(account)
        if again:
            await self._workplace.cut_off(account_id)
        return read

    async def reset_password(self, account_id: str, actor: Actor) -> PasswordShown:
        """A new password, shown once; the account is logged out everywhere."""
        password = generate_password()
        hashed = await asyncio.to_thread(hash_password, password)
        async with self._uows.write() as uow:
            account = await _load(uow, account_id)
            account.password_hash = hashed
            await end_sessions(uow, account_id)
            _record(uow, actor, "account.password_reset", account_id)
            shown = PasswordShown(account=_detail(account), password=password)
        await self._workplace.cut_off(account_id)
        return shown

    async def deactivate(self, account_id: str, actor: Actor) -> AccountDetail:
        """The account can do nothing more from now on; what it has done stays under its name."""
        async with self._uows.write() as uow:
            account = await _load(uow, account_id, among_admins=True)
            await _keep_an_admin(uow, account)
            serves = Permission.CONVERSATION_SERVE in GRANTS[Role(account.role)]
        if serves:
            await self._workplace.leave(account_id, actor.account_id)
        async with self._uows.write() as uow:
            account = await _load(uow, account_id, among_admins=True)
            await _keep_an_admin(uow, account)
            account.active = False
            await end_sessions(uow, account_id)
            await self._workplace.gone(uow, account_id)
            _record(uow, actor, "account.deactivated", account_id)
            read = _detail(account)
        await self._workplace.cut_off(account_id)
        return read

    async def reactivate(self, account_id: str, actor: Actor) -> AccountDetail:
        """The password is the old one, should it still be known."""
        async with self._uows.write() as uow:
            account = await _load(uow, account_id)
            account.active = True
            _record(uow, actor, "account.reactivated", account_id)
            return _detail(account)


async def account_id_of(session: AsyncSession, login: str) -> str:
    """Raises NotFound."""
    found = await session.scalar(select(Account.id).where(Account.login == login))
    if found is None:
        raise NotFound("没有这个账号。", what="account", login=login)
    return found


async def _load(uow: UnitOfWork, account_id: str, *, among_admins: bool = False) -> Account:
    """The account, locked. `among_admins`: with all administrators, who are to be counted.

    The race: two administrators demote each other at once. All are locked in one order before either is looked at,
    so that the second sees what the first has done, and neither waits for the other.
    """
    if among_admins:
        query = select(Account.id).where(Account.role == Role.ADMIN.value).order_by(Account.id)
        await uow.session.execute(query.with_for_update())
    account = await uow.session.get(
        Account, account_id, with_for_update=True, populate_existing=True
    )
    # Those of programs are looked after with their keys (keys.py).
    if account is None or account.role == Role.PROGRAM:
        raise NotFound("没有这个账号。", what="account")
    return account


async def _keep_an_admin(uow: UnitOfWork, leaving: Account) -> None:
    """Raise LastAdmin when `leaving` is the only administrator who can log in."""
    if leaving.role != Role.ADMIN or not leaving.active:
        return
    others = select(func.count()).where(
        Account.role == Role.ADMIN.value, Account.active, Account.id != leaving.id
    )
    if not await uow.session.scalar(others):
        raise LastAdmin()


async def _check_department(uow: UnitOfWork, department_id: str | None) -> None:
    if department_id is not None and await uow.session.get(Department, department_id) is None:
        raise NotFound("没有这个部门。", what="department", field="department_id")


async def _last_logins(session: AsyncSession, ids: list[str]) -> dict[str, Any]:
    subjects = {f"account:{account_id}": account_id for account_id in ids}
    query = (
        select(AuditRow.subject, func.max(AuditRow.at))
        .where(AuditRow.subject.in_(subjects), AuditRow.action == "account.login")
        .group_by(AuditRow.subject)
    )
    return {subjects[subject]: at for subject, at in await session.execute(query)}


def _record(uow: UnitOfWork, actor: Actor, action: str, account_id: str, **data: Any) -> None:
    audit.record(
        uow, actor=actor.account_id, action=action, subject=f"account:{account_id}", **data
    )


def _detail(row: Account, last_login_at: Any = None) -> AccountDetail:
    role, scope = Role(row.role), Scope(row.scope) if row.scope else None
    return AccountDetail(
        id=row.id, login=row.login, name=row.name, role=role, scope=scope,
        scope_in_force=scope or DEFAULT_SCOPES[role], department_id=row.department_id,
        active=row.active, created_at=row.created_at, last_login_at=last_login_at,
    )  # fmt: skip
