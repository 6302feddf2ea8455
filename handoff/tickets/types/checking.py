"""Says what is wrong with a type of ticket before it is stored. Pure; departments and accounts are looked up elsewhere.

A ticket walks its flow along `next` until `end`. So that every ticket gets there, and answered, on whichever way:
no circle, no stage that nothing leads to, no review and no end before somebody has written an answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass

from core.errors import InvalidInput
from handoff.tickets.types.definition import END, Flow, Stage, TicketDefinition

# Series of numbers that are not tickets': left messages (numbers.py).
RESERVED_PREFIXES = frozenset({"LY"})
PLACEHOLDERS = frozenset({"number", "name", "title"})
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Mistake:
    """`code` is stable; `where` is the path of what is wrong (flow.stages.2); `stage` its key, if it is a stage."""

    code: str
    where: str
    message: str
    stage: str | None = None


class TicketTypeFaulty(InvalidInput):
    """Details: `mistakes`, all of them, as the class above; `reasons`: their messages by `where`."""

    code, default_message = "ticket_type_faulty", "工单类型的设置有误。"

    @classmethod
    def of(cls, found: Sequence[Mistake]) -> TicketTypeFaulty:
        reasons: dict[str, str] = {}
        for each in found:
            reasons.setdefault(each.where, each.message)
        return cls(found[0].message, mistakes=[asdict(each) for each in found], reasons=reasons)


def check(definition: TicketDefinition) -> None:
    """Raises TicketTypeFaulty with everything that is wrong; its message is the first."""
    found = mistakes(definition)
    if found:
        raise TicketTypeFaulty.of(found)


def mistakes(definition: TicketDefinition) -> list[Mistake]:
    """What is wrong, in the order of the editor's page; nothing: []."""
    return [
        *_of_fields(definition),
        *flow_mistakes(definition.flow),
        *_of_the_rest(definition),
    ]


# ---- the flow ----------------------------------------------------------------------------------


def flow_mistakes(flow: Flow) -> list[Mistake]:
    """What is wrong with a flow, stage by stage."""
    keys = [stage.key for stage in flow.stages]
    doubled = _repeated(keys)
    if doubled or END in keys:
        return [
            Mistake("twice", f"flow.stages.{place}", f"环节编号“{key}”重复或不能使用。", key)
            for place, key in enumerate(keys)
            if key in doubled or key == END
        ]
    found = [each for place, stage in enumerate(flow.stages) for each in _of_stage(place, stage)]
    unknown = [
        Mistake("unknown_next", f"flow.stages.{place}.next", f"“{stage.name}”之后的环节不存在。", stage.key)
        for place, stage in enumerate(flow.stages)
        if any(key != END and key not in keys for key in stage.next)
    ]  # fmt: skip
    # Ways that lead nowhere cannot be followed.
    return found + (unknown or list(_of_ways(flow)))


def _of_stage(place: int, stage: Stage) -> Iterator[Mistake]:
    where, who = f"flow.stages.{place}", stage.who
    if _repeated(stage.next):
        yield Mistake("twice", f"{where}.next", f"“{stage.name}”之后的环节写了两遍。", stage.key)
    nobody = {
        "department": who.department_id is None,
        "persons": not who.account_ids,
        "role": who.role is None,
    }
    if nobody.get(who.kind, False):
        yield Mistake("nobody", f"{where}.who", f"请选择“{stage.name}”由谁来做。", stage.key)
    if stage.kind == "review" and who.kind == "assigned":
        yield Mistake(
            "own_review", f"{where}.who", f"“{stage.name}”是审核，不能由办理人自己做。", stage.key
        )


