"""Replies under WeChat's rules: few bubbles, the last one kept, what is not allowed held until the citizen writes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.outbox.worker import OutboxWorker
from tests.integration.wechat.conftest import World
from tests.integration.wechat.replying import LONG, Talk
from tests.integration.wechat.test_faults import fault

# What does not depend on the kind of database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def talk(world: World) -> Talk:
    await world.connect()
    return await Talk(world).begin()


@on_sqlite
async def test_messages_that_wait_anyway_are_one_reply(talk: Talk) -> None:
    await talk.write("您好", "请问您的姓名？", "以及单位名称")
    assert await talk.shown() == ["工作人员王芳为您服务\n\n您好\n\n请问您的姓名？\n\n以及单位名称"]
    assert (await talk.left()).left == 3, "the bot's answer and this one"
    assert talk.told() == ["delivered"] * 3
    assert await talk.rows() == [], "nothing is owed any more"
    assert await talk.marks() == [], "nothing is remembered that nobody needs"


@on_sqlite
async def test_what_is_left_is_told_with_every_reply(talk: Talk) -> None:
    await talk.write("一")
    await talk.say("好的")
    await talk.write("二")
    assert [each.left for each in talk.windows()] == [3, 5, 4]
    last = talk.windows()[-1]
    assert (last.limit, last.held, last.open) == (5, 0, True)
    wrote = [row for row in await talk.world.thread() if row.author_kind == "visitor"][-1]
    assert last.ends_at == wrote.created_at + timedelta(hours=47, minutes=59)


async def test_what_is_spent_waits_and_goes_first_when_the_citizen_writes(talk: Talk) -> None:
    await talk.spend()
    sent = len(await talk.shown())
    await talk.write("等您回复后送出")
    await talk.write("第二句")
    assert len(await talk.shown()) == sent
    assert (await talk.left()).held == 2
    assert talk.told()[-2:] == ["held", "held"]
    assert set((await talk.states()).values()) == {"delivered", "held"}
    await talk.say("在吗")
    assert (await talk.shown())[sent:] == ["等您回复后送出\n\n第二句"], "by itself, and in one"
    assert set((await talk.states()).values()) == {"delivered"}
    assert (await talk.left()).held == 0
    assert await talk.rows() == []


@on_sqlite
async def test_after_48_hours_it_waits_and_comes_with_its_date(talk: Talk) -> None:
    await talk.later(hours=47)
    await talk.write("还来得及")
    await talk.later(hours=2)
    await talk.write("您的材料已审核通过")
    assert (await talk.shown())[-1].endswith("还来得及")
    window = talk.windows()[-1]
    assert (window.left, window.open, window.held) == (0, False, 1)
    await talk.later(hours=20)
    await talk.say("有结果了吗")
    assert (await talk.shown())[-1] == "【11月25日 11:00 的回复】\n\n您的材料已审核通过"


@on_sqlite
async def test_the_last_reply_is_for_words_not_for_lines(talk: Talk) -> None:
    await talk.spend(leave=1)
    shown = len(await talk.shown())
    await talk.close()
    await talk.world.settle()
    assert len(await talk.shown()) == shown
    assert (await talk.left()).left == 1
    assert [row.state for row in await talk.rows()] == ["carried"]


@on_sqlite
async def test_a_line_is_told_where_nothing_else_will_come(talk: Talk) -> None:
    await talk.write("再见")
    await talk.close("会话已结束，感谢您的咨询。")
    await talk.world.settle()
    assert (await talk.shown())[-1] == "会话已结束，感谢您的咨询。"


@on_sqlite
async def test_a_line_that_found_no_occasion_is_not_told_hours_later(talk: Talk) -> None:
    await talk.world.settle()
    await talk.later(hours=3)
    await talk.write("您好")
    assert await talk.shown() == ["您好"]


@on_sqlite
@pytest.mark.parametrize(("code", "open_"), [(45047, True), (45015, False)])
async def test_wechat_knows_better_what_is_left(talk: Talk, code: int, open_: bool) -> None:
    await talk.write("一")
    await fault(talk.world, kind="errcode", errcode=code, times=1)
    await talk.write("二")
    window = await talk.left()
    assert (window.left, window.open, window.held) == (0, open_, 1)
    state = (await talk.world.wechat.get("/_control/state")).json()
    calls = state["calls"]["/cgi-bin/message/custom/send"]
    await talk.write("三")
    state = (await talk.world.wechat.get("/_control/state")).json()
    assert state["calls"]["/cgi-bin/message/custom/send"] == calls, "not even tried"
    await talk.say("在")
    assert (await talk.shown())[-1] == "二\n\n三"


@on_sqlite
async def test_who_has_left_gets_it_when_he_is_back(talk: Talk) -> None:
    await talk.write("一")
    event = {"openid": talk.openid, "event": "unsubscribe"}
    await talk.world.wechat.post("/_citizen/event", json=event)
    await talk.write("二")
    assert (await talk.states())["二"] == "held"
    talk.world.clock.advance(timedelta(seconds=5))
    await talk.world.wechat.post("/_citizen/event", json=event | {"event": "subscribe"})
    await talk.world.settle()
    assert any("二" in each for each in (await talk.shown())[1:])
    assert (await talk.states())["二"] == "delivered"


@on_sqlite
async def test_an_account_that_may_not_send_fails_at_once_and_can_be_tried_again(
    talk: Talk,
) -> None:
    await talk.world.settle()
    await fault(talk.world, kind="errcode", errcode=48001, times=1)
    await talk.write("一")
    assert (await talk.states())["一"] == "failed"
    assert talk.told() == ["failed"]
    assert [event.name for event in talk.heard].count("alert.raised") == 1
    assert (await talk.left()).left == 4, "nothing was sent, so nothing is counted"


async def test_an_answer_that_never_comes_is_not_asked_for_twice(talk: Talk) -> None:
    await fault(talk.world, kind="drop", times=1)
    await talk.write("一")
    await talk.later(hours=1)
    assert await talk.shown() == ["工作人员王芳为您服务\n\n一"], "it was there all the time"
    assert (await talk.states())["一"] == "unsure"
    assert talk.told() == ["unsure"]
    assert await talk.rows() == []
    await talk.write("二")
    assert (await talk.states())["二"] == "delivered"


async def test_a_closed_conversation_and_a_new_one_keep_their_order(talk: Talk) -> None:
    await talk.write("一")
    await fault(talk.world, kind="html", times=2)
    await talk.write("二")
    await talk.close("结束了")
    await talk.say("还有问题")
    await talk.later(minutes=2)
    assert (await talk.shown())[1:] == ["二\n\n结束了\n\n您说：还有问题"]


@on_sqlite
async def test_a_notice_goes_with_what_waits(talk: Talk) -> None:
    await talk.write("一")
    await talk.later(hours=49)
    await talk.write("二")
    talk.world.clock.advance(timedelta(seconds=5))
    event = {"openid": talk.openid, "event": "subscribe"}
    await talk.world.wechat.post("/_citizen/event", json=event)
    await talk.world.settle()
    shown = await talk.shown()
    assert len(shown) == 2
    assert shown[1].startswith("二\n\n您好，欢迎关注")


@on_sqlite
async def test_a_notice_that_comes_too_late_says_nothing(world: World) -> None:
    await world.connect()
    await fault(world, kind="html", times=3)
    await world.wechat.post("/_citizen/event", json={"openid": "oNewcomer", "event": "subscribe"})
    await world.settle()
    world.clock.advance(timedelta(minutes=2))
    await world.settle()
    world.clock.advance(timedelta(minutes=2))
    await world.settle()
    assert await world.answers("oNewcomer") == []
    assert await world.outbox_rows() == []


@on_sqlite
async def test_a_tap_allows_three_replies_for_a_minute(world: World) -> None:
    await world.connect()
    await world.say("您好")
    talk = await Talk(world).begin()
    await talk.spend()
    await talk.say("租房", menu_id="survey:1")
    assert (await talk.left()).left == 3
    await talk.later(minutes=1)
    assert (await talk.left()).left == 0


async def test_several_workers_send_each_once_and_no_more_than_allowed(talk: Talk) -> None:
    texts = [f"第{n}句" + "长" * LONG for n in range(9)]
    await talk.write(*texts, settle=False)
    workers = [OutboxWorker(talk.world.uows, talk.world.outbox._handlers) for _ in range(3)]
    for _ in range(12):
        await asyncio.gather(*(worker.work_once() for worker in workers))
    shown = [text for bubble in await talk.shown() for text in texts if text in bubble]
    assert shown == texts[:4]
    assert list((await talk.states()).values()) == ["delivered"] * 4 + ["held"] * 5


@on_sqlite
async def test_few_replies_left_wait_a_moment_for_more_words(talk: Talk) -> None:
    await talk.spend(leave=2)
    shown = len(await talk.shown())
    await talk.write("一", settle=False)
    await talk.world.settle()
    assert len(await talk.shown()) == shown, "perhaps there is more to come"
    await talk.write("二")
    assert (await talk.shown())[shown:] == ["一\n\n二"]


async def test_a_delivered_message_takes_three_transactions(talk: Talk) -> None:
    await talk.world.settle()
    await talk.write("一", settle=False)
    await talk.write("二", settle=False)
    writes = 0
    original = talk.world.uows.write

    def counted(**more: bool) -> object:
        nonlocal writes
        writes += 1
        return original(**more)

    talk.world.uows.write = counted  # type: ignore[method-assign, assignment]
    await talk.world.settle()
    assert writes == 3, "claimed, begun, ended: of both together"


@on_sqlite
async def test_the_bots_answer_and_what_was_held_before_are_one(talk: Talk) -> None:
    await talk.spend()
    await talk.write("坐席的话")
    await talk.close()
    await talk.say("新的问题")
    last = (await talk.shown())[-1]
    assert last.startswith("坐席的话\n\n")
    assert last.endswith("您说：新的问题")


@on_sqlite
async def test_a_long_answer_is_begun_and_the_rest_waits(talk: Talk) -> None:
    await talk.spend(leave=1)
    await talk.later(seconds=10)
    shown = len(await talk.shown())
    await talk.write("第一句。" * 170 + "第二句。" * 170, settle=False)
    await talk.later(seconds=10)
    assert len(await talk.shown()) == shown + 1
    [state] = [each for each in (await talk.states()).values() if each != "delivered"]
    assert state == "held"
    await talk.say("继续")
    assert (await talk.shown())[-1].endswith("第二句。")


@on_sqlite
async def test_what_is_too_long_together_goes_apart(talk: Talk) -> None:
    await talk.world.settle()
    await fault(talk.world, kind="errcode", errcode=45002, times=1)
    await talk.write("一", "二")
    shown = await talk.shown()
    assert [text for text in ("一", "二") if any(text in each for each in shown)] == ["一", "二"]
    assert len(shown) > 1
    assert set((await talk.states()).values()) == {"delivered"}


@on_sqlite
async def test_what_is_too_long_alone_fails_and_lets_the_next_pass(talk: Talk) -> None:
    await talk.write("零")
    await fault(talk.world, kind="errcode", errcode=45002, times=1)
    await talk.write("一")
    await talk.write("二")
    assert list((await talk.states()).values()) == ["delivered", "failed", "delivered"]
