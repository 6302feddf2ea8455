"""Why a conversation went where it did: steps as they are stored, and in Chinese sentences. Pure.

`Assignment.reason` is {"how", "waited_seconds", "by", "steps": [step, ...]}; `QueueEntry.route` is the
steps so far. Names are stored as they were on that day, so that the answer stays true afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handoff.routing.case import Step
from handoff.routing.priority import Part

_HOW = {
    "next": "坐席点“接入下一位”领取，这是他能接的人里排在最前面的。",
    "picked": "坐席从排队列表里点选了这位市民。",
    "pushed": "系统自动分配。",
    "claimed": "坐席从队列中接入。",
    "taken_over": "坐席从智能助手处接管，没有排队。",
}
_STRATEGIES = {"least_loaded": "手上会话最少的优先", "round_robin": "轮流分配，最久没有接到的优先"}
_WANTED = {
    "asked": "市民要找之前为他服务的{agent}",
    "designated": "这位市民有指定坐席{agent}",
    "rule": "分配规则要先找{agent}",
    "familiar": "{agent}最近为这位市民服务过",
}
_PARTS = {
    "customer_group": "客户分组“{value}”",
    "tag": "标签“{value}”",
    "business": "业务“{value}”",
    "age": "年满 {value} 岁",
    "transferred": "转接而来",
}


def handoff_rule_step(group: str) -> Step:
    """The rule that handed over names the group."""
    return {"kind": "handoff_rule", "group": group}


def priority_step(points: int, parts: Sequence[Part]) -> Step:
    shown = [{"of": part.of, "value": part.value, "points": part.points} for part in parts]
    return {"kind": "priority", "points": points, "parts": shown}


def wanted_step(why: str, agent: str, seconds: int) -> Step:
    """Somebody is waited for by name. `why`: asked, designated, rule or familiar."""
    return {"kind": "wanted", "why": why, "agent": agent, "seconds": seconds}


def wanted_away_step(why: str, agent: str) -> Step:
    return {"kind": "wanted_away", "why": why, "agent": agent}


def overflow_step(group: str, to: str, seconds: int) -> Step:
    """`to` is empty for anybody."""
    return {"kind": "overflow", "group": group, "to": to, "seconds": seconds}


def moved_step(by: str, to: str) -> Step:
    """A supervisor moved it to another group's line; `to` is empty for anybody."""
    return {"kind": "moved", "by": by, "to": to}


def transferred_step(by: str, to: str) -> Step:
    return {"kind": "transferred", "by": by, "to": to}


def handed_over_step(by: str) -> Step:
    """A colleague gave it to the agent."""
    return {"kind": "handed_over", "by": by}


def reprioritised_step(by: str, points: int) -> Step:
    return {"kind": "reprioritised", "by": by, "points": points}


def reassigned_step(by: str) -> Step:
    return {"kind": "reassigned", "by": by}


def reason(
    how: str, *, steps: Sequence[Step] = (), waited_seconds: float | None = None, by: str = ""
) -> dict[str, Any]:
    """What an assignment keeps. `by`: the account that decided, where it was not the agent."""
    kept: dict[str, Any] = {"how": how, "steps": list(steps)}
    if waited_seconds is not None:
        kept["waited_seconds"] = round(waited_seconds, 1)
    return kept | ({"by": by} if by else {})


def explain(reason: Mapping[str, Any], *, trigger: str = "") -> list[str]:
    """Sentences for people, in the order in which it came about. Never raises: what is unknown is left out.

    `trigger` is the assignment's; for those kept before there were steps.
    """
    lines = [line for step in reason.get("steps") or [] if (line := _sentence(step))]
    waited = reason.get("waited_seconds")
    if isinstance(waited, int | float):
        lines.append(f"排队 {duration(waited)}。")
    how = _HOW.get(str(reason.get("how") or trigger))
    if how is not None:
        lines.append(how)
    elif trigger == "transferred" and not any("转" in line for line in lines):
        lines.append("由同事转接而来。")
    return lines


def duration(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole} 秒" if whole < 120 else f"{whole // 60} 分钟"


def _sentence(step: Any) -> str:
    if not isinstance(step, Mapping):
        return ""
    try:
        return _written(step)
    except (KeyError, TypeError, ValueError):
        return ""  # a step of another edition of this program


def _written(step: Mapping[str, Any]) -> str:
    match step.get("kind"):
        case "handoff_rule":
            return f"转人工规则指定由“{step['group']}”接待。"
        case "rule":
            return f"分配规则“{step['rule']}”符合，排到“{step['group']}”。"
        case "rule_empty":
            name = f"“{step['group']}”没有成员" if step["group"] else "的技能组已不存在"
            return f"分配规则“{step['rule']}”符合，但{name}，继续看后面的规则。"
        case "business":
            return f"“{step['business']}”业务由“{step['group']}”负责。"
        case "anybody":
            return "没有符合的分配规则，所有坐席都可以接待。"
        case "wanted":
            who = _WANTED[step["why"]].format(agent=step["agent"])
            return f"{who}，先等{step['agent']} {duration(step['seconds'])}。"
        case "wanted_away":
            who = _WANTED[step["why"]].format(agent=step["agent"])
            return f"{who}，但{step['agent']}现在接不了，由其他坐席接待。"
        case "wanted_free":
            return f"要等的{step['agent']}有空，直接分给{step['agent']}。"
        case "priority":
            return _points(step)
        case "overflow":
            to = f"“{step['to']}”" if step["to"] else "所有坐席"
            return f"“{step['group']}”{duration(step['seconds'])}内没有接起，溢出到{to}，排队时间照算。"
        case "moved":
            to = f"“{step['to']}”" if step["to"] else "所有坐席"
            return f"{step['by']}把排队改到{to}。"
        case "transferred":
            return f"{step['by']}转到“{step['to']}”。"
        case "handed_over":
            return f"{step['by']}转接给他。"
        case "reprioritised":
            return f"{step['by']}把优先级改为 {step['points']}。"
        case "reassigned":
            return f"由{step['by']}指派。"
        case "candidates":
            return _compared(step)
    return ""


def _points(step: Mapping[str, Any]) -> str:
    if not step["parts"]:
        return ""
    named = "、".join(
        f"{_PARTS[part['of']].format(value=part['value'])} {part['points']:+d}"
        for part in step["parts"]
    )
    return f"优先级 {step['points']}：{named}。"


def _compared(step: Mapping[str, Any]) -> str:
    agents = "，".join(
        f"{each['name']} {each['active']}/{each['capacity']}" for each in step["agents"]
    )
    rest = step["number"] - len(step["agents"])
    more = f"等 {step['number']} 人" if rest > 0 else ""
    return f"可接待的坐席：{agents}{more}；{_STRATEGIES[step['strategy']]}，选了{step['chosen']}。"
