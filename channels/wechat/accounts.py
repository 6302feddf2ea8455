"""The official accounts: their settings in the inbox, their secrets sealed beside it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.accounts.credentials import (
    Credentials,
    Mode,
    checked,
    claimed,
    inbox_of,
    kept,
    opened,
    seal,
)
from channels.tencent.errors import AccountInvalid, InboxNotFound
from channels.tencent.receiving.envelope import Envelope
from channels.tencent.replies.reminder_config import ReminderConfig
from channels.wechat.menu import MenuConfig
from core import audit
from core.conversation.models import Inbox
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWork

CHANNEL = "wechat"
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
    # The web inbox whose full page opens from the chat; "": the first there is. `page_login`: as the same citizen, by
    # WeChat's web authorisation, for which the domain is entered at WeChat (pages.py).
    page_inbox: str = Field("", max_length=64)
    page_login: bool = False
    # What is sent when the replies are used up; None: nothing.
    reminder: ReminderConfig | None = None


class Account(BaseModel):
    """One account, ready to use: settings and opened secrets. Lives as long as one push or delivery."""

    model_config = ConfigDict(frozen=True)

    inbox_id: str
    config: WeChatConfig
    credentials: Credentials = Field(repr=False)

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.credentials, self.config.app_id, self.config.mode)


class Accounts:
    """Finds and connects official accounts."""

    def __init__(self, *, store: SecretStore) -> None:
        self._store = store

    async def of_inbox_id(self, session: AsyncSession, inbox_id: str) -> Account:
        """The account behind a callback address; raises InboxNotFound, SecretMissing or SecretUnreadable."""
        return await self.of_inbox(session, await inbox_of(session, inbox_id, CHANNEL))

    async def of_inbox(self, session: AsyncSession, inbox: Inbox) -> Account:
        config = self.config_of(inbox)
        credentials = await opened(self._store, session, config.secrets)
        return Account(inbox_id=inbox.id, config=config, credentials=credentials)

    @staticmethod
    def config_of(inbox: Inbox) -> WeChatConfig:
        """Raises AccountInvalid."""
        return checked(WeChatConfig, inbox.config)

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
        without_menu: bool = False,
        page_inbox: str | None = None,
        page_login: bool | None = None,
    ) -> Inbox:
        """Make or change the inbox of an official account and seal its secrets.

        `welcome`, `hot_questions` and `menu` left out keep what is set. `without_menu`: it is no longer ours to look
        after. Raises AccountInvalid: an inbox of another channel, or a mode that needs the EncodingAESKey without one.
        """
        if mode != "plain" and credentials.encoding_aes_key is None:
            raise AccountInvalid(
                "安全模式和兼容模式需要 EncodingAESKey。", field="encoding_aes_key"
            )
        inbox = await claimed(uow, inbox_id, CHANNEL, name)
        names = await seal(self._store, uow, CHANNEL, inbox_id, credentials)
        given = {
            "welcome": welcome, "hot_questions": hot_questions, "menu": menu, "reminder": None,
            "page_inbox": page_inbox, "page_login": page_login,
        }  # fmt: skip
        config = checked(
            WeChatConfig,
            {
                "app_id": app_id, "mode": mode, "secrets": names, "menus": menus,
                **kept(inbox.config, given, without=["menu"] if without_menu else []),
            },
        )  # fmt: skip
        inbox.name, inbox.config = name, config.model_dump(mode="json")
        audit.record(
            uow, actor=actor, action="wechat.connected", subject=f"inbox:{inbox_id}", mode=mode
        )
        return inbox

    async def set_menu(
        self, uow: UnitOfWork, inbox_id: str, menu: MenuConfig | None, *, actor: str
    ) -> Inbox:
        """Change the menu we look after; None: it is no longer ours. Raises InboxNotFound."""
        inbox = await uow.session.get(Inbox, inbox_id, with_for_update=True)
        if inbox is None or inbox.channel != CHANNEL:
            raise InboxNotFound()
        config = {key: value for key, value in inbox.config.items() if key != "menu"}
        if menu is not None:
            config["menu"] = menu.model_dump(mode="json")
        inbox.config = config
        audit.record(uow, actor=actor, action="wechat.menu_changed", subject=f"inbox:{inbox_id}")
        return inbox
