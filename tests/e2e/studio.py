"""The pages about the bot as editors and those who switch handle them."""

from __future__ import annotations

from playwright.async_api import Page, expect

# A training on a busy machine, and two of Rasa's starts.
TRAINED_MS, SWITCHED_MS = 240_000, 90_000


class StudioWindow:
    """A page with the console, of somebody who works on the bot."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines = page.get_by_test_id("wording")
        self.examples = page.get_by_test_id("example")
        self.report = page.get_by_test_id("report")
        self.models = page.get_by_test_id("model")

    async def log_in(self, login: str, password: str) -> None:
        await self.page.get_by_role("textbox", name="账号").fill(login)
        await self.page.get_by_role("textbox", name="密码").fill(password)
        await self.page.get_by_role("button", name="登录").click()
        await self.page.get_by_role("link", name="机器人", exact=True).click()
        await expect(self.page.get_by_test_id("intent").first).to_be_visible()

    async def tab(self, name: str) -> None:
        await self.page.get_by_test_id(f"tab-bot-{name}").click()

    async def begin_intent(self, title: str, means: str, examples: list[str]) -> None:
        """The form of a new one, filled in but for the answer."""
        page = self.page
        await self.tab("intents")
        await page.get_by_test_id("intent-add").click()
        await page.get_by_test_id("intent-title").fill(title)
        await page.get_by_test_id("intent-means").fill(means)
        await self.lines.first.click()
        for place, line in enumerate(examples):
            if place:
                await page.keyboard.press("Enter")
            await page.keyboard.type(line)

    async def create_intent(self, title: str) -> None:
        page = self.page
        await page.get_by_test_id("intent-create").click()
        await expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        await expect(page.get_by_test_id("intent-state")).to_have_text("未启用")

    async def switch_intent_on(self) -> None:
        await self.page.get_by_test_id("intent-toggle").click()
        await expect(self.page.get_by_test_id("intent-state")).to_have_text("已启用")

    async def lead(self, choice: int, kind: str) -> None:
        """Where the choice at this place of the page leads."""
        await self.page.get_by_test_id("target-kind").nth(choice).click()
        await self.page.get_by_role("option", name=kind, exact=True).click()

    async def train(self) -> None:
        """Start, and wait for the comparison."""
        await self.tab("training")
        await self.page.get_by_test_id("training-start").click()
        await expect(self.page.get_by_test_id("training-progress")).to_be_visible()
        await expect(self.report).to_be_visible(timeout=TRAINED_MS)

    async def switch(self, button: str) -> None:
        """Press it, agree, and wait until the other model answers."""
        page = self.page
        await page.get_by_role("button", name=button, exact=True).click()
        dialog = page.get_by_role("dialog", name=button)
        await dialog.get_by_test_id("switch-confirm").click()
        await expect(page.get_by_test_id("switching")).to_be_visible()
        await expect(page.get_by_test_id("switching")).to_be_hidden(timeout=SWITCHED_MS)
        await expect(page.get_by_test_id("switch-problem")).to_be_hidden()
