"""Shows an appointment to whoever knows its number and phone, and cancels it."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, Prepared, TaskContext
from actions.forms.form import Task
from actions.forms.turn import Turn
from actions.replies import HUMAN
from actions.tasks.appointment.memory import FORGOTTEN
from actions.tasks.appointment.offers import gateway_of
from actions.tasks.appointment.words import BOOK, HALLS, when
from actions.tasks.appointment_cancel.questions import (
    CANCEL_FORM,
    CONFIRM,
    KEEP,
    MOVE,
    NUMBER,
    PHONE,
)
from core.conversation.business_errors import AppointmentNotFound, TooLate
from core.conversation.content import ChoicesContent, TextContent

KEPT = "好的，预约给您留着，请按时来办。"
TOO_LATE = "这个预约的时间已经到了或者过了，不能在这里取消。不去了也没关系；要改时间可以重新约。"


def _prepare(turn: Turn, context: TaskContext) -> Prepared:
    gateway_of(context)
    return Prepared()


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    if answers[CONFIRM] == KEEP:
        return Outcome([ChoicesContent(text=KEPT, choices=[HALLS])])
    try:
        cancelled = await gateway_of(context).cancel(answers[NUMBER], answers[PHONE])
    except TooLate:
        return Outcome([ChoicesContent(text=TOO_LATE, choices=[BOOK, HUMAN])])
    except AppointmentNotFound as refusal:
        again = dict.fromkeys((NUMBER, PHONE, CONFIRM))
        return Outcome([TextContent(text=refusal.message)], reopen=again)
    text = f"{cancelled.hall.name}{when(cancelled)}的预约已经取消。"
    if answers[CONFIRM] == MOVE:
        text += "点下面的按钮，马上重新约。"
    return Outcome([ChoicesContent(text=text, choices=[BOOK, HALLS])], remember=FORGOTTEN)


TASK = Task(CANCEL_FORM, _finish, prepare=_prepare)
