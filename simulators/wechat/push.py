"""Pushes what a citizen does to the product: signed XML, plain or encrypted, with WeChat's repeats."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from xml.etree import ElementTree

import httpx

from simulators.wechat import crypto
from simulators.wechat.settings import WeChatSettings
from simulators.wechat.state import Citizen, PushAttempt, State

OUT_OF_SERVICE = "该公众号提供的服务出现故障，请稍后再试"


@dataclass(frozen=True)
class Pushed:
    """How a push ended: `attempts` made, whether the product took it."""

    msg_id: str
    attempts: int
    accepted: bool


class Pusher:
    """Every attempt is signed anew but carries the same MsgId and CreateTime, as WeChat's do."""

    def __init__(self, *, state: State, settings: WeChatSettings, http: httpx.AsyncClient) -> None:
        self._state = state
        self._settings = settings
        self._http = http

    async def push(self, citizen: Citizen, fields: dict[str, str], msg_id: str) -> Pushed:
        """Push until the product answers with HTTP 200; afterwards the citizen is told it is out of order."""
        kind = fields.get("Event") or fields["MsgType"]
        envelope = {
            "ToUserName": self._settings.original_id,
            "FromUserName": citizen.openid,
            "CreateTime": str(int(self._state.now())),
        }
        xml = to_xml(envelope | fields)
        for attempt in range(1, self._settings.push_retries + 2):
            begun = time.monotonic()
            response = await self._post(citizen.openid, xml)
            status = response.status_code if response is not None else None
            accepted = status == 200
            self._state.attempts.append(
                PushAttempt(
                    at=self._state.now(),
                    msg_id=msg_id,
                    kind=kind,
                    attempt=attempt,
                    status=status,
                    milliseconds=int((time.monotonic() - begun) * 1000),
                    accepted=accepted,
                )
            )
            if response is not None and accepted:
                self._show_reply(citizen, response.text)
                return Pushed(msg_id, attempt, True)
            if attempt <= self._settings.push_retries:
                await asyncio.sleep(self._settings.retry_pause_seconds)
        self._state.show(citizen, "wechat", OUT_OF_SERVICE)
        return Pushed(msg_id, self._settings.push_retries + 1, False)

    async def verify(self) -> bool:
        """What WeChat does when the callback address is saved: whether it echoes a random text."""
        echo = str(secrets.randbelow(10**19))
        params = self._signed() | {"echostr": echo}
        try:
            response = await self._http.get(self._settings.callback_url, params=params)
        except httpx.HTTPError:
            return False
        return response.status_code == 200 and response.text == echo

    async def _post(self, openid: str, xml: str) -> httpx.Response | None:
        params, body = self._signed() | {"openid": openid}, xml
        if self._state.mode != "plain":
            cipher = crypto.encrypt(
                xml, aes_key=self._settings.aes_key, app_id=self._settings.app_id
            )
            parts = (self._settings.token, params["timestamp"], params["nonce"], cipher)
            params |= {"encrypt_type": "aes", "msg_signature": crypto.sign(*parts)}
            sealed = {"ToUserName": self._settings.original_id, "Encrypt": cipher}
            if self._state.mode == "encrypted":
                body = to_xml(sealed)
            else:
                body = xml.replace("</xml>", f"<Encrypt><![CDATA[{cipher}]]></Encrypt></xml>")
        try:
            return await self._http.post(
                self._settings.callback_url,
                params=params,
                content=body.encode(),
                headers={"content-type": "text/xml"},
                timeout=self._settings.push_timeout_seconds,
            )
        except httpx.HTTPError:
            return None

    def _signed(self) -> dict[str, str]:
        timestamp, nonce = str(int(self._state.now())), str(secrets.randbelow(10**10))
        signature = crypto.sign(self._settings.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce}

    def _show_reply(self, citizen: Citizen, body: str) -> None:
        """The product may answer at once, in the response; `success` or nothing means no answer."""
        if body in ("", "success"):
            return
        try:
            root = ElementTree.fromstring(body)
            cipher = root.findtext("Encrypt")
            if cipher:
                keys = {"aes_key": self._settings.aes_key, "app_id": self._settings.app_id}
                root = ElementTree.fromstring(crypto.decrypt(cipher, **keys))
            text = root.findtext("Content") or ""
        except (ElementTree.ParseError, ValueError):
            text = ""
        self._state.show(citizen, *(("account", text) if text else ("wechat", OUT_OF_SERVICE)))


def to_xml(fields: dict[str, str]) -> str:
    """WeChat's flat XML. A `]]>` inside a text is split over two CDATA sections."""
    lines = []
    for name, value in fields.items():
        quoted = value.replace("]]>", "]]]]><![CDATA[>")
        lines.append(
            f"<{name}>{value}</{name}>"
            if value.isdecimal()
            else f"<{name}><![CDATA[{quoted}]]></{name}>"
        )
    return "<xml>" + "".join(lines) + "</xml>"
