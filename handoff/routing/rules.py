"""For which skill group a conversation waits: rules in their order, then the groups' businesses. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handoff.routing.case import Case, Group, Step

# What a rule may ask about, each a list of values one of which must hold.
CONDITIONS = (
    "business", "inbox", "channel", "sub_channel", "region", "tag", "customer_group", "language",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """`conditions`: by name of CONDITIONS; all must hold, one without values always does.

    `agent_id`: waited for first; None: nobody by name.
    """

    name: str
    group_id: str
    conditions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    agent_id: str | None = None


@dataclass(frozen=True)
class Route:
    """`group_id` None: anybody. `steps` say which rules were looked at to the end. `agent_id`: waited for first."""

    group_id: str | None
    steps: tuple[Step, ...]
    agent_id: str | None = None


def matches(rule: Rule, case: Case) -> bool:
    return all(
        not values or any(_holds(name, value, case) for value in values)
        for name, values in rule.conditions.items()
    )


def _holds(name: str, value: str, case: Case) -> bool:
    match name:
        case "tag":
            return value in case.tags
        case "sub_channel":
            # Pages are named by their path: /loan/* is everything below it.
            if value.endswith("*"):
                return case.sub_channel.startswith(value[:-1])
            return case.sub_channel == value
        case "region":
            # A district belongs to its city: 示例市 also means 示例市高新区.
            return bool(case.region) and case.region.startswith(value)
        case _:
            known = getattr(case, name)
            return known is not None and known == value


def route(case: Case, rules: Sequence[Rule], groups: Mapping[str, Group]) -> Route:
    """The first rule that matches and whose group has members; else the group of the business.

    A group that is gone or empty is passed over, and written down: nobody would ever come.
    """
    steps: list[Step] = []
    for rule in rules:
        if not matches(rule, case):
            continue
        group = groups.get(rule.group_id)
        if group is None or not group.members:
            steps.append(
                {"kind": "rule_empty", "rule": rule.name, "group": group.name if group else ""}
            )
            continue
        steps.append({"kind": "rule", "rule": rule.name, "group": group.name})
        return Route(group.id, tuple(steps), rule.agent_id)
    if case.business is not None:
        for group in groups.values():
            if case.business in group.businesses and group.members:
                steps.append({"kind": "business", "business": case.business, "group": group.name})
                return Route(group.id, tuple(steps))
    steps.append({"kind": "anybody"})
    return Route(None, tuple(steps))
