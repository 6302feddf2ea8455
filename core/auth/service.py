"""Accounts and logins: create, authenticate, log in and out. For HTTP routes, sockets and the command line."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.actor import Actor, Scope
from core.auth.keys import PREFIX as KEY_PREFIX
from core.auth.keys import ApiKeys
from core.auth.models import Account, LoginSession
from core.auth.passwords import check_password, hash_password, verify_password
from core.auth.permissions import Role
from core.errors import Conflict, InvalidInput, LoginFailed, NotAuthenticated
from core.ids import new_id
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

# An id's length. Where people act, other names stand as well: shipped, import, system.
ID_LENGTH = 36
LOGIN_PATTERN = re.compile(r"[A-Za-z0-9_.@-]{2,64}")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _actor(account: Account) -> Actor:
    given = Scope(account.scope) if account.scope else None
    return Actor(account.id, account.login, account.name, Role(account.role), given)


async def create_account(
    uow: UnitOfWork, *, login: str, name: str, role: Role, password: str, actor: str
) -> Account:
    """Add an account; raises Conflict when the login is taken."""
    if role is Role.PROGRAM:
        raise InvalidInput("程序请使用接口密钥，不用账号登录。", field="role")
    if not LOGIN_PATTERN.fullmatch(login):
        raise InvalidInput("登录名只能用 2 到 64 位字母、数字和 _ . @ -。", field="login")
    if not name.strip():
        raise InvalidInput("请填写姓名。", field="name")
    if await uow.session.scalar(select(Account.id).where(Account.login == login)):
        raise Conflict("这个登录名已经有人用了。", field="login")
    check_password(password, login)
    hashed = await asyncio.to_thread(hash_password, password)
    account = Account(
        id=new_id(), login=login, name=name.strip()[:64], role=role.value, password_hash=hashed,
        active=True, created_at=uow.clock.now(),
    )  # fmt: skip
    uow.session.add(account)
    await uow.session.flush()
    audit.record(
        uow, actor=actor, action="account.created", subject=f"account:{account.id}", role=role.value
    )
    return account


async def account_names(session: AsyncSession, account_ids: Iterable[str]) -> dict[str, str]:
    """Names by account id, for those of the ids that are accounts."""
    known = [value for value in set(account_ids) if len(value) == ID_LENGTH]
    if not known:
        return {}
    rows = await session.execute(select(Account.id, Account.name).where(Account.id.in_(known)))
    return {row.id: row.name for row in rows}


async def account_count(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Account)) or 0


async def end_sessions(uow: UnitOfWork, account_id: str, *, but: str | None = None) -> None:
    """Log the account out everywhere, except where the token `but` is used."""
    query = delete(LoginSession).where(LoginSession.account_id == account_id)
    if but is not None:
        query = query.where(LoginSession.token_hash != _digest(but))
    await uow.session.execute(query)


class WrongPassword(InvalidInput):
    code, default_message = "wrong_password", "原来的密码不对。"


class AuthService:
    def __init__(self, uows: UnitOfWorkFactory, *, session_hours: int) -> None:
        self._uows = uows
        self.keys = ApiKeys(uows)
        self._lasting = timedelta(hours=session_hours)
        # Guessing is slowed per guesser, and per login against many guessers at once. That limit is far higher:
        # whoever knows a login must not be able to lock its owner out with a handful of wrong passwords.
        window = timedelta(minutes=15)
        self._by_guesser = RateLimit(uows.clock, limit=10, window=window)
        self._by_login = RateLimit(uows.clock, limit=100, window=window)
        self._by_address = RateLimit(uows.clock, limit=60, window=window)

    async def login(self, login: str, password: str, address: str) -> tuple[Actor, str]:
        """Open a session; returns who it is and the token. Raises LoginFailed or TooManyRequests."""
        self._by_address.check(address)
        guesser = f"{address} {login.lower()}"
        self._by_guesser.check(guesser)
        self._by_login.check(login.lower())
        async with self._uows.read() as session:
            account = await session.scalar(select(Account).where(Account.login == login))
        usable = account if account is not None and account.active else None
        # Hashing takes some 50 ms on purpose; off the loop, and with no transaction open.
        stored = usable.password_hash if usable is not None else None
        if not await asyncio.to_thread(verify_password, stored, password) or usable is None:
            raise LoginFailed()
        self._by_guesser.forget(guesser)
        token = secrets.token_urlsafe(32)
        async with self._uows.write() as uow:
            now = uow.clock.now()
            await uow.session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
            uow.session.add(
                LoginSession(
                    token_hash=_digest(token),
                    account_id=usable.id,
                    created_at=now,
                    expires_at=now + self._lasting,
                )
            )
            audit.record(
                uow, actor=usable.id, action="account.login", subject=f"account:{usable.id}"
            )
        return _actor(usable), token

    async def authenticate(self, token: str | None) -> Actor:
        """Who holds this token, of a login or a program; raises NotAuthenticated when there is none that is valid."""
        if not token:
            raise NotAuthenticated()
        if token.startswith(KEY_PREFIX):
            return await self.keys.authenticate(token)
        async with self._uows.read() as session:
            query = select(Account).join(LoginSession, LoginSession.account_id == Account.id)
            account = await session.scalar(
                query.where(
                    LoginSession.token_hash == _digest(token),
                    LoginSession.expires_at > self._uows.clock.now(),
                    Account.active.is_(True),
                )
            )
        if account is None:
            raise NotAuthenticated()
        return _actor(account)

    async def change_password(self, actor: Actor, old: str, new: str, token: str | None) -> None:
        """Somebody changes their own; every other login of theirs ends. Raises WrongPassword or InvalidInput."""
        # Whoever finds an unlocked screen must not guess on.
        guesser = f"own {actor.account_id}"
        self._by_guesser.check(guesser)
        async with self._uows.read() as session:
            account = await session.get_one(Account, actor.account_id)
        if not await asyncio.to_thread(verify_password, account.password_hash, old):
            raise WrongPassword(field="old")
        self._by_guesser.forget(guesser)
        check_password(new, actor.login)
        hashed = await asyncio.to_thread(hash_password, new)
        async with self._uows.write() as uow:
            account = await uow.session.get_one(Account, actor.account_id, with_for_update=True)
            account.password_hash = hashed
            await end_sessions(uow, account.id, but=token)
            audit.record(
                uow, actor=account.id, action="account.password_changed",
                subject=f"account:{account.id}",
            )  # fmt: skip

    async def logout(self, token: str | None) -> None:
        if token:
            async with self._uows.write() as uow:
                await uow.session.execute(
                    delete(LoginSession).where(LoginSession.token_hash == _digest(token))
                )
