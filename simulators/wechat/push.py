"""Pushes what a citizen does to the product, and shows what the product answers at once."""

from __future__ import annotations

import secrets

import httpx

from simulators.tencent.envelope import CONTENT_TYPES, Fields
from simulators.tencent.pushing import Letter, Pushed
from simulators.wechat.account import Account, Citizen
from simulators.wechat.state import State

OUT_OF_SERVICE = {
    "official": "该公众号提供的服务出现故障，请稍后再试",
    "miniprogram": "该小程序客服暂时无法提供服务，请稍后再试",
}


class Pusher:
    """Every attempt is signed anew but carries the same MsgId and CreateTime, as WeChat's do."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def push(
        self,
        account: Account,
        citizen: Citizen,
        fields: Fields,
        msg_id: str = "",
        *,
        quiet: bool = False,
    ) -> Pushed:
        """Push until the product answers; afterwards the citizen is told that the account is out of order.

        `quiet`: the citizen did nothing and is told nothing.
        """
        pushed = await self._state.post.push(self.letter(account, citizen, fields, msg_id))
        if pushed.accepted:
            self._show_reply(account, citizen, pushed.answer)
        elif not pushed.held and not quiet:
            account.show(citizen, "wechat", OUT_OF_SERVICE[account.settings.kind])
        return pushed

    def letter(self, account: Account, citizen: Citizen, fields: Fields, msg_id: str) -> Letter:
        settings = account.settings
        whole: Fields = {
            "ToUserName": settings.original_id,
            "FromUserName": citizen.openid,
            "CreateTime": int(self._state.clock.base()),
            **fields,
        }
        form = "xml" if account.is_official else settings.format

        def seal() -> tuple[dict[str, str], str]:
            now = self._state.clock.base()
            query, body = account.seal.pushed(whole, mode=settings.mode, form=form, now=now)
            return {**query, "openid": citizen.openid}, body

        return Letter(
            account=account.key,
            msg_id=msg_id,
            kind=str(fields.get("Event") or fields["MsgType"]),
            url=settings.callback_url,
            content_type=CONTENT_TYPES[form],
            seal=seal,
            rules=settings.rules,
        )

    async def verify(self, account: Account) -> bool:
        """What WeChat does when the callback address is saved: whether it echoes a random text."""
        echo = str(secrets.randbelow(10**19))
        params = account.seal.signed(self._state.clock.base()) | {"echostr": echo}
        try:
            response = await self._state.post.http.get(account.settings.callback_url, params=params)
        except httpx.HTTPError:
            return False
        return response.status_code == 200 and response.text == echo

    def _show_reply(self, account: Account, citizen: Citizen, body: str) -> None:
        """`success` or nothing means no answer; whatever cannot be read is an error the citizen sees.

        A mini-program cannot answer in the response: all but those two is an error.
        """
        if body in ("", "success"):
            return
        try:
            text = account.seal.opened(body).findtext("Content") if account.is_official else ""
        except ValueError:
            text = ""
        if text:
            account.show(citizen, "account", text)
        else:
            account.show(citizen, "wechat", OUT_OF_SERVICE[account.settings.kind])
