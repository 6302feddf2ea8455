"""The full page opened from a chat on WeChat, as the same citizen: `/wechat/{inbox}/page`.

WeChat's web authorisation (snsapi_base, nobody is asked) tells the openid; the page gets a token of its own web inbox
for that contact. Outside WeChat's browser, or where the account may not do this, the plain page opens.

- Where the page is stands in our settings alone; nothing of an address decides where anybody is sent.
- `state` is bound to the browser by a cookie, works once and for ten minutes: nobody is logged in as somebody else by
  an address that was sent to him. Whoever is forwarded any of these addresses goes through WeChat as himself.
- The token travels in a cookie that only our page is sent and that the page deletes (app/chat_page.py). In an address,
  even behind the #, it would be forwarded with it: WeChat's menu shares the whole address of a page.
Source: documentation "网页授权".
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal, Protocol
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import IntegrityError

from channels.tencent.accounts.credentials import INBOX_ID
from channels.tencent.api.sns import CODE, Sns
from channels.tencent.pages.frame import notice
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation import repository
from core.conversation.intake import find_inbox, find_or_make_contact
from core.conversation.models import ContactIdentity
from core.errors import BangbanError
from core.ids import new_id
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

PUBLIC = [Depends(require(Permission.PUBLIC))]
InboxId = Annotated[str, Path(pattern=INBOX_ID)]
# Which part of the page opens at once.
To = Literal["", "leave", "tickets"]
ANCHORS: dict[To, str] = {"": "", "leave": "#leave", "tickets": "#tickets"}

AUTHORIZE = "/connect/oauth2/authorize"
STATE_COOKIE, ARRIVAL_COOKIE = "bangban_wechat", "bangban_arrival"
STATE_SECONDS = 600
# From the redirect to the page's first byte, on the slowest net.
ARRIVAL_SECONDS = 120
# Thousands of telephones may be behind one address of their carrier.
MOST_OF_ADDRESS, WITHIN = 600, timedelta(minutes=10)
NO_PAGE = "这个页面打不开"
# Before the digest that stands for account and openid in the web inbox; never the id of a visitor without login.
PREFIX = "wechat:"
# How WeChat's browser calls itself; "网页授权" works in no other.
BROWSER = "micromessenger"


@dataclass(frozen=True)
class Door:
    """What an account allows. `page_inbox`: whose page opens. `login`: citizens are known there by WeChat."""

    account: str
    app_id: str
    secret: str
    page_inbox: str
    login: bool


class Doors(Protocol):
    async def of(self, inbox_id: str) -> Door:
        """The door of an account; raises InboxNotFound, AccountInvalid where there is none to be opened."""
        ...


class Tokens(Protocol):
    """Makes what a window of the web inbox proves itself with."""

    def __call__(self, inbox_id: str, external_id: str) -> str: ...


def page_url(public_url: str, inbox_id: str, to: To = "") -> str:
    """The address that stands in a chat of the account: of the page, or of the part `to` of it."""
    address = f"{public_url.rstrip('/')}/wechat/{inbox_id}/page"
    return f"{address}?to={to}" if to else address


def folder_of(public_url: str) -> str:
    """Where on its host we are: "" or "/folder"."""
    return urlsplit(public_url).path.rstrip("/")


def build_router(
    *, uows: UnitOfWorkFactory, doors: Doors, sns: Sns, token_of: Tokens, secret: str, public_url: str,
    open_base: str,
) -> APIRouter:  # fmt: skip
    """`open_base`: where WeChat's authorize page is. To be mounted at the root."""
    router = APIRouter(include_in_schema=False, dependencies=PUBLIC)
    base = public_url.rstrip("/")
    cookies = _Cookies(secret, base)
    limit = RateLimit(uows.clock, limit=MOST_OF_ADDRESS, window=WITHIN)

    def plain(door: Door, to: To) -> RedirectResponse:
        return _redirect(f"{base}/chat/{door.page_inbox}?from=wechat{ANCHORS[to]}")

    def to_wechat(inbox_id: str, door: Door, to: To, *, again: bool) -> RedirectResponse:
        nonce = secrets.token_hex(24)
        # The order is WeChat's: in any other "该链接无法访问".
        query = {
            "appid": door.app_id,
            "redirect_uri": f"{base}/wechat/{inbox_id}/entered" + ("?again=1" if again else ""),
            "response_type": "code",
            "scope": "snsapi_base",
            "state": nonce,
        }
        answer = _redirect(f"{open_base.rstrip('/')}{AUTHORIZE}?{urlencode(query)}#wechat_redirect")
        cookies.expect(answer, inbox_id, nonce, to)
        return answer

    @router.get("/wechat/{inbox_id}/page")
    async def page(
        inbox_id: InboxId, request: Request, to: To = "", again: bool = False
    ) -> Response:
        """By way of WeChat where that can be, else straight to the page."""
        try:
            door = await doors.of(inbox_id)
        except BangbanError as error:
            return notice(NO_PAGE, error.message, status=error.status)
        if not door.login or BROWSER not in request.headers.get("user-agent", "").lower():
            return plain(door, to)
        return to_wechat(inbox_id, door, to, again=again)

    @router.get("/wechat/{inbox_id}/entered")
    async def entered(
        inbox_id: InboxId,
        request: Request,
        code: Annotated[str, Query(max_length=128)] = "",
        state: Annotated[str, Query(max_length=128)] = "",
        again: bool = False,
    ) -> Response:
        """Back from WeChat."""
        try:
            limit.check(request.client.host if request.client else "")
            door = await doors.of(inbox_id)
        except BangbanError as error:
            return notice(NO_PAGE, error.message, status=error.status)
        if not door.login:
            return plain(door, "")
        to = cookies.expected(request, inbox_id, state)
        if to is None:
            # Not this browser's, used before, or too late: forwarded, say. As whoever is here, from the start; once,
            # since a browser may keep no cookies.
            return plain(door, "") if again else _redirect(page_url(base, inbox_id) + "?again=1")
        # Without a fragment of our own the page would keep WeChat's.
        answer = _redirect(f"{base}/chat/{door.page_inbox}?from=wechat{ANCHORS[to] or '#'}")
        cookies.forget(answer)
        if _is_code(code):
            try:
                openid = (
                    await sns.of_page(door.account, app_id=door.app_id, secret=door.secret, code=code)
                ).openid  # fmt: skip
                external_id = await _known(uows, inbox_id, door.page_inbox, openid)
            except BangbanError as error:
                # The page without a name is better than none.
                log.info("inbox %s: the page opens without login: %s", inbox_id, error.code)
                return answer
            cookies.arrive(answer, door.page_inbox, token_of(door.page_inbox, external_id))
        return answer

    return router


