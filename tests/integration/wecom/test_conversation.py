"""A citizen talks to the bot through 微信客服: fetched, answered, welcomed, ended, all by WeChat's rules."""

from __future__ import annotations

from core.conversation import thread
from core.conversation.content import Choice, ChoicesContent
from core.conversation.ports import BotReply
from tests.integration.wecom.conftest import CITIZEN, INBOX, KF, World


async def test_a_message_is_fetched_and_answered(world: World) -> None:
    await world.connect()
    pushed = await world.say("公积金怎么提取")
    assert (pushed["attempts"], pushed["accepted"]) == (1, True)
    assert await world.said() == ["公积金怎么提取"]
    assert await world.answers() == ["您说：公积金怎么提取"]
    assert await world.rows("wecom.sync") == []


async def test_several_messages_are_stored_in_order_with_one_fetch(world: World) -> None:
    await world.connect()
    for number in range(5):
        await world.do("send", text=f"第{number}句", settle=False)
    assert len(await world.rows("wecom.sync")) == 1
    await world.settle()
    assert await world.said() == [f"第{number}句" for number in range(5)]
    assert await world.calls("/cgi-bin/kf/sync_msg") == 1


async def test_a_session_is_taken_from_the_people_in_wecom(world: World) -> None:
    await world.connect()
    await world.say("您好")
    assert await world.state() == 1
    await world.say("再问一句")
    assert await world.calls("/cgi-bin/kf/service_state/trans") == 1


async def test_who_opens_the_chat_is_welcomed_once_with_the_hot_questions(world: World) -> None:
    world.hot.questions = {"1": "租房可以提取吗", "2": "怎么查余额"}
    await world.connect(welcome="您好，请说。")
    entered = await world.do("enter", scene="hall-1")
    assert entered["welcome_code"] is True
    (line,) = await world.chat()
    assert line["text"] == "您好，请说。"
    assert [label for _, label in line["menu"]] == ["租房可以提取吗", "怎么查余额"]
    await world.do("enter", scene="hall-1")
    assert len(await world.chat()) == 1
    mark, label = line["menu"][1]
    await world.say(label, menu_id=mark)
    assert await world.said() == ["怎么查余额"]
    assert (await world.conversation()).sub_channel == "scene/hall-1"


async def test_no_welcome_is_sent_when_its_twenty_seconds_are_over(world: World) -> None:
    await world.connect()
    await world.order("lose_callbacks", times=1)
    await world.do("enter")
    await world.later(180)
    assert await world.chat() == []
    assert await world.calls("/cgi-bin/kf/send_msg_on_event") == 0


async def test_a_welcome_that_was_busy_is_sent_a_second_later(world: World) -> None:
    await world.connect(welcome="您好，请说。")
    path = "/cgi-bin/kf/send_msg_on_event"
    await world.order("faults", path=path, kind="errcode", errcode=-1)
    await world.do("enter")
    await world.later(2)
    assert await world.answers() == ["您好，请说。"]


async def test_an_end_that_was_busy_is_tried_again(world: World) -> None:
    await world.connect()
    await world.say("您好")
    path = "/cgi-bin/kf/service_state/trans"
    await world.order("faults", path=path, kind="html")
    conversation = await world.conversation()
    await world.engine.close(conversation.id, actor="test")
    await world.settle()
    await world.later(2)
    assert await world.state() == 4
    assert (await world.answers())[-1] == "会话已结束。"


async def test_choices_are_a_list_and_a_tap_means_its_value(world: World) -> None:
    choices = [
        Choice(label="租房", value="租房提取要什么材料"),
        Choice(label="购房", value="购房提取"),
    ]
    content = ChoicesContent(text="哪一种？", choices=choices)
    world.bot._answer = lambda text: BotReply(contents=[content])
    await world.connect()
    await world.say("提取")
    line = (await world.chat())[-1]
    assert (line["kind"], line["text"]) == ("msgmenu", "哪一种？")
    mark, label = line["menu"][0]
    await world.say(label, menu_id=mark)
    assert await world.said() == ["提取", "租房提取要什么材料"]


