"""Questions answered without a turn of Rasa: the same replies and the same dialogue as the long way."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import yaml

from bot.client import RasaBot
from bot.knowledge_only import KnowledgeOnly, WithFallback
from bot.questions import Questions, QuestionsFirst
from bot.supervision import RasaProcess
from core.conversation.content import TextContent
from core.conversation.engine import Engine
from core.conversation.intake import InboundMessage
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.ports import Bot, BotReply, BotTurn, KnowledgeQuery, KnowledgeResult
from core.conversation.repository import messages
from core.conversation.turns import TurnRunner
from core.errors import Unavailable
from core.settings import ROOT
from core.unit_of_work import UnitOfWorkFactory
from tests.fakes import NoKnowledge, OpenDesk, ScriptedPolicy
from tests.integration.bot.conftest import TOKEN, answer

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

TALKS = {
    "questions and a wish to hear it again": [
        "你好", "租房可以提取公积金吗", "公积金贷款利率是多少", "再说一遍", "租房可以提取公积金吗", "谢谢",
    ],
    "a question first, then small talk": ["公积金贷款利率是多少", "你是机器人吗", "租房可以提取公积金吗"],
    "what is unclear is explained": ["租房可以提取公积金吗", "没看懂", "公积金贷款利率是多少", "没解决我的问题"],
    "a choice is offered and typed": ["提取公积金有什么条件", "第一个", "好的"],
    "nobody knows, and a person is accepted": ["公积金和星座有什么关系", "好的"],
    "a form with a question in the middle": [
        "公积金贷款利率是多少", "帮我算算公积金能贷多少", "租房可以提取公积金吗", "一个人", "算了",
        "租房可以提取公积金吗", "再说一遍",
    ],
    "two tasks and a question between them": [
        "帮我看看我能不能提取公积金", "租房", "算了", "公积金贷款利率是多少", "帮我算算公积金能贷多少", "一个人",
    ],
    "out of scope": ["今天天气怎么样", "租房可以提取公积金吗", "护照在哪里办", "再说一遍"],
}  # fmt: skip


class Knowledge(NoKnowledge):
    """What the action server of these tests finds, for the server's own search."""

    def search(self, query: KnowledgeQuery) -> KnowledgeResult:
        return answer(query.text, query.region, query.context)


class Counting(httpx.AsyncHTTPTransport):
    """Counts the turns that reach Rasa, and how many of them it handed back."""

    def __init__(self) -> None:
        super().__init__()
        self.turns, self.handed_back = 0, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if request.method == "POST":
            self.turns += 1
            self.handed_back += b'"look_up":true' in await response.aread()
        return response


class Talk:
    """A citizen who talks with the engine, and what is kept of it on both sides."""

    def __init__(self, uows: UnitOfWorkFactory, rasa: RasaProcess) -> None:
        self.uows, self.rasa = uows, rasa
        self.wire = Counting()
        self.http = httpx.AsyncClient(transport=self.wire, trust_env=False)
        self.questions = Questions(Knowledge(), uows.clock)
        self.who = uuid.uuid4().hex
        self.conversation = ""

    def long_way(self) -> Bot:
        return RasaBot(self.rasa.url, TOKEN, self.http)

    def short_way(self) -> Bot:
        rasa = RasaBot(self.rasa.url, TOKEN, self.http, questions=self.questions)
        return QuestionsFirst(WithFallback(rasa, KnowledgeOnly(self.questions)), self.questions)

    def server(self, bot: Bot) -> tuple[Engine, TurnRunner]:
        desk = OpenDesk()
        turns = TurnRunner(
            uows=self.uows, bot=bot, policy=ScriptedPolicy(), desk=desk, knowledge=Knowledge(),
            region="example", workers=4,
        )  # fmt: skip
        return Engine(uows=self.uows, desk=desk, turns=turns), turns

    async def say(self, server: tuple[Engine, TurnRunner], text: str) -> list[Message]:
        """The messages that came for it."""
        engine, turns = server
        receipt = await engine.receive(InboundMessage("web", self.who, TextContent(text=text)))
        await turns.idle()
        self.conversation = receipt.conversation.id
        async with self.uows.read() as session:
            return await messages(
                session, self.conversation, after_seq=receipt.message.seq, limit=100
            )

    async def tracker(self) -> list[dict[str, Any]]:
        """Rasa's events, without what differs from run to run."""
        async with self.uows.read() as session:
            conversation = await session.get_one(Conversation, self.conversation)
        sender = f"{conversation.id}.{conversation.bot_session}"
        answer = await self.http.get(
            f"{self.rasa.url}/conversations/{sender}/tracker",
            params={"token": TOKEN, "include_events": "ALL"},
        )
        events: list[dict[str, Any]] = answer.json()["events"]
        return [_steady(event) for event in events]


@pytest.fixture
async def talk(uow_factory: UnitOfWorkFactory, rasa: RasaProcess) -> AsyncIterator[Talk]:
    async with uow_factory.write() as uow:
        now = uow.clock.now()
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=now))
    talk = Talk(uow_factory, rasa)
    yield talk
    await talk.http.aclose()


