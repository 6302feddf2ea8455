"""The questions of the ticket form (domain.yml: ticket_form): which ticket, whose, and whether to hurry it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.forms.choices import AGREED_WORDS, ChoiceField, yes_no
from actions.forms.context import Answers, Checked, EndForm, Handled, TaskContext
from actions.forms.entries import PhoneField
from actions.forms.fields import SKIP, Option, Read, words
from actions.forms.form import Form
from actions.forms.phrases import bare
from actions.forms.turn import Turn
from actions.replies import HUMAN
from actions.tasks.ticket.words import describe, label, may_be_urged
from actions.tasks.wording import suggest
from core.conversation.tickets import TicketLookup, TicketProgress
from core.errors import TooManyRequests

NUMBER, PHONE, URGE = "ticket_number", "ticket_phone", "ticket_urge"
# In place of an answer to the last question: there is nothing to hurry.
NO_URGING = "none"
MOST = 8
# A type's letters, the day, a count (handoff/tickets/numbers.py); LY begins a left message's.
_DAY = r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9])(?!LY[\s\d-])([A-Z]{{2,4}})[\s-]*({_DAY})[\s\-—]*(\d{{4,}})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_TAIL = re.compile(r"(?:尾号|后[四4]位|最后)\D{0,3}(\d{3,6})(?!\d)")
_STATUS = re.compile(
    r"(?:我?(?:想|要|再)*(?:查|看)(?:一?下|看|查)?)?(?:我?的?(?:这个|这张)?(?:工单|投诉|单子))?的?(?:办理|处理)?"
    r"(?:进度|进展|状态|结果)(?:呢|怎么?样了?|如何)?|(?:现在)?(?:办|处理)得?怎么?样了?|到哪一?步了?|到哪里?了"
)
NOBODY_TO_ASK = "现在还不能在这里查工单进度，请转人工查询。"
NONE = "这里没有查到您登记过的工单。有编号的话，请告诉我编号（例如GD20261008-0012）；没有编号的，可以转人工查询。"
NOT_FOUND = "没有找到这张工单，请核对编号和手机号后再填一次。"
FILE_ONE = suggest("我要投诉")


def lookup_of(context: TaskContext) -> TicketLookup:
    if context.tickets is None:
        raise EndForm(NOBODY_TO_ASK, [HUMAN])
    return context.tickets


def read_number(text: str) -> Read | None:
    """GD20261122-0001, however it is spaced."""
    found = _NUMBER.search(text)
    return Read(f"{found[1].upper()}{found[2]}-{found[3]}", found.span()) if found else None


async def hear_number(
    turn: Turn, answers: Answers, context: TaskContext, opening: bool
) -> Handled | None:
    """A number, the end of one of the own, or at the opening the only own one."""
    read = read_number(turn.text)
    if read is None:
        return await _among_own(turn.text, context, opening)
    ticket = await lookup_of(context).by_number(context.sender, str(read.value), None)
    if ticket is not None:
        return _found(ticket, context)
    phone = PHONE_FIELD.read("", turn.entities)
    if isinstance(phone, Read):
        checked = await check_phone(phone.value, {NUMBER: read.value}, context)
        return Handled(
            {PHONE: checked.value, NUMBER: read.value, **checked.also},
            checked.note or checked.problem,
        )
    return Handled({NUMBER: read.value})


async def _among_own(text: str, context: TaskContext, opening: bool) -> Handled | None:
    tail = _TAIL.search(text)
    if not opening and tail is None:
        return None
    own = await lookup_of(context).own(context.sender)
    if tail is not None:
        own = [ticket for ticket in own if ticket.number.endswith(tail[1])]
    if len(own) == 1:
        return _found(own[0], context)
    return Handled(note=NONE) if not own else None


async def offer_own(answers: Answers, context: TaskContext) -> Sequence[Option]:
    own = await lookup_of(context).own(context.sender)
    return [Option(ticket.number, label(ticket)) for ticket in own[:MOST]]


async def check_number(value: Any, answers: Answers, context: TaskContext) -> Checked:
    """One of the own was chosen."""
    ticket = await lookup_of(context).by_number(context.sender, str(value), None)
    if ticket is None:
        return Checked(value)
    found = _found(ticket, context)
    also = {slot: given for slot, given in found.updates.items() if slot != NUMBER}
    return Checked(value, also=also, note=found.note)


async def check_phone(value: Any, answers: Answers, context: TaskContext) -> Checked:
    if value == SKIP:
        return Checked(value)
    try:
        ticket = await lookup_of(context).by_number(
            context.sender, str(answers[NUMBER]), str(value)
        )
    except TooManyRequests as error:
        raise EndForm(error.message, [HUMAN]) from None
    if ticket is None:
        return Checked(problem=NOT_FOUND, also={NUMBER: None})
    found = _found(ticket, context)
    return Checked(value, also={URGE: found.updates[URGE]}, note=found.note)


async def hear_urge(
    turn: Turn, answers: Answers, context: TaskContext, opening: bool
) -> Handled | None:
    """查进度, when it was just told: it is told again."""
    if _STATUS.fullmatch(bare(turn.text)) is None:
        return None
    phone = None if answers[PHONE] == SKIP else str(answers[PHONE])
    try:
        ticket = await lookup_of(context).by_number(context.sender, str(answers[NUMBER]), phone)
    except TooManyRequests as error:
        raise EndForm(error.message, [HUMAN]) from None
    return Handled(note=describe(ticket)) if ticket is not None else None


def _found(ticket: TicketProgress, context: TaskContext) -> Handled:
    """The ticket is told before the question whether to hurry it; without that question the result tells it."""
    urge = may_be_urged(ticket, context.now)
    updates = {NUMBER: ticket.number, PHONE: SKIP, URGE: None if urge else NO_URGING}
    return Handled(updates, describe(ticket) if urge else "")


PHONE_FIELD = PhoneField(
    slot=PHONE,
    topic="手机号",
    question="这张工单不是在这里登记的，请填登记工单时留的手机号，核对上了才能查。",
    keywords=words("手机 电话"),
    check=check_phone,
)

TICKET_FORM = Form(
    name="ticket_form",
    intent="query_ticket",
    title="工单查询",
    fields=(
        ChoiceField(
            slot=NUMBER,
            topic="工单编号",
            question="想查哪一张工单？请选一张，或者告诉我编号（例如GD20261008-0012）。",
            keywords=words("编号 单号 工单号"),
            handle=hear_number,
            offer=offer_own,
            check=check_number,
        ),
        PHONE_FIELD,
        replace(
            yes_no(
                URGE,
                "催办",
                "需要催一下吗？",
                yes="催办",
                no="不用催",
                yes_words=(*AGREED_WORDS, *words("催 催一下 催催 要 快点 加急")),
                no_words=words("不用 不催 不用了 不要 再等等 不好 不行 不可以"),
                when={},
            ),
            handle=hear_urge,
        ),
    ),
    over_at=URGE,
)
