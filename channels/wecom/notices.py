"""What a citizen is told outside of a conversation, in answer to something that is not stored as a message."""

from __future__ import annotations

from channels.tencent.receiving.once import once
from channels.tencent.replies import windows
from channels.tencent.replies.quota import MESSAGE
from channels.tencent.sending.delivering import leave_notice
from channels.wecom.accounts import Account
from channels.wecom.items import Item
from core.conversation.content import TextContent
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory


class Notices:
    """The courier sends them, in line with everything else that goes to the citizen."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def once(self, account: Account, item: Item, text: str) -> None:
        """Leave it to the outbox, unless this was seen before."""

        async def leave(uow: UnitOfWork) -> None:
            # Whatever the citizen sends is a message to 微信客服, stored or not.
            await windows.open(uow, account.inbox_id, item.external_userid, MESSAGE)
            leave_notice(uow, account.inbox_id, item.external_userid, TextContent(text=text))

        await once(self._uows, account.inbox_id, item.msgid, leave)
