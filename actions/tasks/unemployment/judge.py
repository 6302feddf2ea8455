"""Whether the unemployment benefit may be drawn, and for how many months at most. Pure.

中华人民共和国社会保险法 articles 45 and 46; 实施《中华人民共和国社会保险法》若干规定 (人力资源社会保障部令第13号)
article 13 for what counts as losing work against one's will. How many months within the upper limit it really is,
each province decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from actions.forms.context import Answers
from actions.region import RegionNumbers

# Reasons that are against one's own will, article 13 of 人力资源社会保障部令第13号.
INVOLUNTARY = ("dismissed", "expired", "agreed", "forced")


@dataclass(frozen=True)
class Benefit:
    """`most`: months at most, 0 when nothing can be drawn. `obstacles` and `grounds` in words."""

    most: int
    obstacles: tuple[str, ...]
    grounds: tuple[str, ...]


def judge_benefit(answers: Answers, region: RegionNumbers) -> Benefit:
    """For the form's answers: `unemployment_months`, `unemployment_reason`, `unemployment_registered`."""
    obstacles, grounds = [], []
    months = int(answers["unemployment_months"])
    needed = region.whole("si.unemployment_min_months")
    if months < needed:
        obstacles.append(f"失业保险要缴满{needed}个月，您目前是{months}个月")
    else:
        grounds.append(f"失业保险已缴满{needed}个月")
    if answers["unemployment_reason"] in INVOLUNTARY:
        grounds.append("不是因本人意愿中断就业")
    else:
        obstacles.append("自己主动辞职的，一般不能领")
    if answers["unemployment_registered"] == "yes":
        grounds.append("已办失业登记，愿意找工作")
    else:
        obstacles.append("还要先办失业登记，并且愿意找工作")
    return Benefit(
        most=0 if obstacles else most_months(months, region),
        obstacles=tuple(obstacles),
        grounds=tuple(grounds),
    )


def most_months(months: int, region: RegionNumbers) -> int:
    """The longest time of benefit for so many months of contributions; 0 below the first step."""
    steps = region.table("si.unemployment_most_months")
    reached = [int(most) for least, most in steps.items() if months >= int(least)]
    return max(reached, default=0)
