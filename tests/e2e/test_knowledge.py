"""An article from its first line to its rollback, by two editors and a reviewer; and what the test box tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from io import BytesIO

import pytest_asyncio
from PIL import Image
from playwright.async_api import FilePayload, expect

from tests.e2e.knowledge import KnowledgeWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows

PASSWORD = "correct horse 1"
PEOPLE = {
    "editor1": ("王编", "editor"),
    "editor2": ("赵编", "editor"),
    "reviewer1": ("李审", "supervisor"),
}
QUESTION = "小区充电桩安装费可以提取公积金吗"
TAKEN = "租房可以提取公积金吗"  # a shipped article's title

Enter = Callable[[str], Awaitable[KnowledgeWindow]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def staff(product: Product) -> None:
    for login, (name, role) in PEOPLE.items():
        await product.command(
            "agents", "add", login, "--name", name, "--role", role, "--password-stdin",
            line=PASSWORD,
        )  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def enter(product: Product, windows: Windows, staff: None) -> Enter:
    async def enter(login: str) -> KnowledgeWindow:
        window = KnowledgeWindow(await windows.open())
        await window.page.goto(product.console_url)
        await window.log_in(login, PASSWORD)
        return window

    return enter


def picture() -> FilePayload:
    file = BytesIO()
    Image.new("RGB", (320, 180), "#14579e").save(file, "PNG")
    return {"name": "流程图.png", "mimeType": "image/png", "buffer": file.getvalue()}


async def test_an_article_is_written_merged_reviewed_published_and_rolled_back(
    enter: Enter, windows: Windows, album: Album
) -> None:
    windows.allow("409 (Conflict)")  # two editors on one draft
    editor = await enter("editor1")
    page = editor.page
    await album.take(page, "articles")
    await editor.category("提取")
    await page.get_by_test_id("article-new").click()
    await page.get_by_test_id("question").fill(QUESTION)
    await editor.write_similar("装充电桩的钱能不能用公积金", TAKEN, "车位装充电桩公积金给报吗")
    # Other lines may be near other articles; it is about this one.
    warning = page.get_by_test_id("collision").filter(has_text=TAKEN)
    await expect(warning).to_contain_text(f"与“{TAKEN}”的问法相同")
    await album.take(page, "collision", phone=False)
    await page.get_by_role("button", name="删除第 2 行").click()
    await expect(warning).to_be_hidden()
    await expect(editor.wordings).to_have_count(2)

    await page.get_by_test_id("save").click()
    await expect(page.get_by_text("请填写答案")).to_be_visible()
    await page.get_by_test_id("answer").fill("**不可以。** 安装费不在提取范围内。")
    await page.get_by_test_id("file").set_input_files(picture())
    preview = page.get_by_test_id("preview")
    await expect(preview.get_by_role("img", name="流程图")).to_be_visible()
    await expect(preview.locator("strong")).to_have_text("不可以。")
    await expect(page.get_by_test_id("wechat-preview")).to_contain_text(
        "不可以。 安装费不在提取范围内。"
    )
    await editor.cite("住房公积金管理条例", "第二十四条")
    await editor.save()
    await album.take(page, "draft")

    # Somebody else changes the title of the same draft; both changes are kept.
    await page.get_by_test_id("answer").fill("**不可以。** 充电桩安装费不在提取范围内。")
    other = await enter("editor2")
    await other.open_article(QUESTION)
    await other.edit()
    title = f"{QUESTION}（新能源车）"
    await other.page.get_by_test_id("question").fill(title)
    await other.save()
    await page.get_by_test_id("save").click()
    conflict = page.get_by_test_id("conflict")
    await expect(conflict).to_contain_text("赵编 刚刚保存了这个条目")
    await album.take(page, "conflict")
    await page.get_by_test_id("settle").click()
    await expect(page.get_by_test_id("question")).to_have_value(title)
    await editor.save()
    await expect(page.get_by_test_id("answer")).to_have_value(
        "**不可以。** 充电桩安装费不在提取范围内。"
    )
    await editor.submit("新政策常被问到")

    # Who wrote in it cannot publish it; the reviewer sends it back, then publishes.
    await other.open_review(title)
    await expect(other.page.get_by_test_id("may-not-publish")).to_be_visible()
    await expect(other.page.get_by_test_id("publish")).to_be_hidden()
    reviewer = await enter("reviewer1")
    pane = await reviewer.open_review(title)
    await expect(pane).to_contain_text("新政策常被问到")
    await album.take(reviewer.page, "review")
    await reviewer.page.get_by_test_id("send-back").click()
    await reviewer.page.get_by_test_id("review-comment").fill("请写明可以问哪里")
    await reviewer.page.get_by_test_id("send-back-confirm").click()
    await expect(reviewer.page.get_by_test_id("review").filter(has_text=title)).to_be_hidden()

    await editor.open_article(title)
    await expect(page.get_by_test_id("draft-notice")).to_contain_text("请写明可以问哪里")
    await editor.edit()
    await page.get_by_test_id("answer").fill("不可以。可以向小区物业了解。")
    await editor.submit()
    await reviewer.publish(title)
    await reviewer.ask(title, "可以向小区物业了解")
    await album.take(reviewer.page, "answered")

    # A second version, and back to the first.
    await editor.open_article(title)
    await editor.edit()
    await page.get_by_test_id("answer").fill("可以，从明年起。")
    await editor.submit()
    pane = await reviewer.open_review(title)
    removed, added = pane.locator("del"), pane.locator("ins")
    await expect(removed.filter(has_text="物业")).to_be_visible()
    await expect(added.filter(has_text="明年")).to_be_visible()
    await album.take(reviewer.page, "difference")
    await reviewer.publish(title)
    await reviewer.ask(title, "可以，从明年起。")
    await reviewer.open_article(title)
    await reviewer.versions.filter(has_text="第 1 版").get_by_test_id("restore").click()
    await reviewer.page.get_by_role("dialog").get_by_role("button", name="恢复这一版").click()
    await expect(reviewer.versions.first).to_contain_text("恢复自第 1 版")
    await reviewer.versions.first.scroll_into_view_if_needed()
    await album.take(reviewer.page, "versions")
    await reviewer.ask(title, "可以向小区物业了解")


async def test_what_was_not_saved_is_offered_again(enter: Enter, album: Album) -> None:
    editor = await enter("editor2")
    page = editor.page
    await editor.open_article(TAKEN)
    await editor.edit()
    await editor.write_similar("房东不给备案能提吗")
    await expect(editor.state).to_have_text("有未保存的修改")
    await editor.tab("test")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("修改还没有保存")
    await album.take(page, "leaving", phone=False)
    await dialog.get_by_role("button", name="继续编辑").click()
    await expect(editor.wordings.last).to_have_value("房东不给备案能提吗")
    await editor.tab("test")
    await page.get_by_role("dialog").get_by_role("button", name="离开").click()
    await editor.open_article(TAKEN)
    await editor.edit()
    await page.get_by_test_id("kept-restore").click()
    await expect(editor.wordings.last).to_have_value("房东不给备案能提吗")
    await album.take(page, "restored", phone=False)
    await page.get_by_role("button", name="放弃修改").click()
    await page.get_by_role("dialog").get_by_role("button", name="放弃修改").click()
    await expect(page.get_by_test_id("save")).to_be_disabled()


async def test_the_test_box_says_why_and_turns_the_question_into_a_similar_one(
    enter: Enter, album: Album
) -> None:
    editor = await enter("editor1")
    page = editor.page
    await editor.ask("我租房子住公积金咋提呀", "支付房租")
    first = editor.candidates.first
    await expect(first).to_contain_text(TAKEN)
    await expect(first.get_by_text("与最接近的问法意思相近")).to_be_visible()
    await album.take(page, "explained")
    await first.get_by_test_id("add-similar").click()
    await expect(editor.wordings.last).to_have_value("我租房子住公积金咋提呀")
    await expect(editor.state).to_have_text("有未保存的修改")
