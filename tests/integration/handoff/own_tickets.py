"""Steps of the tests of citizens' tickets: windows with contacts, phones that get codes, what is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.own_tickets import (
    TicketForm,
    TicketKey,
    TicketOpening,
    TicketRemark,
    TicketWindow,
)
from core.ids import new_id
from core.sms.codes import TICKET, PhoneCodes
from core.sms.models import SmsText
from core.sms.sealing import Sealer
from core.sms.service import Sms
from handoff.tickets.citizens.schemas import OwnTicketDetail
from handoff.tickets.citizens.service import CitizenTicketService
from handoff.tickets.citizens.tries import Tries
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import MINUTE

PHONE = "13812345678"


@dataclass
class OwnDesk:
    """The world with citizens' tickets in it."""

    world: World
    windows: CitizenTicketService
    codes: PhoneCodes
    sealer: Sealer

    @classmethod
    def of(cls, world: World, *, texts_reach: bool = True) -> OwnDesk:
        sealer = Sealer("a secret of the tests")
        sms = Sms(sealer)
        codes = PhoneCodes(
            uows=world.uows, sms=sms, sealer=sealer, reaches_people=lambda _: texts_reach
        )
        windows = CitizenTicketService(
            uows=world.uows, codes=codes, sms=sms, links=FileLinks("secret", world.clock),
            words=world.words, rules=world.people.ratings, tries=Tries(world.clock),
            secret="secret",
        )  # fmt: skip
        return cls(world, windows, codes, sealer)

    async def window(self, who: str = "visitor-1", address: str = "192.0.2.1") -> TicketWindow:
        """Of a citizen who has written once."""
        conversation_id = await self.world.say("你好", who=who)
        contact_id = (await self.world.conversation(conversation_id)).contact_id
        return TicketWindow(contact_id, "web", address)

    async def code(self, phone: str = PHONE, purpose: str = TICKET) -> str:
        """The code that was just sent to the phone."""
        self.world.clock.advance(MINUTE)
        await self.codes.send(phone, purpose, address="192.0.2.1")
        return str((await self.texts("code"))[-1]["params"]["code"])

    async def texts(self, template: str) -> list[dict[str, Any]]:
        """What was sent with that template, in order: phone and params."""
        async with self.world.uows.read() as session:
            query = select(SmsText).where(SmsText.template == template).order_by(SmsText.id)
            return [self.sealer.open(row.id, row.sealed) for row in await session.scalars(query)]

    async def upload(self, who: str = "visitor-1") -> str:
        """A file that the citizen has uploaded and not sent."""
        conversation_id = await self.world.say("你好", who=who)
        contact_id = (await self.world.conversation(conversation_id)).contact_id
        async with self.world.uows.write() as uow:
            row = Attachment(
                id=new_id(), conversation_id=conversation_id, uploader_kind="visitor",
                uploader_id=contact_id, kind="image", name="材料.png", media_type="image/png",
                size=3, sha256="0" * 64, state="new", created_at=uow.clock.now(),
            )  # fmt: skip
            uow.session.add(row)
            return row.id

    async def file(self, who: str = "visitor-1", **changed: Any) -> OwnTicketDetail:
        """A complaint, unless `changed` says otherwise; with a fresh code unless one is given."""
        window = await self.window(who)
        conversation_id = await self.world.say("我要登记", who=who)
        if "code" not in changed:
            changed["code"] = await self.code(changed.get("phone", PHONE))
        filled = {
            "client_msg_id": new_id(), "type": "complaint", "name": "王芳", "phone": PHONE,
            "text": "单位三个月没有缴公积金，请核实。", **changed,
        }  # fmt: skip

        async def opened() -> str:
            return conversation_id

        return await self.windows.file(window, TicketForm(**filled), opened)

    async def open(
        self, window: TicketWindow, number: str, phone: str = PHONE, code: str | None = None
    ) -> OwnTicketDetail:
        if code is None:
            code = await self.code(phone)
        return await self.windows.open(window, TicketOpening(number, phone, code))

    async def remark(
        self,
        window: TicketWindow,
        which: TicketKey,
        text: str,
        *,
        files: Sequence[str] = (),
        disputes: bool = False,
        client: str | None = None,
    ) -> OwnTicketDetail:
        words = TicketRemark(client or new_id(), text, files, disputes)
        return await self.windows.remark(window, which, words)


def named(ticket: OwnTicketDetail) -> TicketKey:
    """As the window names it."""
    return TicketKey(ticket.id, ticket.key)
