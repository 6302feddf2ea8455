"""Template and subscribe messages: how a citizen hears that something waits when no reply is allowed any more.

They cost none of the replies and open none. What they say is the account's settings (reminder_config.py), never what
waits. Called by the carrier; the pushes bring how it ended.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from channels.tencent.api.client import Answer
from channels.tencent.carrier import Reminder
from channels.tencent.errors import ApiFailed
from channels.tencent.models import SentReminder
from channels.tencent.receiving.pushes import Push
from channels.tencent.replies.reminder_config import ReminderConfig, filled
from channels.wechat.accounts import Account
from channels.wechat.api import WeChatApis
from core.conversation import thread
from core.conversation.content import ActivityContent
from core.errors import NotFound
from core.ids import new_id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

TEMPLATE = "/cgi-bin/message/template/send"
SUBSCRIBE = "/cgi-bin/message/subscribe/bizsend"
# Documentation of both: nothing will come of trying again. With what an administrator reads in a test.
REFUSED = {
    40003: "微信不认识这位市民的标识（openid）。",
    40037: "模板 ID 不对，或者不是这个公众号的模板。",
    40165: "跳转的小程序页面不对。",
    41030: "跳转的页面不对。",
    43004: "市民没有关注公众号。",
    43019: "市民在公众号的黑名单里。",
    43101: "市民没有订阅这条通知，或者订阅的次数已经用完。",
    43107: "公众号发送这类通知的能力被封禁，请登录微信公众平台查看。",
    45168: "内容里有微信不允许的词。",
    45009: "今天的模板消息条数已用完。",
    47003: "模板的字段不符：有缺少、多余的字段，或者内容不符合字段的规定。",
    48001: "公众号没有发送这类通知的权限。",
}
# WeChat tells within seconds how it ended.
REMEMBERED = timedelta(days=7)
FINISHED = "templatesendjobfinish"
SUBSCRIPTION_SENT = "subscribe_msg_sent_event"
SUCCESS = "success"
NOT_DELIVERED = "微信没有送达"
ENDED = {"failed:user block": "市民拒收公众号的通知"}
MAX_STATUS = 32


class Reminders:
    def __init__(self, *, uows: UnitOfWorkFactory, apis: WeChatApis) -> None:
        self._uows = uows
        self._apis = apis

    async def send(self, account: Account, openid: str, reminder: Reminder) -> bool:
        """See Carrier.remind."""
        config = account.config.reminder
        if config is None or await self._is_blocked(account.inbox_id, openid):
            return False
        values = {
            "inbox": reminder.inbox_name, "held": str(reminder.held), "agent": reminder.agent or "智能助手",
        }  # fmt: skip
        answer = await self._call(account, openid, config, values, key=reminder.key)
        code = answer["errcode"]
        if code in REFUSED:
            log.info("inbox %s: reminder refused with %s", account.inbox_id, code)
            return False
        self._apis.of(account).client.expect_success(answer)
        await self._remember(account.inbox_id, openid, answer, reminder.conversation_id)
        return True

    async def _is_blocked(self, inbox_id: str, openid: str) -> bool:
        """Whether the last one did not arrive: the citizen takes none from this account, another way is better."""
        query = (
            select(SentReminder.status)
            .where(
                SentReminder.inbox_id == inbox_id,
                SentReminder.external_id == openid,
                SentReminder.status != "",
            )
            .order_by(SentReminder.at.desc())
            .limit(1)
        )
        async with self._uows.read() as session:
            status = await session.scalar(query)
        return status is not None and status != SUCCESS

    async def test(self, account: Account, openid: str) -> tuple[int, str]:
        """Send one now, as an administrator's trial; the error code and what it means. Raises ApiFailed."""
        config = account.config.reminder
        if config is None:
            raise NotFound("这个公众号还没有设置提醒。")
        values = {"inbox": "测试", "held": "1", "agent": "测试"}
        answer = await self._call(account, openid, config, values, key=new_id().replace("-", ""))
        code = answer["errcode"]
        if code in REFUSED:
            return code, REFUSED[code]
        failed: ApiFailed = self._apis.of(account).client.failure(answer)
        return code, failed.message if code else ""

    async def _call(
        self, account: Account, openid: str, config: ReminderConfig, values: dict[str, str], *, key: str
    ) -> Answer:  # fmt: skip
        data = filled(config.fields, values, self._uows.clock.now())
        body: dict[str, Any] = {"touser": openid, "template_id": config.template_id, "data": data}
        if config.kind == "template":
            # "防重入id": within ten minutes WeChat sends the same one no second time.
            body["client_msg_id"] = key[:32]
            body |= {"url": config.url} if config.url else {}
            path = TEMPLATE
        else:
            body |= {"page": config.url} if config.url else {}
            path = SUBSCRIBE
        return await self._apis.of(account).client.call(path, body)

    async def _remember(
        self, inbox_id: str, openid: str, answer: Answer, conversation_id: str
    ) -> None:
        reminder_id = str(answer.get("msgid") or "")[:64]
        if not reminder_id:
            return
        try:
            await self._write(inbox_id, openid, reminder_id, conversation_id)
        except IntegrityError:
            # WeChat told the end at this very moment, and its row is there now.
            await self._write(inbox_id, openid, reminder_id, conversation_id)

    async def _write(
        self, inbox_id: str, openid: str, reminder_id: str, conversation_id: str
    ) -> None:
        async with self._uows.write() as uow:
            now = uow.clock.now()
            await uow.session.execute(
                delete(SentReminder).where(SentReminder.at < now - REMEMBERED)
            )
            row = await _locked(uow, inbox_id, reminder_id)
            row.external_id, row.conversation_id = openid, conversation_id
            # WeChat may have told the end before its answer was read.
            await _tell_failed(uow, row)

    async def reported(self, uow: UnitOfWork, inbox_id: str, push: Push) -> None:
        """The events by which WeChat tells what became of them; plugged into channels.wechat.events.Events."""
        if push.event == FINISHED:
            await self.ended(uow, inbox_id, push.get("MsgID"), push.get("Status"))
        if push.event == SUBSCRIPTION_SENT:
            for sent in push.listed("SubscribeMsgSentEvent", "List"):
                status = SUCCESS if str(sent.get("ErrorCode")) == "0" else "failed"
                await self.ended(uow, inbox_id, str(sent.get("MsgID") or ""), status)

    async def ended(self, uow: UnitOfWork, inbox_id: str, reminder_id: str, status: str) -> None:
        """How a template message ended (event TEMPLATESENDJOBFINISH). One that failed is told to the agents."""
        row = await _locked(uow, inbox_id, reminder_id[:64])
        if row.status:
            return  # the push repeated
        row.status = status[:MAX_STATUS]
        await _tell_failed(uow, row)


async def _locked(uow: UnitOfWork, inbox_id: str, reminder_id: str) -> SentReminder:
    """The row, which its end may reach before its beginning; locked before the conversation it is about."""
    row = await uow.session.get(SentReminder, (inbox_id, reminder_id), with_for_update=True)
    if row is None:
        row = SentReminder(
            inbox_id=inbox_id, reminder_id=reminder_id, external_id="", conversation_id=None,
            status="", at=uow.clock.now(),
        )  # fmt: skip
        uow.session.add(row)
        await uow.session.flush()
    return row


async def _tell_failed(uow: UnitOfWork, row: SentReminder) -> None:
    if row.status in ("", SUCCESS) or row.conversation_id is None:
        return
    conversation = await thread.load_for_update(uow, row.conversation_id)
    text = f"微信提醒没有送到市民：{ENDED.get(row.status, NOT_DELIVERED)}"
    activity = ActivityContent(kind="reminder_failed", text=text)
    await thread.append(uow, conversation, thread.SYSTEM, activity, private=True)
