"""An account in words: the figures, and what its status means for the citizen. Pure."""

from __future__ import annotations

from datetime import date

from actions.identity.words import origin
from actions.money import percent, yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.tasks.wording import suggest
from core.conversation.business import AccountStatus, FundAccount
from core.conversation.content import ChoicesContent, Content

STATUS: dict[AccountStatus, str] = {
    "normal": "正常缴存",
    "sealed": "封存",
    "frozen": "冻结",
    "closed": "已销户",
}
# 封存: 住房公积金管理条例第十五条; 计息: 第二十一条.
MEANING: dict[AccountStatus, str] = {
    "normal": "账户正常，单位在按月缴存。",
    "sealed": (
        "封存的意思是现在没有单位为您缴存，钱还在您名下，照样计息。"
        "有了新单位，由新单位接着缴就行；符合提取条件的也可以申请提取。"
    ),
    "frozen": "冻结的意思是账户依法暂时不能动用，余额还在您名下。为什么冻结、什么时候解除，请向公积金中心询问。",
    "closed": "账户已经注销，里面的钱已经结清。以后再缴存，由单位重新办理。",
}
# A month's deposit may come in the month after; from then on it is worth a question.
LATE_MONTHS = 2


def show_account(account: FundAccount, region: RegionNumbers, today: date) -> list[Content]:
    """The account as it stands."""
    lines = [
        f"您的公积金账户余额是{yuan(account.balance)}。",
        f"• 账户状态：{STATUS[account.status]}",
    ]
    if account.monthly_deposit:
        lines.append(f"• 每月缴存：{yuan(account.monthly_deposit)}（{_shares(account)}）")
    if account.paid_until is not None:
        lines.append(f"• 已缴到：{account.paid_until.year}年{account.paid_until.month}月")
    if account.employer_masked:
        lines.append(f"• 缴存单位：{account.employer_masked}")
    lines.append(f"• 账号：{account.account_masked}")
    lines += ["", MEANING[account.status]]
    late = account.status == "normal" and _months_late(account.paid_until, today) >= LATE_MONTHS
    if late:
        lines.append("最近几个月没有看到缴存，可以先问问单位是不是还没有交。")
    lines.append(origin(region))
    return [ChoicesContent(text="\n".join(lines), choices=_next(account.status))]


def show_none(message: str) -> list[Content]:
    return [ChoicesContent(text=message, choices=[suggest("公积金怎么转移到外地"), HUMAN])]


def _shares(account: FundAccount) -> str:
    if account.employer_rate == account.personal_rate:
        shares = f"单位和个人各{percent(account.employer_rate)}"
    else:
        shares = f"单位{percent(account.employer_rate)}，个人{percent(account.personal_rate)}"
    return f"{shares}，缴存基数{yuan(account.base)}"


def _months_late(paid_until: date | None, today: date) -> int:
    if paid_until is None:
        return 0
    return (today.year - paid_until.year) * 12 + today.month - paid_until.month


def _next(status: AccountStatus) -> list:
    first = "我要转公积金" if status == "sealed" else "查公积金缴存明细"
    if status == "frozen":
        return [suggest("查公积金缴存明细"), HUMAN]
    return [suggest(first), suggest("帮我看看能不能提取公积金"), suggest("退出登录")]
