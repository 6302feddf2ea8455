"""When an answer did not do: 再说一遍, 没听懂, 没解决."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.plain import in_plain_words
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.replies import HUMAN, offer, say, say_text
from actions.said import last_answer, last_choices, last_replies, questions_asked, times_in_a_row
from actions.turn import is_first_turn, read_turn, read_visit
from core.conversation.content import AnswerContent, Choice
from core.conversation.ports import KnowledgeResult

Events = list[dict[str, Any]]

NOTHING_SAID = "我还没有说过什么。您想问什么，直接告诉我就行。"
# From so many characters on a message says what it is about, and is looked up.
SENTENCE = 10
MOST_OTHERS = 3


class RepeatAction(Action):
    """action_repeat: says once more what the bot said last."""

    def name(self) -> str:
        return "action_repeat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        said = last_replies(tracker.events)
        if not said:
            say_text(dispatcher, NOTHING_SAID)
        for content in said:
            say(dispatcher, content)
        return []


class ExplainAction(Action):
    """action_explain: the last answer in fewer and simpler words; the second time a person is offered first."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def name(self) -> str:
        return "action_explain"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        answer = last_answer(tracker.events)
        found = await _named(self._needs, tracker, answer)
        if found is not None:
            tell(dispatcher, found)
        elif times_in_a_row(tracker.events, "explain") > 1:
            offer(dispatcher, STILL_UNCLEAR, [HUMAN])
        elif answer is not None:
            offer(dispatcher, in_plain_words(answer), [REPEAT, HUMAN])
        else:
            offer(dispatcher, WHAT_IS_UNCLEAR, [HUMAN])
        return []


STILL_UNCLEAR = "看来我没有讲清楚。可以由工作人员给您讲，要转人工吗？"
WHAT_IS_UNCLEAR = "是哪一句没有看明白？请把那个词或者那句话发给我，我换个说法；也可以转人工。"
REPEAT = Choice(label="再说一遍", value="再说一遍")


class NotSolvedAction(Action):
    """action_not_solved: apologises once and asks what is missing; the second time it offers a person."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def name(self) -> str:
        return "action_not_solved"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        answer = last_answer(tracker.events)
        found = await _named(self._needs, tracker, answer)
        if found is not None:
            tell(dispatcher, found)
        elif times_in_a_row(tracker.events, "not_solved") > 1:
            offer(dispatcher, STILL_NOT_SOLVED, [HUMAN])
        elif is_first_turn(tracker) and read_visit(tracker).after_people:
            offer(dispatcher, NOT_SOLVED_BY_PEOPLE, [SAME_PERSON, HUMAN])
        else:
            others = await self._others(tracker, answer)
            text = NOT_SOLVED_WITH_OTHERS if others else NOT_SOLVED
            offer(dispatcher, text, [*others, HUMAN])
        return []

    async def _others(self, tracker: Tracker, answer: AnswerContent | None) -> list[Choice]:
        """The nearest other questions to the one that was not answered well."""
        asked = questions_asked(tracker.events)
        if not asked:
            return []
        turn = read_turn(tracker)
        region = self._needs.region(tracker)
        result = await look_up(
            self._needs.answer, turn.asking(asked[-1], tuple(asked[:-1])), region
        )
        given = answer.article_id if answer else None
        offered = last_choices(tracker.events)
        others = [
            hit.question
            for hit in result.hits
            if hit.article_id != given and hit.question not in offered
        ]
        return [Choice(label=text, value=text) for text in others[:MOST_OTHERS]]


SAME_PERSON = Choice(label="找刚才的客服", value="找刚才的客服")
NOT_SOLVED_BY_PEOPLE = (
    "抱歉，事情还没有办妥。您可以再找刚才的客服，也可以把问题告诉我，我先帮您查一查。"
)
STILL_NOT_SOLVED = "还是没有帮到您。这件事请工作人员来答更合适，要转人工吗？"
NOT_SOLVED = "抱歉，刚才没有答到点上。请说说要办什么事、卡在哪一步，我再查一次；也可以转人工。"
NOT_SOLVED_WITH_OTHERS = (
    "抱歉，刚才没有答到点上。您想问的是下面哪一个？都不是的话，请说说卡在哪一步。"
)


async def _named(
    needs: Needs, tracker: Tracker, given: AnswerContent | None
) -> KnowledgeResult | None:
    """Another answer, where the message itself says what it is about: 不是这个，我问的是异地提取."""
    turn = read_turn(tracker)
    if len(turn.text) < SENTENCE:
        return None
    result = await look_up(needs.answer, turn, needs.region(tracker))
    known = given is not None and result.hits and result.hits[0].article_id == given.article_id
    return result if result.band == "answer" and not known else None
