"""A question-and-answer flow: its nodes, and what makes one that citizens can walk through. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.editing.texts import Phrase, ReplyText, Title, key_of

MAX_NODES, MAX_CHOICES = 20, 8

NodeId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,12}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ToNode(_Part):
    """Goes on with another node."""

    kind: Literal["node"] = "node"
    node: NodeId


class ToText(_Part):
    """Says a last text."""

    kind: Literal["end"] = "end"
    text: ReplyText


class ToQuestion(_Part):
    """Answers a question from the knowledge base."""

    kind: Literal["question"] = "question"
    text: Phrase


class ToTask(_Part):
    """Opens a task, named by its intent."""

    kind: Literal["task"] = "task"
    task: str = Field(max_length=64)


class ToPerson(_Part):
    """Hands the conversation over to people."""

    kind: Literal["person"] = "person"


Target = Annotated[ToNode | ToText | ToQuestion | ToTask | ToPerson, Field(discriminator="kind")]


class FlowChoice(_Part):
    """`also`: other words in which a citizen may choose it."""

    label: Title
    also: list[Title] = Field(default_factory=list, max_length=10)
    to: Target


class FlowNode(_Part):
    id: NodeId
    text: ReplyText
    choices: list[FlowChoice] = Field(default_factory=list, max_length=MAX_CHOICES)


class FlowContent(_Part):
    """Begins at the first node."""

    nodes: list[FlowNode] = Field(default_factory=list, max_length=MAX_NODES)


class FlowProblem(BaseModel):
    """What stands in the way of using it; `node` and `choice` (from 0) say where."""

    node: str | None = None
    choice: int | None = None
    code: str
    message: str


def problems_of(content: FlowContent, tasks: frozenset[str]) -> list[FlowProblem]:
    """All of them, in the order of the nodes. `tasks`: intents that open one."""
    if not content.nodes:
        return [FlowProblem(code="flow_empty", message="流程里还没有节点。")]
    nodes = {node.id: node for node in content.nodes}
    found: list[FlowProblem] = []
    if len(nodes) < len(content.nodes):
        found.append(FlowProblem(code="node_twice", message="有两个节点的编号相同。"))
    reached = _reached(content.nodes[0], nodes)
    ending = _ending(nodes)
    for node in content.nodes:
        found += _problems_of_node(node, nodes, tasks)
        if node.id not in reached:
            found.append(_at(node, "node_unreachable", "没有任何选择通向这个节点。"))
        elif node.choices and node.id not in ending:
            found.append(_at(node, "node_endless", "从这个节点出发走不到任何结束。"))
    return found


def _problems_of_node(
    node: FlowNode, nodes: dict[str, FlowNode], tasks: frozenset[str]
) -> Iterator[FlowProblem]:
    if not node.choices:
        yield _at(node, "node_without_choice", "这个节点还没有选项。")
    words: set[str] = set()
    for number, choice in enumerate(node.choices):
        mine = {key_of(word) for word in (choice.label, *choice.also)}
        if mine & words:
            yield _at(node, "choice_twice", f"选项“{choice.label}”和前面的选项说法相同。", number)
        words |= mine
        match choice.to:
            case ToNode(node=to) if to not in nodes:
                yield _at(node, "node_missing", f"选项“{choice.label}”指向的节点不存在。", number)
            case ToTask(task=task) if task not in tasks:
                yield _at(node, "task_unknown", f"选项“{choice.label}”指向的任务不存在。", number)


def _reached(start: FlowNode, nodes: dict[str, FlowNode]) -> set[str]:
    reached, waiting = {start.id}, [start]
    while waiting:
        for to in _next(waiting.pop()):
            if to in nodes and to not in reached:
                reached.add(to)
                waiting.append(nodes[to])
    return reached


def _ending(nodes: dict[str, FlowNode]) -> set[str]:
    """Nodes from which some choices lead to an end."""
    ending: set[str] = set()
    while True:
        more = {
            node.id
            for node in nodes.values()
            if node.id not in ending
            and any(
                not isinstance(choice.to, ToNode) or choice.to.node in ending
                for choice in node.choices
            )
        }
        if not more:
            return ending
        ending |= more


def _next(node: FlowNode) -> Iterator[str]:
    return (choice.to.node for choice in node.choices if isinstance(choice.to, ToNode))


def _at(node: FlowNode, code: str, message: str, choice: int | None = None) -> FlowProblem:
    return FlowProblem(node=node.id, choice=choice, code=code, message=message)