async def test_closing_ends_the_session_and_the_closing_line_costs_no_reply(world: World) -> None:
    await world.connect()
    await world.say("您好")
    conversation = await world.conversation()
    await world.engine.close(conversation.id, actor="test", text="会话已结束，感谢您的咨询。")
    await world.settle()
    assert await world.state() == 4
    assert (await world.answers())[-1] == "会话已结束，感谢您的咨询。"
    assert await world.calls("/cgi-bin/kf/send_msg") == 1
    assert await world.calls("/cgi-bin/kf/send_msg_on_event") == 1
    assert await world.rows("message.deliver") == []


async def test_a_conversation_is_ended_once_however_often_it_is_told(world: World) -> None:
    await world.connect()
    await world.say("您好")
    conversation = await world.conversation()
    await world.engine.close(conversation.id, actor="test")
    await world.settle()
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, conversation.id)
        await thread.publish_state(uow, row)
    await world.settle()
    assert await world.calls("/cgi-bin/kf/service_state/trans") == 2
    assert await world.calls("/cgi-bin/kf/send_msg_on_event") == 1


async def test_a_list_too_long_to_tap_on_is_answered_with_a_number(world: World) -> None:
    choices = [Choice(label=f"第{n}种情形", value=f"情形{n}") for n in range(1, 13)]
    content = ChoicesContent(text="哪一种？", choices=choices)
    world.bot._answer = lambda text: BotReply(contents=[content])
    await world.connect()
    await world.say("提取")
    assert "12. 第12种情形" in (await world.answers())[-1]
    await world.say("12")
    assert await world.said() == ["提取", "情形12"]


async def test_who_writes_again_after_the_end_begins_anew(world: World) -> None:
    await world.connect()
    await world.say("您好")
    first = await world.conversation()
    await world.engine.close(first.id, actor="test")
    await world.settle()
    await world.say("又来了")
    assert (await world.conversation()).id != first.id
    assert await world.state() == 1
    assert (await world.answers())[-1] == "您说：又来了"


async def test_an_end_that_comes_after_the_citizen_wrote_again_ends_nothing(world: World) -> None:
    await world.connect()
    await world.say("您好")
    first = await world.conversation()
    await world.engine.close(first.id, actor="test")
    await world.do("send", text="等等", settle=False)
    (row,) = await world.rows("wecom.sync")
    await world.handlers["wecom.sync"](row.payload)
    await world.settle()
    assert await world.state() == 1
    assert (await world.answers())[-1] == "您说：等等"


async def test_each_account_of_a_corp_is_an_inbox_behind_one_address(world: World) -> None:
    await world.connect()
    await world.connect("kf2", "wkDesk0002")
    await world.do("send", text="第二个账号", open_kfid="wkDesk0002")
    assert await world.said(inbox_id="kf2") == ["第二个账号"]
    assert await world.answers(open_kfid="wkDesk0002") == ["您说：第二个账号"]
    assert await world.answers(open_kfid=KF) == []


async def test_a_callback_for_an_account_that_is_not_connected_changes_nothing(
    world: World,
) -> None:
    await world.connect()
    pushed = await world.do("send", text="您好", open_kfid="wkDesk0002")
    assert pushed["accepted"] is True
    assert await world.answers(open_kfid="wkDesk0002") == []


async def test_the_unionid_makes_one_person_of_two_accounts(world: World) -> None:
    await world.connect()
    await world.connect("kf2", "wkDesk0002")
    await world.say("您好")
    await world.do("send", text="另一个账号", open_kfid="wkDesk0002")
    one = await world.conversation()
    other = await world.conversation(inbox_id="kf2")
    assert one.contact_id == other.contact_id
    assert (one.inbox_id, other.inbox_id) == (INBOX, "kf2")
    assert await world.answers(CITIZEN) == ["您说：您好"]
