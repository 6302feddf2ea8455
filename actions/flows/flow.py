"""What editors have added that citizens can talk to: intents with answers, and flows. `app` reads the live model's.

A flow is walked through from its first node: each node asks, each choice leads on. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PREFIX = "flow_"


@dataclass(frozen=True)
class ToNode:
    node: str


@dataclass(frozen=True)
class ToText:
    text: str


@dataclass(frozen=True)
class ToQuestion:
    """A question for the knowledge base."""

    text: str


@dataclass(frozen=True)
class ToTask:
    """A task, named by its intent."""

    intent: str


@dataclass(frozen=True)
class ToPerson:
    pass


Target = ToNode | ToText | ToQuestion | ToTask | ToPerson


@dataclass(frozen=True)
class FlowChoice:
    """`words`: other ways to say it."""

    label: str
    words: tuple[str, ...]
    to: Target


@dataclass(frozen=True)
class FlowNode:
    id: str
    text: str
    choices: tuple[FlowChoice, ...]

    def chosen(self, label: Any) -> FlowChoice | None:
        """None: nothing yet, or something that a newer version of the flow does not offer any more."""
        return next((choice for choice in self.choices if choice.label == label), None)


@dataclass(frozen=True)
class Flow:
    """`intents` start it. At least one node; the first is where it begins."""

    key: str
    title: str
    intents: tuple[str, ...]
    nodes: tuple[FlowNode, ...]

    @property
    def form(self) -> str:
        """Its form in the domain that bot/project.py writes."""
        return f"{PREFIX}{self.key}_form"

    def slot(self, node: FlowNode) -> str:
        return f"{PREFIX}{self.key}_{node.id}"

    def path(self, answers: Mapping[str, Any]) -> tuple[list[FlowNode], Target | None]:
        """The nodes gone through so far, the open one last; and, when that was answered, where it leads.

        A choice that leads back to a node of the path is where it leads: the path does not go in circles.
        """
        nodes = {node.id: node for node in self.nodes}
        path = [self.nodes[0]]
        while True:
            choice = path[-1].chosen(answers.get(self.slot(path[-1])))
            if choice is None:
                return path, None
            to = choice.to
            if not isinstance(to, ToNode) or to.node not in nodes or nodes[to.node] in path:
                return path, to
            path.append(nodes[to.node])


@dataclass(frozen=True)
class Own:
    """`answering`: intents that are answered with a text, and their titles."""

    answering: Mapping[str, str] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()


NOTHING = Own()
