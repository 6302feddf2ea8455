"""How the citizen gets out of a task: 算了, 再见, 重新开始."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.asking import forget
from actions.forms.form import Form, Task
from actions.forms.progress import Progress
from actions.forms.waiting import keep, offer_next, waiting_tasks, without
from actions.identity.leaving import asks_to_sign_out, is_personal, sign_out
from actions.identity.words import ALSO_OUT, SIGNED_OUT
from actions.needs import Needs
from actions.replies import say_text

Events = list[dict[str, Any]]


class CancelTaskAction(Action):
    """action_cancel_task: 算了. Inside a form it ends the form, forgets the answers and offers what waits.

    An identity check that was passed ends as well, unless the form has nothing to do with it.
    """

    otherwise = "好的。需要的时候再问我就行。"
    leaving = False

    def __init__(self, tasks: Sequence[Task], needs: Needs) -> None:
        self._forms = {task.form.name: task.form for task in tasks}
        self._needs = needs

    def name(self) -> str:
        return "action_cancel_task"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = self._forms.get(tracker.active_loop_name or "")
        waiting = waiting_tasks(tracker)
        ended: Events = []
        if form is None or self.leaving or is_personal(form):
            ended = await sign_out(self._needs, tracker, dispatcher)
        if form is None:
            text = str((tracker.latest_message or {}).get("text") or "")
            out = bool(ended) or asks_to_sign_out(text)
            say_text(dispatcher, SIGNED_OUT if out and not self.leaving else self.otherwise)
            return [*self._forgotten(waiting[0].action if waiting else ""), *keep([]), *ended]
        said = f"好的，{form.title}已取消，刚才填的内容不会保留。{ALSO_OUT if ended else ''}"
        if form.over_at and tracker.get_slot("requested_slot") == form.over_at:
            said = "好的。"
        say_text(dispatcher, said if waiting else f"{said}需要的时候随时再说。")
        waiting = without(waiting, form.name)
        if not self.leaving:
            offer_next(dispatcher, waiting)
        return [
            ActiveLoop(None), SlotSet("requested_slot", None), Progress().event(),
            *forget(form), *keep(waiting), *ended, FollowupAction("action_listen"),
        ]  # fmt: skip

    def _forgotten(self, name: str) -> Events:
        form: Form | None = self._forms.get(name)
        return forget(form) if form else []


class ByeAction(CancelTaskAction):
    """action_bye: whoever says goodbye in the middle of a form does not want it any more."""

    otherwise = "好的，感谢您的咨询，祝您生活愉快，再见。"
    leaving = True

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
        first = SlotSet("requested_slot", form.fields[0].slot)
        return [*forget(form), first, Progress().event()]
