"""A flow as a task: its form asks the nodes on the way the citizen takes, its end does what the last choice says.

So everything that holds in a task holds in a flow: a question in between, going back, corrections, 算了.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.flows.flow import Flow, FlowNode, ToNode, ToPerson, ToQuestion, ToTask, ToText
from actions.forms.choices import ChoiceField
from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.fields import Field, Option
from actions.forms.form import Form, Task
from actions.forms.results import FormResultAction
from actions.needs import AnswerQuestion, Needs
from actions.wishes import Openers
from core.conversation.answers import contents_of
from core.conversation.content import TextContent
from core.conversation.ports import HandOff


@dataclass(frozen=True)
class FlowForm(Form):
    """Asks the node the citizen has come to."""

    flow: Flow | None = None

    def applicable(self, answers: Mapping[str, Any]) -> list[Field]:
        assert self.flow is not None
        path, _ = self.flow.path(answers)
        return [self.field(self.flow.slot(node)) for node in path]

    def next_field(self, answers: Mapping[str, Any]) -> Field | None:
        assert self.flow is not None
        path, target = self.flow.path(answers)
        return self.field(self.flow.slot(path[-1])) if target is None else None


def flow_task(flow: Flow, answer: AnswerQuestion) -> Task:
    """The task that a flow is."""
    form = FlowForm(
        name=flow.form,
        intent=flow.intents[0] if flow.intents else "",
        title=flow.title,
        fields=tuple(_field(flow, node) for node in flow.nodes),
        flow=flow,
    )

    async def finish(answers: Answers, context: TaskContext) -> Outcome:
        path, target = flow.path(answers)
        match target:
            case ToText(text=text):
                return Outcome([TextContent(text=text)])
            case ToQuestion(text=text):
                # In a thread, like every look-up: others are being answered.
                found = await asyncio.to_thread(answer, text, context.region_code, ())
                return Outcome(contents_of(found))
            case ToPerson():
                return Outcome([], [HandOff("guided")])
            case ToNode(node=node):
                return Outcome([], reopen=_again(flow, path, node))
            case _:
                # The flow was changed meanwhile and the last answer means nothing any more.
                return Outcome([], reopen={flow.slot(path[-1]): None})

    return Task(form=form, finish=finish)


def _again(flow: Flow, path: list[FlowNode], node: str) -> dict[str, None]:
    """Ask again from `node` on."""
    ids = [each.id for each in path]
    start = ids.index(node) if node in ids else len(ids) - 1
    return {flow.slot(each): None for each in path[start:]}


def _field(flow: Flow, node: FlowNode) -> Field:
    return ChoiceField(
        slot=flow.slot(node),
        topic="",
        question=node.text,
        choices=tuple(Option(c.label, c.label, c.words) for c in node.choices),
    )


class FlowResultAction(FormResultAction):
    """action_flow_<key>_result: like any task's, and may go on with another task."""

    def __init__(self, flow: Flow, task: Task, needs: Needs, openers: Openers) -> None:
        super().__init__(task, needs)
        self._flow = flow
        self._openers = openers

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        slots = {self._flow.slot(n): tracker.get_slot(self._flow.slot(n)) for n in self._flow.nodes}
        _, target = self._flow.path(slots)
        events: list[dict[str, Any]]
        if isinstance(target, ToTask) and target.intent in self._openers:
            forgotten = [{"event": "slot", "name": slot, "value": None} for slot in slots]
            return [*forgotten, FollowupAction(self._openers[target.intent].action)]
        events = await super().run(dispatcher, tracker, domain)
        return events
