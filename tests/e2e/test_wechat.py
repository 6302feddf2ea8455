"""The same from WeChat: signed pushes in, answers through the customer-service API of the stand-in."""

from __future__ import annotations

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import People
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows


class WeChatWindow:
    """The stand-in's page: a citizen's phone, and what goes on behind it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chat = page.locator("#chat")
        self.received = self.chat.locator(".row.account")

    async def say(self, text: str) -> None:
        await self.page.get_by_role("textbox", name="消息").fill(text)
        await self.page.get_by_role("button", name="发送").click()

    async def push_as(self, mode: str) -> None:
        """How pushes are sent from now on: 明文, 兼容, 安全（加密）."""
        async with self.page.expect_response("**/_control/mode"):
            await self.page.get_by_label("推送方式").select_option(label=mode)


@pytest_asyncio.fixture(loop_scope="session")
async def wechat(product: Product, windows: Windows) -> WeChatWindow:
    window = WeChatWindow(await windows.open())
    await window.page.goto(product.wechat_url)
    return window


@pytest.mark.parametrize("mode", ["明文", "安全（加密）"])
async def test_a_question_from_wechat_is_answered_with_its_basis(
    wechat: WeChatWindow, product: Product, album: Album, mode: str
) -> None:
    await wechat.push_as(mode)
    await wechat.say("租房可以提取公积金吗")
    await expect(wechat.received.filter(has_text="可以")).to_be_visible()
    await expect(wechat.chat).to_contain_text("《住房公积金管理条例》")
    await album.take(wechat.page, "answer")
    async with httpx.AsyncClient(base_url=product.wechat_url, trust_env=False) as http:
        state = (await http.get("_control/state")).json()
    assert all(push["accepted"] and push["attempt"] == 1 for push in state["pushes"])
    # WeChat waits five seconds; whatever the bot does, the acknowledgement comes long before.
    assert max(push["milliseconds"] for push in state["pushes"]) < 2500


async def test_a_task_is_done_in_wechat_by_tapping_and_typing(wechat: WeChatWindow) -> None:
    await wechat.say("帮我算算公积金能贷多少")
    await wechat.received.last.get_by_role("button", name="我一人缴存").click()
    await expect(wechat.received.last).to_contain_text("首套住房，还是第二套")
    await wechat.say("算了")
    await expect(wechat.received.last).to_contain_text("已取消")


async def test_an_agents_words_reach_the_citizen_in_wechat(
    wechat: WeChatWindow, people: People, album: Album
) -> None:
    agent = await people.agent()
    await wechat.say("我要转人工")
    await expect(wechat.chat).to_contain_text("人工客服")
    await agent.take("我要转人工")
    await expect(agent.page.get_by_text("公众号").first).to_be_visible()
    await agent.say("您好，请问有什么可以帮您？")
    # Who serves is told with the first words: replies are counted.
    await expect(wechat.received.last).to_contain_text("王芳")
    await expect(wechat.received.last).to_contain_text("您好，请问有什么可以帮您？")
    await wechat.say("社保卡丢了怎么办")
    await expect(agent.log.get_by_text("社保卡丢了怎么办")).to_be_visible()
    suggestion = agent.page.get_by_test_id("suggestion").first
    await expect(suggestion).to_contain_text("社保卡")
    await suggestion.get_by_test_id("send-answer").click()
    await expect(wechat.received.last).to_contain_text("社保卡")
    await album.take(agent.page, "desk", phone=False)
    await agent.finish()
    await expect(wechat.chat).to_contain_text("会话已结束")
    await album.take(wechat.page, "wechat")
