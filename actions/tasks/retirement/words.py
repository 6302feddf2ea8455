"""The retirement date in words. Pure: answers and region in, contents out."""

from __future__ import annotations

from collections.abc import Sequence

from actions.forms.context import Answers
from actions.forms.fields import SKIP
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.spans import span
from actions.tasks.retirement.calendar import Group, Month, Retirement, retirement_of
from actions.tasks.retirement.form import UNSURE
from actions.tasks.wording import suggest
from core.conversation.content import ChoicesContent, Content

NAMES: dict[Group, str] = {
    "male": "男职工",
    "female_50": "原退休年龄50周岁的女职工",
    "female_55": "原退休年龄55周岁的女职工",
}
SOURCES: dict[Group, str] = {
    "male": "附件1",
    "female_55": "附件2",
    "female_50": "附件3",
}


def groups_of(answers: Answers) -> tuple[Group, ...]:
    """Whose tables apply: one, or both of the women's when she does not know."""
    if answers["retirement_sex"] == "male":
        return ("male",)
    post = answers["retirement_post"]
    if post == UNSURE:
        return ("female_50", "female_55")
    return (post,)


def show_retirement(answers: Answers, region: RegionNumbers, now: Month) -> list[Content]:
    """The date, the flexible span, and whether the contributions will do. `now`: this month."""
    birth = Month.parse(answers["retirement_birth"])
    paid = answers["retirement_paid"]
    groups = groups_of(answers)
    parts = [
        "\n".join(
            _lines(
                NAMES[group] if len(groups) > 1 else "",
                retirement_of(birth, group, region),
                None if paid == SKIP else int(paid),
                region,
                now,
            )
        )
        for group in groups
    ]
    if len(groups) > 1:
        parts.append("按50岁还是55岁起算，由单位按岗位和身份申报、社保经办机构核定。")
    parts.append(_sources(groups))
    choices = [suggest("帮我估算养老金"), suggest("提前退休怎么申请"), HUMAN]
    return [ChoicesContent(text="\n\n".join(parts), choices=choices)]


def _lines(
    name: str, result: Retirement, paid: int | None, region: RegionNumbers, now: Month
) -> list[str]:
    who = f"{name}：" if name else ""
    past = "已经在" if result.legal <= now else "在"
    lines = [f"{who}法定退休时间{past}{result.legal}，{span(result.age, age=True)}。"]
    if result.delay:
        lines.append(f"比原来的{result.original}延迟{result.delay}个月。")
    else:
        lines.append("在改革前已经到龄，不延迟。")
    if result.delay:
        # Article 3 is for those who reach the age from 2025 on, and early for those with enough contributions.
        lines.append(
            f"弹性退休：缴费年限够的，最早{result.earliest}；和单位商量好，最晚可以到{result.latest}。"
        )
    lines.append(f"{result.legal.year}年退休，养老保险最少要缴满{span(result.needed)}。")
    if paid is not None:
        lines.append(_enough(result, paid, now))
    return lines


def _enough(result: Retirement, paid: int, now: Month) -> str:
    if paid >= result.needed:
        return f"您已经缴了{span(paid)}，年限够了。"
    left = max(0, result.legal.since(now))
    missing = result.needed - paid
    if missing <= left:
        return f"您已经缴了{span(paid)}，还差{span(missing)}；一直缴到退休，年限是够的。"
    return (
        f"您已经缴了{span(paid)}，就算一直缴到退休还差{span(missing - left)}；"
        "到时可以按规定延长缴费或者一次性缴费补足，具体请问社保经办机构。"
    )


def _sources(groups: Sequence[Group]) -> str:
    annexes = "、".join(SOURCES[group] for group in groups)
    return (
        f"依据：《国务院关于渐进式延迟法定退休年龄的办法》第一条至第三条及{annexes}、附件4。"
        "特殊工种、病退等另有规定；出生日期和身份以档案为准，由社保经办机构核定。"
    )
