"""The lines of the citizen's own housing fund account, by month."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from actions.forms.choices import ChoiceField
from actions.forms.context import Answers, Handled, TaskContext
from actions.forms.fields import SKIP, Field, Option, words
from actions.forms.turn import Turn
from actions.identity.task import Found, personal_task
from actions.tasks.records.span import Span, back, default_span, read_span
from actions.tasks.records.table import no_more, show_records
from core.conversation.business import BusinessGateway, DepositRecord
from core.conversation.business_errors import AccountNotFound
from core.conversation.content import ChoicesContent

SPAN, SHOWN, MORE = "records_span", "records_shown", "records_more"
MONTHS_SHOWN = 12
# Of one month: a deposit, a repayment and little else.
PAGE, MOST_PAGES = 100, 5
FIRST, GO_ON, ENOUGH = "first", "more", "enough"


async def _hear_span(
    turn: Turn, answers: Answers, context: TaskContext, opening: bool
) -> Handled | None:
    heard = read_span(turn.text, context.now.date())
    if heard is None:
        return None
    if isinstance(heard, str):
        return Handled(note=f"{heard}。")
    return Handled({SPAN: str(heard)})


_FIELDS: tuple[Field, ...] = (
    ChoiceField(
        slot=SPAN, topic="时间", question="想看哪段时间的？也可以直接说，比如：去年3月到5月。",
        handle=_hear_span, skippable=True,
        choices=tuple(Option(t, t) for t in ("最近一年", "最近半年", "今年", "全部")),
    ),
    # How many months were shown is counted by the look-up, never asked.
    ChoiceField(slot=SHOWN, topic="已看月数", question=""),
    ChoiceField(
        slot=MORE, topic="更早的明细", question="还有更早的，要接着看吗？",
        choices=(
            Option(GO_ON, "更多", words("继续 下一页 接着看 再看 还要 要看 更早 往前 要 看 好 好的 可以 是")),
            Option(ENOUGH, "不用了", words("不用 不看 不要 没有了 够了 不了 不需要 行了 可以了 好了 谢谢")),
        ),
    ),
)  # fmt: skip


def _opening(turn: Turn, context: TaskContext) -> dict[str, Any]:
    heard = read_span(turn.text, context.now.date())
    known = {SHOWN: 0, MORE: FIRST}
    return {**known, SPAN: str(heard)} if isinstance(heard, Span) else known


async def _look_up(
    gateway: BusinessGateway, token: str, answers: Answers, context: TaskContext
) -> Found:
    if answers[MORE] == ENOUGH:
        return Found(no_more(), private=False)
    today = context.now.date()
    span, shown = _span(answers[SPAN], today), int(answers[SHOWN])
    last = back(span.last, shown)
    window = Span(max(span.first, back(last, MONTHS_SHOWN - 1)), last)
    try:
        account, records = await asyncio.gather(
            gateway.fund_account(token), _records(gateway, token, window)
        )
    except AccountNotFound as refusal:
        return Found([ChoicesContent(text=refusal.message, choices=[])], private=False)
    more = window.first > max(span.first, account.opened_on.replace(day=1))
    contents = show_records(records, window, account, context.region, today, more=more)
    if not more:
        return Found(contents)
    return Found(contents, reopen={SHOWN: shown + MONTHS_SHOWN, MORE: None})


def _span(kept: str, today: date) -> Span:
    if kept == SKIP:
        return default_span(today)
    if "/" in kept:
        return Span.parse(kept)
    heard = read_span(kept, today)
    return heard if isinstance(heard, Span) else default_span(today)


async def _records(gateway: BusinessGateway, token: str, window: Span) -> list[DepositRecord]:
    """All lines of the window, newest first."""
    found: list[DepositRecord] = []
    after: str | None = None
    for _ in range(MOST_PAGES):
        page = await gateway.deposit_records(
            token, window.first, window.last, after=after, limit=PAGE
        )
        found += page.records
        after = page.next
        if after is None:
            break
    return found


TASK = personal_task(
    name="records_form",
    intent="query_records",
    title="公积金缴存明细查询",
    label="公积金缴存明细",
    business="缴存",
    look_up=_look_up,
    fields=_FIELDS,
    read_opening=_opening,
)
