"""A citizen asks the bot on the demo page."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.windows import Album

QUESTION = "租房可以提取公积金吗"


async def test_a_question_is_answered_with_its_legal_basis_and_next_questions(
    people: People, album: Album
) -> None:
    citizen = await people.citizen()
    await album.take(citizen.page, "welcome")
    answer = await citizen.ask(QUESTION, "可以")
    await album.take(citizen.page, "answer")
    basis = answer.get_by_text("依据（")
    clause = answer.get_by_text("《住房公积金管理条例》")
    await expect(clause).to_be_hidden()
    await basis.click()
    await expect(clause).to_be_visible()
    await expect(clause).to_contain_text("条")
    await expect(answer.get_by_text("您可能还想问")).to_be_visible()
    await answer.get_by_role("button", name="没用").scroll_into_view_if_needed()
    await album.take(citizen.page, "basis")

    following = answer.locator(".next").get_by_role("button")
    question = await following.first.inner_text()
    await following.first.click()
    await expect(citizen.own.last).to_contain_text(question)
    await expect(citizen.last.get_by_text("依据（")).to_be_visible()
    # Questions under an older answer would now be the wrong ones.
    await expect(citizen.articles.nth(1).get_by_text("您可能还想问")).to_be_hidden()
    await citizen.last.get_by_role("button", name="有用").click()
    await expect(citizen.last.get_by_text("感谢反馈")).to_be_visible()


async def test_a_suggestion_on_the_page_asks_at_once(people: People) -> None:
    citizen = await people.citizen()
    await citizen.panel.get_by_role("button", name="收起").click()
    await citizen.page.get_by_role("button", name=QUESTION).click()
    await expect(citizen.own).to_have_count(1)
    await expect(citizen.last.get_by_text("依据（")).to_be_visible()
