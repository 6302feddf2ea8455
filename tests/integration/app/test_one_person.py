"""One citizen from account, mini-program and website: one contact, one history for the agent, three for the citizen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from core.auth.permissions import Role
from core.conversation import repository
from core.conversation.models import Contact
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.clients import AgentClient, refusal_of
from tests.integration.app.site import on_sqlite
from tests.integration.app.test_website import LoggedIn, secret_of
from tests.integration.app.wechat_town import ACCOUNT, MINI, OPENID, Town, founded


@pytest.fixture
async def town(settings: Settings, builder: IndexBuilder, bot: ScriptedBot) -> AsyncIterator[Town]:
    async with founded(settings, builder, bot) as town:
        await town.connect()
        yield town


async def serve(desk: AgentClient, conversation_id: str) -> None:
    await desk.hear("conversation.queued", lambda e: e["conversation"]["id"] == conversation_id)
    await desk.call("claim_conversation", conversation_id=conversation_id)


async def context(town: Town, token: str, conversation_id: str) -> dict[str, Any]:
    answer = await town.site.http.get(
        f"/api/v1/conversations/{conversation_id}/context",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.text
    panel: dict[str, Any] = answer.json()
    return panel


async def test_an_agent_sees_one_history_and_the_citizen_that_of_each_channel(town: Town) -> None:
    union = await town.one_person()
    secret = await secret_of(town.site)
    # In the account, then on the mini-program's page, then by its button.
    await town.say("公众号里问贷款", ACCOUNT)
    await town.shown("您说：公众号里问贷款", ACCOUNT)
    async with town.page(wechat_code=await town.code()) as page:
        await page.say("小程序里问提取")
        await page.hear_text("您说：小程序里问提取")
        in_mini = page.session["contact"]
        await town.does("event", event="user_enter_tempsession", event_key="my-page")
        await town.say("按钮里再问一句")
        await town.shown("您说：按钮里再问一句")
        assert [m["content"]["text"] for m in await page.thread() if m["author"]["kind"] == "visitor"] == [
            "小程序里问提取", "按钮里再问一句",
        ]  # fmt: skip
    # On the website he was served before it told who he is at WeChat; that window stays open.
    async with LoggedIn(town.site, secret, "u-7", "张三") as old_window:
        said = await old_window.say("网站上问缴存")
        await old_window.hear_text("您说：网站上问缴存")
        await town.site.add_account("wang", Role.AGENT)
        token = await town.site.log_in("wang")
        async with AgentClient(town.site.url, token) as desk:
            await desk.call("set_presence", status="online")
            await old_window.call("request_handoff")
            await serve(desk, said["conversation_id"])
            panel = await context(town, token, said["conversation_id"])
            assert panel["earlier"] == []
            desk.forget()
            async with LoggedIn(town.site, secret, "u-7", "张三", unionid=union) as window:
                assert window.session["contact"] == in_mini
                # The desk is told, the old window as well, and both go on.
                told = await desk.hear(
                    "conversation.updated", lambda e: e["id"] == said["conversation_id"]
                )
                assert told["contact_id"] == in_mini
                await old_window.hear("session.moved")
                assert (await old_window.thread())[0]["content"]["text"] == "网站上问缴存"
                assert (await window.thread())[0]["content"]["text"] == "网站上问缴存"
                await desk.say(said["conversation_id"], "我看到您之前的咨询了")
                await window.hear_text("我看到您之前的咨询了")
                page_again = town.page(wechat_code=await town.code())
                async with page_again:
                    # What is said on the website is not heard on the telephone.
                    await desk.say(said["conversation_id"], "还有别的吗")
                    await window.hear_text("还有别的吗")
                    assert page_again.heard("message.created") == []
                    assert len(await page_again.thread()) == 4
            panel = await context(town, token, said["conversation_id"])
        seen = {(each["channel"], each["inbox_id"]) for each in panel["earlier"]}
        assert seen == {("wechat", ACCOUNT), ("miniprogram", MINI)}
        assert panel["contact"]["name"] == "张三"
    async with town.site.container.uows.read() as session:
        assert await session.scalar(select(func.count()).select_from(Contact)) == 1
        contact = await repository.contact_by_identity(session, ACCOUNT, OPENID[ACCOUNT])
    assert contact is not None
    assert contact.id == in_mini


@on_sqlite
async def test_what_a_client_says_of_itself_joins_nobody(town: Town) -> None:
    union = await town.one_person()
    secret = await secret_of(town.site)
    await town.say("公众号里问贷款", ACCOUNT)
    await town.shown("您说：公众号里问贷款", ACCOUNT)
    forged = LoggedIn(town.site, secret + "x", "u-8", unionid=union)
    assert (await refusal_of(forged))["code"] == "identity_invalid"
    for wrong in ("", None, 7, ["u"], "a b", "x" * 65):
        odd = LoggedIn(town.site, secret, "u-9", unionid=wrong)
        if wrong == "":
            async with odd:
                continue
        assert (await refusal_of(odd))["details"] == {"reason": "unionid"}
    async with town.site.container.uows.read() as session:
        known = await repository.contact_by_identity(session, ACCOUNT, OPENID[ACCOUNT])
        other = await repository.contact_by_identity(session, "web", "login:u-9")
    assert known is not None
    assert other is not None
    assert known.id != other.id
