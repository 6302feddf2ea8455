"""The page of web authorisation, connect/oauth2/authorize, as a browser inside WeChat opens it.

Source: documentation "网页授权". Who opens it says a cookie, `wechat_user`: a unionid, or an openid of the account.
"""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from simulators.wechat.account import Account, Citizen
from simulators.wechat.state import State

USER_COOKIE = "wechat_user"
# "严格按照以下格式，包括顺序和大小写"
ORDER = ("appid", "redirect_uri", "response_type", "scope", "state")
SCOPES = ("snsapi_base", "snsapi_userinfo")
MAX_STATE_BYTES = 128

ERRORS = {
    10003: "redirect_uri域名与后台配置不一致，错误码:10003",
    10005: "该公众号没有这些scope的权限，错误码:10005",
    10010: "scope不能为空，错误码:10010",
    10011: "redirect_uri不能为空，错误码:10011",
    10012: "appid不能为空，错误码:10012",
}


def build_router(state: State) -> APIRouter:
    router = APIRouter(prefix="/connect/oauth2")

    @router.get("/authorize")
    async def authorize(request: Request) -> Response:
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        asked = dict(pairs)
        account = state.by_app_id(asked.get("appid", ""))
        problem = _problem(asked, [name for name, _ in pairs if name in ORDER], account)
        if problem or account is None:
            return _page("出错了", f"<p>{escape(problem or '该链接无法访问')}</p>")
        citizen = _citizen(state, account, request.cookies.get(USER_COOKIE, ""))
        if citizen is None:
            return _page("微信", "<p>请在微信客户端打开链接</p>")
        scope, agreed = asked["scope"], asked.get("_agreed", "")
        if scope == "snsapi_userinfo" and not agreed:
            return _ask(account, request)
        answer = {"state": asked.get("state", "")}
        if agreed != "no":
            openid, app_id = citizen.openid, account.settings.app_id
            answer = {"code": state.codes.give(app_id, openid, scope, state.clock())} | answer
        return RedirectResponse(_with(asked["redirect_uri"], answer), 302)

    return router


def _problem(asked: dict[str, str], order: list[str], account: Account | None) -> str:
    """What WeChat's page says instead of going on; empty when nothing is wrong."""
    for name, code in (("appid", 10012), ("redirect_uri", 10011), ("scope", 10010)):
        if not asked.get(name):
            return ERRORS[code]
    state = asked.get("state", "")
    in_order = order == [name for name in ORDER if name in asked]
    if account is None or not in_order or asked.get("response_type") != "code":
        return "该链接无法访问"
    # "开发者可以填写a-zA-Z0-9的参数值，最多128字节"
    if state and not (state.isascii() and state.isalnum() and len(state) <= MAX_STATE_BYTES):
        return "state参数错误"
    if not account.is_official or asked["scope"] not in SCOPES or "oauth" in account.switched_off:
        return ERRORS[10005]
    target = urlsplit(asked["redirect_uri"])
    allowed = account.settings.oauth_host or urlsplit(account.settings.callback_url).netloc
    if target.scheme not in ("http", "https") or allowed not in (target.netloc, target.hostname):
        return ERRORS[10003]
    return ""


def _citizen(state: State, account: Account, user: str) -> Citizen | None:
    if user in account.citizens:
        return account.citizens[user]
    person = next((p for p in state.people.everybody if p.union_id == user), None)
    return account.citizen(state.people.openid(person, account.key)) if person else None


def _with(address: str, more: dict[str, str]) -> str:
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(more)) if part)
    return urlunsplit(parts._replace(query=query))


def _ask(account: Account, request: Request) -> Response:
    """Only snsapi_userinfo asks; whoever refuses comes back without a code."""
    again = escape(f"authorize?{request.url.query}&_agreed=")
    name = escape(account.settings.name)
    return _page(
        "微信登录",
        f"<h1>{name}</h1><p>申请获取并验证你的微信昵称、头像</p>"
        f'<p><a href="{again}yes">允许</a></p><p><a href="{again}no">拒绝</a></p>',
    )


def _page(title: str, body: str) -> Response:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    style = "<style>body{font:16px/1.6 system-ui;text-align:center;padding:80px 24px}</style>"
    return HTMLResponse(
        f"<!doctype html><html lang=zh-CN><head>{head}<title>{title}</title>{style}</head>"
        f"<body>{body}</body></html>"
    )
