"""How a dialogue is steered, with a real Rasa server: interrupted, gone on with, repeated, several wishes at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.conversation.content import AnswerContent, ChoicesContent, plain_text
from core.conversation.ports import AfterPeople, BotReply, HandOff
from tests.integration.bot.conftest import Conversation

pytestmark = pytest.mark.rasa

SERVED = AfterPeople("王芳", "a1", datetime(2026, 11, 22, tzinfo=UTC), ("我的提取卡在审核了",))


def labels(reply: BotReply) -> list[str]:
    last = reply.contents[-1]
    return [choice.label for choice in last.choices] if isinstance(last, ChoicesContent) else []


async def test_a_greeting_knows_the_hour_the_inbox_and_the_people_before(
    talk: Conversation,
) -> None:
    greeting = await talk.say("你好", inbox_name="示例市公积金官网", after_people=SERVED)
    text = plain_text(greeting.contents[0])
    assert text.startswith("上午好")
    assert "王芳" in text
    assert labels(greeting) == ["找刚才的客服"]
    again = plain_text((await talk.say("你好", after_people=SERVED)).contents[0])
    assert "智能助手" not in again


async def test_the_same_person_is_asked_for(talk: Conversation) -> None:
    reply = await talk.say("找刚才的客服", after_people=SERVED)
    wanted = {"same_agent": True, "agent_id": "a1"}
    assert reply.directives == [HandOff("asked_for_person", evidence=wanted)]


async def test_an_interrupted_task_is_gone_on_with_where_it_was(talk: Conversation) -> None:
    await talk.say("帮我算算什么时候退休")
    assert "哪年哪月" in await talk.hear("男的")
    assert "提取" in await talk.hear("先帮我看看能不能提取公积金")
    cancelled = await talk.say("算了")
    assert labels(cancelled) == ["继续办理", "不用了"]
    assert "哪年哪月" in await talk.hear("继续办理")
    await talk.say("1975年8月")
    assert "2038年" in await talk.hear("跳过")


async def test_a_task_that_was_let_go_of_is_forgotten(talk: Conversation) -> None:
    await talk.say("帮我算算什么时候退休")
    await talk.say("先帮我看看能不能提取公积金")
    await talk.say("算了")
    assert "先不办了" in await talk.hear("不用了")
    assert "没有没办完" in await talk.hear("继续办理")


async def test_everything_in_one_sentence_needs_no_question(talk: Conversation) -> None:
    result = await talk.hear("我是男的，1975年8月出生，社保交了20年，帮我算算什么时候退休")
    assert "2038年" in result
    # The form is over.
    assert (await talk.say("租房可以提取公积金吗")).understanding.band == "answer"


async def test_a_question_and_a_task_in_one_message_are_both_served(talk: Conversation) -> None:
    reply = await talk.say("租房可以提取公积金吗，再帮我算算能贷多少钱")
    assert isinstance(reply.contents[0], AnswerContent)
    assert "一个人" in plain_text(reply.contents[-1])


async def test_of_two_tasks_the_first_opens_and_the_second_is_offered(talk: Conversation) -> None:
    assert "一个人" in await talk.hear("帮我算算能贷多少，再看看我能不能提取公积金")
    offered = await talk.say("算了")
    assert "提取" in plain_text(offered.contents[-1])
    assert labels(offered) == ["现在办", "不用了"]
    assert "什么提取" in await talk.hear("继续办理")


async def test_a_question_and_a_wish_for_a_person_are_both_served(talk: Conversation) -> None:
    reply = await talk.say("租房能提取公积金吗？说不清楚就帮我转人工吧")
    assert isinstance(reply.contents[0], AnswerContent)
    assert [type(d) for d in reply.directives] == [HandOff]


async def test_an_answer_with_a_question_behind_it_is_both(talk: Conversation) -> None:
    await talk.say("帮我算算什么时候退休")
    reply = await talk.say("男的，对了租房可以提取公积金吗")
    assert isinstance(reply.contents[0], AnswerContent)
    assert "哪年哪月" in plain_text(reply.contents[-1])


async def test_the_last_question_can_be_asked_again_and_its_answer_kept(talk: Conversation) -> None:
    await talk.say("帮我算算什么时候退休")
    await talk.say("男的")
    back = await talk.hear("返回上一步")
    assert "您刚才填的是男" in back
    assert "哪年哪月" in await talk.hear("不变")


async def test_an_answer_is_repeated_explained_and_asked_about(talk: Conversation) -> None:
    answer = await talk.hear("租房可以提取公积金吗")
    assert await talk.hear("再说一遍") == answer
    assert "简单说" in await talk.hear("没听懂")
    assert "抱歉" in await talk.hear("没解决")
    assert "要转人工吗" in await talk.hear("还是没解决我的问题")
    assert (await talk.say("好的")).directives == [HandOff("guided")]


async def test_help_grows_and_never_says_the_same_three_times(talk: Conversation) -> None:
    await talk.say("帮我算算什么时候退休")
    said = [await talk.say(text) for text in ("阿斯顿", "奥术大师", "去玩儿", "请问而")]
    texts = [plain_text(reply.contents[-1]) for reply in said]
    assert len(set(texts)) == len(texts)
    assert "转人工" in labels(said[1])


async def test_a_result_is_reckoned_again_with_a_changed_answer(talk: Conversation) -> None:
    await talk.say("我是男的，1975年8月出生，社保交了20年，帮我算算什么时候退休")
    result = await talk.hear("不对，是1976年8月出生的")
    assert "重新算" in result
    assert "2039年" in result


OPENINGS = [
    "帮我算算公积金能贷多少", "帮我看看我能不能提取公积金", "帮我算算什么时候退休", "帮我看看能不能领失业金",
    "查一下我的公积金余额", "帮我估算一下退休后能领多少养老金",
]  # fmt: skip


@pytest.mark.parametrize("opening", OPENINGS)
async def test_every_task_can_be_left_interrupted_and_started_over(
    talk: Conversation, opening: str
) -> None:
    first = plain_text((await talk.say(opening)).contents[-1])
    asked = first.splitlines()[-1]
    answered = await talk.say("租房可以提取公积金吗")
    assert isinstance(answered.contents[0], AnswerContent)
    assert asked in plain_text(answered.contents[-1])
    assert [type(d) for d in (await talk.say("转人工")).directives] == [HandOff]
    assert asked in await talk.hear("重新开始")
    for way_out in ("返回主菜单",):
        assert "已取消" in await talk.hear(way_out)
    assert (await talk.say("租房可以提取公积金吗")).understanding.band == "answer"
