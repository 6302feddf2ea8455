"""The connection check of an account, step by step: what is right, what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel

from channels.tencent.accounts.condition import AccountHealth
from channels.tencent.api.advice import advice
from channels.tencent.api.client import NOT_ALLOWED, ApiClient
from channels.tencent.errors import ApiFailed

Key = Literal["address", "token", "allow_list", "clock", "permission", "push"]
State = Literal["ok", "warning", "failed", "unknown"]

# Signatures older than ten minutes are refused (crypto.py); long before that something is wrong with the clock.
CLOCK_OFF, CLOCK_WRONG = timedelta(seconds=60), timedelta(minutes=9)


class CheckStep(BaseModel):
    key: Key
    state: State
    message: str


class AccountCheck(BaseModel):
    """`ok`: nothing failed. `errcode` and `message` are those of the first step that did."""

    ok: bool
    errcode: int | None = None
    message: str = ""
    steps: list[CheckStep]


# Asks for something that only an account with the permission to send is answered; raises ApiFailed.
Probe = Callable[[], Awaitable[None]]


def typing_probe(client: ApiClient, path: str) -> Probe:
    """Take back a "typing" that nobody was shown: a stranger's openid is refused only after the permission."""

    async def probe() -> None:
        answer = await client.call(path, {"touser": "nobody", "command": "CancelTyping"})
        if answer["errcode"] == -1 or advice(client.account, answer["errcode"]):
            raise client.failure(answer)

    return probe


async def check(
    client: ApiClient,
    probe: Probe,
    *,
    public_url: str,
    now: Callable[[], datetime],
    health: Callable[[], Awaitable[AccountHealth]],
) -> AccountCheck:
    """`health` is read last, when what the check itself found is in it."""
    account = client.account
    failure = await _failure(client.check)
    steps = [_address(public_url), _token(account, failure), _allow_list(account, failure)]
    if failure is None:
        failure = await _failure(probe)
        steps.append(_permission(account, failure))
    else:
        steps.append(CheckStep(key="permission", state="unknown", message="取得凭证以后才能检查。"))
    steps.insert(3, _clock(client.their_time, now()))
    steps.append(_push(account, await health()))
    bad = next((step for step in steps if step.state == "failed"), None)
    return AccountCheck(
        ok=bad is None,
        errcode=failure.errcode if failure is not None else None,
        message=bad.message if bad is not None else "",
        steps=steps,
    )


async def _failure(ask: Callable[[], Awaitable[None]]) -> ApiFailed | None:
    try:
        await ask()
    except ApiFailed as failed:
        return failed
    return None


def _address(public_url: str) -> CheckStep:
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if not public_url or _is_inside(host):
        message = "微信访问不到本系统：请设置 BANGBAN_PUBLIC_URL 为互联网上能访问的地址。"
        return CheckStep(key="address", state="warning", message=message)
    if parts.scheme != "https":
        message = "公网地址不是 https：回复里的链接在微信里会有提示，请配置证书并改为 https。"
        return CheckStep(key="address", state="warning", message=message)
    return CheckStep(
        key="address", state="ok", message=f"公网地址 {parts.scheme}://{parts.netloc}。"
    )


def _is_inside(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host in {"", "localhost"} or host.endswith((".local", ".test", ".internal"))


def _token(account: str, failure: ApiFailed | None) -> CheckStep:
    if failure is None:
        return CheckStep(key="token", state="ok", message="ID 和 Secret 正确，已取得接口凭证。")
    if failure.errcode in NOT_ALLOWED:
        message = "服务器 IP 未被允许，还不能核对 ID 和 Secret。"
        return CheckStep(key="token", state="unknown", message=message)
    return CheckStep(key="token", state="failed", message=_words(account, failure))


def _allow_list(account: str, failure: ApiFailed | None) -> CheckStep:
    if failure is None:
        return CheckStep(key="allow_list", state="ok", message="微信允许本服务器的 IP 调用。")
    if failure.errcode in NOT_ALLOWED:
        return CheckStep(key="allow_list", state="failed", message=failure.message)
    return CheckStep(key="allow_list", state="unknown", message="取得凭证以后才能检查。")


def _permission(account: str, failure: ApiFailed | None) -> CheckStep:
    if failure is None:
        return CheckStep(key="permission", state="ok", message="账号有发送客服消息的权限。")
    state: State = "failed" if failure.errcode is not None and failure.errcode > 0 else "unknown"
    return CheckStep(key="permission", state=state, message=_words(account, failure))


def _clock(theirs: datetime | None, ours: datetime) -> CheckStep:
    if theirs is None:
        message = "微信没有应答，无法比对时间。"
        return CheckStep(key="clock", state="unknown", message=message)
    off = ours - theirs
    if abs(off) < CLOCK_OFF:
        return CheckStep(key="clock", state="ok", message="服务器时间准确。")
    which = "快" if off > timedelta() else "慢"
    message = f"服务器时间比微信{which} {abs(off).total_seconds():.0f} 秒：请开启时间同步（NTP）。"
    state: State = "failed" if abs(off) > CLOCK_WRONG else "warning"
    return CheckStep(key="clock", state=state, message=message)


def _push(account: str, health: AccountHealth) -> CheckStep:
    good, refused = health.pushed_at, health.push_refused_at
    if refused is not None and (good is None or refused > good):
        if health.sealed:
            # The callback address can be saved with a wrong key: WeChat does not seal that request.
            message = f"微信的推送打不开，市民的消息收不到：{health.push_refused}改好后在微信里发一条消息，再检查一次。"
            return CheckStep(key="push", state="failed", message=message)
        if good is None:
            message = f"收到过推送，但被拒绝：{health.push_refused}"
            return CheckStep(key="push", state="failed", message=message)
        # Anybody can send us something with a wrong signature.
        message = f"推送一直正常，但最近一次被拒绝：{health.push_refused}没有改过设置时，可能是有人冒充微信，不用处理。"
        return CheckStep(key="push", state="warning", message=message)
    if good is None and account.startswith("miniprogram/"):
        message = "还没有收到推送：只用小程序里的聊天页面时不需要；要用客服按钮，请把回调地址填到小程序后台。"
        return CheckStep(key="push", state="unknown", message=message)
    if good is None:
        message = "微信还没有访问过回调地址：请把回调地址填到微信后台，提交并启用。"
        return CheckStep(key="push", state="warning", message=message)
    return CheckStep(key="push", state="ok", message="微信能访问回调地址，最近一次已正确接收。")


def _words(account: str, failure: ApiFailed) -> str:
    known = advice(account, failure.errcode)
    if known:
        return known
    if failure.message != ApiFailed.default_message:
        return failure.message
    if failure.errcode is not None:
        return f"微信返回错误码 {failure.errcode}，请稍后再试。"
    return "连不上微信的接口：请检查服务器能否访问互联网、代理设置是否正确。"
