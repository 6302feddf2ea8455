"""Builds the executor with every action of domain.yml. Called by `app`, which brings what the actions need."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor

from actions.dialogue.again import ExplainAction, NotSolvedAction, RepeatAction
from actions.dialogue.greeting import GreetAction
from actions.dialogue.outside import InformAction, OutOfScopeAction
from actions.dialogue.people import HandOffAction
from actions.dialogue.resuming import AffirmAction, DenyAction, NoTaskAction, ResumeAction
from actions.dialogue.steering import ByeAction, CancelTaskAction, StartOverAction
from actions.forms.actions import ValidateFormAction
from actions.forms.results import FormResultAction
from actions.knowledge import KnowledgeAction
from actions.needs import Needs
from actions.tasks.halls.action import FindServiceHallAction
from actions.tasks.registry import TASKS

# Opened by a rule of its own, without a form.
HALLS_INTENT = "find_service_hall"


def build_executor(needs: Needs) -> ActionExecutor:
    """All actions, registered under the names domain.yml uses."""
    opening = frozenset({HALLS_INTENT, *(task.form.intent for task in TASKS)})
    titles = {task.form.name: task.form.title for task in TASKS}
    executor = ActionExecutor()
    for action in (
        KnowledgeAction(needs),
        HandOffAction(needs, TASKS),
        OutOfScopeAction(needs),
        InformAction(needs),
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
        *(ValidateFormAction(task, needs, opening - {task.form.intent}, titles) for task in TASKS),
        *(FormResultAction(task, needs) for task in TASKS),
    ):
        executor.register_action(action)
    return executor
