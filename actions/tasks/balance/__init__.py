"""The citizen's own housing fund account: status, balance, and what the status means."""

from __future__ import annotations

from actions.forms.context import Answers, TaskContext
from actions.identity.task import Found, personal_task
from actions.tasks.balance.words import show_account, show_none
from core.conversation.business import BusinessGateway
from core.conversation.business_errors import AccountNotFound


async def _look_up(
    gateway: BusinessGateway, token: str, answers: Answers, context: TaskContext
) -> Found:
    try:
        account = await gateway.fund_account(token)
    except AccountNotFound as refusal:
        return Found(show_none(refusal.message), private=False)
    return Found(show_account(account, context.region, context.now.date()))


TASK = personal_task(
    name="balance_form",
    intent="query_balance",
    title="公积金余额查询",
    label="公积金账户余额",
    business="缴存",
    look_up=_look_up,
)
