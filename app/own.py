"""The editors' data of the live model, as the actions know it: they may not import `bot`."""

from __future__ import annotations

from collections.abc import Callable

from actions.flows import flow as f
from bot.editing import flow as e
from bot.editing.data import EditedData


class OwnReader:
    """Gives the same object until `data` gives another one."""

    def __init__(self, data: Callable[[], EditedData]) -> None:
        self._data = data
        self._seen: EditedData | None = None
        self._own = f.NOTHING

    def __call__(self) -> f.Own:
        data = self._data()
        if data is not self._seen:
            self._seen, self._own = data, translate(data)
        return self._own


def translate(data: EditedData) -> f.Own:
    keys = {flow.key for flow in data.flows}
    answering = {i.name: i.title for i in data.intents if i.flow not in keys}
    flows = tuple(
        f.Flow(
            key=flow.key,
            title=flow.title,
            intents=tuple(i.name for i in data.intents if i.flow == flow.key),
            nodes=tuple(_node(node) for node in flow.content.nodes),
        )
        for flow in data.flows
    )
    # A flow that nothing starts has no rule to open it.
    return f.Own(answering, tuple(flow for flow in flows if flow.intents and flow.nodes))


def _node(node: e.FlowNode) -> f.FlowNode:
    choices = (f.FlowChoice(c.label, tuple(c.also), _target(c.to)) for c in node.choices)
    return f.FlowNode(node.id, node.text, tuple(choices))


def _target(to: e.Target) -> f.Target:
    match to:
        case e.ToNode(node=node):
            return f.ToNode(node)
        case e.ToText(text=text):
            return f.ToText(text)
        case e.ToQuestion(text=text):
            return f.ToQuestion(text)
        case e.ToTask(task=task):
            return f.ToTask(task)
        case e.ToPerson():
            return f.ToPerson()
