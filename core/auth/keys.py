"""Keys of programs: made and ended by administrators, shown once, and accepted as bearer tokens in HTTP requests."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.actor import Actor, Limits, Scope
from core.auth.key_schemas import ApiKeyCreate, ApiKeyPage, ApiKeyRead, ApiKeyShown, ApiKeyUpdate
from core.auth.models import Account, ApiKey, Department
from core.auth.permissions import Permission, Role
from core.errors import Conflict, InvalidInput, NotAuthenticated, NotFound
from core.ids import new_id
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

PREFIX = "bbk_"
HINT = 4
# Verifies for no password: nobody logs in as a program.
NO_PASSWORD = "!"
# When it was used last is told to within this.
USED_EVERY = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


class KeyRevoked(Conflict):
    code, default_message = "key_revoked", "这个密钥已经吊销，请新建一个。"


class ApiKeys:
    """The requests of each key are counted on each server by itself."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        self._calls = RateLimit(uows.clock, limit=0, window=MINUTE)

    # ---- calls -----------------------------------------------------------------------------------

    async def authenticate(self, token: str) -> Actor:
        """The program that holds this key. Raises NotAuthenticated, TooManyRequests."""
        digest, now = _digest(token), self._uows.clock.now()
        async with self._uows.read(brief=True) as session:
            query = select(ApiKey, Account).join(Account, Account.id == ApiKey.account_id)
            former = (ApiKey.former_hash == digest) & (ApiKey.former_until > now)
            found = (
                await session.execute(
                    query.where(
                        or_(ApiKey.token_hash == digest, former),
                        ApiKey.revoked_at.is_(None),
                        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
                        Account.active,
                    )
                )
            ).one_or_none()
        if found is None:
            raise NotAuthenticated("接口密钥无效、已过期或已吊销。")
        key, account = found
        self._calls.check(key.id, limit=key.per_minute)
        if key.last_used_at is None or key.last_used_at <= now - USED_EVERY:
            async with self._uows.write(brief=True) as uow:
                used = update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=now)
                await uow.session.execute(used)
        return _actor(key, account)

    # ---- administration --------------------------------------------------------------------------

    async def page(self, *, after: str | None, limit: int) -> ApiKeyPage:
        """The newest first."""
        query = select(ApiKey, Account).join(Account, Account.id == ApiKey.account_id)
        if after is not None:
            query = query.where(ApiKey.id < after)
        async with self._uows.read() as session:
            rows = list(await session.execute(query.order_by(ApiKey.id.desc()).limit(limit + 1)))
        items = [self._read(key, account) for key, account in rows[:limit]]
        return ApiKeyPage(items=items, next=items[-1].id if len(rows) > limit else None)

    async def create(self, wanted: ApiKeyCreate, actor: Actor) -> ApiKeyShown:
        async with self._uows.write() as uow:
            return await self.add(uow, wanted, actor.account_id)

    async def add(self, uow: UnitOfWork, wanted: ApiKeyCreate, by: str) -> ApiKeyShown:
        """The key with its token, which is never shown again, and an account that acts for it."""
        now, token, key_id = uow.clock.now(), _new_token(), new_id()
        await _check(uow.session, wanted, uow)
        account = Account(
            id=new_id(), login=f"program-{key_id}", name=wanted.name, role=Role.PROGRAM.value,
            password_hash=NO_PASSWORD, active=True, scope=wanted.sees.value, created_at=now,
        )  # fmt: skip
        uow.session.add(account)
        await uow.session.flush()
        key = ApiKey(
            id=key_id, account_id=account.id, token_hash=_digest(token), hint=token[-HINT:],
            permissions=sorted(each.value for each in wanted.granted()), types=wanted.types,
            department_ids=list(wanted.department_ids), per_minute=wanted.per_minute,
            created_by=by, created_at=now, expires_at=wanted.expires_at,
        )  # fmt: skip
        uow.session.add(key)
        await uow.session.flush()
        _record(uow, by, "created", key, sees=wanted.sees.value, may_handle=wanted.may_handle)
        return ApiKeyShown(key=self._read(key, account), token=token)

    async def update(self, key_id: str, wanted: ApiKeyUpdate, actor: Actor) -> ApiKeyRead:
        async with self._uows.write() as uow:
            key, account = await _load(uow, key_id)
            await _check(uow.session, wanted, uow)
            account.name, account.scope = wanted.name, wanted.sees.value
            key.permissions = sorted(each.value for each in wanted.granted())
            key.department_ids, key.types = list(wanted.department_ids), wanted.types
            key.per_minute, key.expires_at = wanted.per_minute, wanted.expires_at
            _record(
                uow, actor.account_id, "changed", key, sees=wanted.sees.value,
                may_handle=wanted.may_handle,
            )  # fmt: skip
            return self._read(key, account)

    async def renew(self, key_id: str, *, keep_hours: int, actor: str) -> ApiKeyShown:
        """A new token; the one before stays valid for `keep_hours`, an older one does not."""
        async with self._uows.write() as uow:
            key, account = await _load(uow, key_id)
            token, now = _new_token(), uow.clock.now()
            key.former_hash = key.token_hash if keep_hours else None
            key.former_until = now + timedelta(hours=keep_hours) if keep_hours else None
            key.token_hash, key.hint = _digest(token), token[-HINT:]
            _record(uow, actor, "renewed", key, keep_hours=keep_hours)
            return ApiKeyShown(key=self._read(key, account), token=token)

    async def revoke(self, key_id: str, actor: Actor) -> ApiKeyRead:
        """It is refused from now on; what was done with it stays under its name."""
        async with self._uows.write() as uow:
            key, account = await _load(uow, key_id)
            key.revoked_at, account.active = uow.clock.now(), False
            _record(uow, actor.account_id, "revoked", key)
            return self._read(key, account)

    def _read(self, key: ApiKey, account: Account) -> ApiKeyRead:
        now = self._uows.clock.now()
        until = key.former_until if key.former_until and key.former_until > now else None
        return ApiKeyRead(
            id=key.id, account_id=key.account_id, name=account.name, hint=key.hint,
            former_until=until, sees=Scope(account.scope or Scope.OWN),
            may_handle=Permission.TICKET_HANDLE.value in key.permissions,
            department_ids=list(key.department_ids), types=list(key.types),
            per_minute=key.per_minute, created_at=key.created_at, expires_at=key.expires_at,
            revoked_at=key.revoked_at, last_used_at=key.last_used_at,
        )  # fmt: skip


