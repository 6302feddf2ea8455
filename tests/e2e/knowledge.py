"""The knowledge pages of the console as editors and reviewers handle them."""

from __future__ import annotations

import asyncio

from playwright.async_api import Locator, Page, expect

PUBLISHED_SECONDS = 10  # the index follows within two; the rest is for a busy machine


class KnowledgeWindow:
    """A page with the console, of somebody who works on the knowledge base."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.state = page.get_by_test_id("save-state")
        self.wordings = page.get_by_test_id("wording")
        self.detail = page.get_by_test_id("article-detail")
        self.versions = page.get_by_test_id("version")
        self.candidates = page.get_by_test_id("candidate")

    async def log_in(self, login: str, password: str) -> None:
        await self.page.get_by_role("textbox", name="账号").fill(login)
        await self.page.get_by_role("textbox", name="密码").fill(password)
        await self.page.get_by_role("button", name="登录").click()
        await self.page.get_by_role("link", name="知识库", exact=True).click()
        await expect(self.page.get_by_test_id("article").first).to_be_visible()

    async def tab(self, name: str) -> None:
        await self.page.get_by_test_id(f"tab-knowledge-{name}").click()

    async def open_article(self, words: str) -> None:
        """From the list, by words of its title."""
        await self.tab("articles")
        await self.page.get_by_test_id("article-search").fill(words)
        await self.page.get_by_test_id("article").filter(has_text=words).first.click()
        await expect(self.detail).to_be_visible()

    async def edit(self) -> None:
        await self.page.get_by_test_id("article-edit").click()
        await expect(self.page.get_by_test_id("editor")).to_be_visible()

    async def category(self, name: str) -> None:
        await self.page.get_by_test_id("category").filter(has_text=name).click()

    async def write_similar(self, *lines: str) -> None:
        """Line after line, as one types."""
        await self.page.get_by_test_id("wording-add").click()
        for place, line in enumerate(lines):
            if place:
                await self.page.keyboard.press("Enter")
            await self.page.keyboard.type(line)

    async def cite(self, document: str, clause: str) -> None:
        await self.page.get_by_test_id("citation-add").click()
        row = self.page.get_by_test_id("citation").last
        await row.get_by_test_id("citation-document").fill(document)
        await row.get_by_test_id("citation-clause").fill(clause)

    async def save(self) -> None:
        await self.page.get_by_test_id("save").click()
        await expect(self.state).to_have_text("已保存")

    async def submit(self, note: str = "") -> None:
        await self.page.get_by_test_id("submit").click()
        await self.page.get_by_test_id("submit-note").fill(note)
        await self.page.get_by_test_id("submit-confirm").click()
        await expect(self.page.get_by_test_id("draft-notice")).to_contain_text("等待审核")

    async def open_review(self, question: str) -> Locator:
        await self.tab("articles")
        await self.tab("reviews")  # afresh: the queue looks for news only now and then
        await self.page.get_by_test_id("review").filter(has_text=question).click()
        pane = self.page.get_by_test_id("review-pane")
        await expect(pane).to_contain_text(question)
        return pane

    async def publish(self, question: str) -> None:
        await self.open_review(question)
        await self.page.get_by_test_id("publish").click()
        await self.page.get_by_role("dialog").get_by_role("button", name="发布").click()
        await expect(self.page.get_by_text("已发布").last).to_be_visible()
        await expect(self.page.get_by_test_id("review").filter(has_text=question)).to_be_hidden()

    async def ask(self, question: str, answer: str) -> None:
        """In the test box, again and again until citizens are shown `answer`."""
        await self.tab("test")
        await self.page.get_by_test_id("test-question").fill(question)
        shown = self.page.get_by_test_id("citizen-view").get_by_text(answer)
        async with asyncio.timeout(PUBLISHED_SECONDS):
            while True:
                async with self.page.expect_response("**/knowledge/explain?*"):
                    await self.page.get_by_test_id("test-run").click()
                if await shown.count():
                    break
        await expect(shown.first).to_be_visible()
