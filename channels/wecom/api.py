"""The calls of 微信客服 that we make. Tokens, time-outs and health are the client's matter (tencent/api/client.py)."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from channels.tencent.api.client import Tools, WecomClient
from channels.tencent.api.sns import union_id_in
from channels.tencent.errors import ApiFailed
from channels.tencent.receiving.fetching import Medium
from channels.wecom.accounts import Account
from channels.wecom.errors import ABOUT_SESSION, BAD_CALLBACK_TOKEN, BAD_PARAMETER, SPECIAL, refusal

# WeChat's most is 1000; a page must be stored well within the time a fetch may take.
PAGE = 200
# WeChat says 64 bytes at most.
_CURSOR = re.compile(r"[\x21-\x7e]{0,128}")


class State(IntEnum):
    """Of a session: 94669 (分配客服会话)."""

    NEW = 0
    BOT = 1
    POOL = 2
    SERVICER = 3
    ENDED = 4


class CursorUnknown(ApiFailed):
    """WeChat does not know the cursor (any more)."""


class CallbackTokenInvalid(ApiFailed):
    """The callback's token is older than its ten minutes."""


@dataclass(frozen=True)
class Page:
    """What sync_msg gave: its rows as they came, where the next page begins, whether there is one."""

    rows: list[object]
    next_cursor: str
    has_more: bool


@dataclass(frozen=True)
class Customer:
    """What WeChat tells of a citizen; "" for what it does not."""

    unionid: str


class KfApi:
    """微信客服 for one account."""

    def __init__(self, tools: Tools, account: Account, base_url: str) -> None:
        self._open_kfid = account.config.open_kfid
        self.client = WecomClient(
            tools, account=account.key, base_url=base_url, app_id=account.config.corp_id,
            secret=account.credentials.app_secret,
        )  # fmt: skip

    async def sync(self, cursor: str, token: str) -> Page:
        """The page behind `cursor`. Raises CursorUnknown, CallbackTokenInvalid, ApiFailed."""
        body: dict[str, Any] = {"open_kfid": self._open_kfid, "limit": PAGE, "voice_format": 0}
        body |= {key: value for key, value in (("cursor", cursor), ("token", token)) if value}
        answer = await self.client.call("/cgi-bin/kf/sync_msg", body)
        code = answer["errcode"]
        if code == BAD_CALLBACK_TOKEN and token:
            raise CallbackTokenInvalid("callback token", errcode=code)
        # The documentation names no code for it; a wrong parameter is this one, and nothing else of ours can be wrong.
        if code == BAD_PARAMETER and cursor:
            raise CursorUnknown("cursor", errcode=code)
        self.client.expect_success(answer)
        rows, after = answer.get("msg_list") or [], answer.get("next_cursor") or cursor
        if not isinstance(rows, list) or not isinstance(after, str) or not _CURSOR.fullmatch(after):
            raise ApiFailed("sync_msg answered with something else")
        return Page(rows, after, bool(answer.get("has_more")))

    async def send(self, external_userid: str, message: dict[str, Any], msgid: str) -> int:
        """Send a message; 0, or one of errors.SPECIAL.

        Raises DeliveryRefused (and its kinds), ApiFailed, ApiUnsure. `msgid` comes back with what is reported later;
        the documentation does not say that it keeps a second copy away.
        """
        address = {"touser": external_userid, "open_kfid": self._open_kfid, "msgid": msgid}
        answer = await self.client.call("/cgi-bin/kf/send_msg", address | message)
        code = int(answer["errcode"])
        refused = refusal(code)
        if refused is not None:
            raise refused
        if code in SPECIAL:
            return code
        self.client.expect_success(answer)
        return 0

    async def send_on_event(self, code: str, message: dict[str, Any], msgid: str) -> bool:
        """Use an event's code up; False: too late, or used before. Raises ApiFailed, ApiUnsure."""
        body = {"code": code, "msgid": msgid} | message
        answer = await self.client.call("/cgi-bin/kf/send_msg_on_event", body)
        if answer["errcode"] in ABOUT_SESSION:
            return False
        self.client.expect_success(answer)
        return True

    async def state(self, external_userid: str) -> State | None:
        """Whose the session is; None when WeChat names something unknown."""
        answer = await self.client.call(
            "/cgi-bin/kf/service_state/get", self._whose(external_userid)
        )
        self.client.expect_success(answer)
        value = answer.get("service_state")
        return State(value) if value in set(State) else None

    async def move(self, external_userid: str, state: State) -> tuple[int, str]:
        """Change the session's state: (0 or one of errors.ABOUT_SESSION, code to send a message with, "" for none).

        Raises ApiFailed.
        """
        body = self._whose(external_userid) | {"service_state": int(state)}
        answer = await self.client.call("/cgi-bin/kf/service_state/trans", body)
        if answer["errcode"] in ABOUT_SESSION:
            return int(answer["errcode"]), ""
        self.client.expect_success(answer)
        code = answer.get("msg_code")
        return 0, code if isinstance(code, str) else ""

    async def customer(self, external_userid: str) -> Customer | None:
        """None: WeChat tells nothing of a citizen who was not here within 48 hours. Raises ApiFailed."""
        body = {"external_userid_list": [external_userid], "need_enter_session_context": 0}
        answer = await self.client.call("/cgi-bin/kf/customer/batchget", body)
        self.client.expect_success(answer)
        found = answer.get("customer_list")
        for row in found if isinstance(found, list) else []:
            if isinstance(row, dict) and row.get("external_userid") == external_userid:
                return Customer(union_id_in(row))
        return None

    @asynccontextmanager
    async def download(self, media_id: str) -> AsyncIterator[Medium]:
        """A medium that a citizen sent. Raises ApiFailed; its errcode is 40007 when it is gone."""
        async with self.client.download("/cgi-bin/media/get", {"media_id": media_id}) as file:
            # What is too large is refused for good by who reads it, not tried again.
            yield Medium(file.media_type, file.pieces(sys.maxsize))

    def _whose(self, external_userid: str) -> dict[str, Any]:
        return {"open_kfid": self._open_kfid, "external_userid": external_userid}


class KfApis:
    """The API of each account; the token is shared behind it."""

    def __init__(self, tools: Tools, base_url: str) -> None:
        self._tools = tools
        self._base_url = base_url
        self.health = tools.health

    def of(self, account: Account) -> KfApi:
        return KfApi(self._tools, account, self._base_url)


def event_msgid(code: str) -> str:
    """The msgid of a message that uses a code up: the same whenever it is tried."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]
