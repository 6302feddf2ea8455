"""Why a ticket went where it did: steps as they are stored, and in Chinese sentences. Pure.

They are kept in the history as {"why": [step, ...]}, with the names of that day, so that the answer stays true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Step = dict[str, Any]

# As many candidates are kept with a step; the rest is a number.
MOST_EXPLAINED = 8
_STRATEGIES = {"least_loaded": "手上工单最少的优先", "round_robin": "轮流分配，最久没有轮到的优先"}


def rule(name: str, to: str, *, is_person: bool) -> Step:
    return {"kind": "rule", "rule": name, "to": to, "is_person": is_person}


def rule_gone(name: str, what: str) -> Step:
    """`what`: department or person; it is no longer there."""
    return {"kind": "rule_gone", "rule": name, "what": what}


def rule_empty(name: str, department: str) -> Step:
    return {"kind": "rule_empty", "rule": name, "department": department}


def rule_refused(name: str, department: str) -> Step:
    """The department has given this ticket back."""
    return {"kind": "rule_refused", "rule": name, "department": department}


def rule_not_for_type(name: str, department: str) -> Step:
    return {"kind": "rule_not_for_type", "rule": name, "department": department}


def no_rule() -> Step:
    return {"kind": "no_rule"}


def stage(name: str, who: str) -> Step:
    """The flow names who does it; `who` as in words."""
    return {"kind": "stage", "stage": name, "who": who}


def stage_gone(name: str, who: str) -> Step:
    """The flow names somebody who is not there."""
    return {"kind": "stage_gone", "stage": name, "who": who}


def returned(department: str) -> Step:
    return {"kind": "returned", "department": department}


def handler_again(person: str) -> Step:
    return {"kind": "handler_again", "person": person}


def kept(department: str, person: str) -> Step:
    return {"kind": "kept", "department": department, "person": person}


def gone(person: str) -> Step:
    """Who had it can no longer work on it."""
    return {"kind": "gone", "person": person}


def dispatcher(person: str) -> Step:
    """`person` is empty for everybody who may dispatch."""
    return {"kind": "dispatcher", "person": person}


def away(names: Sequence[str], person: str) -> Step:
    """`names`: who was meant and those who stand in but are absent too; `person`: who does it."""
    return {"kind": "away", "names": list(names), "person": person}


def away_nobody(names: Sequence[str], *, circle: bool) -> Step:
    return {"kind": "away_nobody", "names": list(names), "circle": circle}


def chosen(strategy: str, people: Sequence[tuple[str, int]]) -> Step:
    """`people` as (name, open tickets), best first."""
    shown = [{"name": name, "open": number} for name, number in people[:MOST_EXPLAINED]]
    return {
        "kind": "chosen", "strategy": strategy, "chosen": people[0][0], "number": len(people),
        "people": shown,
    }  # fmt: skip


def anybody(department: str) -> Step:
    return {"kind": "anybody", "department": department}


def everybody_away(department: str) -> Step:
    return {"kind": "everybody_away", "department": department}


def explain(steps: Iterable[Any]) -> list[str]:
    """Sentences for people, in order. Never raises: what is unknown is left out."""
    return [line for step in steps if isinstance(step, Mapping) and (line := _sentence(step))]


def _sentence(step: Mapping[str, Any]) -> str:
    try:
        return _SENTENCES[str(step.get("kind"))](step)
    except (KeyError, TypeError):
        return ""


def _rule(step: Mapping[str, Any]) -> str:
    how = "分给" if step["is_person"] else "分到"
    return f"符合规则“{step['rule']}”，{how}{step['to']}。"


def _chosen(step: Mapping[str, Any]) -> str:
    names = "、".join(f"{each['name']} {each['open']} 张" for each in step["people"])
    more = "等" if step["number"] > len(step["people"]) else ""
    how = _STRATEGIES.get(step["strategy"], "")
    return f"{how}：在 {step['number']} 人中选中{step['chosen']}（手上工单：{names}{more}）。"


def _away_nobody(step: Mapping[str, Any]) -> str:
    names = "、".join(step["names"])
    if step["circle"]:
        return f"{names}都缺席，代办人绕成了一圈，由部门内先受理的人办理。"
    return f"{names}缺席，没有可用的代办人，由部门内先受理的人办理。"


_GONE = {"department": "部门已撤销", "person": "办理人已停用"}
_SENTENCES = {
    "rule": _rule,
    "rule_gone": lambda s: f"规则“{s['rule']}”也符合，但它指定的{_GONE[s['what']]}，跳过。",
    "rule_empty": lambda s: f"规则“{s['rule']}”也符合，但{s['department']}里没有能办理的人，跳过。",
    "rule_refused": lambda s: f"规则“{s['rule']}”也符合，但{s['department']}退回过这张工单，跳过。",
    "rule_not_for_type": lambda s: (
        f"规则“{s['rule']}”也符合，但这类工单不能分到{s['department']}，跳过。"
    ),
    "no_rule": lambda s: "没有规则指定由谁办理。",
    "stage": lambda s: f"流程规定“{s['stage']}”由{s['who']}办理。",
    "stage_gone": lambda s: (
        f"流程规定“{s['stage']}”由{s['who']}办理，但现在没有能办理的人（自己写的答复不能自己审核）。"
    ),
    "returned": lambda s: (
        f"{s['department']}退回，交分派人员重新分派。"
        if s["department"]
        else "退回，交分派人员重新分派。"
    ),
    "handler_again": lambda s: f"之前由{s['person']}答复，仍由其办理。",
    "kept": lambda s: f"仍由{s['person']}办理。" if s["person"] else f"仍由{s['department']}办理。",
    "gone": lambda s: (
        f"{s['person']}已停用，不能再办理。" if s["person"] else "原办理人已停用，不能再办理。"
    ),
    "dispatcher": lambda s: (
        f"交给分派人员{s['person']}。" if s["person"] else "交给有分派权限的人员。"
    ),
    "away": lambda s: f"{'、'.join(s['names'])}缺席，由{s['person']}代办。",
    "away_nobody": _away_nobody,
    "chosen": _chosen,
    "anybody": lambda s: f"由{s['department']}里先受理的人办理。",
    "everybody_away": lambda s: (
        f"{s['department']}的人都缺席，也没有代办人，由回来后先受理的人办理。"
    ),
}
