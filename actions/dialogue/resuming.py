"""Going on with a task that was left, or letting go of it: 继续办理, 不用了, 好的."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.again import NotSolvedAction
from actions.forms.asking import forget
from actions.forms.form import Task
from actions.forms.waiting import GOING_ON, OPENING, keep, waiting_tasks, was_offered
from actions.replies import HUMAN, direct, offer, say_response, say_text
from actions.said import last_choices
from core.conversation.content import Choice
from core.conversation.ports import HandOff

Events = list[dict[str, Any]]

_NOT_THIS = re.compile(r"不是|不对|都不|错了|没说对|没答对")
NOTHING_WAITING = "现在没有没办完的事。您想办哪一件，或者想问什么，直接告诉我就行。"


class ResumeAction(Action):
    """action_resume: the latest interrupted task goes on where it was, or a wish of before is begun."""

    def name(self) -> str:
        return "action_resume"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        return take_up(dispatcher, tracker)


def take_up(dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """The events that open the next waiting task; says so when there is none."""
    waiting = waiting_tasks(tracker)
    if not waiting:
        offer(dispatcher, NOTHING_WAITING, [TASKS_CHOICE, HUMAN])
        return []
    task, *others = waiting
    how = [SlotSet(GOING_ON, task.action)] if task.begun else [SlotSet(OPENING, task.wish)]
    return [*how, *keep(others), FollowupAction(task.action)]


TASKS_CHOICE = Choice(label="你能做什么", value="你能做什么")


class NoTaskAction(Action):
    """action_no_task: 跳过 and 返回上一步 where no task is open."""

    def name(self) -> str:
        return "action_no_task"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if waiting_tasks(tracker):
            return take_up(dispatcher, tracker)
        offer(dispatcher, NOTHING_WAITING, [TASKS_CHOICE, HUMAN])
        return []


class AffirmAction(Action):
    """action_affirm: 好的 accepts what was offered last, a waiting task or a person; else it is an acknowledgement."""

    def name(self) -> str:
        return "action_affirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if was_offered(tracker):
            return take_up(dispatcher, tracker)
        if last_choices(tracker.events) == [HUMAN.value]:
            direct(dispatcher, HandOff("guided"))
        else:
            say_response(dispatcher, "utter_affirm")
        return []


class DenyAction(Action):
    """action_deny: 不用了. After the offer to go on with a task it lets go of that task and its answers.

    After an answer, 不是这个 is the same as saying that it was none.
    """

    def __init__(self, tasks: Sequence[Task], not_solved: NotSolvedAction) -> None:
        self._forms = {task.form.name: task.form for task in tasks}
        self._not_solved = not_solved

    def name(self) -> str:
        return "action_deny"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if not was_offered(tracker):
            if _NOT_THIS.search(str((tracker.latest_message or {}).get("text") or "")):
                # 不是这个 turns down an answer, not an offer.
                return await self._not_solved.run(dispatcher, tracker, domain)
            say_response(dispatcher, "utter_deny")
            return []
        dropped, *others = waiting_tasks(tracker)
        form = self._forms.get(dropped.action)
        say_text(dispatcher, f"好的，{dropped.title}先不办了。还有问题随时问我。")
        return [*keep(others), *(forget(form) if form else [])]
