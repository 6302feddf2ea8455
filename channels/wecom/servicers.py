"""What happens when people in 企业微信 take a citizen's session: it is not ours to answer, and our people see it."""

from __future__ import annotations

from datetime import datetime

from channels.tencent.receiving.once import once
from channels.wecom import sessions
from channels.wecom.accounts import Account
from channels.wecom.items import Item, Media, Place, Reassigned, Words
from channels.wecom.sessions import Known
from core.conversation import repository, thread
from core.conversation.content import ActivityContent, printable
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, agent_room
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

KIND = "wecom_servicer"
TAKEN = "企业微信的接待人员已接待这位市民，本系统暂时不能回复。需要由本系统接待时，请在企业微信里结束该会话。"
OVER = "企业微信的接待已结束。市民再次发来消息时，由本系统接待。"
ENDED = 3
_KINDS = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件"}
MOST = 500


class Servicers:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def reassigned(self, account: Account, item: Reassigned, known: Known) -> None:
        """The session changed hands in 企业微信 (session_status_change)."""
        now = self._uows.clock.now()
        was = sessions.is_with_servicer(known.get(item.external_userid), now)

        async def act(uow: UnitOfWork) -> None:
            if item.change_type == ENDED:
                values: dict[str, datetime | None] = {"servicer_until": None, "ours_until": None}
            else:
                values = {"servicer_until": item.at + sessions.LASTS, "ours_until": None}
            row = await sessions.put(uow, account.inbox_id, item.external_userid, **values)
            known[item.external_userid] = row
            is_now = sessions.is_with_servicer(row, now)
            if is_now != was:
                await self._note(uow, account, item.external_userid, TAKEN if is_now else OVER)
                if is_now:
                    await self._alert(uow, account, item.external_userid)

        await once(self._uows, account.inbox_id, item.msgid, act)

    async def found(self, account: Account, external_userid: str) -> None:
        """A message of ours was refused because somebody there has the session."""
        async with self._uows.write() as uow:
            now = uow.clock.now()
            known = await sessions.of(uow.session, account.inbox_id, [external_userid])
            if sessions.is_with_servicer(known.get(external_userid), now):
                return
            until = now + sessions.LASTS
            await sessions.put(
                uow, account.inbox_id, external_userid, servicer_until=until, ours_until=None
            )
            await self._note(uow, account, external_userid, TAKEN)
            await self._alert(uow, account, external_userid)

    async def said(self, account: Account, item: Item, text: str) -> None:
        """The servicer wrote to the citizen."""
        await self._quote(account, item, f"企业微信接待人员：{text}")

    async def overheard(self, account: Account, item: Words | Media | Place) -> None:
        """The citizen wrote to the servicer."""
        match item:
            case Words(text=text):
                shown = text
            case Media(kind=kind):
                shown = f"[{_KINDS[kind]}]"
            case Place(label=label):
                shown = f"[位置] {label}"
        await self._quote(account, item, f"市民（对企业微信接待人员）：{shown}")

    async def _quote(self, account: Account, item: Item, line: str) -> None:
        """Where nobody serves the citizen here, 企业微信 alone keeps what was said there."""
        async with self._uows.write() as uow:
            stored = await repository.message_by_external_id(
                uow.session, account.inbox_id, item.msgid
            )
            if stored is None:
                await self._note(uow, account, item.external_userid, line, item.msgid)

    @staticmethod
    async def _note(
        uow: UnitOfWork, account: Account, citizen: str, line: str, external_id: str | None = None
    ) -> None:
        """A line for those who serve the citizen here, should there be somebody."""
        contact = await repository.contact_by_identity(uow.session, account.inbox_id, citizen)
        if contact is None:
            return
        conversation = await repository.open_conversation(
            uow.session, contact.id, account.inbox_id, lock=True
        )
        if conversation is None:
            return
        content = ActivityContent(kind=KIND, text=printable(line).strip()[:MOST])
        await thread.append(
            uow, conversation, thread.SYSTEM, content, private=True, external_id=external_id
        )

    @staticmethod
    async def _alert(uow: UnitOfWork, account: Account, citizen: str) -> None:
        contact = await repository.contact_by_identity(uow.session, account.inbox_id, citizen)
        conversation = (
            await repository.open_conversation(uow.session, contact.id, account.inbox_id)
            if contact is not None
            else None
        )
        if conversation is None:
            return
        rooms = {SUPERVISOR_ROOM}
        if conversation.owner_id:
            rooms.add(agent_room(conversation.owner_id))
        alert = AlertRaised(
            code="wecom_servicer", message=TAKEN, details={"conversation_id": conversation.id}
        )
        uow.publish(Event("alert.raised", alert, Audience(agent_rooms=frozenset(rooms))))
