"""What 微信客服 says about messages afterwards: not delivered after all, taken back by the citizen."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Protocol

from channels.tencent.receiving.once import once
from channels.tencent.replies import windows
from channels.tencent.replies.quota import WECOM_KF
from channels.wecom.accounts import Account
from channels.wecom.errors import QUOTA_GONE, WINDOW_GONE, why
from channels.wecom.items import NotDelivered, Recalled
from core.conversation import repository
from core.conversation.addresses import address_key
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

REPORT_TOPIC = "wecom.report"


class TakeBack(Protocol):
    """Implemented by handoff: a citizen's message is put out of sight, as one that an agent recalls."""

    async def taken_back(self, inbox_id: str, external_id: str) -> None: ...


class Failing(Protocol):
    """What is needed of the courier."""

    async def failed_later(self, uow: UnitOfWork, key: str, reason: str, *, hold: bool) -> bool: ...


class Reports:
    def __init__(self, *, uows: UnitOfWorkFactory, courier: Failing, take_back: TakeBack) -> None:
        self._uows = uows
        self._courier = courier
        self._take_back = take_back

    async def recalled(self, account: Account, item: Recalled) -> None:
        """The citizen took a message back: its words are gone for agents too. Doing it twice changes nothing."""
        await self._take_back.taken_back(account.inbox_id, item.recall_msgid)

    async def not_delivered(self, account: Account, item: NotDelivered) -> None:
        """Left to the outbox under the citizen's key: behind the delivery it is about, which may not be noted yet."""

        async def leave(uow: UnitOfWork) -> None:
            report = {
                "inbox_id": account.inbox_id,
                "external_userid": item.external_userid,
                "key": item.fail_msgid,
                "fail_type": item.fail_type,
                "at": item.at.isoformat(),
            }
            key = address_key(account.inbox_id, item.external_userid)
            enqueue(uow, REPORT_TOPIC, key, report)

        await once(self._uows, account.inbox_id, item.msgid, leave)

    async def __call__(self, report: dict[str, Any]) -> None:
        """Handler of `wecom.report`: what was taken has failed. What becomes of it is the courier's to decide."""
        inbox_id, citizen = report["inbox_id"], report["external_userid"]
        fail_type = report["fail_type"]
        async with self._uows.write() as uow:
            at = datetime.fromisoformat(report["at"])
            await self._correct(uow, inbox_id, citizen, fail_type, at)
            hold = fail_type in WINDOW_GONE or fail_type == QUOTA_GONE
            reason = f"微信已接收但没有送达：{why(fail_type)}"
            if not await self._courier.failed_later(uow, report["key"], reason, hold=hold):
                # A welcome, a closing line: nobody waits for it at the desk.
                log.info("inbox %s: something did not arrive (%s)", inbox_id, fail_type)

    @staticmethod
    async def _correct(
        uow: UnitOfWork, inbox_id: str, citizen: str, fail_type: int, at: datetime
    ) -> None:
        """The ledger follows what WeChat said of the window `at` that time."""
        if fail_type not in WINDOW_GONE and fail_type != QUOTA_GONE:
            return
        contact = await repository.contact_by_identity(uow.session, inbox_id, citizen)
        opened = await windows.opened_by_messages(
            uow.session, inbox_id, contact.id if contact is not None else None
        )
        if any(each.opened_at > at + timedelta(seconds=1) for each in opened):
            return  # the citizen has written since
        closed = fail_type in WINDOW_GONE
        await windows.correct(uow, WECOM_KF, inbox_id, citizen, opened, closed=closed)
