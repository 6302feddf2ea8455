"""The customer messages behind a mini-program's button: pushes in, replies out, and the chat page beside them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product

import httpx
import pytest

from channels.miniprogram.accounts import SubscribeConfig
from channels.tencent.receiving.crypto import signature_of
from core.conversation import repository
from core.conversation.models import Conversation
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.wechat_town import MINI, OPENID, Town, founded

# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def town(settings: Settings, builder: IndexBuilder, bot: ScriptedBot) -> AsyncIterator[Town]:
    async with founded(settings, builder, bot) as town:
        await town.connect(welcome="您好，请说。", hot_questions=["贷款额度", "提取条件"])
        yield town


async def conversation(town: Town) -> Conversation:
    async with town.site.container.uows.read() as session:
        contact = await repository.contact_by_identity(session, MINI, OPENID[MINI])
        assert contact is not None
        found = await repository.latest_conversation(session, contact.id, MINI)
        assert found is not None
        return found


async def test_a_question_behind_the_button_is_answered_there(town: Town) -> None:
    assert (await town.wechat.post("/_control/verify", json={"account": MINI})).status_code == 200
    await town.does("event", event="user_enter_tempsession", event_key="help-page")
    welcome = await town.shown("您好，请说。")
    assert "1. 贷款额度" in welcome["text"]
    await town.say("2")
    await town.shown("您说：提取条件")
    found = await conversation(town)
    assert (found.channel, found.sub_channel) == ("miniprogram", "button/help-page")
    # Who talks already is not welcomed again.
    await town.does("event", event="user_enter_tempsession", event_key="help-page")
    await town.say("在吗")
    await town.shown("您说：在吗")
    assert len([line for line in await town.chat() if "您好" in line["text"]]) == 1


async def test_pushes_of_every_form_are_read(town: Town) -> None:
    for mode, form in product(("plain", "compatible", "encrypted"), ("json", "xml")):
        await town.connect(mode)
        play = {"key": MINI, "settings": {"mode": mode, "format": form}}
        assert (await town.wechat.put("/_control/accounts", json=play)).status_code == 200
        await town.say(f"你好 {mode} {form}")
        await town.shown(f"您说：你好 {mode} {form}")


async def test_what_else_a_citizen_may_send(town: Town) -> None:
    card = {"MsgType": "miniprogrampage", "Title": "我的公积金", "PagePath": "a?b", "AppId": "wx1"}
    await town.does("push", fields=card)
    await town.shown("您说：[小程序页面] 我的公积金")
    await town.does("push", fields={"MsgType": "hologram"})
    await town.shown("看不了这种消息")
    await town.does("push", fields={"MsgType": "event", "Event": "something_new"})
    thread = await conversation(town)
    assert thread.visitor_seq == 1


async def test_an_answer_goes_the_way_the_citizen_came(town: Town) -> None:
    reminder = {
        "template_id": "Template0123",
        "fields": {"thing1": "{inbox}有新回复"},
        "page": "pages/chat/index",
    }
    await town.connect(reminder=SubscribeConfig.model_validate(reminder))
    async with town.page(wechat_code=await town.code()) as page:
        # The page asks for consent to it, so that there is a way when both are closed.
        assert page.session["subscribe"] == ["Template0123"]
        await page.say("在页面上问")
        await page.hear_text("您说：在页面上问")
        assert await town.chat() == []
        await town.say("在客服消息里问")
        await town.shown("您说：在客服消息里问")
        # Whoever looks at the page sees it there as well, in the same conversation.
        await page.hear_text("您说：在客服消息里问")
        assert [m["seq"] for m in await page.thread()] == [1, 2, 3, 4]
        page.forget()
        await page.say("又在页面上问")
        await page.hear_text("您说：又在页面上问")
    await town.site.container.turns.idle()
    assert not [line for line in await town.chat() if "又在页面上问" in line["text"]]


async def test_forged_and_stale_pushes_are_refused(town: Town) -> None:
    address = f"{town.site.url}/channels/miniprogram/{MINI}"
    now = int(time.time())
    body = '{"FromUserName":"oStranger","CreateTime":1,"MsgType":"text","Content":"x","MsgId":1}'

    async def push(stamp: int, token: str, body: str = body) -> httpx.Response:
        query = {"timestamp": str(stamp), "nonce": "n"}
        signed = signature_of(token, query["timestamp"], query["nonce"])
        return await town.site.http.post(
            address, params={**query, "signature": signed}, content=body
        )

    # Safe mode takes nothing that is not sealed.
    assert (await push(now, town.mini.token)).json()["error"][
        "code"
    ] == "wechat_encryption_required"
    await town.connect("plain")
    assert (await push(now, "AnotherToken")).status_code == 403
    old = now - int(timedelta(minutes=11).total_seconds())
    assert (await push(old, town.mini.token)).status_code == 403
    for broken in ("{", "[]", "null", '{"FromUserName":{}}', "<xml>", '{"MsgType":"text"}'):
        assert (await push(now, town.mini.token, broken)).status_code == 400, broken
    assert (await push(now, town.mini.token)).text == "success"
