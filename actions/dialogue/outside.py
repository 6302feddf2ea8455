"""Messages that belong to nothing: out of scope, and a bare value that nobody asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.afterwards import change_last
from actions.forms.form import Task
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.replies import offer, understood
from actions.turn import read_turn
from actions.wishes import Openers, serve
from core.conversation.content import Choice

Events = list[dict[str, Any]]


class InformAction(Action):
    """action_inform: a value outside a form. A whole sentence is no bare value and is looked up.

    After a task's result it may change one of the answers; then the task is done again.
    """

    def __init__(self, needs: Needs, openers: Openers, tasks: Sequence[Task]) -> None:
        self._needs = needs
        self._openers = openers
        self._forms = [task.form for task in tasks]

    def name(self) -> str:
        return "action_inform"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        turn = read_turn(tracker)
        served = await serve(dispatcher, tracker, turn, self._needs, self._openers)
        if served is not None:
            return served
        again = change_last(self._forms, tracker, turn)
        if again:
            return again
        region = self._needs.region(tracker)
        result = await look_up(self._needs.answer, turn, region)
        # 那公租房呢 after a question is one as well, however short.
        # So is a bare 公积金 the beginning of one.
        if len(turn.text) >= SENTENCE or result.topic or (turn.earlier and result.band == "answer"):
            tell(dispatcher, result)
        else:
            offer(dispatcher, INFORM_TEXT, [Choice(label=t, value=t) for t in EXAMPLES[1:3]])
        return []


# Characters from which on a text says more than a value.
SENTENCE = 9
INFORM_TEXT = "收到。您想问什么，或者想办哪件事？直接说就行，也可以点下面的按钮。"


OUT_OF_SCOPE_TEXT = "这个我帮不上忙，我只熟悉公积金和社保的事。您可以这样问我："
# Below this an answer of the search overrules the classifier; above, only one that is all but certain. For editors
# may have published an answer since to what the classifier has learnt to turn away.
OUT_OF_SCOPE_CONFIDENCE = 0.6
CERTAIN = 0.9


class OutOfScopeAction(Action):
    """action_out_of_scope: says no, unless the knowledge base is surer of its answer than the classifier."""

    def __init__(self, needs: Needs, openers: Openers) -> None:
        self._needs = needs
        self._openers = openers

    def name(self) -> str:
        return "action_out_of_scope"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        turn = read_turn(tracker)
        served = await serve(dispatcher, tracker, turn, self._needs, self._openers)
        if served is not None:
            return served
        region = self._needs.region(tracker)
        result = await look_up(self._needs.answer, turn, region)
        enough = CERTAIN if turn.confidence >= OUT_OF_SCOPE_CONFIDENCE else 0.0
        if result.topic or (result.band == "answer" and result.hits[0].score >= enough):
            tell(dispatcher, result)
            return []
        offer(dispatcher, OUT_OF_SCOPE_TEXT, [Choice(label=t, value=t) for t in EXAMPLES])
        # Also counted as unanswered: if the classifier errs, the citizen must not be sent away for ever.
        understood(dispatcher, band="unknown")
        return []


# What a citizen may try next; each is a sentence the classifier knows.
EXAMPLES = ("租房可以提取公积金吗", "帮我算算公积金能贷多少", "帮我看看能不能提取公积金", "转人工")
