"""Builds the executor with every action of domain.yml. Called by `app`, which brings what the actions need."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor

from actions.dialogue.again import ExplainAction, NotSolvedAction, RepeatAction
from actions.dialogue.greeting import GreetAction
from actions.dialogue.outside import InformAction, OutOfScopeAction
from actions.dialogue.people import HandOffAction
from actions.dialogue.questions import KnowledgeAction
from actions.dialogue.resuming import AffirmAction, DenyAction, NoTaskAction, ResumeAction
from actions.dialogue.steering import ByeAction, CancelTaskAction, StartOverAction
from actions.forms.actions import ValidateFormAction
from actions.forms.results import FormResultAction
from actions.forms.waiting import Waiting
from actions.needs import Needs
from actions.tasks.halls.action import FindServiceHallAction
from actions.tasks.registry import TASKS

# Opened by a rule of its own, without a form.
HALLS_INTENT = "find_service_hall"
HALLS = Waiting("action_find_service_hall", "查服务大厅", begun=False)


def build_executor(needs: Needs) -> ActionExecutor:
    """All actions, registered under the names domain.yml uses."""
    openers = {t.form.intent: Waiting(t.form.name, t.form.title, begun=False) for t in TASKS}
    openers.setdefault(HALLS_INTENT, HALLS)
    executor = ActionExecutor()
    for action in (
        KnowledgeAction(needs, openers),
        HandOffAction(needs, TASKS, openers),
        OutOfScopeAction(needs, openers),
        InformAction(needs, openers),
        GreetAction(needs),
        AffirmAction(),
        DenyAction(TASKS),
        ResumeAction(),
        NoTaskAction(),
        RepeatAction(),
        ExplainAction(needs),
        NotSolvedAction(needs),
        CancelTaskAction(TASKS),
        ByeAction(TASKS),
        StartOverAction(TASKS),
        FindServiceHallAction(needs),
        *(ValidateFormAction(task, needs, openers) for task in TASKS),
        *(FormResultAction(task, needs) for task in TASKS),
    ):
        executor.register_action(action)
    return executor
