"""What an official account's events lead to, each in one transaction, however often it comes.

Sources: "接收事件推送", "自定义菜单事件推送", "授权用户信息变更", "模板消息" and "订阅通知的事件推送". What is not
named here is acknowledged and forgotten; so is LOCATION, where the citizen is when he opens the account, which nobody
asked for: it is neither stored nor logged.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from channels.tencent.receiving.once import Act, once
from channels.tencent.receiving.pushes import Push
from channels.tencent.replies import windows
from channels.tencent.replies.quota import CLICK, SCAN, SUBSCRIBE
from channels.wechat import consents, following, sources
from channels.wechat.accounts import Account
from channels.wechat.menu import ASK, HOT_KEY, SAY
from channels.wechat.notices import GONE_TEXT, HOT_TEXT, Notices
from channels.wechat.pushes import FOLLOWED, SCANNED, TAPS, UNFOLLOWED
from core.conversation.ports import HotQuestions
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

# WeChat shows "receiving" to who scanned a code by this item, until something comes.
SCAN_AND_WAIT = "scancode_waitmsg"


class Reports(Protocol):
    """Who wants to know what became of template and subscription messages (channels/wechat/...)."""

    async def __call__(self, uow: UnitOfWork, inbox_id: str, push: Push) -> None: ...


REPORTED = frozenset(
    {
        "templatesendjobfinish",
        "subscribe_msg_sent_event",
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
    }
)


class Events:
    def __init__(
        self, *, uows: UnitOfWorkFactory, notices: Notices, hot: HotQuestions,
        reports: Reports | None = None,
    ) -> None:  # fmt: skip
        """`reports`: told of the events in REPORTED."""
        self._uows = uows
        self._notices = notices
        self._hot = hot
        self._reports = reports
        self._acting: dict[str, Callable[[Account, Push], Awaitable[None]]] = {
            FOLLOWED: self._followed,
            UNFOLLOWED: self._unfollowed,
            SCANNED: self._scanned,
            **dict.fromkeys(TAPS, self._tapped),
            **dict.fromkeys(consents.EVENTS, self._consent),
            **dict.fromkeys(REPORTED, self._reported),
        }

    async def words_of(self, push: Push) -> str | None:
        """What the citizen says with the event; None when it is no saying."""
        if push.event == SCAN_AND_WAIT:
            return push.get("ScanCodeInfo", "ScanResult") or None
        if push.event != "click":
            return None
        if push.event_key.startswith(SAY):
            return push.event_key.removeprefix(SAY)
        if push.event_key.startswith(ASK):
            return await self._hot.question_of(push.event_key.removeprefix(ASK))
        return None

    async def act(self, account: Account, push: Push) -> None:
        acting = self._acting.get(push.event)
        if acting is None:
            log.info("event %s acknowledged, nothing to do", push.event)
            return
        await acting(account, push)

    async def _followed(self, account: Account, push: Push) -> None:
        async def back(uow: UnitOfWork) -> None:
            await following.back(uow, account.inbox_id, push.openid)

        welcome = await self._notices.welcome(account)
        acts = (back, _remember_scene(account, push), _open(account, push, SUBSCRIBE))
        await self._notices.once(account, push, welcome, *acts)

    async def _unfollowed(self, account: Account, push: Push) -> None:
        async def left(uow: UnitOfWork) -> None:
            await following.left(uow, account.inbox_id, push.openid)

        await once(self._uows, account.inbox_id, push.external_id, left)

    async def _scanned(self, account: Account, push: Push) -> None:
        acts = (_remember_scene(account, push), _open(account, push, SCAN))
        await once(self._uows, account.inbox_id, push.external_id, *acts)

    async def _tapped(self, account: Account, push: Push) -> None:
        """The menu's hot questions; an item of somebody else's making only allows replies."""
        key, opens = push.event_key, _open(account, push, CLICK)
        if push.event == "click" and (key == HOT_KEY or key.startswith(ASK)):
            text = HOT_TEXT if key == HOT_KEY else GONE_TEXT
            await self._notices.once(account, push, await self._notices.offer(account, text), opens)
        else:
            await once(self._uows, account.inbox_id, push.external_id, opens)

    async def _consent(self, account: Account, push: Push) -> None:
        async def withdrawn(uow: UnitOfWork) -> None:
            await consents.changed(uow, account.inbox_id, push)

        await once(self._uows, account.inbox_id, push.external_id, withdrawn)

    async def _reported(self, account: Account, push: Push) -> None:
        reports = self._reports
        if reports is None:
            return

        async def told(uow: UnitOfWork) -> None:
            await reports(uow, account.inbox_id, push)

        await once(self._uows, account.inbox_id, push.external_id, told)


def _open(account: Account, push: Push, kind: str) -> Act:
    """The window of replies that the event opens at WeChat."""

    async def opening(uow: UnitOfWork) -> None:
        await windows.open(uow, account.inbox_id, push.openid, kind)

    return opening


def _remember_scene(account: Account, push: Push) -> Act:
    async def remember(uow: UnitOfWork) -> None:
        scene = sources.scene_of(push)
        if scene:
            await sources.remember(uow, account.inbox_id, push.openid, scene)

    return remember