def _actor(key: ApiKey, account: Account) -> Actor:
    limits = Limits(
        permissions=frozenset(Permission(each) for each in key.permissions),
        department_ids=tuple(key.department_ids),
        types=tuple(key.types),
    )
    scope = Scope(account.scope) if account.scope else Scope.OWN
    return Actor(account.id, account.login, account.name, Role.PROGRAM, scope, limits)


async def _check(session: AsyncSession, wanted: ApiKeyUpdate, uow: UnitOfWork) -> None:
    if wanted.sees is Scope.GROUP and not wanted.department_ids:
        raise InvalidInput("请选择密钥可以看到哪些部门的工单。", field="department_ids")
    query = select(Department.id).where(Department.id.in_(wanted.department_ids))
    if set(await session.scalars(query)) != set(wanted.department_ids):
        raise NotFound("没有这个部门。", what="department", field="department_ids")
    if wanted.expires_at is not None and wanted.expires_at <= uow.clock.now():
        raise InvalidInput("有效期应在现在以后。", field="expires_at")


async def _load(uow: UnitOfWork, key_id: str) -> tuple[ApiKey, Account]:
    """The key, locked. Raises NotFound, KeyRevoked."""
    key = await uow.session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise NotFound("没有这个密钥。", what="key")
    if key.revoked_at is not None:
        raise KeyRevoked()
    return key, await uow.session.get_one(Account, key.account_id)


def _record(uow: UnitOfWork, actor: str, deed: str, key: ApiKey, **data: object) -> None:
    audit.record(uow, actor=actor, action=f"key.{deed}", subject=f"key:{key.id}", **data)


def _new_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
