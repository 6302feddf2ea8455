"""The chat page of a mini-program over real sockets: login by WeChat's code, and what a website's citizen can do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from channels.tencent.accounts.credentials import Credentials
from core.conversation.models import Contact, ContactIdentity
from core.outbox.models import OutboxRow
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.clients import Refused, SocketClient, VisitorClient, refusal_of
from tests.integration.app.site import Site, on_sqlite, running
from tests.integration.app.uploads import photo

INBOX = "mini"
# What depends on the kind of database is in test_one_person.py.
pytestmark = on_sqlite


class Codes:
    """WeChat's side of wx.login: each code is somebody's, once."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/sns/jscode2session"
        code = request.url.params["js_code"]
        self.asked.append(code)
        if request.url.params["appid"] != "wxmini0001":
            return httpx.Response(200, json={"errcode": 40029})
        return httpx.Response(200, json=self.people.pop(code, {"errcode": 40163}))

    def login(self, code: str, openid: str, **more: Any) -> str:
        self.people[code] = {"openid": openid, "session_key": "never kept", **more}
        return code


@pytest.fixture
async def codes(site: Site, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Codes]:
    container, codes = site.container, Codes()
    async with container.uows.write() as uow:
        await container.weixin.miniprogram.accounts.connect(
            uow, inbox_id=INBOX, name="小程序", app_id="wxmini0001", mode="encrypted", form="json",
            credentials=Credentials.random(), actor="test", welcome="您好", hot_questions=["贷款额度"],
        )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.MockTransport(codes.answer)) as wechat:
        monkeypatch.setattr(container.weixin.miniprogram.login._sns, "_http", wechat)
        yield codes


def page(site: Site, **auth: Any) -> VisitorClient:
    client = VisitorClient(site.url, inbox=INBOX)
    client._auth = {"inbox": INBOX, **auth}
    return client


async def contacts(site: Site) -> int:
    async with site.container.uows.read() as session:
        query = select(func.count()).select_from(Contact).join(ContactIdentity)
        return await session.scalar(query.where(ContactIdentity.inbox_id == INBOX)) or 0


async def test_a_code_opens_the_chat_once_and_the_token_afterwards(
    site: Site, codes: Codes
) -> None:
    async with page(site, wechat_code=codes.login("c1", "oMini1")) as first:
        assert first.session["welcome"][0]["choices"][0]["label"] == "贷款额度"
        await first.say("我能贷多少")
        await first.hear_text("您说：我能贷多少")
        contact = first.session["contact"]
    async with page(site, token=first.token, wechat_code="c2") as again:
        assert again.session["contact"] == contact
        assert (await again.thread())[0]["content"]["text"] == "我能贷多少"
    assert codes.asked == ["c1"]
    # A token that is no good is no harm where there is a code: the same citizen again.
    async with page(site, token="no-token", wechat_code=codes.login("c3", "oMini1")) as third:
        assert third.session["contact"] == contact
    assert await contacts(site) == 1
    # What is said by socket is answered by socket alone.
    async with site.container.uows.read() as session:
        assert await session.scalar(select(func.count()).select_from(OutboxRow)) == 0


async def test_nobody_gets_in_without_a_code_or_with_one_that_is_spent(
    site: Site, codes: Codes
) -> None:
    assert (await refusal_of(page(site)))["code"] == "wechat_code_missing"
    async with page(site, wechat_code=codes.login("c1", "oMini1")):
        pass
    for code in ("c1", "made-up"):
        assert (await refusal_of(page(site, wechat_code=code)))["code"] == "wechat_code_refused"
    for code in ("", "x" * 129, "a b", {"a": 1}):
        assert (await refusal_of(page(site, wechat_code=code)))["code"] == "invalid_input"
    assert await contacts(site) == 1
    # Neither a code at another inbox, nor a website's token here.
    asked = len(codes.asked)
    elsewhere = VisitorClient(site.url)
    elsewhere._auth = {"inbox": "web", "wechat_code": codes.login("c5", "oMini1")}
    assert (await refusal_of(elsewhere))["code"] == "wechat_code_refused"
    assert len(codes.asked) == asked
    async with site.visitor() as on_the_website:
        token = on_the_website.token
    assert (await refusal_of(page(site, token=token)))["code"] == "token_invalid"


async def test_who_tries_codes_is_told_to_wait(
    site: Site, codes: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.container.weixin.miniprogram.login._asked, "_limit", 3)
    for number in range(3):
        await refusal_of(page(site, wechat_code=f"guess{number}"))
    refused = await refusal_of(page(site, wechat_code="guess9"))
    assert refused["code"] == "too_many_requests"
    assert refused["details"]["retry_after"] > 0
    assert len(codes.asked) == 3


async def test_sockets_of_mini_programs_may_connect_where_origins_are_listed(
    settings: Settings, builder: IndexBuilder, bot: ScriptedBot
) -> None:
    listed = settings.model_copy(update={"allowed_origins": ["https://www.example.gov.cn"]})
    async with running(listed, builder, bot=bot) as site:
        for origin, may in (("https://servicewechat.com", True), ("https://evil.example", False)):
            client = SocketClient(
                site.url, "/visitor", {"inbox": "web"}, headers={"Origin": origin}
            )
            if may:
                async with client:
                    assert await client.hear("session.ready")
            else:
                with pytest.raises(Refused):
                    await client.connect()
                await client.sio.disconnect()


async def test_pictures_are_uploaded_with_the_token(site: Site, codes: Codes) -> None:
    async with page(site, wechat_code=codes.login("c1", "oMini1")) as citizen:
        answer = await site.http.post(
            "/api/v1/visitor/attachments", params={"inbox": INBOX},
            headers={"authorization": f"Bearer {citizen.token}"},
            files={"file": ("a.jpg", photo(), "image/jpeg")},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        content = {"type": "image", "attachment_id": answer.json()["attachment_id"]}
        sent = await citizen.call("send_message", client_msg_id="p1", content=content)
        assert (await site.http.get(sent["content"]["url"])).status_code == 200
