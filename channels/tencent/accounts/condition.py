"""How an account is, in words for administrators: read from the notes of health.py."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from channels.tencent.api.advice import advice, doing
from channels.tencent.api.health import PUSH_AREA, PUSH_REFUSALS, TOKEN_AREA, fails
from channels.tencent.errors import CipherInvalid
from channels.tencent.models import ApiHealth

_PUSH_WORDS = {each.code: each.default_message for each in PUSH_REFUSALS}


class AccountHealth(BaseModel):
    """How an account is. `since`: failing from then on, null while all is well; `message` says what to do.

    `ok_at`: WeChat last took a call of ours. `pushed_at`, `push_refused_at`: it last reached us, or somebody did whose
    push was refused, for the reason in `push_refused`. `sealed`: that push was signed with our Token and did not open,
    so it was WeChat's, and every message of a citizen is refused.
    """

    since: datetime | None = None
    errcode: int | None = None
    message: str = ""
    ok_at: datetime | None = None
    pushed_at: datetime | None = None
    push_refused_at: datetime | None = None
    push_refused: str = ""
    sealed: bool = False


def summary(account: str, rows: list[ApiHealth]) -> AccountHealth:
    """The worst of an account's parts: its token first, then whichever has failed longest."""
    calls = [row for row in rows if row.area != PUSH_AREA]
    ok_at = max((row.ok_at for row in calls if row.ok_at), default=None)
    failing = [row for row in calls if fails(row, ok_at)]
    failing.sort(key=lambda row: (row.area != TOKEN_AREA, row.failing_since))
    health = AccountHealth(ok_at=ok_at)
    if failing:
        worst = failing[0]
        health.since, health.errcode = worst.failing_since, worst.errcode
        what = doing(worst.area)
        words = advice(account, worst.errcode) or _words(worst)
        health.message = f"{what}：{words}" if what else words
    push = next((row for row in rows if row.area == PUSH_AREA), None)
    if push is not None:
        health.pushed_at, health.push_refused_at = push.ok_at, push.failed_at
        health.push_refused = _PUSH_WORDS.get(push.reason, "") if push.failed_at else ""
        health.sealed = push.failing_since is not None and push.reason == CipherInvalid.code
        if health.sealed and health.since is None:
            health.since, health.message = (
                push.failing_since,
                f"收不到市民的消息。{health.push_refused}",
            )
    return health


def _words(row: ApiHealth) -> str:
    if row.errcode is not None:
        return f"微信返回错误码 {row.errcode}，稍后会自动重试。"
    return "微信接口没有正常应答：请检查服务器能否访问微信的接口地址，稍后会自动重试。"
