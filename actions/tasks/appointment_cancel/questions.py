"""The questions of the form that shows and cancels an appointment (domain.yml: appointment_cancel_form)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.forms.context import Answers, Checked, EndForm, Handled, TaskContext
from actions.forms.entries import SUBMIT, ConfirmField, PhoneField
from actions.forms.fields import Entity, Field, Option, Problem, Read, words
from actions.forms.form import Form
from actions.forms.turn import Turn
from actions.replies import HUMAN
from actions.tasks.appointment.memory import booked_last
from actions.tasks.appointment.offers import gateway_of
from actions.tasks.appointment.words import BOOK, describe
from core.conversation.business import Appointment
from core.conversation.business_errors import AppointmentNotFound, RequestRefused

NUMBER, PHONE, CONFIRM = (
    "appointment_cancel_number",
    "appointment_cancel_phone",
    "appointment_cancel_confirm",
)
KEEP, MOVE, OTHER = "keep", "move", "other"
# Letters and digits together, or a run of digits that is no phone number.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*\d)[A-Za-z][A-Za-z0-9-]{5,31}(?![A-Za-z0-9])"
)
_DIGITS = re.compile(r"(?<!\d)\d{6,20}(?!\d)")
_PHONE_DIGITS = 11
FOUND = "查到您的预约："
NOT_FOUND = "没有找到这个预约，请核对预约号和手机号后再填一次。"


@dataclass(frozen=True)
class NumberField(Field):
    """The number of an appointment; only its hook reads it, for the system alone knows what it looks like."""

    @property
    def expected(self) -> str:
        return "请填预约成功时给您的预约号（字母和数字）；找不到的话，可以打大厅电话或者转人工"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        return None


def read_number(text: str) -> str | None:
    """The number as the system writes it, in capitals."""
    found = _NUMBER.search(text)
    if found is not None:
        return found.group().upper()
    digits = [m.group() for m in _DIGITS.finditer(text) if len(m.group()) != _PHONE_DIGITS]
    return digits[0] if digits else None


async def hear_number(
    turn: Turn, answers: Answers, context: TaskContext, opening: bool
) -> Handled | None:
    """The number, perhaps with the phone; at the opening the appointment booked last in this conversation."""
    number = read_number(turn.text)
    if number is None:
        last = booked_last(context) if opening else None
        return await _look_up(*last, context) if last else None
    read = PHONE_FIELD.read("", turn.entities)
    if isinstance(read, Read):
        return await _look_up(number, str(read.value), context)
    return Handled({NUMBER: number})


async def check_phone(value: Any, answers: Answers, context: TaskContext) -> Checked:
    handled = await _look_up(str(answers[NUMBER]), str(value), context)
    if handled.updates[NUMBER] is None:
        return Checked(problem=handled.note, also={NUMBER: None})
    return Checked(value, note=handled.note)


async def check_confirm(value: Any, answers: Answers, context: TaskContext) -> Checked:
    return Checked(None, also={NUMBER: None, PHONE: None}) if value == OTHER else Checked(value)


async def _look_up(number: str, phone: str, context: TaskContext) -> Handled:
    """What is booked under number and phone. Which of the two is wrong is not told."""
    try:
        found = await gateway_of(context).appointment(number, phone)
    except (AppointmentNotFound, RequestRefused):
        return Handled({NUMBER: None, PHONE: None}, NOT_FOUND)
    _refuse_past(found)
    return Handled({NUMBER: number, PHONE: phone}, f"{FOUND}\n{describe(found)}")


def _refuse_past(found: Appointment) -> None:
    if found.status == "booked":
        return
    why = "已经取消了，不用再取消" if found.status == "cancelled" else "已经过期了，不能再取消"
    raise EndForm(f"{FOUND}\n{describe(found)}\n这个预约{why}。", [BOOK, HUMAN])


PHONE_FIELD = PhoneField(
    slot=PHONE,
    topic="手机号",
    question="请填预约时留的手机号。",
    keywords=words("手机 电话"),
    check=check_phone,
)

CANCEL_FORM = Form(
    name="appointment_cancel_form",
    intent="cancel_appointment",
    title="预约查询和取消",
    fields=(
        NumberField(
            slot=NUMBER,
            topic="预约号",
            question="请告诉我预约号（预约成功时给您的，字母和数字）。",
            handle=hear_number,
        ),
        PHONE_FIELD,
        ConfirmField(
            slot=CONFIRM,
            topic="怎么处理",
            question="要取消这个预约吗？",
            choices=(
                Option(SUBMIT, "确认取消", words("取消 确认 是 是的 对 对的 好 好的 可以 取消吧 嗯 要 取消预约")),
                Option(MOVE, "取消后重新约", words("改时间 改期 换时间 改约 重新约 改天 换一天")),
                Option(KEEP, "不取消了", words("不取消 保留 留着 不用取消 先留着 不用了 不 不要")),
                Option(OTHER, "不是这个预约", words("不是这个 别的预约 另一个 换一个")),
            ),
            check=check_confirm,
        ),
    ),
)  # fmt: skip
