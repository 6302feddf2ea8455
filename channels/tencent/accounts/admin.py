"""What administrators do with an account of any of the three services. Each service's admin.py has the routes.

Secrets go in and never come out: what is left out of a change stays as it is, and reading tells only which are set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict, SecretStr, StringConstraints, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.accounts.checks import AccountCheck, Probe, check
from channels.tencent.accounts.condition import AccountHealth, summary
from channels.tencent.accounts.credentials import INBOX_ID, Credentials
from channels.tencent.api.client import ApiClient
from channels.tencent.api.health import Health, rows_of
from channels.tencent.errors import AccountInvalid, InboxNotFound
from core import audit
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.models import Inbox
from core.errors import Conflict
from core.secrets.store import SecretMissing, SecretStore, SecretUnreadable
from core.unit_of_work import UnitOfWorkFactory

Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]
InboxId = Annotated[str, Path(pattern=INBOX_ID)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]

# What is wrong with a secret, without quoting it.
_SECRET_RULES = {
    "token": "Token 应为 3-32 位字母数字。",
    "app_secret": "Secret 应为 8-128 位，请核对是否复制完整。",
    "encoding_aes_key": "EncodingAESKey 应为 43 位字母数字。",
}


class SecretsChange(BaseModel):
    """Part of every account's change. A secret that is left out, or empty, stays as it is."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    token: SecretStr | None = None
    app_secret: SecretStr | None = None
    encoding_aes_key: SecretStr | None = None


class SecretsSet(BaseModel):
    """Which secrets are stored."""

    token: bool
    app_secret: bool
    encoding_aes_key: bool


class AccountBase(BaseModel):
    """Part of every account's reading. `callback_url` is what to enter at WeChat; `problem`: stored settings that
    do not fit together, in words."""

    inbox: str
    name: str
    enabled: bool
    callback_url: str
    secrets_set: SecretsSet
    health: AccountHealth
    problem: str = ""


class AccountSwitch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    enabled: bool


class AccountDesk:
    """The accounts of one service: `channel` in our data."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, store: SecretStore, health: Health, channel: str,
        public_url: str, is_public: bool = True,
    ) -> None:  # fmt: skip
        self.uows = uows
        self.channel = channel
        self._store = store
        self._health = health
        self._public_url = self.public_url = public_url.rstrip("/")
        # What the administrators have set; a default leads nowhere but to this machine.
        self._given_url = self._public_url if is_public else ""

    async def inboxes(self, session: AsyncSession) -> list[Inbox]:
        query = select(Inbox).where(Inbox.channel == self.channel).order_by(Inbox.name, Inbox.id)
        return list(await session.scalars(query))

    async def base(self, session: AsyncSession, inbox: Inbox) -> AccountBase:
        names = inbox.config.get("secrets", {})
        secrets = {field: field in names for field in SecretsSet.model_fields}
        return AccountBase(
            inbox=inbox.id, name=inbox.name, enabled=inbox.enabled,
            callback_url=f"{self._public_url}/channels/{self.channel}/{inbox.id}",
            secrets_set=SecretsSet(**secrets), health=await self.health(session, inbox.id),
        )  # fmt: skip

    async def health(self, session: AsyncSession, inbox_id: str) -> AccountHealth:
        account = f"{self.channel}/{inbox_id}"
        return summary(account, await rows_of(session, account))

    async def flush(self) -> None:
        """Before reading: what this process has seen and not yet written down."""
        await self._health.flush()

    async def credentials(
        self, session: AsyncSession, inbox_id: str, change: SecretsChange
    ) -> Credentials:
        """The stored secrets with those of `change` in their place. Raises AccountInvalid, naming the field."""
        inbox = await session.get(Inbox, inbox_id)
        values = await self._stored(session, inbox)
        for field in SecretsSet.model_fields:
            given: SecretStr | None = getattr(change, field)
            if given is not None and given.get_secret_value().strip():
                values[field] = given.get_secret_value().strip()
        try:
            return Credentials.model_validate(values)
        except ValidationError as error:
            field = str(error.errors(include_input=False)[0]["loc"][0])
        # Outside, so that the cause, which knows the secret, does not come along.
        words = _SECRET_RULES[field] if field in values else "请填写 Token 和 Secret。"
        raise AccountInvalid(words, field=field)

    async def expect_new(self, session: AsyncSession, inbox_id: str) -> None:
        """Nobody shall overwrite an account while connecting another. Raises Conflict."""
        if await session.get(Inbox, inbox_id) is not None:
            raise Conflict("已经有这个编号的接入点，请换一个。", field="inbox_id")

    async def switch(self, inbox_id: str, enabled: bool, actor: str) -> None:
        """Raises InboxNotFound."""
        async with self.uows.write() as uow:
            inbox = await uow.session.get(Inbox, inbox_id, with_for_update=True)
            if inbox is None or inbox.channel != self.channel:
                raise InboxNotFound()
            inbox.enabled = enabled
            audit.record(
                uow, actor=actor, action="inbox.changed", subject=f"inbox:{inbox_id}", enabled=enabled
            )  # fmt: skip

    async def check(self, inbox_id: str, client: ApiClient, probe: Probe) -> AccountCheck:
        """Try the account of an inbox step by step."""

        async def health() -> AccountHealth:
            await self._health.flush()
            async with self.uows.read() as session:
                return await self.health(session, inbox_id)

        return await check(
            client, probe, public_url=self._given_url, now=self.uows.clock.now, health=health
        )

    async def _stored(self, session: AsyncSession, inbox: Inbox | None) -> dict[str, str]:
        if inbox is None or inbox.channel != self.channel:
            return {}
        names = {k: v for k, v in inbox.config.get("secrets", {}).items() if k in _SECRET_RULES}
        values = {}
        for field, name in names.items():
            try:
                values[field] = (await self._store.get(session, [name]))[name]
            except (SecretMissing, SecretUnreadable):
                continue  # it has to be entered anew, and the others with it where they are lost too
        return values


ConfigT = TypeVar("ConfigT", bound=BaseModel)
BROKEN = "账号的设置不完整，请检查后重新保存。"


def readable(kind: type[ConfigT], config: Mapping[str, Any], **blank: Any) -> tuple[ConfigT, str]:
    """The stored settings and ""; where they do not fit together, blank ones and that in words."""
    try:
        return kind.model_validate(config), ""
    except ValidationError:
        return kind.model_construct(None, secrets={}, **blank), BROKEN