def external_id_of(inbox_id: str, openid: str) -> str:
    """What the web inbox calls a citizen of the account: fits the column, and no openid is in the token."""
    digest = hashlib.sha256(f"{inbox_id}\n{openid}".encode()).hexdigest()
    return PREFIX + digest[:40]


async def _known(uows: UnitOfWorkFactory, inbox_id: str, page_inbox: str, openid: str) -> str:
    """The citizen's id in the web inbox, on the contact that the account knows."""
    external_id = external_id_of(inbox_id, openid)
    async with uows.read(brief=True) as session:
        if await repository.contact_by_identity(session, page_inbox, external_id) is not None:
            return external_id

    async def keep(uow: UnitOfWork) -> None:
        if await repository.contact_by_identity(uow.session, page_inbox, external_id) is None:
            await find_inbox(uow, page_inbox)
            contact = await find_or_make_contact(uow, await find_inbox(uow, inbox_id), openid)
            identity = ContactIdentity(
                id=new_id(), inbox_id=page_inbox, external_id=external_id, contact_id=contact.id
            )
            uow.session.add(identity)

    try:
        async with uows.write() as uow:
            await keep(uow)
    except IntegrityError:
        # Two pages of somebody new at once, or his first message at this moment.
        async with uows.write() as uow:
            await keep(uow)
    return external_id


class _Cookies:
    """What the citizen's browser keeps between the steps; `base`: our public address."""

    def __init__(self, secret: str, base: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="wechat-page")
        self._secure = base.startswith("https://")
        self._folder = folder_of(base)

    def expect(self, answer: RedirectResponse, inbox_id: str, nonce: str, to: To) -> None:
        value = str(self._signer.dumps([inbox_id, nonce, to]))
        self._set(answer, STATE_COOKIE, value, STATE_SECONDS, f"{self._folder}/wechat/")

    def expected(self, request: Request, inbox_id: str, state: str) -> To | None:
        """Which part of the page was wanted; None when this browser expects nothing of the kind."""
        try:
            inbox, nonce, to = self._signer.loads(
                request.cookies.get(STATE_COOKIE, ""), max_age=STATE_SECONDS
            )
        except (BadSignature, ValueError, TypeError):
            return None
        if inbox != inbox_id or not hmac.compare_digest(str(nonce).encode(), state.encode()):
            return None
        return to if to in ANCHORS else None

    def forget(self, answer: RedirectResponse) -> None:
        answer.delete_cookie(STATE_COOKIE, path=f"{self._folder}/wechat/")

    def arrive(self, answer: RedirectResponse, page_inbox: str, token: str) -> None:
        path = f"{self._folder}/chat/{page_inbox}"
        self._set(answer, ARRIVAL_COOKIE, token, ARRIVAL_SECONDS, path)

    def _set(
        self, answer: RedirectResponse, name: str, value: str, seconds: int, path: str
    ) -> None:
        # Lax and not strict: the citizen comes back from WeChat's own site.
        answer.set_cookie(
            name, value, max_age=seconds, path=path, secure=self._secure, httponly=True, samesite="lax"
        )  # fmt: skip


def _redirect(address: str) -> RedirectResponse:
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    return RedirectResponse(address, 303, headers=headers)


def _is_code(code: str) -> bool:
    return re.fullmatch(CODE, code) is not None
