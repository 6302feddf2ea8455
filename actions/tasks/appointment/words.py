"""What is said about an appointment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.replies import HUMAN
from actions.tasks.appointment.affairs import BY_VALUE
from actions.tasks.appointment.fields import show_day, show_span
from actions.tasks.wording import suggest
from core.clock import LOCAL_ZONE
from core.conversation.business import Appointment
from core.conversation.content import ChoicesContent, Content

CANCEL = suggest("取消预约")
HALLS = suggest("服务大厅在哪里")
BOOK = suggest("我要预约服务大厅")
STATES = {"booked": "已预约", "cancelled": "已取消", "over": "已经过期"}
ALREADY = (
    "这个手机号已经约了同一类业务，一个手机号同一类业务只能有一个预约。"
    "想换时间的话，先取消原来的，再重新约。"
)
UNCERTAIN = (
    "业务系统暂时没有响应，还不能确定有没有约上。请稍后点“继续办理”再提交一次，不会重复预约。"
)


def show_booked(booked: Appointment, affair: str) -> list[Content]:
    """The confirmation: number, when, where, what to bring."""
    chosen = BY_VALUE[affair]
    hall = booked.hall
    lines = [
        f"预约成功，您的预约号是{booked.number}。",
        f"• 时间：{when(booked)}",
        f"• 地点：{hall.name}，{hall.address}",
        f"• 电话：{hall.phone}",
        f"• 事项：{chosen.label}",
        "请带本人身份证原件，提前几分钟到。其他材料要看办什么事，可以点下面的按钮查。",
        "取消或查询要用预约号和手机号，请记好预约号。",
    ]
    text = "\n".join(lines)
    return [ChoicesContent(text=text, choices=[suggest(chosen.papers), CANCEL, HALLS])]


def describe(one: Appointment) -> str:
    """An appointment as it stands, for the citizen who has given its number and phone."""
    return "\n".join(
        [
            f"预约号{one.number}（{STATES[one.status]}）",
            f"• 时间：{when(one)}",
            f"• 地点：{one.hall.name}，{one.hall.address}",
            f"• 业务：{one.business}",
            f"• 预约人：{one.name_masked}，手机{one.phone_masked}",
        ]
    )


def when(one: Appointment) -> str:
    """11月24日 周二 9:00-9:30"""
    start, end = one.start.astimezone(LOCAL_ZONE), one.end.astimezone(LOCAL_ZONE)
    return f"{show_day(start.date().isoformat())} {show_span(start, end)}"


def show_already() -> list[Content]:
    return [ChoicesContent(text=ALREADY, choices=[CANCEL, HALLS, HUMAN])]


def taken(hall: Mapping[str, Any], slot: Mapping[str, Any], day: str, left: bool) -> str:
    start = slot["start"].split("T")[1][:5].removeprefix("0")
    said = f"{show_day(day)}{start}刚刚被别人约走了，还没有给您约上。"
    rest = (
        "您填的其他内容都在，请另选一个时段。"
        if left
        else f"{hall['name']}这一天也约满了，请换一天。"
    )
    return f"{said}{rest}"
