"""Account lines as a table by month, newest first, with the months nobody paid for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from actions.identity.words import origin
from actions.money import yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.tasks.records.span import Span, back
from actions.tasks.wording import suggest
from core.conversation.business import DepositRecord, FundAccount, RecordKind
from core.conversation.content import Choice, ChoicesContent, Content, TextContent

KINDS: dict[RecordKind, str] = {
    "deposit": "缴存",
    "supplement": "补缴",
    "interest": "结息",
    "withdrawal": "提取",
    "repayment": "还贷",
    "transfer_in": "转入",
    "transfer_out": "转出",
}
# A deposit is posted in its month or the one after; before that its absence says nothing.
POSTED_WITHIN = 2
MOST_GAPS = 6


def show_records(
    records: Sequence[DepositRecord],
    window: Span,
    account: FundAccount,
    region: RegionNumbers,
    today: date,
    *,
    more: bool,
) -> list[Content]:
    """The lines of the window's months. `more`: there are earlier ones to ask for."""
    by_month: dict[date, list[DepositRecord]] = {}
    for record in records:
        by_month.setdefault(record.month, []).append(record)
    title = f"{_month(window.first)}到{_month(window.last)}的公积金明细（新的在前）："
    if not by_month:
        lines = [f"{_month(window.first)}到{_month(window.last)}没有公积金明细。"]
    else:
        lines = [title, *(_line(m, by_month[m]) for m in sorted(by_month, reverse=True))]
    gaps = find_gaps(by_month, window, account, today)
    lines += _about_gaps(gaps)
    if account.status in ("sealed", "closed") and account.paid_until is not None:
        state = "封存" if account.status == "sealed" else "注销"
        lines.append(f"账户已经{state}，缴存到{_month(account.paid_until)}为止。")
    lines.append(origin(region))
    text = "\n".join(lines)
    choices = _next(gaps, more=more)
    return [ChoicesContent(text=text, choices=choices) if choices else TextContent(text=text)]


def find_gaps(
    by_month: dict[date, list[DepositRecord]], window: Span, account: FundAccount, today: date
) -> list[date]:
    """The months of the window without a deposit, newest first, where there should be one."""
    last = min(window.last, back(today.replace(day=1), POSTED_WITHIN))
    if account.status in ("sealed", "closed") and account.paid_until is not None:
        last = min(last, account.paid_until)
    first = max(window.first, account.opened_on.replace(day=1))
    gaps, month = [], last
    while month >= first:
        kinds = {record.kind for record in by_month.get(month, ())}
        if not kinds & {"deposit", "supplement"}:
            gaps.append(month)
        month = back(month, 1)
    return gaps


def _about_gaps(gaps: Sequence[date]) -> list[str]:
    if not gaps:
        return []
    named = "、".join(_month(month) for month in gaps[:MOST_GAPS])
    rest = f"等{len(gaps)}个月" if len(gaps) > MOST_GAPS else ""
    # 住房公积金管理条例第四十条
    return [
        "",
        f"{named}{rest}没有缴存记录。这些月份您在单位上班的话，可以先问单位；"
        "单位该缴不缴的，可以向公积金中心反映，由中心责令限期缴存（《住房公积金管理条例》第四十条）。",
    ]


def _next(gaps: Sequence[date], *, more: bool) -> list[Choice]:
    if gaps:
        return [suggest("单位不给缴公积金怎么办"), suggest("我要投诉单位不缴公积金")]
    # The question whether to go on brings its own buttons.
    return [] if more else [suggest("查公积金余额"), suggest("退出登录"), HUMAN]


def _line(month: date, records: Sequence[DepositRecord]) -> str:
    parts = [_part(record) for record in records]
    return f"• {_month(month)}：{'，'.join(parts)}"


def _part(record: DepositRecord) -> str:
    amount = f"{yuan(abs(record.amount))}"
    late = record.kind == "supplement" or record.posted_on.replace(day=1) > record.month
    posted = f"（{_month(record.posted_on)}入账）" if late else ""
    return f"{KINDS[record.kind]}{'-' if record.amount < 0 else ''}{amount}{posted}"


def _month(month: date) -> str:
    return f"{month.year}年{month.month}月"


def no_more() -> list[Content]:
    return [
        ChoicesContent(
            text="好的。还要查别的吗？",
            choices=[suggest("查公积金余额"), suggest("退出登录"), HUMAN],
        )
    ]