def _of_ways(flow: Flow) -> Iterator[Mistake]:
    ways = {stage.key: stage.next for stage in flow.stages}
    after = {key: _after(ways, key) for key in ways}
    begin = flow.stages[0].key
    unworked = _unworked(flow)
    if not any(END in nexts for nexts in ways.values()):
        yield Mistake("no_end", "flow", "流程没有结束：至少要有一个环节之后是“结束”。")
    for place, stage in enumerate(flow.stages):
        where, key, name = f"flow.stages.{place}", stage.key, stage.name
        if key in after[key]:
            text = f"“{name}”之后又会回到它自己。流程不能绕圈，退回不用画在流程里。"
            yield Mistake("circle", f"{where}.next", text, key)
        elif END not in after[key]:
            yield Mistake("no_end", f"{where}.next", f"从“{name}”走不到结束。", key)
        if key != begin and key not in after[begin]:
            yield Mistake("unreachable", where, f"没有环节通向“{name}”。", key)
        if key in unworked and stage.kind == "review":
            text = f"走到“{name}”时还没有人写答复，没有可审核的内容。"
            yield Mistake("review_of_nothing", where, text, key)
        if key in unworked and stage.kind == "dispatch" and END in stage.next:
            text = f"“{name}”之后不能直接结束：还没有人写答复。"
            yield Mistake("unanswered", f"{where}.next", text, key)


def _after(ways: dict[str, list[str]], begin: str) -> frozenset[str]:
    """Everything that may come after a stage, END included; the stage itself only where it lies on a circle."""
    seen: set[str] = set()
    waiting = list(ways[begin])
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += ways.get(key, [])
    return frozenset(seen)


def _unworked(flow: Flow) -> frozenset[str]:
    """The stages a ticket may come to before anybody has written an answer."""
    stages = {stage.key: stage for stage in flow.stages}
    seen: set[str] = set()
    waiting = [flow.stages[0].key]
    while waiting:
        key = waiting.pop()
        if key == END or key in seen:
            continue
        seen.add(key)
        if stages[key].kind != "handle":
            waiting += stages[key].next
    return frozenset(seen)


# ---- everything else ---------------------------------------------------------------------------


def _of_fields(definition: TicketDefinition) -> Iterator[Mistake]:
    keys = _repeated([field.key for field in definition.fields])
    names = _repeated([field.name for field in definition.fields])
    for place, field in enumerate(definition.fields):
        where = f"fields.{place}"
        if field.key in keys:
            yield Mistake("twice", f"{where}.key", f"字段编号“{field.key}”重复。")
        if field.name in names:
            yield Mistake("twice", f"{where}.name", f"字段名称“{field.name}”重复。")
        if field.kind == "choice" and not field.choices:
            yield Mistake("no_choices", f"{where}.choices", f"请填写“{field.name}”的选项。")
        if field.kind != "choice" and field.choices:
            text = f"“{field.name}”不是单选字段，不能有选项。"
            yield Mistake("needless_choices", f"{where}.choices", text)
        if _repeated(field.choices):
            yield Mistake("twice", f"{where}.choices", f"“{field.name}”的选项重复。")


def _of_the_rest(definition: TicketDefinition) -> Iterator[Mistake]:
    if definition.prefix in RESERVED_PREFIXES:
        text = f"编号前缀“{definition.prefix}”是留言用的，请换一个。"
        yield Mistake("reserved_prefix", "prefix", text)
    if _repeated(definition.priorities):
        yield Mistake("twice", "priorities", "紧急程度重复。")
    if definition.priority not in definition.priorities:
        yield Mistake("unknown_priority", "priority", "默认的紧急程度不在可选的紧急程度里。")
    if _repeated(definition.department_ids):
        yield Mistake("twice", "department_ids", "可办理的部门重复。")
    names = _repeated([template.name for template in definition.templates])
    for place, template in enumerate(definition.templates):
        where = f"templates.{place}"
        if template.name in names:
            yield Mistake("twice", f"{where}.name", f"答复模板“{template.name}”重名。")
        for word in _PLACEHOLDER.findall(template.text):
            if word not in PLACEHOLDERS:
                text = f"答复模板“{template.name}”里的 {{{word}}} 不能用，可以用 {{number}}、{{name}}、{{title}}。"
                yield Mistake("unknown_placeholder", f"{where}.text", text)


def _repeated(values: Collection[str]) -> frozenset[str]:
    seen: set[str] = set()
    again: set[str] = set()
    for value in values:
        (again if value in seen else seen).add(value)
    return frozenset(again)
