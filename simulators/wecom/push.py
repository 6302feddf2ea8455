"""Tells the product that there is something to fetch: the sealed callback `kf_msg_or_event`, with its repeats."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from simulators.tencent.envelope import Seal, to_xml
from simulators.tencent.pushing import Letter, Post, Pushed, Rules
from simulators.wecom.settings import WeComSettings
from simulators.wecom.state import Citizen, State

CUSTOMER, SYSTEM, SERVICER = 3, 4, 5


class Pusher:
    def __init__(self, *, state: State, settings: WeComSettings, http: httpx.AsyncClient) -> None:
        self._state = state
        self._settings = settings
        self._http = http
        self._seal = Seal(settings.token, settings.aes_key, settings.corp_id)
        self._rules = Rules(
            timeout_seconds=settings.push_timeout_seconds,
            retries=settings.push_retries,
            pause_seconds=settings.retry_pause_seconds,
        )
        self.post = Post(http, state.clock)

    def record(self, open_kfid: str, citizen: Citizen, kind: str, part: dict[str, Any],
               *, origin: int = CUSTOMER, **more: Any) -> str:  # fmt: skip
        """A message for sync_msg; returns its msgid."""
        item = {
            "open_kfid": open_kfid,
            "external_userid": citizen.external_userid,
            "origin": origin,
        }
        return self._state.add_item(open_kfid, item | {"msgtype": kind, kind: part} | more)

    def record_event(
        self, open_kfid: str, citizen: Citizen, event_type: str, part: dict[str, Any]
    ) -> str:
        """An event for sync_msg. Whose it is stands in the event, not beside it."""
        whose = {"open_kfid": open_kfid, "external_userid": citizen.external_userid}
        event = {"event_type": event_type} | whose | part
        item = {"origin": SYSTEM, "msgtype": "event", "event": event}
        return self._state.add_item(open_kfid, item)

    async def push(self, open_kfid: str) -> Pushed:
        """Call back until the product answers with HTTP 200; every attempt is signed anew."""
        if self._state.lose_callbacks:
            self._state.lose_callbacks -= 1
            return Pushed("", 0, False, held=True)
        fields: dict[str, Any] = {
            "ToUserName": self._settings.corp_id,
            "CreateTime": int(self._state.now()),
            "MsgType": "event",
            "Event": "kf_msg_or_event",
            "Token": self._state.new_callback_token(),
            "OpenKfId": open_kfid,
        }
        letter = Letter(
            account=open_kfid, msg_id="", kind="kf_msg_or_event", url=self._settings.callback_url,
            content_type="text/xml", seal=lambda: self._sealed(to_xml(fields)), rules=self._rules,
        )  # fmt: skip
        return await self.post.push(letter)

    async def verify(self) -> bool:
        """What 企业微信 does when the callback address is saved: whether a sealed random text comes back open."""
        echo = str(secrets.randbelow(10**19))
        query, cipher = self._signed(echo)
        try:
            response = await self._http.get(
                self._settings.callback_url, params=query | {"echostr": cipher}
            )
        except httpx.HTTPError:
            return False
        return response.status_code == 200 and response.text == echo

    def _sealed(self, xml: str) -> tuple[dict[str, str], str]:
        query, cipher = self._signed(xml)
        return query, to_xml(
            {"ToUserName": self._settings.corp_id, "AgentID": "", "Encrypt": cipher}
        )

    def _signed(self, text: str) -> tuple[dict[str, str], str]:
        """Query and cipher text: nothing of 企业微信 comes in the clear."""
        cipher = self._seal.encrypt(text)
        query = {"timestamp": str(int(self._state.now())), "nonce": str(secrets.randbelow(10**10))}
        return query | {"msg_signature": self._seal.signature_of(query, cipher)}, cipher
