"""Subscribe messages: how a citizen hears that something waits when no reply is allowed any more.

A citizen agrees to one at a time in the mini-program (wx.requestSubscribeMessage); the page asks for it. What they say
is the account's settings, never what waits. Source: "发送订阅消息" of mini-programs.
"""

from __future__ import annotations

import logging
from typing import Any

from channels.miniprogram.accounts import Account
from channels.miniprogram.api import SUBSCRIBE, MiniProgramApis
from channels.tencent.carrier import Reminder
from channels.tencent.receiving.pushes import Push
from channels.tencent.replies.reminder_config import filled
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

# Nothing will come of trying again: no such citizen or template, not agreed to, banned, fields that do not fit, a page
# that is not in the published mini-program, no permission.
REFUSED = frozenset({40003, 40037, 43101, 43107, 43108, 45168, 47003, 41030, 48001})
REPORTED = frozenset(
    {"subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"}
)


class MiniProgramReminders:
    def __init__(self, *, uows: UnitOfWorkFactory, apis: MiniProgramApis) -> None:
        self._uows = uows
        self._apis = apis

    async def send(self, account: Account, openid: str, reminder: Reminder) -> bool:
        """See Carrier.remind."""
        config = account.config.reminder
        if config is None:
            return False
        values = {
            "inbox": reminder.inbox_name, "held": str(reminder.held), "agent": reminder.agent or "智能助手",
        }  # fmt: skip
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": config.template_id,
            "data": filled(config.fields, values, self._uows.clock.now()),
        }
        body |= {"page": config.page} if config.page else {}
        client = self._apis.of(account)
        answer = await client.call(SUBSCRIBE, body)
        if answer["errcode"] in REFUSED:
            log.info("inbox %s: reminder refused with %s", account.inbox_id, answer["errcode"])
            return False
        client.expect_success(answer)
        return True

    async def reported(self, uow: UnitOfWork, inbox_id: str, push: Push) -> None:
        """What became of the last ones: counted in the log alone. The reminder after it is a text message anyway."""
        for sent in push.listed("SubscribeMsgSentEvent", "List"):
            code = sent.get("ErrorCode")
            if str(code) != "0":
                log.info("inbox %s: a reminder did not arrive, code %.8s", inbox_id, code)
