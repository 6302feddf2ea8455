"""Answers questions from the knowledge base: serves every ask_* intent and the fallback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.afterwards import change_last
from actions.forms.form import Task
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.turn import read_turn
from actions.wishes import Openers, serve


class KnowledgeAction(Action):
    """action_knowledge. What has no answer may be a change to the task that was just done: 那贷30年呢."""

    def __init__(self, needs: Needs, openers: Openers, tasks: Sequence[Task]) -> None:
        self._needs = needs
        self._openers = openers
        self._forms = [task.form for task in tasks]

    def name(self) -> str:
        return "action_knowledge"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = read_turn(tracker)
        served = await serve(dispatcher, tracker, turn, self._needs, self._openers)
        if served is not None:
            return served
        result = await look_up(self._needs.answer, turn, self._needs.region(tracker))
        if result.band != "answer":
            again = change_last(self._forms, tracker, turn)
            if again:
                return again
        tell(dispatcher, result)
        return []
