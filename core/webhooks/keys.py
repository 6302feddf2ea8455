"""The secrets two sides sign with: made by us, sealed, shown once, and changed without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from core.secrets.models import InboxSecret
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWork
from core.webhooks import signatures

# How long the old secret stays valid beside a new one, unless somebody withdraws it.
MOST_OVERLAP_HOURS = 24 * 7


class SecretRef(BaseModel):
    """A sealed secret by its name. `until` null: the present one."""

    model_config = ConfigDict(extra="forbid")

    name: str
    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.until is None or now < self.until


class Rotation(BaseModel):
    """How long the present secret stays valid beside the new one."""

    model_config = ConfigDict(extra="forbid")

    keep_hours: int = Field(default=24, ge=0, le=MOST_OVERLAP_HOURS)


class ValidSecret(BaseModel):
    """A secret that is valid, without itself. `until` null: the present one."""

    since: datetime
    until: datetime | None

    @classmethod
    def those(cls, refs: Sequence[SecretRef], now: datetime) -> list[ValidSecret]:
        return [cls(since=each.since, until=each.until) for each in refs if each.holds(now)]


class SigningKeys:
    """At most two are valid at once, the newest first. `owner`: whose, such as `webhook/portal`."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store

    async def make(self, uow: UnitOfWork, owner: str, number: int) -> tuple[SecretRef, str]:
        """The `number`th secret of the owner, and what is never shown again."""
        secret = signatures.new_secret()
        ref = SecretRef(name=f"{owner}/{number}", since=uow.clock.now())
        await self._store.put(uow, ref.name, secret)
        return ref, secret

    async def rotate(
        self,
        uow: UnitOfWork,
        owner: str,
        refs: Sequence[SecretRef],
        number: int,
        *,
        keep_hours: int,
    ) -> tuple[list[SecretRef], str]:
        """A new one; the one before stays valid for `keep_hours`, an older one does not."""
        until = uow.clock.now() + timedelta(hours=keep_hours)
        await self.drop(uow, refs[1:])
        fresh, secret = await self.make(uow, owner, number)
        return [fresh, refs[0].model_copy(update={"until": until})], secret

    async def valid(
        self, session: AsyncSession, refs: Sequence[SecretRef], now: datetime
    ) -> tuple[str, ...]:
        """Those that hold. Raises SecretMissing or SecretUnreadable."""
        names = [each.name for each in refs if each.holds(now)]
        values = await self._store.get(session, names)
        return tuple(values[name] for name in names)

    async def drop(self, uow: UnitOfWork, refs: Sequence[SecretRef]) -> None:
        for ref in refs:
            row = await uow.session.get(InboxSecret, ref.name)
            if row is not None:
                await uow.session.delete(row)
