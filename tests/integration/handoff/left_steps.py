"""Steps of the tests of left messages: a citizen with a phone that gets codes, files, and the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.left_messages import LeftSide, build_left_messages
from core.auth.actor import Actor
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.leaving import Leave
from core.ids import new_id
from core.sms.codes import LEFT_MESSAGE, PhoneCodes
from core.sms.models import SmsText
from core.sms.sealing import Sealer
from core.sms.service import Sms
from core.timers.sweeper import TimerSweeper
from handoff.left_messages.schemas import LeftMessageDetail, LeftMessageStepWrite, OwnLeftMessage
from handoff.left_messages.status import LeftStep
from tests.integration.handoff.conftest import World

PHONE = "13812345678"
# What is about rules and not about locks or queries is the same on each database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MINUTE = timedelta(minutes=1, seconds=1)


@dataclass
class LeftDesk:
    """The world with left messages in it."""

    world: World
    side: LeftSide
    codes: PhoneCodes
    sealer: Sealer
    sweeper: TimerSweeper

    @classmethod
    def of(cls, world: World, *, texts_reach: bool = True) -> LeftDesk:
        sealer = Sealer("a secret of the tests")
        sms = Sms(sealer)
        codes = PhoneCodes(
            uows=world.uows, sms=sms, sealer=sealer, reaches_people=lambda _: texts_reach
        )
        side = build_left_messages(
            world.uows, codes=codes, sms=sms, links=FileLinks("secret", world.clock), words=world.words
        )  # fmt: skip
        return cls(world, side, codes, sealer, TimerSweeper(world.uows, side.timers()))

    async def contact(self, who: str = "visitor-1") -> tuple[str, str]:
        """A citizen who has written once: contact and conversation."""
        conversation_id = await self.world.say("你好", who=who)
        return (await self.world.conversation(conversation_id)).contact_id, conversation_id

    async def code(self, phone: str = PHONE) -> str:
        """The code that was just sent to the phone."""
        self.world.clock.advance(MINUTE)
        await self.codes.send(phone, LEFT_MESSAGE, address="192.0.2.1")
        params: dict[str, str] = (await self.texts("code"))[-1]["params"]
        return params["code"]

    async def texts(self, template: str) -> list[dict[str, Any]]:
        """What was sent with that template, in order: phone and params."""
        async with self.world.uows.read() as session:
            query = select(SmsText).where(SmsText.template == template).order_by(SmsText.id)
            return [self.sealer.open(row.id, row.sealed) for row in await session.scalars(query)]

    async def file(self, conversation_id: str, contact_id: str) -> str:
        """One that the citizen has uploaded and not sent."""
        async with self.world.uows.write() as uow:
            row = Attachment(
                id=new_id(), conversation_id=conversation_id, uploader_kind="visitor",
                uploader_id=contact_id, kind="image", name="材料.png", media_type="image/png", size=3,
                sha256="0" * 64, state="new", created_at=uow.clock.now(),
            )  # fmt: skip
            uow.session.add(row)
            return row.id

    async def leave(
        self,
        who: str = "visitor-1",
        *,
        text: str = "公积金怎么提取？",
        business: str | None = "提取",
        files: Sequence[str] = (),
        **changed: Any,
    ) -> OwnLeftMessage:
        contact_id, conversation_id = await self.contact(who)
        code = changed.pop("code", None)
        if code is None:
            code = await self.code(changed.get("phone", PHONE))
        filled = {"client_msg_id": new_id(), "name": "王芳", "phone": PHONE, **changed}
        wanted = Leave(code=code, text=text, business=business, attachment_ids=files, **filled)

        async def opened() -> str:
            return conversation_id

        return await self.side.citizens.leave(contact_id, wanted, opened)

    async def step(
        self, left: OwnLeftMessage | LeftMessageDetail, step: LeftStep, actor: Actor, **more: Any
    ) -> LeftMessageDetail:
        """One step by somebody who has just looked at it."""
        version = (await self.side.desk.get(left.id, actor)).version
        wanted = LeftMessageStepWrite(version=version, **more)
        return await self.side.desk.take_step(left.id, step, wanted, actor)
