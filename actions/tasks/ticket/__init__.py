"""How the citizen's ticket stands, and asking to hurry it."""

from __future__ import annotations

from actions.forms.context import Answers, EndForm, Outcome, Prepared, TaskContext
from actions.forms.fields import SKIP
from actions.forms.form import Task
from actions.forms.turn import Turn
from actions.replies import HUMAN
from actions.tasks.ticket.form import (
    FILE_ONE,
    NO_URGING,
    NOT_FOUND,
    NUMBER,
    PHONE,
    TICKET_FORM,
    URGE,
    lookup_of,
)
from actions.tasks.ticket.words import describe
from actions.tasks.wording import suggest
from core.conversation.content import ChoicesContent
from core.conversation.ports import UrgeTicket
from core.errors import TooManyRequests

WAITING = "好的，有进展可以随时再来查。"


def _prepare(turn: Turn, context: TaskContext) -> Prepared:
    lookup_of(context)
    return Prepared()


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    number = str(answers[NUMBER])
    phone = None if answers[PHONE] == SKIP else str(answers[PHONE])
    if answers[URGE] == "yes":
        # The desk says whether it could be done.
        return Outcome([], [UrgeTicket(number, phone)])
    if answers[URGE] != NO_URGING:
        return Outcome([ChoicesContent(text=WAITING, choices=[suggest("查工单进度"), HUMAN])])
    try:
        ticket = await lookup_of(context).by_number(context.sender, number, phone)
    except TooManyRequests as error:
        raise EndForm(error.message, [HUMAN]) from None
    if ticket is None:
        raise EndForm(NOT_FOUND, [HUMAN])
    return Outcome([ChoicesContent(text=describe(ticket), choices=[HUMAN, FILE_ONE])])


TASK = Task(TICKET_FORM, _finish, prepare=_prepare)
