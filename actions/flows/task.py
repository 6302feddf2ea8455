"""A flow as a task: its form asks the nodes on the way the citizen takes, its end does what the last choice says.

So everything that holds in a task holds in a flow: a question in between, going back, corrections, 算了.
"""

from __future__ import annotations

import re
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
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.turn import read_turn
from actions.wishes import Openers
from core.conversation.content import TextContent
from core.conversation.ports import HandOff

# What is read in one go where a question is named: 改“单位还是个人”.
LONGEST_TOPIC = 16


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


def flow_task(flow: Flow) -> Task:
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
            case ToQuestion():
                # FlowResultAction has answered it.
                return Outcome([])
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
        topic=_topic(node.text),
        question=node.text,
        choices=tuple(Option(c.label, c.label, c.words) for c in node.choices),
    )


def _topic(text: str) -> str:
    """The node's question as it is named later: its last sentence, cut where it is long."""
    sentences = [part.strip() for part in re.split(r"[。！!；;\n]", text) if part.strip()]
    asked = (sentences[-1] if sentences else text).rstrip("？?：:，, ")
    return asked if len(asked) <= LONGEST_TOPIC else f"{asked[: LONGEST_TOPIC - 1]}…"


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
        if isinstance(target, ToQuestion):
            # Counted like any question: one that has no answer may lead to people.
            question = read_turn(tracker).asking(target.text)
            region = self._needs.region(tracker)
            tell(dispatcher, await look_up(self._needs.answer, question, region))
        if isinstance(target, ToTask) and target.intent in self._openers:
            forgotten = [{"event": "slot", "name": slot, "value": None} for slot in slots]
            return [*forgotten, FollowupAction(self._openers[target.intent].action)]
        events: list[dict[str, Any]] = await super().run(dispatcher, tracker, domain)
        return events
