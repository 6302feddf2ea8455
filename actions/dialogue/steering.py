"""How the citizen gets out of a task: 算了, 再见, 重新开始."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.actions import forget
from actions.forms.form import Task
from actions.replies import say_text

Events = list[dict[str, Any]]


class CancelTaskAction(Action):
    """action_cancel_task: 算了. Inside a form it ends the form and forgets the answers."""

    otherwise = "好的。需要的时候再问我就行。"

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._forms = {task.form.name: task.form for task in tasks}

    def name(self) -> str:
        return "action_cancel_task"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = self._forms.get(tracker.active_loop_name or "")
        if form is None:
            say_text(dispatcher, self.otherwise)
            return []
        say_text(
            dispatcher, f"好的，{form.title}已取消，刚才填的内容不会保留。需要的时候随时再说。"
        )
        return [ActiveLoop(None), SlotSet("requested_slot", None), *forget(form)]


class ByeAction(CancelTaskAction):
    """action_bye: whoever says goodbye in the middle of a form does not want it any more."""

    otherwise = "好的，感谢您的咨询，祝您生活愉快，再见。"

    def name(self) -> str:
        return "action_bye"


class StartOverAction(Action):
    """action_start_over: 重新开始. Inside a form it asks the first question again."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._forms = {task.form.name: task.form for task in tasks}

    def name(self) -> str:
        return "action_start_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = self._forms.get(tracker.active_loop_name or "")
        if form is None:
            say_text(dispatcher, "好的，我们重新开始。您想咨询什么？")
            return []
        # Rasa returns to the form by itself and asks the first open question.
        return [*forget(form), SlotSet("requested_slot", form.fields[0].slot)]
