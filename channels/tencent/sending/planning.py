"""What goes out now of everything that waits for one citizen, in which bubbles, and what becomes of the rest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from channels.tencent.rendering.bubbles import Bubble, TextBubble
from channels.tencent.replies.quota import Rules
from channels.tencent.sending.merging import merged
from channels.tencent.sending.service_lines import Weight, outdates


@dataclass(frozen=True)
class Waiting:
    """A message that waits. `done`: how many of its bubbles were taken before. `line`: the kind of an activity line.

    `late`: a line put above its words where they come much later than they were written. `alone`: it is not merged.
    """

    id: str
    bubbles: tuple[Bubble, ...]
    weight: Weight
    done: int = 0
    line: str = ""
    numbered: bool = False
    late: str = ""
    alone: bool = False


@dataclass(frozen=True)
class Group:
    """One bubble to send. `upto`: by message, how many of its bubbles are taken once this one is."""

    bubble: Bubble
    upto: dict[str, int]
    weight: Weight
    numbered: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Plan:
    """`groups`: to be sent, in order. Of the rest: `held` waits for the citizen, `carried` for another bubble,
    `dropped` is not sent at all. A message may be in `groups` and, for what is left of it, in `held`."""

    groups: list[Group] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def plan(waiting: Sequence[Waiting], left: int, rules: Rules) -> Plan:
    """What to do with `waiting`, in order, when `left` replies are allowed.

    Everything that fits into one bubble goes in one. Words and answers go first where replies are short; a line about
    the service never takes the last one.
    """
    dropped = {each.id for n, each in enumerate(waiting) if _is_void(each, waiting[n + 1 :], rules)}
    kept = [each for each in waiting if each.id not in dropped]
    groups = _whole(_grouped(kept, rules))
    wanted = sum(group.weight is Weight.MATTERS for group in groups)
    for_words, for_lines = min(wanted, left), max(0, left - wanted - 1)
    chosen: list[Group] = []
    for group in groups:
        if group.weight is Weight.MATTERS:
            if not for_words:
                break  # nobody overtakes what has to wait
            for_words -= 1
        elif group.weight is Weight.SENT and for_lines:
            for_lines -= 1
        else:
            continue
        chosen.append(group)
    reached: dict[str, int] = {}
    for group in chosen:
        reached |= group.upto
    rest = [each for each in kept if reached.get(each.id, each.done) < len(each.bubbles)]
    return Plan(
        chosen,
        held=[each.id for each in rest if each.weight is Weight.MATTERS],
        carried=[each.id for each in rest if each.weight is not Weight.MATTERS],
        dropped=sorted(dropped),
    )


def _is_void(line: Waiting, behind: Sequence[Waiting], rules: Rules) -> bool:
    if line.weight is Weight.NEVER or line.line in rules.elsewhere:
        return True
    return not line.done and any(outdates(each.line, line.line) for each in behind)


def _whole(groups: list[Group]) -> list[Group]:
    """A bubble that leads up to one with words in it is worth as much: a message is not begun in its middle."""
    leading: set[str] = set()
    whole: list[Group] = []
    for group in reversed(groups):
        if group.weight is not Weight.MATTERS and leading & set(group.upto):
            group = replace(group, weight=Weight.MATTERS)
        if group.weight is Weight.MATTERS:
            leading |= set(group.upto)
        whole.append(group)
    return whole[::-1]


def _grouped(waiting: Sequence[Waiting], rules: Rules) -> list[Group]:
    groups: list[Group] = []
    dated = ""
    for each in waiting:
        for number in range(each.done, len(each.bubbles)):
            bubble = each.bubbles[number]
            if number == 0 and each.late and each.late != dated:
                dated = each.late
                bubble = merged(TextBubble(each.late), bubble, rules) or bubble
            one = Group(bubble, {each.id: number + 1}, each.weight, each.numbered, each.alone)
            joined = _joined(groups[-1], one, rules) if groups else None
            if joined is None:
                groups.append(one)
            else:
                groups[-1] = joined
    return groups


def _joined(first: Group, second: Group, rules: Rules) -> Group | None:
    # Two numbered lists in one bubble: nobody knows which one a number means.
    if first.alone or second.alone or (first.numbered and second.numbered):
        return None
    bubble = merged(first.bubble, second.bubble, rules)
    if bubble is None:
        return None
    return Group(
        bubble,
        first.upto | second.upto,
        max(first.weight, second.weight),
        first.numbered or second.numbered,
    )
