"""Left messages as the desk works on them: claimed once, answered on two ways, handled, opened again, listed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.errors import AlreadyClaimed, IllegalTransition, InvalidInput, NotFound, NotOwner
from core.sensitive.book import WordsBlocked
from core.sensitive.words import WordList, WordsConfig
from core.sms.models import SmsText
from handoff.left_messages.repository import Wanted
from handoff.left_messages.schemas import LeftMessageStepWrite
from handoff.left_messages.status import LeftStatus, LeftStep
from handoff.left_messages.versions import LeftMessageChanged
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import PHONE, LeftDesk, on_sqlite

T = LeftStep
ANYTHING = Wanted()


@pytest.fixture
def left(world: World) -> LeftDesk:
    return LeftDesk.of(world)


async def listed(left: LeftDesk, actor: Any, wanted: Wanted = ANYTHING) -> list[str]:
    page = await left.side.desk.page(actor, wanted, after=None, limit=50)
    return [each.number for each in page.items]


async def test_of_two_who_claim_at_once_one_gets_it_and_the_other_is_told_who(
    left: LeftDesk,
) -> None:
    own = await left.leave()
    agents = [await left.world.agent(name) for name in ("a", "b")]
    wanted = LeftMessageStepWrite(version=1)
    done = await asyncio.gather(
        *(left.side.desk.take_step(own.id, T.CLAIM, wanted, agent) for agent in agents),
        return_exceptions=True,
    )
    refused = [each for each in done if isinstance(each, BaseException)]
    assert len(refused) == 1
    assert isinstance(refused[0], AlreadyClaimed)
    winner = next(each for each in done if not isinstance(each, BaseException))
    assert str(winner.claimed_name) in refused[0].message


async def test_an_answer_stands_in_the_thread_and_in_the_citizens_list(left: LeftDesk) -> None:
    own = await left.leave()
    agent = await left.world.agent("a")
    await left.step(own, T.CLAIM, agent)
    detail = await left.step(own, T.ANSWER, agent, text="请带身份证到窗口。", way="channel")
    assert (detail.status, detail.due_at, detail.history[-1].read) == ("answered", None, False)
    contact_id, conversation_id = await left.contact()
    assert ("agent", f"【留言 {own.number} 的答复】\n请带身份证到窗口。") in await left.world.texts(
        conversation_id
    )
    (mine,) = await left.side.citizens.own(contact_id, "web")
    assert (mine.said[0].by, mine.said[0].text) == ("坐席a", "请带身份证到窗口。")


@on_sqlite
async def test_a_short_answer_stands_in_the_text_message_and_of_a_long_one_it_tells(
    left: LeftDesk,
) -> None:
    own = await left.leave()
    agent = await left.world.agent("a")
    await left.step(own, T.CLAIM, agent)
    first = await left.step(own, T.ANSWER, agent, text="请带身份证到窗口", way="sms")
    assert first.history[-1].delivery is not None
    assert first.history[-1].delivery.state == "sending"
    await left.step(own, T.ANSWER, agent, text="需要这些材料：" * 10, way="sms")
    assert await left.texts("left_message_reply") == [
        {"phone": PHONE, "params": {"number": own.number, "answer": "请带身份证到窗口"}}
    ]
    assert await left.texts("left_message_answer") == [
        {"phone": PHONE, "params": {"number": own.number}}
    ]


@on_sqlite
@pytest.mark.parametrize("step", [T.LEAVE, T.ASK_AGAIN])
async def test_nobody_at_the_desk_takes_the_citizens_steps(left: LeftDesk, step: LeftStep) -> None:
    own = await left.leave()
    agent = await left.world.agent("a")
    await left.step(own, T.CLAIM, agent)
    with pytest.raises(IllegalTransition):
        await left.step(own, step, agent, text="我再问一句")
    assert (await left.side.desk.get(own.id, agent)).version == 2


@on_sqlite
async def test_a_phone_that_nobody_has_proved_is_never_told_the_answer_itself(world: World) -> None:
    left = LeftDesk.of(world, texts_reach=False)
    own = await left.leave(code="")
    agent = await world.agent("a")
    await left.step(own, T.CLAIM, agent)
    await left.step(own, T.ANSWER, agent, text="请带身份证到窗口", way="sms")
    assert await left.texts("left_message_reply") == []
    [told] = await left.texts("left_message_answer")
    assert told["params"] == {"number": own.number}


@on_sqlite
async def test_an_answer_stays_visible_with_its_state_while_the_gateway_is_down(
    left: LeftDesk,
) -> None:
    own = await left.leave()
    agent = await left.world.agent("a")
    await left.step(own, T.CLAIM, agent)
    await left.step(own, T.ANSWER, agent, text="请到窗口。", way="sms")
    seen = []
    for state, error in [("waiting", "sms_unreachable"), ("failed", "sms_number_blocked")]:
        async with left.world.uows.write() as uow:
            where = SmsText.template == "left_message_reply"
            await uow.session.execute(update(SmsText).where(where).values(state=state, error=error))
        last = (await left.side.desk.get(own.id, agent)).history[-1]
        assert last.delivery is not None
        seen.append((last.text, last.delivery.state, last.delivery.reason))
    assert seen == [
        ("请到窗口。", "retrying", "连不上短信平台"),
        ("请到窗口。", "failed", "号码拒收短信"),
    ]
    contact_id, _ = await left.contact()
    assert (await left.side.citizens.own(contact_id, "web"))[0].said[0].text == "请到窗口。"


@on_sqlite
async def test_what_is_handled_is_not_answered_and_asking_on_opens_it_again(
    left: LeftDesk,
) -> None:
    own = await left.leave()
    agent, colleague = await left.world.agent("a"), await left.world.agent("b")
    await left.step(own, T.CLAIM, agent)
    await left.step(own, T.ANSWER, agent, text="请到窗口。")
    await left.step(own, T.HANDLE, agent)
    with pytest.raises(IllegalTransition):
        await left.step(own, T.ANSWER, agent, text="还有一句")
    await left.step(own, T.FOLLOW_UP, agent, text="电话回访，市民满意")
    contact_id, _ = await left.contact()
    again = await left.side.citizens.ask_again(contact_id, own.id, "窗口几点下班？")
    assert (again.status, again.due_at is not None) == (LeftStatus.NEW, True)
    detail = await left.step(own, T.CLAIM, colleague)
    assert [step.step for step in detail.history] == [
        "leave", "claim", "answer", "handle", "follow_up", "ask_again", "claim",
    ]  # fmt: skip


@on_sqlite
async def test_a_repeated_word_of_the_citizen_is_kept_once(left: LeftDesk) -> None:
    own = await left.leave()
    contact_id, _ = await left.contact()
    for _ in range(2):
        again = await left.side.citizens.ask_again(contact_id, own.id, "补充：我在外地")
    assert [each.text for each in again.said] == ["补充：我在外地"]


@on_sqlite
async def test_nobody_asks_on_about_somebody_elses(left: LeftDesk) -> None:
    own = await left.leave()
    stranger, _ = await left.contact("visitor-2")
    with pytest.raises(NotFound):
        await left.side.citizens.ask_again(stranger, own.id, "我的呢")
    assert await left.side.citizens.own(stranger, "web") == []


async def test_only_who_claimed_it_answers_and_a_stale_look_is_refused(left: LeftDesk) -> None:
    own = await left.leave()
    agent, colleague = await left.world.agent("a"), await left.world.agent("b")
    await left.step(own, T.CLAIM, agent)
    with pytest.raises((NotOwner, NotFound)):
        await left.step(own, T.ANSWER, colleague, text="我来答")
    stale = LeftMessageStepWrite(version=1, text="晚了")
    with pytest.raises(LeftMessageChanged) as refused:
        await left.side.desk.take_step(own.id, T.ANSWER, stale, agent)
    assert refused.value.details["by"] == "坐席a"
    back = await left.step(own, T.GIVE_BACK, agent)
    assert (back.status, back.claimed_by) == ("new", None)
    assert (await left.step(own, T.CLAIM, colleague)).claimed_name == "坐席b"


@on_sqlite
async def test_an_answer_with_listed_words_or_open_places_goes_nowhere(left: LeftDesk) -> None:
    own = await left.leave()
    agent = await left.world.agent("a")
    await left.step(own, T.CLAIM, agent)
    left.world.words.use(WordsConfig(lists=[WordList(name="甲", words=["笨蛋"])]))
    with pytest.raises(WordsBlocked):
        await left.step(own, T.ANSWER, agent, text="笨蛋")
    with pytest.raises(InvalidInput):
        await left.step(own, T.ANSWER, agent, text="{市民}您好")
    with pytest.raises(InvalidInput):
        await left.step(own, T.ANSWER, agent, text="  ")


async def test_the_list_is_filtered_and_counted(left: LeftDesk) -> None:
    first = await left.leave(text="公积金提取要什么材料")
    await left.leave(
        "visitor-2", text="医保卡丢了", business="医疗", phone="13900000000", name="李四"
    )
    agent = await left.world.agent("a")
    await left.step(first, T.CLAIM, agent)
    one, two = "LY20261123-0001", "LY20261123-0002"
    for wanted, expected in [
        (ANYTHING, [two, one]),
        (Wanted(status=LeftStatus.CLAIMED), [one]),
        (Wanted(business="医疗"), [two]),
        (Wanted(mine=True), [one]),
        (Wanted(text="ly20261123-0002"), [two]),
        (Wanted(text="材料"), [one]),
        (Wanted(text="李四"), [two]),
        (Wanted(text="13900000000"), [two]),
        (Wanted(text="1390000"), []),
        (Wanted(inbox_id="web", channel="web"), [two, one]),
        (Wanted(channel="wechat"), []),
        (Wanted(since=left.world.clock.now() + timedelta(minutes=1)), []),
        (Wanted(until=left.world.clock.now() - timedelta(hours=1)), []),
        (Wanted(overdue=True), []),
    ]:
        assert await listed(left, agent, wanted) == expected, wanted
    counts = await left.side.desk.counts(agent)
    assert (counts.new, counts.mine, counts.overdue) == (1, 1, 0)
    left.world.clock.advance(timedelta(days=3))
    assert await listed(left, agent, Wanted(overdue=True)) == [two, one]
    assert (await left.side.desk.counts(agent)).overdue == 2
