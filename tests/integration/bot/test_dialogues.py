"""Whole dialogues with a real Rasa server, as the engine has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from bot.client import RasaBot
from bot.supervision import RasaProcess
from core.conversation.content import AnswerContent, ChoicesContent, plain_text
from core.conversation.ports import BotTurn, HandOff
from core.errors import Unavailable
from tests.integration.bot.conftest import Conversation

pytestmark = pytest.mark.rasa


LOAN_ANSWERS = [
    "夫妻双方缴存", "首套", "没用过", "8万", "三年", "18000", "男", "35岁", "跳过", "跳过"
]  # fmt: skip


async def test_a_greeting_is_answered_with_what_the_bot_can_do(talk: Conversation) -> None:
    reply = await talk.say("你好")
    assert isinstance(reply.contents[0], ChoicesContent)
    assert reply.understanding.intent == "greet"
    assert reply.understanding.confidence is not None


async def test_a_question_is_answered_with_its_citation(talk: Conversation) -> None:
    reply = await talk.say("租房可以提取公积金吗")
    answer = reply.contents[0]
    assert isinstance(answer, AnswerContent)
    assert answer.citations
    assert (reply.understanding.band, reply.understanding.article_id) == ("answer", "rent")
    assert (reply.understanding.intent or "").startswith("ask_")


async def test_the_region_of_the_inbox_reaches_the_search(talk: Conversation) -> None:
    reply = await talk.say("租房可以提取公积金吗", region="elsewhere")
    assert "elsewhere" in plain_text(reply.contents[0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("转人工", "asked_for_person"),
        ("你们窗口的工作人员态度太差了", "complaint"),
        ("你这个垃圾机器人", "anger"),
    ],
)
async def test_people_are_called_for(talk: Conversation, text: str, reason: str) -> None:
    assert HandOff(reason) in (await talk.say(text)).directives


async def test_yes_to_the_offer_of_a_person_is_a_guided_handoff(talk: Conversation) -> None:
    reply = await talk.say("公积金和星座有什么关系")
    assert reply.understanding.band == "unknown"
    assert (await talk.say("好的")).directives == [HandOff("guided")]


async def test_other_offices_business_is_declined_without_a_search(talk: Conversation) -> None:
    reply = await talk.say("护照在哪里办")
    # Counted as unanswered (the classifier may err), yet no article was looked for.
    assert (reply.understanding.band, reply.understanding.score) == ("unknown", None)
    assert "帮不上" in plain_text(reply.contents[0])


async def test_the_loan_form_ends_with_an_estimate(talk: Conversation) -> None:
    await talk.say("帮我算算公积金能贷多少")
    for answer in LOAN_ANSWERS[:-1]:
        await talk.say(answer)
    result = await talk.hear(LOAN_ANSWERS[-1])
    assert "100万元" in result
    assert "当地最高额" in result
    assert "示例" in result
    # The form is over: the next question is answered as a question.
    assert (await talk.say("租房可以提取公积金吗")).understanding.band == "answer"


async def test_the_loan_form_survives_wrong_values_questions_corrections_and_chat(
    talk: Conversation,
) -> None:
    assert "一个人" in await talk.hear("我余额五万能贷多少")
    assert "首套" in await talk.hear("就我一个人")
    assert "用过公积金贷款" in await talk.hear("第一个")
    assert "连续缴存" in await talk.hear("没用过")
    reply = await talk.say("公积金利率现在是多少")
    assert isinstance(reply.contents[0], AnswerContent)
    assert "连续缴存" in plain_text(reply.contents[-1])
    assert "6万元" in await talk.hear("不对，余额是6万")
    assert "连续缴存" in await talk.hear("谢谢")
    assert "月收入" in await talk.hear("两年半")
    assert "太小" in await talk.hear("3")
    assert "男" in await talk.hear("一万二")
    await talk.hear("女")
    assert "18" in await talk.hear("8岁")
    await talk.hear("三十")
    await talk.hear("55岁")
    await talk.hear("20年")
    result = await talk.hear("还没看好")
    assert "60万元" in result
    assert "贷20年" in result


@pytest.mark.parametrize("text", ["算了", "不算了", "取消吧"])
async def test_a_form_can_be_cancelled(talk: Conversation, text: str) -> None:
    await talk.say("帮我算算公积金能贷多少")
    assert "已取消" in await talk.hear(text)
    assert (await talk.say("租房可以提取公积金吗")).understanding.band == "answer"
    # Opened again it starts empty.
    assert "一个人" in await talk.hear("帮我算算公积金能贷多少")


async def test_a_person_can_be_asked_for_inside_a_form_which_then_goes_on(
    talk: Conversation,
) -> None:
    await talk.say("帮我看看我能不能提取公积金")
    reply = await talk.say("转人工")
    assert reply.directives == [HandOff("asked_for_person", "提取", {"task": "公积金提取条件自查"})]
    assert reply.contents == []
    assert "自有住房" in await talk.hear("租房")


async def test_a_form_can_be_started_over_and_changed_for_the_other(talk: Conversation) -> None:
    await talk.say("帮我算算公积金能贷多少")
    await talk.say("一个人")
    assert "一个人" in await talk.hear("重新开始")
    assert "什么提取" in await talk.hear("还是先帮我看看能不能提取公积金吧")
    assert "自有住房" in await talk.hear("租房")


async def test_the_withdrawal_form_says_yes_with_papers_and_law(talk: Conversation) -> None:
    await talk.say("我要办租房提取，帮我看看材料")
    await talk.say("没有")
    await talk.say("12个月")
    result = await talk.hear("第二个")
    for expected in ("符合“租房提取”的条件", "需要准备的材料", "第二十四条", "建金〔2015〕19号"):
        assert expected in result


async def test_the_withdrawal_form_says_no_and_why(talk: Conversation) -> None:
    await talk.say("帮我看看我能不能提取公积金")
    await talk.say("离职")
    await talk.say("没有再缴存")
    result = await talk.hear("3个月")
    assert "还不符合" in result
    assert "6个月" in result


async def test_an_action_that_breaks_gives_an_answer_and_keeps_the_form(talk: Conversation) -> None:
    await talk.say("帮我算算公积金能贷多少")
    assert "转人工" in await talk.hear("坏掉了怎么办？")
    assert "首套" in await talk.hear("一个人")


@pytest.mark.parametrize(
    "text", ["/restart", "/inform", "🙂", "a" * 4000, "<script>", "\n\n.\n\n", "0"]
)
async def test_odd_texts_get_an_answer(talk: Conversation, text: str) -> None:
    assert (await talk.say(text)).contents


async def test_conversations_do_not_mix(bot: RasaBot) -> None:
    first, second = Conversation(bot), Conversation(bot)
    await first.say("帮我算算公积金能贷多少")
    await second.say("帮我看看我能不能提取公积金")
    replies = await asyncio.gather(first.hear("一个人"), second.hear("租房"))
    assert "首套" in replies[0]
    assert "自有住房" in replies[1]


async def test_a_wrong_token_is_refused(rasa: RasaProcess) -> None:
    turn = BotTurn("x", "你好", "web", "web", "example")
    async with httpx.AsyncClient() as client:
        with pytest.raises(Unavailable):
            await RasaBot(rasa.url, "wrong", client).respond(turn)
        assert not await RasaBot(rasa.url, "wrong", client).healthy()


async def test_rasas_log_holds_nothing_that_citizens_wrote(
    log_text: Callable[[], str], talk: Conversation
) -> None:
    await talk.say("我叫王小明，身份证11010519491231002X，坏掉了")
    assert "王小明" not in log_text()
