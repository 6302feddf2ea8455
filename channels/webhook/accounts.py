"""The inboxes of portals: their settings in the inbox, their secrets sealed beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from channels.webhook.errors import InboxNotFound, PortalInvalid
from core import audit
from core.conversation.models import Inbox
from core.errors import Conflict
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWork
from core.webhooks.addresses import callback_target
from core.webhooks.errors import AddressRefused
from core.webhooks.keys import SecretRef, SigningKeys

CHANNEL = "webhook"
# What may stand in our address. Anything else is not even looked up.
INBOX_ID = r"^[a-z0-9][a-z0-9-]{0,63}$"


class PortalConfig(BaseModel):
    """What `Inbox.config` holds for a portal. `secrets`: at most two, newest first. `made`: how many there were.

    Without a `callback_url` the portal fetches messages itself.
    """

    model_config = ConfigDict(extra="forbid")

    callback_url: str = ""
    secrets: list[SecretRef] = Field(min_length=1, max_length=2)
    made: int = 1


@dataclass(frozen=True)
class Portal:
    """A portal's inbox with its opened secrets, the newest first. Lives as long as one request or delivery."""

    inbox_id: str
    callback_url: str
    secrets: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Portal({self.inbox_id})"


class Portals:
    """Finds portals' inboxes, makes them and changes their secrets."""

    def __init__(self, *, store: SecretStore) -> None:
        self._keys = SigningKeys(store)

    async def of_inbox_id(self, session: AsyncSession, inbox_id: str, now: datetime) -> Portal:
        """The portal behind an address. Raises InboxNotFound, SecretMissing or SecretUnreadable."""
        inbox = await session.get(Inbox, inbox_id) if re.match(INBOX_ID, inbox_id) else None
        if inbox is None or not inbox.enabled or inbox.channel != CHANNEL:
            raise InboxNotFound()
        return await self.of_inbox(session, inbox, now)

    async def of_inbox(self, session: AsyncSession, inbox: Inbox, now: datetime) -> Portal:
        config = PortalConfig.model_validate(inbox.config)
        secrets = await self._keys.valid(session, config.secrets, now)
        return Portal(inbox.id, config.callback_url, secrets)

    async def create(
        self, uow: UnitOfWork, *, inbox_id: str, name: str, callback_url: str, actor: str
    ) -> tuple[Inbox, str]:
        """The new inbox and its secret, which is never shown again. Raises Conflict, PortalInvalid."""
        inbox = Inbox(
            id=inbox_id, channel=CHANNEL, name=name, enabled=True, created_at=uow.clock.now()
        )
        url = _checked(callback_url)
        inbox.config = {}
        uow.session.add(inbox)
        try:
            await uow.session.flush()
        except IntegrityError as error:
            raise Conflict("已经有这个编号的接入点。", field="id") from error
        ref, secret = await self._keys.make(uow, _owner(inbox_id), 1)
        config = PortalConfig(callback_url=url, secrets=[ref])
        inbox.config = config.model_dump(mode="json")
        _note(uow, actor, inbox, "inbox.created")
        return inbox, secret

    async def update(
        self,
        uow: UnitOfWork,
        inbox_id: str,
        *,
        name: str | None,
        callback_url: str | None,
        enabled: bool | None,
        actor: str,
    ) -> Inbox:
        """What is None stays. Raises InboxNotFound, PortalInvalid."""
        inbox, config = await self._for_update(uow, inbox_id)
        inbox.name = name if name is not None else inbox.name
        inbox.enabled = enabled if enabled is not None else inbox.enabled
        if callback_url is not None:
            config.callback_url = _checked(callback_url)
            inbox.config = config.model_dump(mode="json")
        _note(uow, actor, inbox, "inbox.changed", enabled=inbox.enabled)
        return inbox

    async def rotate(
        self, uow: UnitOfWork, inbox_id: str, *, keep_hours: int, actor: str
    ) -> tuple[Inbox, str]:
        """A new secret; the one before stays valid for `keep_hours`, an older one does not."""
        inbox, config = await self._for_update(uow, inbox_id)
        number = config.made + 1
        refs, secret = await self._keys.rotate(
            uow, _owner(inbox_id), config.secrets, number, keep_hours=keep_hours
        )
        config = config.model_copy(update={"secrets": refs, "made": number})
        inbox.config = config.model_dump(mode="json")
        _note(uow, actor, inbox, "inbox.secret_rotated", keep_hours=keep_hours)
        return inbox, secret

    async def withdraw(self, uow: UnitOfWork, inbox_id: str, *, actor: str) -> Inbox:
        """The secret before the present one is no longer valid from now on."""
        inbox, config = await self._for_update(uow, inbox_id)
        await self._keys.drop(uow, config.secrets[1:])
        config.secrets = config.secrets[:1]
        inbox.config = config.model_dump(mode="json")
        _note(uow, actor, inbox, "inbox.secret_withdrawn")
        return inbox

    async def _for_update(self, uow: UnitOfWork, inbox_id: str) -> tuple[Inbox, PortalConfig]:
        inbox = await uow.session.get(Inbox, inbox_id, with_for_update=True)
        if inbox is None or inbox.channel != CHANNEL:
            raise InboxNotFound()
        return inbox, PortalConfig.model_validate(inbox.config)


def _owner(inbox_id: str) -> str:
    return f"{CHANNEL}/{inbox_id}"


def _checked(callback_url: str) -> str:
    url = callback_url.strip()
    if url:
        try:
            callback_target(url)
        except AddressRefused as refused:
            raise PortalInvalid(refused.message, field="callback_url") from None
    return url


def _note(uow: UnitOfWork, actor: str, inbox: Inbox, action: str, **data: object) -> None:
    audit.record(uow, actor=actor, action=action, subject=f"inbox:{inbox.id}", **data)
