"""Editors teach the bot something new in their windows, somebody else brings it to the citizens, and it is there."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.product import Product
from tests.e2e.studio import StudioWindow
from tests.e2e.windows import Album, Windows

PASSWORD = "correct horse 1"
PARKING = [
    "大厅那里好停车不", "开车过去车停哪儿", "你们楼下停车收费吗", "停车场满了怎么办", "车位紧张吗",
    "停车场几点关门",
]  # fmt: skip
CHARGING = [
    "给电瓶车充电去哪儿",
    "有充电的地方没",
    "充电桩在几楼",
    "车没电了能充不",
    "想给车充个电",
]
REPLY = "大厅地下车库可以停车，前两小时免费。"
SOMEBODY_ELSES = "谢谢"


@pytest_asyncio.fixture(loop_scope="session")
async def editor(product: Product, windows: Windows) -> StudioWindow:
    await product.command(
        "agents", "add", "editor9", "--name", "钱编", "--role", "editor", "--password-stdin",
        line=PASSWORD,
    )  # fmt: skip
    return await enter(product, windows, "editor9", PASSWORD)


async def enter(product: Product, windows: Windows, login: str, password: str) -> StudioWindow:
    window = StudioWindow(await windows.open())
    await window.page.goto(product.console_url)
    await window.log_in(login, password)
    return window


async def write_intent(editor: StudioWindow, album: Album) -> None:
    """An intent that answers with a text; one of its examples belongs to another intent."""
    page = editor.page
    await editor.begin_intent("停车信息", "问能不能停车、怎么收费。", [*PARKING, SOMEBODY_ELSES])
    await page.get_by_test_id("variant").first.fill(REPLY)
    await editor.create_intent("停车信息")
    await expect(editor.examples).to_have_count(len(PARKING))
    # The line that cannot be added stays, with the reason below it.
    await expect(editor.lines).to_have_value(SOMEBODY_ELSES)
    await expect(page.get_by_test_id("example-refused")).to_contain_text("道谢")
    await album.take(page, "intent", phone=False)
    await page.get_by_role("button", name="删除第 1 行").click()
    await editor.switch_intent_on()


async def write_flow(editor: StudioWindow, album: Album) -> None:
    """Two nodes: the second is reached by one choice of the first. An intent starts it."""
    page = editor.page
    await editor.tab("flows")
    await page.get_by_test_id("flow-add").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("充电引导")
    await page.get_by_role("button", name="确定").click()
    await page.get_by_test_id("node-text").fill("您开的是什么车？")
    await page.get_by_test_id("choice-label").fill("电动车")
    await page.get_by_test_id("target-text").fill("地下一层有充电桩。")
    await page.get_by_test_id("choice-add").click()
    await page.get_by_test_id("choice-label").nth(1).fill("电瓶车")
    await page.get_by_test_id("choice-also").nth(1).fill("电动自行车、小电驴")
    await editor.lead(1, "到节点")
    # A choice that leads nowhere is told at its card, and the flow cannot be used.
    await expect(page.get_by_test_id("choice-problem")).to_contain_text("请选择")
    await expect(page.get_by_test_id("flow-toggle")).to_be_disabled()
    await page.get_by_test_id("target-node").click()
    await page.get_by_role("option", name="新节点").click()
    await page.get_by_test_id("node-text").nth(1).fill("要充多久？")
    await page.get_by_test_id("choice-label").nth(2).fill("半天")
    await page.get_by_test_id("target-text").nth(1).fill("车棚里可以充，半天两元。")
    # The editor walks through it before anybody else does.
    walk = page.get_by_test_id("walk")
    await walk.get_by_role("button", name="电瓶车").click()
    await walk.get_by_role("button", name="半天").click()
    await expect(page.get_by_test_id("walk-end")).to_contain_text("半天两元")
    await expect(page.get_by_test_id("flow-problems")).to_be_hidden()
    await page.get_by_test_id("flow-toggle").click()
    await expect(page.get_by_test_id("flow-state")).to_have_text("已启用")
    await album.take(page, "flow", phone=False)
    await editor.begin_intent("给车充电", "问哪里能给电动车充电。", CHARGING)
    await page.get_by_test_id("answer-flow").click()
    await page.get_by_test_id("intent-flow").click()
    await page.get_by_role("option", name="充电引导").click()
    await editor.create_intent("给车充电")
    await editor.switch_intent_on()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_what_an_editor_taught_reaches_citizens_when_an_administrator_switches(
    people: People, product: Product, windows: Windows, editor: StudioWindow, album: Album
) -> None:
    # A sentence that is refused is answered with 409, which the browser reports.
    windows.allow("409 (Conflict)")
    page = editor.page
    await write_intent(editor, album)
    await write_flow(editor, album)
    await editor.train()
    await album.take(page, "trained", phone=False)
    await expect(editor.report).to_contain_text("通过")
    # An editor may train, not decide.
    await expect(page.get_by_text("上线由班长或管理员决定")).to_be_visible()
    await expect(page.get_by_test_id("switch")).to_have_count(0)

    admin = await enter(product, windows, product.admin_login, product.admin_password)
    await admin.tab("training")
    await admin.switch("上线")
    live = admin.models.filter(has=admin.page.get_by_test_id("model-live"))
    await expect(live).to_contain_text("钱编 训练")
    await album.take(admin.page, "live", phone=False)

    citizen = await people.citizen()
    await citizen.ask("请问车位还紧张吗", REPLY)
    await citizen.ask("我想给车充个电", "您开的是什么车")
    await citizen.choose("电瓶车", "要充多久")
    await citizen.choose("半天", "半天两元")

    # And back: the product's own model answers again.
    await admin.switch("回到出厂模型")
    await expect(live).to_contain_text("出厂模型")
