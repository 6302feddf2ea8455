"""What waits is told to the citizen once: by WeChat's own notice, else by text message; not at night, once a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from channels.tencent.carrier import Reminder
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.models import SeenPush
from channels.tencent.receiving.once import once
from channels.tencent.replies import reminding
from channels.tencent.replies.reminding import Reminders
from channels.tencent.replies.reply_settings import CONFIG_NAME, ReplySettings
from channels.tencent.sending import tidying
from channels.wechat.accounts import Account
from core.clock import LOCAL_ZONE
from core.configs import put_config
from core.conversation.models import MessageDelivery
from core.ids import new_id
from core.outbox.worker import OutboxWorker
from core.sms.models import SmsText
from core.sms.sealing import Sealer
from core.sms.service import TOPIC as SMS_TOPIC
from core.sms.service import Sms
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWork
from handoff.left_messages.models import LeftMessage
from handoff.left_messages.phones import ProvedPhones
from tests.integration.wechat.conftest import World
from tests.integration.wechat.replying import LONG, Talk

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = "13812341234"


@dataclass
class Chain:
    """`answers`: what WeChat says to the next reminders: told, no way, or an error."""

    talk: Talk
    sealer: Sealer
    sweeper: TimerSweeper
    answers: list[bool | Exception] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)

    async def remind(self, _account: Account, _address: str, reminder: Reminder) -> bool:
        self.reminders.append(reminder)
        answer = self.answers.pop(0) if self.answers else False
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def later(self, **time: float) -> None:
        self.talk.world.clock.advance(timedelta(**time))
        await self.sweeper.sweep_once()
        await self.talk.world.settle()

    async def texts(self) -> list[SmsText]:
        async with self.talk.world.uows.read() as session:
            return list(await session.scalars(select(SmsText).order_by(SmsText.id)))

    async def prove_phone(self) -> None:
        conversation = await self.talk.conversation()
        now = self.talk.world.clock.now()
        async with self.talk.world.uows.write() as uow:
            uow.session.add(
                LeftMessage(
                    id=new_id(), number="LY1", client_msg_id="a", conversation_id=conversation.id,
                    contact_id=conversation.contact_id, inbox_id=conversation.inbox_id, channel="wechat",
                    name="张三", phone=PHONE, phone_proved=True, text="请回电", status="handled",
                    created_at=now, updated_at=now,
                )
            )  # fmt: skip

    async def setting(self, **changes: object) -> None:
        async with self.talk.world.uows.write() as uow:
            settings = ReplySettings.model_validate(changes)
            await put_config(uow, CONFIG_NAME, settings, actor="test")

    async def marks(self) -> list[tuple[str, str]]:
        async with self.talk.world.uows.read() as session:
            query = select(MessageDelivery).order_by(MessageDelivery.message_id)
            return [(row.state, row.reminded_by) for row in await session.scalars(query)]


@pytest.fixture
async def chain(world: World, monkeypatch: pytest.MonkeyPatch) -> Chain:
    await world.connect()
    talk = await Talk(world).begin()
    sealer = Sealer("secret")
    timers = reminding.timer_handlers() | tidying.timer_handlers()
    chain = Chain(talk, sealer, TimerSweeper(world.uows, timers))
    monkeypatch.setattr(world.carrier, "remind", chain.remind)
    reminders = Reminders(
        world.uows, {"wechat": world.carrier}, sms=Sms(sealer), phones=ProvedPhones()
    )
    handlers = {**world.outbox._handlers, reminding.TOPIC: reminders}
    world.outbox = OutboxWorker(world.uows, handlers)
    await talk.spend()
    return chain


def local(chain: Chain) -> datetime:
    return chain.talk.world.clock.now().astimezone(LOCAL_ZONE)


async def _unsent(_payload: dict[str, object]) -> None:
    """The text stays in its table; what becomes of it is of no interest here."""


async def test_wechats_notice_tells_that_something_waits(chain: Chain) -> None:
    chain.answers = [True]
    await chain.talk.write("一")
    await chain.talk.write("二")
    await chain.later(minutes=1)
    assert chain.reminders == [], "perhaps he is still there"
    await chain.later(minutes=1)
    [reminder] = chain.reminders
    assert (reminder.held, reminder.agent, reminder.inbox_name) == (2, "王芳", "公众号")
    assert await chain.marks() == [("held", "notice")] * 2
    assert (await chain.talk.left()).reminded == "notice"
    assert await chain.texts() == []
    await chain.later(days=2)
    assert len(chain.reminders) == 1, "once for what waits"


async def test_a_proved_phone_gets_a_text_where_wechat_has_no_way(chain: Chain) -> None:
    await chain.prove_phone()
    chain.talk.world.outbox._handlers[SMS_TOPIC] = _unsent  # type: ignore[index]
    await chain.talk.write("一")
    await chain.later(minutes=2)
    [text] = await chain.texts()
    content = chain.sealer.open(text.id, text.sealed)
    assert (text.template, content) == (
        "reply_waiting",
        {"phone": PHONE, "params": {"account": "公众号"}},
    )
    assert await chain.marks() == [("held", "sms")]
    assert (await chain.talk.states())["一"] == "held"


@on_sqlite
async def test_without_notice_and_phone_nobody_is_told_and_the_desk_does_not_say_so(
    chain: Chain,
) -> None:
    await chain.talk.write("一")
    await chain.later(minutes=2)
    assert await chain.marks() == [("held", "")]
    assert (await chain.talk.left()).reminded == ""


@on_sqlite
async def test_who_comes_back_in_time_is_not_reminded(chain: Chain) -> None:
    chain.answers = [True]
    await chain.talk.write("一")
    await chain.talk.say("我还在")
    await chain.later(minutes=5)
    assert chain.reminders == []


@on_sqlite
async def test_at_night_it_waits_for_the_morning(chain: Chain) -> None:
    chain.answers = [True]
    await chain.talk.later(hours=12)
    assert local(chain).hour == 22
    await chain.talk.write("一")
    await chain.later(minutes=5)
    assert chain.reminders == []
    await chain.later(hours=9, minutes=54)
    assert local(chain).hour == 7
    assert chain.reminders == []
    await chain.later(minutes=10)
    assert len(chain.reminders) == 1


@on_sqlite
async def test_nobody_is_reminded_twice_a_day(chain: Chain) -> None:
    chain.answers = [True, True]
    await chain.talk.write("一")
    await chain.later(minutes=2)
    await chain.talk.say("收到")
    await chain.talk.spend()
    await chain.talk.write("二")
    await chain.later(minutes=10)
    assert len(chain.reminders) == 1
    await chain.later(hours=23)
    assert len(chain.reminders) == 2


@on_sqlite
async def test_a_notice_that_may_have_been_sent_is_not_sent_again(chain: Chain) -> None:
    await chain.prove_phone()
    chain.answers = [ApiUnsure("no answer")]
    await chain.talk.write("一")
    await chain.later(minutes=2)
    await chain.later(hours=1)
    assert len(chain.reminders) == 1
    assert await chain.marks() == [("held", "notice")]
    assert await chain.texts() == []


@on_sqlite
async def test_while_wechat_is_away_it_is_tried_again(chain: Chain) -> None:
    chain.answers = [ApiFailed("not reached"), True]
    await chain.talk.write("一")
    await chain.later(minutes=2)
    assert await chain.marks() == [("held", "")]
    await chain.later(seconds=5)
    assert len(chain.reminders) == 2
    assert await chain.marks() == [("held", "notice")]


@on_sqlite
async def test_reminding_can_be_switched_off(chain: Chain) -> None:
    await chain.setting(remind=False)
    await chain.talk.write("一")
    await chain.later(hours=1)
    assert chain.reminders == []


async def test_what_nobody_came_back_for_is_given_up_and_can_be_sent_again(chain: Chain) -> None:
    await chain.talk.write("一")
    await tidying.arm(chain.talk.world.uows)
    await chain.later(days=29)
    assert (await chain.talk.states())["一"] == "held"
    await chain.later(days=3)
    assert (await chain.talk.states())["一"] == "failed"


async def test_pushes_are_known_as_long_as_they_may_come_again_and_not_for_ever(
    chain: Chain,
) -> None:
    """微信客服 gives three days anew when it does not know how far we were: a tap of then must not count twice."""
    uows = chain.talk.world.uows
    await tidying.arm(uows)

    async def nothing(uow: UnitOfWork) -> None:
        pass

    assert await once(uows, "kf", "tap", nothing)
    await chain.later(days=3)
    await once(uows, "kf", "later", nothing)
    assert not await once(uows, "kf", "tap", nothing)
    await chain.later(days=2)
    async with uows.read() as session:
        query = select(SeenPush.external_id).where(SeenPush.inbox_id == "kf")
        assert list(await session.scalars(query)) == ["later"]


async def test_how_far_a_message_came_is_known_when_it_is_sent_again_after_a_month(
    chain: Chain,
) -> None:
    talk = chain.talk
    await talk.say("还在吗")
    await talk.spend(leave=1)
    await talk.write("很长，" * LONG)
    await tidying.arm(talk.world.uows)
    for _ in range(2):
        await chain.later(days=31)
    assert list((await talk.states()).values())[-1] == "failed"
    assert [row.parts_sent for row in await talk.marks()] == [1]
