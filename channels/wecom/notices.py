"""What a citizen is told outside of a conversation, in answer to something that is not stored as a message."""

from __future__ import annotations

from channels.tencent import windows
from channels.tencent.once import once
from channels.tencent.quota import MESSAGE
from channels.tencent.waiting import NOTICE_TOPIC
from channels.wecom.accounts import Account
from channels.wecom.items import Item
from core.conversation.addresses import address_key
from core.conversation.content import TextContent
from core.ids import new_id
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory


class Notices:
    """The courier sends them, in line with everything else that goes to the citizen."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def once(self, account: Account, item: Item, text: str) -> None:
        """Leave it to the outbox, unless this was seen before."""

        async def leave(uow: UnitOfWork) -> None:
            notice = {
                "inbox_id": account.inbox_id,
                "external_id": item.external_userid,
                "notice_id": new_id(),
                "content": TextContent(text=text).model_dump(mode="json"),
            }
            # Whatever the citizen sends is a message to 微信客服, stored or not.
            await windows.open(uow, account.inbox_id, item.external_userid, MESSAGE)
            key = address_key(account.inbox_id, item.external_userid)
            enqueue(uow, NOTICE_TOPIC, key, notice)

        await once(self._uows, account.inbox_id, item.msgid, leave)
