"""Builds the executor with every action of domain.yml. Called by `app`, which brings what the actions need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.dialogue.again import ExplainAction, NotSolvedAction, RepeatAction
from actions.dialogue.greeting import GreetAction
from actions.dialogue.outside import InformAction, OutOfScopeAction
from actions.dialogue.people import HandOffAction
from actions.dialogue.questions import KnowledgeAction
from actions.dialogue.resuming import AffirmAction, DenyAction, NoTaskAction, ResumeAction
from actions.dialogue.steering import ByeAction, CancelTaskAction, StartOverAction
from actions.flows.flow import Own
from actions.flows.task import FlowResultAction, flow_task
from actions.forms.actions import ValidateFormAction
from actions.forms.results import FormResultAction
from actions.forms.waiting import Waiting
from actions.needs import Needs
from actions.tasks.halls.action import FindServiceHallAction
from actions.tasks.registry import TASKS

# Opened by a rule of its own, without a form.
HALLS_INTENT = "find_service_hall"
HALLS = Waiting("action_find_service_hall", "查服务大厅", begun=False)


class LiveExecutor(ActionExecutor):
    """All actions, registered under the names domain.yml uses, and those of the editors' flows.

    With the model the flows change: they are read again when another one answers.
    """

    def __init__(self, needs: Needs) -> None:
        super().__init__()
        self._needs = needs
        self._own: Own | None = None
        self._refresh()

    async def run(self, action_call: Any) -> Any:
        self._refresh()
        return await super().run(action_call)

    def _refresh(self) -> None:
        own = self._needs.own()
        if own is self._own:
            return
        self._own = own
        # Those of the model before stay: a turn may still be under way there.
        for action in _actions(self._needs, own):
            self.register_action(action)


def build_executor(needs: Needs) -> ActionExecutor:
    return LiveExecutor(needs)


def _actions(needs: Needs, own: Own) -> Iterator[Action]:
    flows = [(flow, flow_task(flow)) for flow in own.flows]
    tasks = (*TASKS, *(task for _, task in flows))
    openers = _openers(own)
    not_solved = NotSolvedAction(needs)
    yield from (
        KnowledgeAction(needs, openers, tasks),
        HandOffAction(needs, tasks, openers),
        OutOfScopeAction(needs, openers),
        InformAction(needs, openers, tasks),
        GreetAction(needs),
        AffirmAction(),
        DenyAction(tasks, not_solved),
        ResumeAction(),
        NoTaskAction(),
        RepeatAction(),
        ExplainAction(needs),
        not_solved,
        CancelTaskAction(tasks, needs),
        ByeAction(tasks, needs),
        StartOverAction(tasks),
        FindServiceHallAction(needs),
        *(ValidateFormAction(task, needs, openers) for task in tasks),
        *(FormResultAction(task, needs) for task in TASKS),
        *(FlowResultAction(flow, task, needs, openers) for flow, task in flows),
    )


def _openers(own: Own) -> dict[str, Waiting]:
    """What is begun by an intent: tasks, flows, and answers of the editors' own, which are told and that is all."""
    openers = {
        t.form.intent: Waiting(t.form.name, t.form.title, begun=False, over_at=t.form.over_at)
        for t in TASKS
    }
    openers.setdefault(HALLS_INTENT, HALLS)
    for flow in own.flows:
        for intent in flow.intents:
            openers[intent] = Waiting(flow.form, flow.title, begun=False)
    for intent, title in own.answering.items():
        openers[intent] = Waiting(f"utter_{intent}", title, begun=False)
    return openers
