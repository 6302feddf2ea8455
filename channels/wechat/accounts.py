"""The official accounts: their settings in the inbox, their secrets sealed beside it."""

from __future__ import annotations

import re
import secrets
import string
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from channels.secrets import SecretStore
from channels.wechat.errors import AccountInvalid, InboxNotFound
from channels.wechat.menu import MenuConfig
from core import audit
from core.conversation.models import Inbox
from core.unit_of_work import UnitOfWork

CHANNEL = "wechat"
# What may stand in a callback address. Anything else is not even looked up: PostgreSQL refuses NUL.
INBOX_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
Mode = Literal["plain", "compatible", "encrypted"]
WELCOME = "您好，欢迎关注！我是智能助手，公积金、社保方面的问题可以直接发给我；需要人工服务请回复“转人工”。"


class WeChatConfig(BaseModel):
    """What `Inbox.config` holds for an official account. `secrets` maps what it is to its stored name."""

    model_config = ConfigDict(extra="forbid")

    app_id: str = Field(pattern=r"^[A-Za-z0-9_]{6,64}$")
    mode: Mode = "encrypted"
    secrets: dict[str, str]
    welcome: str = Field(WELCOME, max_length=600)
    # Questions under the welcome, to tap on; none: no list.
    hot_questions: list[str] = Field(default_factory=list, max_length=6)
    # Lists to tap on (msgmenu). Test accounts may not send them: error 40200.
    menus: bool = True
    # The menu below the chat, filled with the hot questions; None: it is looked after in WeChat's console.
    menu: MenuConfig | None = None


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


class Account(BaseModel):
    """One account, ready to use: settings and opened secrets. Lives as long as one push or delivery."""

    model_config = ConfigDict(frozen=True)

    inbox_id: str
    config: WeChatConfig
    credentials: Credentials = Field(repr=False)

    @property
    def accepts_plain(self) -> bool:
        return self.config.mode != "encrypted"


class Accounts:
    """Finds and connects official accounts."""

    def __init__(self, *, store: SecretStore) -> None:
        self._store = store

    async def of_inbox_id(self, session: AsyncSession, inbox_id: str) -> Account:
        """The account behind a callback address; raises InboxNotFound, SecretMissing or SecretUnreadable."""
        inbox = await session.get(Inbox, inbox_id) if re.match(INBOX_ID, inbox_id) else None
        if inbox is None or not inbox.enabled or inbox.channel != CHANNEL:
            raise InboxNotFound()
        return await self.of_inbox(session, inbox)

    async def of_inbox(self, session: AsyncSession, inbox: Inbox) -> Account:
        try:
            config = WeChatConfig.model_validate(inbox.config)
        except ValidationError as error:
            raise AccountInvalid(field=_first_field(error)) from None
        values = await self._store.get(session, config.secrets.values())
        opened = {field: values[name] for field, name in config.secrets.items()}
        return Account(inbox_id=inbox.id, config=config, credentials=_credentials(opened))

    async def connect(
        self,
        uow: UnitOfWork,
        *,
        inbox_id: str,
        name: str,
        app_id: str,
        mode: Mode,
        credentials: Credentials,
        actor: str,
        welcome: str | None = None,
        hot_questions: list[str] | None = None,
        menus: bool = True,
        menu: MenuConfig | None = None,
    ) -> Inbox:
        """Make or change the inbox of an official account and seal its secrets.

        `welcome`, `hot_questions` and `menu` left out keep what is set. Raises AccountInvalid: an inbox of another
        channel, or a mode that needs the EncodingAESKey without one.
        """
        if mode != "plain" and credentials.encoding_aes_key is None:
            raise AccountInvalid(
                "安全模式和兼容模式需要 EncodingAESKey。", field="encoding_aes_key"
            )
        inbox = await uow.session.get(Inbox, inbox_id)
        if inbox is None:
            inbox = Inbox(
                id=inbox_id, channel=CHANNEL, name=name, config={}, created_at=uow.clock.now()
            )
            uow.session.add(inbox)
        elif inbox.channel != CHANNEL:
            raise AccountInvalid("这个接入点名称已被其他渠道使用。", field="inbox_id")
        values = credentials.model_dump(exclude_none=True)
        names = {field: f"{CHANNEL}/{inbox_id}/{field}" for field in values}
        for field, value in values.items():
            await self._store.put(uow, names[field], value)
        kept = {
            key: inbox.config[key]
            for key in ("welcome", "hot_questions", "menu")
            if key in inbox.config
        }
        given = {"welcome": welcome, "hot_questions": hot_questions, "menu": menu}
        texts = kept | {key: value for key, value in given.items() if value is not None}
        try:
            config = WeChatConfig.model_validate(
                {"app_id": app_id, "mode": mode, "secrets": names, "menus": menus, **texts}
            )
        except ValidationError as error:
            raise AccountInvalid(field=_first_field(error)) from None
        inbox.name, inbox.config = name, config.model_dump(mode="json")
        audit.record(
            uow, actor=actor, action="wechat.connected", subject=f"inbox:{inbox_id}", mode=mode
        )
        return inbox


def _credentials(values: dict[str, str]) -> Credentials:
    try:
        return Credentials.model_validate(values)
    except ValidationError as error:
        raise AccountInvalid(field=_first_field(error)) from None


def _first_field(error: ValidationError) -> str:
    # Only where, never what: the value may be a secret.
    return ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
