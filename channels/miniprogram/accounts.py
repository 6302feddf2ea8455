"""The mini-programs: their settings in the inbox, their secrets sealed beside it."""

from __future__ import annotations

from typing import Literal

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
from channels.tencent.errors import AccountInvalid
from channels.tencent.receiving.envelope import Envelope
from channels.tencent.replies.reminder_config import Fields, Template
from core import audit
from core.conversation.models import Inbox
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWork

CHANNEL = "miniprogram"
WELCOME = "您好，我是智能助手，公积金、社保方面的问题可以直接发给我；需要人工服务请回复“转人工”。"
# In which form WeChat pushes: chosen with the callback address in the mini-program's console.
Form = Literal["json", "xml"]


class SubscribeConfig(BaseModel):
    """The subscribe message that says that something waits. `page`: of the mini-program, opened by a tap."""

    model_config = ConfigDict(extra="forbid")

    template_id: Template
    fields: Fields
    page: str = Field(
        "", max_length=500, pattern=r"^([A-Za-z0-9_\-]+(/[A-Za-z0-9_\-]+)*(\?[!-~]*)?)?$"
    )


class MiniProgramConfig(BaseModel):
    """What `Inbox.config` holds for a mini-program. `secrets` maps what it is to its stored name.

    `welcome` and `hot_questions` greet whoever opens the chat, by the page or by WeChat's button.
    """

    model_config = ConfigDict(extra="forbid")

    app_id: str = Field(pattern=r"^[A-Za-z0-9_]{6,64}$")
    mode: Mode = "encrypted"
    format: Form = "json"
    secrets: dict[str, str]
    welcome: str = Field(WELCOME, max_length=600)
    # Questions under the welcome, to tap on; none: the hot ones.
    hot_questions: list[str] = Field(default_factory=list, max_length=6)
    # The web inbox whose full page opens where a form is needed; "" for none.
    page_inbox: str = Field("", max_length=64)
    # What is sent when the replies are used up; None: nothing.
    reminder: SubscribeConfig | None = None


class Account(BaseModel):
    """One mini-program, ready to use: settings and opened secrets. Lives as long as one push or delivery."""

    model_config = ConfigDict(frozen=True)

    inbox_id: str
    config: MiniProgramConfig
    credentials: Credentials = Field(repr=False)

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.credentials, self.config.app_id, self.config.mode)


class MiniPrograms:
    """Finds and connects mini-programs."""

    def __init__(self, *, store: SecretStore) -> None:
        self._store = store

    async def of_inbox_id(self, session: AsyncSession, inbox_id: str) -> Account:
        """The account of an inbox; raises InboxNotFound, SecretMissing or SecretUnreadable."""
        return await self.of_inbox(session, await inbox_of(session, inbox_id, CHANNEL))

    async def of_inbox(self, session: AsyncSession, inbox: Inbox) -> Account:
        config = checked(MiniProgramConfig, inbox.config)
        credentials = await opened(self._store, session, config.secrets)
        return Account(inbox_id=inbox.id, config=config, credentials=credentials)

    async def connect(
        self,
        uow: UnitOfWork,
        *,
        inbox_id: str,
        name: str,
        app_id: str,
        mode: Mode,
        form: Form,
        credentials: Credentials,
        actor: str,
        welcome: str | None = None,
        hot_questions: list[str] | None = None,
        page_inbox: str | None = None,
        reminder: SubscribeConfig | None = None,
        without_reminder: bool = False,
    ) -> Inbox:
        """Make or change the inbox of a mini-program and seal its secrets.

        What is left out of the texts, the page and the reminder stays as it is set. Raises AccountInvalid: an inbox
        of another channel, or a mode that needs the EncodingAESKey without one.
        """
        if mode != "plain" and credentials.encoding_aes_key is None:
            raise AccountInvalid(
                "安全模式和兼容模式需要 EncodingAESKey。", field="encoding_aes_key"
            )
        inbox = await claimed(uow, inbox_id, CHANNEL, name)
        names = await seal(self._store, uow, CHANNEL, inbox_id, credentials)
        given = {
            "welcome": welcome, "hot_questions": hot_questions, "page_inbox": page_inbox, "reminder": reminder,
        }  # fmt: skip
        config = checked(
            MiniProgramConfig,
            {
                "app_id": app_id, "mode": mode, "format": form, "secrets": names,
                **kept(inbox.config, given, without=["reminder"] if without_reminder else []),
            },
        )  # fmt: skip
        inbox.name, inbox.config = name, config.model_dump(mode="json")
        audit.record(
            uow, actor=actor, action="miniprogram.connected", subject=f"inbox:{inbox_id}", mode=mode
        )
        return inbox
