"""action_<task>_result: what happens when a task's form is complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.afterwards import keep_last
from actions.forms.asking import Events, forget
from actions.forms.context import EndForm
from actions.forms.form import Task
from actions.forms.waiting import (
    GOING_ON,
    RESUME,
    Waiting,
    interrupt,
    keep,
    offer_next,
    waiting_tasks,
)
from actions.needs import Needs
from actions.replies import HUMAN, direct, offer, say
from core.conversation.business_errors import BusinessError
from core.errors import Unavailable

# A form that is complete with its first message is no case for Rasa's rules: they would have more said.
LISTEN = FollowupAction("action_listen")


class FormResultAction(Action):
    """action_<task>_result: tells the outcome and forgets the answers."""

    def __init__(self, task: Task, needs: Needs) -> None:
        self._task = task
        self._needs = needs

    def name(self) -> str:
        return self._task.result_action

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = self._task.form
        answers = {f.slot: tracker.get_slot(f.slot) for f in form.fields}
        try:
            outcome = await self._task.finish(answers, self._needs.context(tracker))
        except EndForm as end:
            offer(dispatcher, end.text, end.choices)
            offer_next(dispatcher, waiting_tasks(tracker))
            return [*forget(form), LISTEN]
        except (Unavailable, BusinessError) as error:
            # Nothing was lost: the answers stay, and the citizen decides whether to try again.
            offer(dispatcher, f"{error.message}您刚才填的内容还在。", [RESUME, HUMAN])
            left = Waiting(form.name, form.title)
            return [*keep(interrupt(waiting_tasks(tracker), left)), LISTEN]
        for content in outcome.contents:
            say(dispatcher, content, outcome.personal)
        for directive in outcome.directives:
            direct(dispatcher, directive)
        remembered = _remembered(tracker, outcome.remember)
        if outcome.reopen is None:
            offer_next(dispatcher, waiting_tasks(tracker))
            kept = keep_last(form, answers) if outcome.personal is None else []
            return [*forget(form), *kept, *remembered, LISTEN]
        return [
            *(SlotSet(slot, value) for slot, value in outcome.reopen.items()),
            *remembered,
            SlotSet(GOING_ON, form.name),
            FollowupAction(form.name),
        ]


def _remembered(tracker: Tracker, more: Mapping[str, str]) -> Events:
    """What later tasks of the conversation may know, with what it knew before."""
    return (
        [SlotSet("remembered", {**(tracker.get_slot("remembered") or {}), **more})] if more else []
    )
