"""How long the server takes Rasa's word that a text is a plain question."""

from __future__ import annotations

from bot.questions import LONGEST_TEXT, MOST_TEXTS, TRUST_SECONDS, Questions, QuestionsFirst
from core.clock import SystemClock
from core.conversation.ports import (
    AfterPeople,
    BotTurn,
    KnowledgeQuery,
    KnowledgeResult,
    Understanding,
)
from tests.fakes import NoKnowledge, ScriptedBot

ASKED = Understanding(intent="ask_withdrawal", confidence=0.9)


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def learnt(text: str = "怎么提取", seconds: Seconds | None = None) -> Questions:
    questions = Questions(NoKnowledge(), SystemClock(), seconds=seconds or Seconds())
    questions.heard("model-1")
    questions.learn(text, ASKED)
    return questions


def test_what_rasa_has_said_is_remembered() -> None:
    assert learnt().known("怎么提取") == ASKED
    assert learnt().known("怎么提取呢") is None


def test_another_model_is_asked_anew() -> None:
    questions = learnt()
    questions.heard("model-2")
    assert questions.known("怎么提取") is None


def test_without_a_word_from_rasa_for_a_minute_it_is_asked_again() -> None:
    seconds = Seconds()
    questions = learnt(seconds=seconds)
    seconds.now = TRUST_SECONDS + 1
    assert questions.known("怎么提取") is None
    questions.heard("model-1")
    assert questions.known("怎么提取") == ASKED


def test_neither_stories_nor_long_numbers_are_kept() -> None:
    story = "问" * (LONGEST_TEXT + 1)
    assert learnt(story).known(story) is None
    assert learnt("卡号622848能查吗").known("卡号622848能查吗") is None


def test_no_more_than_so_many_texts_are_kept() -> None:
    questions = learnt()
    for number in range(MOST_TEXTS):
        questions.learn(f"问题{number}", ASKED)
    assert questions.known("怎么提取") is None
    assert questions.known("问题0") == ASKED


async def test_a_known_question_is_rasas_again_while_something_is_open() -> None:
    bot = ScriptedBot()
    first = QuestionsFirst(bot, learnt())
    turn = BotTurn("c.0", "怎么提取", "web", "web", "example", settled=True)
    reply = await first.respond(turn)
    assert (reply.missed, reply.settled, bot.turns) == (True, True, [])
    assert reply.understanding.intent == "ask_withdrawal"
    await first.respond(BotTurn("c.0", "怎么提取", "web", "web", "example"))
    assert len(bot.turns) == 1


async def test_a_question_leans_on_what_people_were_told_first() -> None:
    asked: list[KnowledgeQuery] = []

    class Knowledge(NoKnowledge):
        def search(self, query: KnowledgeQuery) -> KnowledgeResult:
            asked.append(query)
            return super().search(query)

    clock = SystemClock()
    served = AfterPeople("小王", "a1", clock.now(), said=("甲", "乙"))
    turn = BotTurn(
        "c.1", "那材料呢", "web", "web", "example", earlier=("丙", "丁", "戊"), after_people=served
    )
    await Questions(Knowledge(), clock).look_up(turn, ASKED)
    assert asked[0].context == ("乙", "丙", "丁", "戊")
