"""What is told about service halls. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from actions.replies import HUMAN
from actions.tasks.halls import choose
from actions.tasks.wording import suggest
from core.conversation.business import ServiceHall
from core.conversation.content import Choice, ChoicesContent, Content

# More halls than these are a list to search in, not an answer.
MOST_HALLS = 3
MOST_CHOICES = 11
NOT_NOW = "服务大厅的信息暂时查不到。您可以拨打12329公积金热线或12333社保热线询问，也可以转人工。"
BOOK = suggest("我要预约服务大厅")


def answer(text: str, halls: Sequence[ServiceHall]) -> Content:
    """The halls the question is about, or the question where the citizen wants to go."""
    if not halls:
        return ChoicesContent(text=NOT_NOW, choices=[HUMAN])
    business = choose.named_business(text)
    fitting = choose.doing(halls, business) or list(halls)
    named = choose.named_in(text, fitting)
    if not named and len(fitting) > MOST_HALLS:
        return _which_district(text, fitting, business)
    shown = (named or fitting)[:MOST_HALLS]
    if choose.asks_facility(text):
        return _call(shown)
    lines = ["为您查到这些服务大厅：", *map(_describe, shown)]
    more = len(named or fitting) - len(shown)
    if more > 0:
        lines.append(f"还有{more}个，说“公积金”或“社保”我可以帮您挑出来。")
    return ChoicesContent(text="\n".join(lines), choices=[BOOK])


def _which_district(
    text: str, halls: Sequence[ServiceHall], business: str | None
) -> ChoicesContent:
    districts = list(dict.fromkeys(hall.district for hall in halls))
    if choose.asks_facility(text):
        head = (
            "大厅里的设施我没有可靠的资料，最好打电话问那个大厅。您要去哪个区的大厅？我把电话给您。"
        )
    elif unknown := choose.unknown_district(text, halls):
        head = f"没有查到{unknown}的服务大厅。这些区有，您想去哪里办？"
    elif choose.asks_nearest(text):
        head = "我看不到您的位置。告诉我您在哪个区，我来找近的大厅："
    else:
        head = "各区都有服务大厅，您想去哪里办？"
    what = f"{business}服务大厅" if business else "服务大厅"
    choices = [Choice(label=d, value=f"{d}的{what}在哪里") for d in districts[:MOST_CHOICES]]
    return ChoicesContent(text=head, choices=choices)


def _call(halls: Sequence[ServiceHall]) -> Content:
    lines = ["大厅里的设施我没有可靠的资料，请打电话问一下："]
    lines += [f"📞 {hall.name}：{hall.phone}（{hall.hours}）" for hall in halls]
    return ChoicesContent(text="\n".join(lines), choices=[HUMAN])


def _describe(hall: ServiceHall) -> str:
    does = f"\n办理：{'、'.join(hall.businesses)}" if hall.businesses else ""
    return f"📍 {hall.name}（{hall.district}）\n地址：{hall.address}\n电话：{hall.phone}\n时间：{hall.hours}{does}"
