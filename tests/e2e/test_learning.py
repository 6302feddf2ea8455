"""What citizens ask in vain becomes an answer, and hot questions reach them, as people do it in their windows."""

from __future__ import annotations

import asyncio

import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.knowledge import KnowledgeWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows

PASSWORD = "correct horse 1"
PEOPLE = {"editor3": ("孙编", "editor"), "reviewer3": ("周审", "supervisor")}
ASKED = ["上传的图片提示格式不支持", "上传的材料图片格式不支持", "上传材料说图片格式错误"]
GROUPED_SECONDS = 60  # the jobs look every ten; the rest is for a busy machine


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def learners(product: Product) -> None:
    for login, (name, role) in PEOPLE.items():
        await product.command(
            "agents", "add", login, "--name", name, "--role", role, "--password-stdin",
            line=PASSWORD,
        )  # fmt: skip


async def enter(product: Product, windows: Windows, login: str) -> KnowledgeWindow:
    window = KnowledgeWindow(await windows.open())
    await window.page.goto(product.console_url)
    await window.log_in(login, PASSWORD)
    return window


async def until_grouped(editor: KnowledgeWindow) -> None:
    """Open the page of unknown questions again and again until all of ASKED are on it."""
    page = editor.page
    async with asyncio.timeout(GROUPED_SECONDS):
        while True:
            await editor.tab("hot")
            async with page.expect_response("**/questions/unknown?*"):
                await editor.tab("unknown")
            await expect(page.get_by_test_id("state-open")).to_be_visible()
            texts = " ".join(await page.get_by_test_id("cluster").all_inner_texts())
            if all(asked in texts for asked in ASKED):
                return


async def test_a_question_nobody_could_answer_is_drafted_reviewed_and_then_answered(
    people: People, product: Product, windows: Windows, learners: None, album: Album
) -> None:
    for text in ASKED:
        citizen = await people.citizen()
        await citizen.ask(text)
        await citizen.page.close()
    editor = await enter(product, windows, "editor3")
    page = editor.page
    await until_grouped(editor)
    cluster = page.get_by_test_id("cluster").filter(has_text=ASKED[0])
    await expect(cluster).to_contain_text(ASKED[1])
    await album.take(page, "unknown")
    await cluster.get_by_test_id("draft").click()
    await expect(page.get_by_test_id("editor")).to_be_visible()
    title = await page.get_by_test_id("question").input_value()
    assert title in ASKED
    await expect(editor.wordings).to_have_count(len(ASKED) - 1)
    await album.take(page, "draft", phone=False)
    await page.get_by_test_id("answer").fill("请把图片存成 JPG 或者 PNG 再上传。")
    await editor.cite("示例市网上大厅使用说明", "第八条")
    await editor.save()
    await editor.submit()
    reviewer = await enter(product, windows, "reviewer3")
    await reviewer.publish(title)
    await reviewer.ask(ASKED[2], "JPG 或者 PNG")
    citizen = await people.citizen()
    await citizen.ask(ASKED[1], "JPG 或者 PNG")
    await editor.tab("unknown")
    await page.get_by_test_id("state-drafted").click()
    await expect(page.get_by_test_id("cluster").filter(has_text=ASKED[0])).to_be_visible()
    await editor.tab("questions")
    await expect(page.get_by_test_id("question").filter(has_text=ASKED[0])).to_be_visible()
    await album.take(page, "questions")


async def test_a_pin_moved_by_keys_shows_at_once_in_the_open_widget_and_in_wechats_menu(
    people: People, product: Product, windows: Windows, learners: None, album: Album
) -> None:
    citizen = await people.citizen()
    offered = citizen.log.get_by_test_id("hot")
    await expect(offered.first).to_have_text("租房可以提取公积金吗")
    await album.take(citizen.page, "widget")
    editor = await enter(product, windows, "editor3")
    page = editor.page
    await editor.tab("hot")
    rows = page.get_by_test_id("hot-list").get_by_test_id("hot-row")
    second = await rows.nth(1).get_by_role("link").inner_text()
    await album.take(page, "hot")
    await rows.nth(1).get_by_test_id("hot-grip").press("ArrowUp")
    await expect(rows.first).to_contain_text(second)
    await expect(rows.first.get_by_test_id("hot-grip")).to_be_focused()
    await expect(offered.first).to_have_text(second)
    await rows.first.drag_to(rows.nth(1))
    await expect(offered.nth(1)).to_have_text(second)
    await expect(page.get_by_test_id("menu")).to_contain_text("已送到微信")

    phone = await windows.open()
    await phone.goto(product.wechat_url)
    menu = phone.get_by_role("navigation", name="公众号菜单")
    await menu.get_by_text("热门问题").click()
    await album.take(phone, "menu", phone=False)
    await menu.get_by_role("button", name="租房可以提取公积金吗").click()
    await expect(phone.locator("#chat")).to_contain_text("《住房公积金管理条例》")
    await offered.first.click()
    await expect(citizen.last).to_contain_text("依据（")


async def test_a_verdict_is_remembered_over_a_reload(people: People) -> None:
    citizen = await people.citizen()
    answer = await citizen.ask("租房可以提取公积金吗", "依据（")
    await answer.get_by_role("button", name="没用").click()
    await expect(answer.get_by_text("感谢反馈")).to_be_visible()
    await citizen.page.reload()
    await citizen.open()
    useless = citizen.last.get_by_role("button", name="没用")
    await expect(useless).to_have_attribute("aria-pressed", "true")
