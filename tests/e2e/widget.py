"""The widget as a citizen handles it."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect


class CitizenWindow:
    """A page with the widget. What the citizen sees is looked for inside the panel only."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("dialog", name="在线咨询")
        self.log = self.panel.get_by_role("log")
        self.field = self.panel.get_by_role("textbox", name="请输入您的问题")
        self.articles = self.log.get_by_role("article")
        self.last = self.articles.last
        self.own = self.log.locator("article.item-own")

    async def open(self) -> None:
        """Open the panel with the button in the corner."""
        await self.page.get_by_role("button", name="打开在线咨询").last.click()
        await expect(self.field).to_be_focused()

    async def say(self, text: str) -> None:
        """Type and send; returns when the message stands in the log."""
        before = await self.own.count()
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(self.own).to_have_count(before + 1)
        await expect(self.own.last).to_contain_text(text)

    async def ask(self, text: str, reply: str = "") -> Locator:
        """Say something and wait for the reply, which holds `reply`; the reply."""
        await self.say(text)
        await expect(self.last).to_contain_class("item-other")
        await expect(self.last).to_contain_text(reply)
        return self.last

    async def choose(self, label: str, reply: str) -> Locator:
        """Press a button the bot offers and wait for the reply that holds `reply`."""
        await self.last.get_by_role("button", name=label, exact=True).click()
        await expect(self.last).to_contain_text(reply)
        return self.last

    async def cancel_waiting(self) -> None:
        await self.panel.get_by_role("button", name="取消排队").click()
        await expect(self.panel.get_by_text("智能助手为您服务")).to_be_visible()
