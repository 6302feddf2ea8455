"""The desk as an agent handles it."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect


class AgentWindow:
    """A page with the console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log", name="会话消息")
        self.status = page.get_by_test_id("status")

    async def log_in(self, login: str, password: str) -> None:
        await self.fill_login(login, password)
        await expect(self.page.get_by_role("link", name="工作台")).to_be_visible()

    async def fill_login(self, login: str, password: str) -> None:
        await self.page.get_by_role("textbox", name="账号").fill(login)
        await self.page.get_by_role("textbox", name="密码").fill(password)
        await self.page.get_by_role("button", name="登录").click()

    async def go_online(self) -> None:
        await self.page.get_by_test_id("presence").click()
        await self.page.get_by_role("option", name="在线").click()
        await expect(self.page.get_by_text("您现在是离线状态")).to_be_hidden()

    def waiting(self, preview: str) -> Locator:
        """The row of a waiting conversation, by what was said last."""
        return self.page.get_by_test_id("conversation").filter(has_text=preview)

    async def take(self, preview: str) -> None:
        """Open a waiting conversation and take it."""
        await self.page.get_by_test_id("tab-queued").click()
        await self.waiting(preview).click()
        await self.page.get_by_test_id("claim").click()
        await expect(self.status).to_have_text("接待中")

    async def say(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("composer").press("Enter")
        await expect(self.log.get_by_role("article").filter(has_text=text)).to_be_visible()

    async def note(self, text: str) -> None:
        """Write for colleagues only."""
        await self.page.get_by_test_id("private").click()
        await self.say(text)
        await self.page.get_by_test_id("private").click()

    async def finish(self) -> None:
        await self.page.get_by_test_id("finish").click()
        await self.page.get_by_role("button", name="确定").click()
        await expect(self.status).to_have_text("已结束")