def _responses() -> dict[str, list[re.Pattern[str]]]:
    """The variants of each reply text, from which Rasa picks one by chance."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
    return {
        name: [re.compile(re.sub(r"\\{\w+\\}", ".*", re.escape(v["text"]))) for v in variants]
        for name, variants in domain.items()
        if len(variants) > 1
    }


RESPONSES = _responses()


def _same(text: Any) -> Any:
    """The text, or the name of the reply it is a variant of."""
    if isinstance(text, str):
        for name, variants in RESPONSES.items():
            if any(variant.fullmatch(text) for variant in variants):
                return name
    return text


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        dropped = ("timestamp", "message_id", "model_id", "input_channel")
        return {key: _steady(each) for key, each in value.items() if key not in dropped}
    if isinstance(value, list):
        return [_steady(each) for each in value]
    return _same(value)


def _contents(rows: list[Message]) -> list[Any]:
    return [_steady(row.content) for row in rows]


@pytest.mark.parametrize("texts", TALKS.values(), ids=TALKS.keys())
async def test_both_ways_say_the_same_and_leave_the_same_dialogue(
    talk: Talk, uow_factory: UnitOfWorkFactory, rasa: RasaProcess, texts: list[str]
) -> None:
    # A last turn that is Rasa's own brings its tracker up to date.
    texts = [*texts, "你能做什么"]
    other = Talk(uow_factory, rasa)
    long, short = talk.server(talk.long_way()), other.server(other.short_way())
    for text in texts:
        expected, given = await talk.say(long, text), await other.say(short, text)
        assert _contents(given) == _contents(expected), text
        assert [_kept(row) for row in given] == [_kept(row) for row in expected], text
    assert await other.tracker() == await talk.tracker()
    assert other.wire.handed_back or other.wire.turns == len(texts)
    await other.http.aclose()


def _kept(row: Message) -> dict[str, Any]:
    """What later turns, the rules and the learning read of a reply."""
    return {key: value for key, value in row.meta.items() if key not in ("settled", "missed")}


async def test_a_question_asked_before_needs_no_rasa_even_while_it_is_away(talk: Talk) -> None:
    server = talk.server(talk.short_way())
    first = await talk.say(server, "租房可以提取公积金吗")
    assert (talk.wire.turns, talk.wire.handed_back) == (1, 1)
    talk.who = uuid.uuid4().hex
    again = await talk.say(server, "租房可以提取公积金吗")
    assert _contents(again) == _contents(first)
    assert (talk.wire.turns, talk.wire.handed_back) == (1, 1)


async def test_another_server_after_a_restart_knows_what_rasa_was_not_told(talk: Talk) -> None:
    await talk.say(talk.server(talk.short_way()), "租房可以提取公积金吗")
    restarted = talk.server(talk.short_way())
    [repeated] = await talk.say(restarted, "再说一遍")
    assert repeated.content["type"] == "answer"
    assert repeated.content["article_id"] == "rent"


async def test_what_was_said_while_rasa_was_away_is_told_when_it_is_back(talk: Talk) -> None:
    class Away:
        async def respond(self, turn: BotTurn) -> BotReply:
            raise Unavailable(part="rasa")

        async def healthy(self) -> bool:
            return False

    away = talk.server(WithFallback(Away(), KnowledgeOnly(talk.questions)))
    await talk.say(away, "租房可以提取公积金吗")
    [repeated] = await talk.say(talk.server(talk.short_way()), "再说一遍")
    assert repeated.content["article_id"] == "rent"


async def test_a_turn_rasa_took_part_in_is_not_told_again(talk: Talk) -> None:
    """As after a time-out: the server believes that Rasa knows nothing of the turn."""
    server = talk.server(talk.short_way())
    [*_, reply] = await talk.say(server, "你好")
    async with talk.uows.write() as uow:
        row = await uow.session.get_one(Message, reply.id)
        row.meta = {**row.meta, "missed": True}
    await talk.say(talk.server(talk.short_way()), "你能做什么")
    said = [event["text"] for event in await talk.tracker() if event["event"] == "user"]
    assert said == ["你好", "你能做什么"]


async def test_a_question_in_a_form_is_the_forms(talk: Talk) -> None:
    server = talk.server(talk.short_way())
    await talk.say(server, "租房可以提取公积金吗")
    await talk.say(server, "帮我算算公积金能贷多少")
    before = talk.wire.turns
    rows = await talk.say(server, "租房可以提取公积金吗")
    assert len(rows) == 2, "the answer, and the form's question again"
    assert talk.wire.turns == before + 1
    assert talk.wire.handed_back == 1


@pytest.mark.parametrize(
    "text",
    ["转人工", "我要投诉你们窗口的工作人员", "你这个垃圾机器人", "帮我算算公积金能贷多少", "算了"],
)
async def test_a_wish_for_people_or_for_a_task_is_never_taken_for_a_question(
    talk: Talk, text: str
) -> None:
    bot = RasaBot(talk.rasa.url, TOKEN, talk.http, questions=talk.questions)
    sender = uuid.uuid4().hex
    await bot.respond(BotTurn(sender, text, "web", "web", "example", seq=1, settled=True))
    assert (talk.wire.turns, talk.wire.handed_back) == (1, 0)
