"""What an agent writes with: a pasted picture, a saved reply, a draft that stays, a message taken back."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.windows import Album, Windows

# A small picture on the clipboard, as a screenshot program leaves it.
PASTE = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 320; canvas.height = 180;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#14579e"; pen.fillRect(0, 0, 320, 180);
  pen.fillStyle = "#fff"; pen.font = "24px sans-serif"; pen.fillText("2026-11-23", 90, 96);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const data = new DataTransfer();
  data.items.add(new File([blob], "image.png", { type: "image/png" }));
  const field = document.querySelector("[data-test=composer]");
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


async def test_an_agent_pastes_a_picture_sends_a_saved_reply_and_takes_a_message_back(
    people: People, album: Album
) -> None:
    citizen, agent = await people.citizen(), await people.agent()
    await citizen.say("贷款材料的截图，转人工")
    await agent.take("转人工")
    page = agent.page
    field = page.get_by_test_id("composer")

    # A saved reply by its initials; what is known is filled in.
    await field.press_sequentially("/wh")
    menu = page.get_by_test_id("reply-menu")
    await expect(menu.get_by_role("option").first).to_contain_text("问候")
    await album.take(page, "menu", phone=False)
    await field.press("Enter")
    await expect(field).to_have_value("您好，我是坐席王芳，很高兴为您服务。请问您想咨询什么问题？")
    await field.press("Enter")
    await expect(citizen.last).to_contain_text("我是坐席王芳")

    # What is missing is marked and holds up sending, until it is filled in.
    await field.press_sequentially("/gd")
    await field.press("Enter")
    await expect(page.get_by_test_id("blocked")).to_contain_text("{工单号}")
    await expect(page.get_by_test_id("send")).to_be_disabled()
    await album.take(page, "unfilled", phone=False)
    await page.keyboard.type("GD20261123")  # the missing place is selected
    await expect(page.get_by_test_id("blocked")).to_be_hidden()
    await field.press("Enter")
    await expect(citizen.last).to_contain_text("工单号是 GD20261123")

    # A picture: seen before it goes, and by the citizen.
    await page.evaluate(PASTE)
    await expect(page.get_by_test_id("tray-file")).to_contain_text("image.png")
    await expect(page.get_by_test_id("send")).to_be_enabled()
    await album.take(page, "pasted", phone=False)
    await page.get_by_test_id("send").click()
    await expect(agent.log.locator("img.md-picture")).to_be_visible()
    picture = citizen.last.locator("img")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 320)

    # A draft stays over a reload, and is not what the citizen sees.
    await field.fill("还没写完")
    await page.reload()
    await expect(field).to_have_value("还没写完")
    await field.fill("")

    # Said to the wrong person, and taken back.
    await agent.say("这句话发错了")
    await expect(citizen.last).to_contain_text("这句话发错了")
    message = agent.log.get_by_role("article").filter(has_text="这句话发错了")
    await message.get_by_test_id("recall").click()
    await expect(message).to_be_hidden()
    await expect(agent.log.get_by_text("王芳撤回了一条消息")).to_be_visible()
    await expect(citizen.log.get_by_text("王芳撤回了一条消息")).to_be_visible()
    await expect(citizen.log.get_by_text("这句话发错了")).to_be_hidden()

    # The citizen sees who types.
    await field.press_sequentially("请")
    await expect(citizen.log.get_by_text("客服王芳正在输入")).to_be_visible()
    await album.take(citizen.page, "citizen")
    await field.fill("")
    await agent.finish()


async def test_an_agent_keeps_saved_replies_of_their_own(
    people: People, windows: Windows, album: Album
) -> None:
    windows.allow("422 (Unprocessable")
    agent = await people.agent()
    page = agent.page
    await page.get_by_role("link", name="设置").click()
    await page.get_by_test_id("new-reply").click()
    form = page.get_by_test_id("reply-form")
    await form.get_by_test_id("reply-title").fill("午休说明")
    await form.get_by_test_id("reply-shortcut").fill("wx")
    await form.get_by_test_id("reply-text").fill("{名字}，中午窗口休息。")
    await page.get_by_test_id("save-reply").click()
    await expect(form.get_by_role("alert")).to_contain_text("{名字} 不是可用的变量")
    await form.get_by_test_id("reply-text").fill("{市民}，中午窗口休息。")
    await page.get_by_test_id("save-reply").click()
    row = page.get_by_test_id("saved-reply").filter(has_text="午休说明")
    await expect(row.locator("mark")).to_have_text("{市民}")
    await album.take(page, "own", phone=False)
    await row.get_by_test_id("delete-reply").click()
    await page.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(row).to_be_hidden()
