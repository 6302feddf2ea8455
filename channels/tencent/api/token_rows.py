"""The access token of an account as all servers see it: one row, sealed, and a lease for whoever fetches the next.

No transaction here waits for WeChat: one takes the lease, another stores what came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.errors import ApiFailed
from channels.tencent.models import ApiToken
from core.ids import new_id
from core.secrets.store import SecretStore, SecretUnreadable
from core.unit_of_work import UnitOfWorkFactory

# In the last five minutes WeChat hands out a new token while the old one still works
# (documentation of getStableAccessToken). Asking earlier would return the old one again.
RENEW_BEFORE = timedelta(minutes=4)
# A service may answer with the token it gave before: 微信客服's gettoken does until it ends. Do not ask at every call.
ASK_AGAIN_AFTER = timedelta(seconds=20)
# Longer than the call for a token may take (exchange.py); after that its server is taken for dead.
LEASE = timedelta(seconds=20)
# After a failure the same one is told without asking: else everything that waits would ask by itself.
PAUSE = timedelta(seconds=5)


@dataclass(frozen=True)
class Held:
    """A token. `generation`: the how-manieth of its account."""

    token: str
    generation: int
    fetched_at: datetime
    ends_at: datetime

    def __repr__(self) -> str:
        return f"Held(generation={self.generation})"  # the token must never reach a log

    def is_fresh(self, now: datetime) -> bool:
        """Good, and not yet to be renewed."""
        renew = max(self.ends_at - RENEW_BEFORE, self.fetched_at + ASK_AGAIN_AFTER)
        return now < min(renew, self.ends_at)

    def is_newer_than(self, refused: Held | None) -> bool:
        return refused is None or self.generation > refused.generation


@dataclass(frozen=True)
class Lease:
    """The caller is to fetch. `ending`: a token that is good for some minutes more, should that fail."""

    id: str
    ending: Held | None


@dataclass(frozen=True)
class Busy:
    """Another server is fetching."""

    ending: Held | None


@dataclass(frozen=True)
class Failure:
    """Fetching failed a moment ago."""

    reason: str
    errcode: int | None
    ending: Held | None


class TokenRows:
    def __init__(self, uows: UnitOfWorkFactory, store: SecretStore) -> None:
        self._uows = uows
        self._store = store

    async def take(
        self, account: str, version: str, refused: Held | None
    ) -> Held | Lease | Busy | Failure:
        """The token of another server if it is good; else the lease, unless another server has it."""
        async with self._uows.read() as session:
            row = await session.get(ApiToken, account)
            found = self._look(row, version, refused)
        if found is not None:
            return found
        try:
            async with self._uows.write() as uow:
                row = await self._locked(uow.session, account)
                found = self._look(row, version, refused)
                if found is not None:
                    return found
                if row is None:
                    row = ApiToken(account=account, generation=0)
                    uow.session.add(row)
                if row.version != version:
                    # Other secrets: what is here belongs to the old ones.
                    row.version, row.sealed = version, ""
                ending = self._ending(row, version, refused)
                lease = Lease(new_id(), ending)
                row.lease, row.lease_until = lease.id, uow.clock.now() + LEASE
                await uow.session.flush()
        except IntegrityError:
            # Two servers made the row at the same time; the other one fetches.
            return Busy(None)
        return lease

    async def store(
        self, account: str, version: str, lease: Lease | None, token: str, lifetime: int
    ) -> Held:
        """Keep what was fetched; it is the next generation. Without a lease: an administrator asked for it."""
        async with self._uows.write() as uow:
            now = uow.clock.now()
            row = await self._locked(uow.session, account)
            if row is None:
                row = ApiToken(account=account, generation=0)
                uow.session.add(row)
            held = Held(token, row.generation + 1, now, now + timedelta(seconds=lifetime))
            row.version, row.generation = version, held.generation
            row.sealed = self._store.seal(_name(account), token)
            row.fetched_at, row.ends_at = held.fetched_at, held.ends_at
            row.failed_at, row.reason, row.errcode = None, "", None
            if lease is None or row.lease == lease.id:
                row.lease = row.lease_until = None
            return held

    async def failed(self, account: str, lease: Lease, failure: ApiFailed) -> None:
        async with self._uows.write() as uow:
            values = {
                "failed_at": uow.clock.now(), "reason": failure.reason[:100], "errcode": failure.errcode,
                "lease": None, "lease_until": None,
            }  # fmt: skip
            await uow.session.execute(
                update(ApiToken).where(ApiToken.account == account, ApiToken.lease == lease.id).values(**values)
            )  # fmt: skip

    async def give_back(self, account: str, lease: Lease) -> None:
        async with self._uows.write() as uow:
            await uow.session.execute(
                update(ApiToken)
                .where(ApiToken.account == account, ApiToken.lease == lease.id)
                .values(lease=None, lease_until=None)
            )

    def _look(
        self, row: ApiToken | None, version: str, refused: Held | None
    ) -> Held | Busy | Failure | None:
        """What the row has for the caller; None: he is to fetch."""
        if row is None:
            return None
        now = self._uows.clock.now()
        held = self._held(row, version)
        if held is not None and held.is_fresh(now) and held.is_newer_than(refused):
            return held
        ending = self._ending(row, version, refused)
        if row.lease_until is not None and row.lease_until > now:
            return Busy(ending)
        if row.version == version and row.failed_at is not None and now < row.failed_at + PAUSE:
            return Failure(row.reason, row.errcode, ending)
        return None

    def _ending(self, row: ApiToken, version: str, refused: Held | None) -> Held | None:
        held = self._held(row, version)
        if held is None or not held.is_newer_than(refused):
            return None
        return held if self._uows.clock.now() < held.ends_at else None

    def _held(self, row: ApiToken, version: str) -> Held | None:
        if row.version != version or not row.sealed or not row.fetched_at or not row.ends_at:
            return None
        try:
            token = self._store.open(_name(row.account), row.sealed)
        except SecretUnreadable:
            return None  # sealed with another key: it is fetched anew
        return Held(token, row.generation, row.fetched_at, row.ends_at)

    async def _locked(self, session: AsyncSession, account: str) -> ApiToken | None:
        query = select(ApiToken).where(ApiToken.account == account).with_for_update()
        row: ApiToken | None = await session.scalar(query)
        return row


def _name(account: str) -> str:
    return f"{account}/access_token"
