"""The 客服账号: their settings in the inbox, their secrets sealed beside it.

An inbox is one 客服账号 (`open_kfid`). All those of a corp are looked after by one app with one callback address, so
each inbox holds the app's secrets, and a callback is routed by the 客服账号 it names.
"""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.accounts.credentials import (
    INBOX_ID,
    Credentials,
    checked,
    claimed,
    inbox_of,
    kept,
    opened,
    seal,
)
from channels.tencent.errors import AccountInvalid, InboxNotFound
from channels.tencent.receiving.envelope import Envelope
from channels.wecom import cursors
from core import audit
from core.conversation.models import Inbox
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWork

CHANNEL = "wecom"
WELCOME = "您好，我是智能助手，公积金、社保方面的问题可以直接发给我；需要人工服务请回复“转人工”。"
CORP_ID = r"^[A-Za-z0-9_]{6,64}$"
OPEN_KFID = r"^[A-Za-z0-9_\-]{6,64}$"


class WecomConfig(BaseModel):
    """What `Inbox.config` holds for a 客服账号. `secrets` maps what it is to its stored name."""

    model_config = ConfigDict(extra="forbid")

    corp_id: str = Field(pattern=CORP_ID)
    open_kfid: str = Field(pattern=OPEN_KFID)
    secrets: dict[str, str]
    # Sent when a citizen opens the chat and 企业微信 allows it; empty: none.
    welcome: str = Field(WELCOME, max_length=300)
    # Questions under the welcome, to tap on; none: the hot ones.
    hot_questions: list[str] = Field(default_factory=list, max_length=6)


class Account(BaseModel):
    """One 客服账号, ready to use: settings and opened secrets. Lives as long as one callback or delivery."""

    model_config = ConfigDict(frozen=True)

    inbox_id: str
    name: str
    config: WecomConfig
    credentials: Credentials = Field(repr=False)

    @property
    def envelope(self) -> Envelope:
        # The corp id is inside every cipher, and nothing comes in the clear.
        return Envelope(self.credentials, self.config.corp_id, "encrypted")

    @property
    def key(self) -> str:
        """As in api_tokens and api_health."""
        return f"{CHANNEL}/{self.inbox_id}"


class Accounts:
    """Finds and connects 客服账号."""

    def __init__(self, *, store: SecretStore) -> None:
        self._store = store

    async def of_inbox_id(self, session: AsyncSession, inbox_id: str) -> Account:
        """The account of an inbox; raises InboxNotFound, SecretMissing or SecretUnreadable."""
        return await self.of_inbox(session, await inbox_of(session, inbox_id, CHANNEL))

    async def of_inbox(self, session: AsyncSession, inbox: Inbox) -> Account:
        config = checked(WecomConfig, inbox.config)
        credentials = await opened(self._store, session, config.secrets)
        return Account(inbox_id=inbox.id, name=inbox.name, config=config, credentials=credentials)

    async def behind_address(self, session: AsyncSession, inbox_id: str) -> Account:
        """The account whose callback address it is; one that is out of use still takes the callbacks of its corp's
        others. Errors as `of_inbox_id`."""
        inbox = await session.get(Inbox, inbox_id) if re.match(INBOX_ID, inbox_id) else None
        if inbox is None or inbox.channel != CHANNEL:
            raise InboxNotFound()
        if not inbox.enabled:
            query = select(Inbox).where(Inbox.channel == CHANNEL, Inbox.enabled)
            corps = {_identity(row)[0] for row in await session.scalars(query)}
            if _identity(inbox)[0] not in corps:
                raise InboxNotFound()
        return await self.of_inbox(session, inbox)

    async def routed(self, session: AsyncSession, corp_id: str, open_kfid: str) -> str | None:
        """The inbox in use for a 客服账号 of the corp; None: it is not connected here."""
        rows = await session.scalars(
            select(Inbox).where(Inbox.channel == CHANNEL, Inbox.enabled).order_by(Inbox.id)
        )
        wanted = (corp_id, open_kfid)
        return next((row.id for row in rows if _identity(row) == wanted), None)

    async def connect(
        self,
        uow: UnitOfWork,
        *,
        inbox_id: str,
        name: str,
        corp_id: str,
        open_kfid: str,
        credentials: Credentials,
        actor: str,
        welcome: str | None = None,
        hot_questions: list[str] | None = None,
    ) -> Inbox:
        """Make or change the inbox of a 客服账号 and seal its secrets.

        What is left out keeps what is set. What was said before the 客服账号 was connected is not fetched. Raises
        AccountInvalid: an inbox of another channel, no EncodingAESKey, or a 客服账号 that another inbox serves.
        """
        if credentials.encoding_aes_key is None:
            raise AccountInvalid(
                "微信客服的回调一律加密，请填写 EncodingAESKey。", field="encoding_aes_key"
            )
        inbox = await claimed(uow, inbox_id, CHANNEL, name)
        await self._check_free(uow.session, inbox_id, corp_id, open_kfid)
        names = await seal(self._store, uow, CHANNEL, inbox_id, credentials)
        given = {"welcome": welcome, "hot_questions": hot_questions}
        config = checked(
            WecomConfig,
            {
                "corp_id": corp_id, "open_kfid": open_kfid, "secrets": names,
                **kept(inbox.config, given),
            },
        )  # fmt: skip
        inbox.name, inbox.config = name, config.model_dump(mode="json")
        await cursors.begin(uow, inbox_id, open_kfid)
        audit.record(
            uow, actor=actor, action="wecom.connected", subject=f"inbox:{inbox_id}",
            open_kfid=open_kfid,
        )  # fmt: skip
        return inbox

    @staticmethod
    async def _check_free(
        session: AsyncSession, inbox_id: str, corp_id: str, open_kfid: str
    ) -> None:
        rows = await session.scalars(
            select(Inbox).where(Inbox.channel == CHANNEL, Inbox.id != inbox_id)
        )
        if any(_identity(row) == (corp_id, open_kfid) for row in rows):
            raise AccountInvalid("这个客服账号已经接到另一个接入点。", field="open_kfid")


def _identity(inbox: Inbox) -> tuple[object, object]:
    return inbox.config.get("corp_id"), inbox.config.get("open_kfid")
