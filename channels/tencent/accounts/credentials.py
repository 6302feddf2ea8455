"""The secrets of an account: as an administrator enters them, as they are stored, as they are used."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Collection, Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.errors import AccountInvalid, InboxNotFound
from core.conversation.models import Inbox
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWork

# What may stand in a callback address. Anything else is not even looked up: PostgreSQL refuses NUL.
INBOX_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
# Whether pushes come in the clear, both ways at once, or only sealed.
Mode = Literal["plain", "compatible", "encrypted"]
ConfigT = TypeVar("ConfigT", bound=BaseModel)


class Credentials(BaseModel):
    """The secrets of an account as an administrator enters them. Never logged, never shown again."""

    model_config = ConfigDict(hide_input_in_errors=True)

    token: str = Field(pattern=r"^[A-Za-z0-9]{3,32}$", repr=False)
    app_secret: str = Field(min_length=8, max_length=128, repr=False)
    encoding_aes_key: str | None = Field(None, pattern=r"^[A-Za-z0-9]{43}$", repr=False)

    @classmethod
    def random(cls) -> Credentials:
        """Fresh values, for the demo's simulator."""
        letters = string.ascii_letters + string.digits

        def pick(length: int) -> str:
            return "".join(secrets.choice(letters) for _ in range(length))

        # The 43rd letter of an AES key carries two spare bits, which must be nought: A decodes to that.
        return cls(token=pick(24), app_secret=pick(32), encoding_aes_key=pick(42) + "A")


async def inbox_of(session: AsyncSession, inbox_id: str, channel: str) -> Inbox:
    """The inbox in use behind a callback address; raises InboxNotFound."""
    inbox = await session.get(Inbox, inbox_id) if re.match(INBOX_ID, inbox_id) else None
    if inbox is None or not inbox.enabled or inbox.channel != channel:
        raise InboxNotFound()
    return inbox


async def claimed(uow: UnitOfWork, inbox_id: str, channel: str, name: str) -> Inbox:
    """The inbox to connect, new or there already, locked. Raises AccountInvalid: another channel's has that id."""
    # What is kept of its settings must not be what somebody else is changing at this moment.
    inbox = await uow.session.get(Inbox, inbox_id, with_for_update=True)
    if inbox is None:
        inbox = Inbox(
            id=inbox_id, channel=channel, name=name, config={}, created_at=uow.clock.now()
        )
        uow.session.add(inbox)
    elif inbox.channel != channel:
        raise AccountInvalid("这个接入点名称已被其他渠道使用。", field="inbox_id")
    return inbox


def kept(
    config: Mapping[str, Any], given: Mapping[str, Any], *, without: Collection[str] = ()
) -> dict[str, Any]:
    """What is `given`, and of what is left out (None) what `config` has, but for those `without`."""
    stays = {key: config[key] for key in given if key in config and key not in without}
    return stays | {key: value for key, value in given.items() if value is not None}


def checked(kind: type[ConfigT], config: Mapping[str, Any]) -> ConfigT:
    """The settings of an account; raises AccountInvalid, naming the field."""
    try:
        return kind.model_validate(config)
    except ValidationError as error:
        raise AccountInvalid(field=first_field(error)) from None


async def seal(
    store: SecretStore, uow: UnitOfWork, channel: str, inbox_id: str, credentials: Credentials
) -> dict[str, str]:
    """Store the secrets; returns under which names, for the inbox's config."""
    values = credentials.model_dump(exclude_none=True)
    names = {field: f"{channel}/{inbox_id}/{field}" for field in values}
    for field, value in values.items():
        await store.put(uow, names[field], value)
    return names


async def opened(
    store: SecretStore, session: AsyncSession, names: Mapping[str, str]
) -> Credentials:
    """The secrets that an inbox's config names; raises SecretMissing, SecretUnreadable, AccountInvalid."""
    values = await store.get(session, names.values())
    return checked(Credentials, {field: values[name] for field, name in names.items()})


def first_field(error: ValidationError) -> str:
    # Only where, never what: the value may be a secret.
    return ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
