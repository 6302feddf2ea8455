"""What a citizen can send beside text: pictures, recordings, videos, files, places; and how both sides see it."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from deploy.setup.chromium import find_chromium
from tests.e2e.conftest import PATIENCE_MS, People
from tests.e2e.product import Product
from tests.e2e.sending import FILM, GIVE, Sender, payload, picture, sender
from tests.e2e.windows import PHONE, Album, Windows

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
UPLOAD = "**/visitor/attachments*"
PLACE = {"latitude": 30.27415, "longitude": 120.15515, "accuracy": 25}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One with a microphone and a screen of its own making, which it lets every page use."""
    program = find_chromium()
    assert program is not None
    async with async_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        expect.set_options(timeout=PATIENCE_MS)
        browser = await playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox", "--disable-background-networking",
                "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
            ],
        )  # fmt: skip
        yield browser
        await browser.close()


async def test_pictures_files_and_videos_arrive_in_order_and_are_seen_by_both(
    people: People, windows: Windows, album: Album
) -> None:
    windows.allow("422 (Unprocessable")
    citizen, agent = await sender(people), await people.agent()
    await citizen.say("材料发给您看，转人工")
    await agent.take("转人工")
    film = bytes(await citizen.page.evaluate(FILM))
    big = picture(3000, 2250, noisy=True)
    async with citizen.page.expect_request(UPLOAD) as uploaded:
        await citizen.attach(
            "image",
            payload("房产证.jpg", "image/jpeg", big),
            payload("截图.png", "image/png", picture(300, 500, "PNG")),
        )
    # Made smaller before it went: the form holds the whole file.
    sizes = await (await uploaded.value).sizes()
    assert sizes["requestBodySize"] < len(big) * 0.7
    await citizen.attach("video", payload("现场.webm", "video/webm", film))
    await citizen.attach("file", payload("申请表.pdf", "application/pdf", PDF))
    await citizen.say("就这些")
    await expect(citizen.shown("picture")).to_have_count(2)
    await expect(citizen.shown("file-card")).to_contain_text("申请表.pdf")
    names = [
        await each.get_attribute("aria-label") for each in await citizen.shown("picture").all()
    ]
    assert names == ["查看图片 房产证.jpg", "查看图片 截图.png"]
    await expect(citizen.own.last).to_contain_text("就这些")
    await expect(citizen.shown("video")).to_have_js_property("videoWidth", 320)
    await album.take(citizen.page, "sent")

    # The agent sees the same, and the large one is no larger than anybody needs.
    pictures = agent.log.locator("img.md-picture")
    await expect(pictures).to_have_count(2)
    await expect(pictures.first).to_have_attribute("width", "2560")
    for small in (pictures.first, citizen.shown("picture").first.locator("img")):
        await expect(small).to_have_attribute("src", re.compile(r"/small/thumbnail\.webp"))
        await expect(small).to_have_js_property("naturalWidth", 480)
    await expect(agent.log.locator("video")).to_be_visible()
    await expect(agent.log.get_by_role("link", name="申请表.pdf")).to_be_visible()
    await album.take(agent.page, "desk", phone=False)

    # A file that lies is refused with the server's reason, and goes away.
    await citizen.attach("image", payload("假的.jpg", "image/jpeg", b"MZ no picture at all"))
    failed = citizen.page.get_by_test_id("upload-failed")
    await expect(failed).to_contain_text("只能上传图片")
    await album.take(citizen.page, "refused")
    await citizen.page.get_by_test_id("upload-remove").click()
    await expect(failed).to_be_hidden()
    await agent.finish()


async def test_pictures_are_looked_at_with_the_keyboard(people: People, album: Album) -> None:
    citizen = await sender(people)
    await citizen.attach(
        "image",
        payload("一.png", "image/png", picture(400, 300, "PNG")),
        payload("二.png", "image/png", picture(300, 400, "PNG")),
    )
    first = citizen.shown("picture").first
    await expect(citizen.shown("picture")).to_have_count(2)
    await first.focus()
    await first.press("Enter")
    await expect(citizen.viewer).to_contain_text("第 1 张，共 2 张 · 一.png")
    await expect(citizen.page.get_by_test_id("viewer-close")).to_be_focused()
    keys = citizen.page.keyboard
    await keys.press("+")
    shown = citizen.viewer.get_by_role("img")
    await expect(shown).to_have_attribute("style", "transform: translate(0px, 0px) scale(1.5);")
    await keys.press("ArrowRight")
    await expect(citizen.viewer).to_contain_text("第 2 张，共 2 张 · 二.png")
    await expect(shown).to_have_js_property("naturalWidth", 300)
    await expect(shown).to_have_attribute("style", "transform: translate(0px, 0px) scale(1);")
    await expect(citizen.page.get_by_test_id("viewer-next")).to_be_disabled()
    await album.take(citizen.page, "viewer")
    # Escape closes the picture and not the window; the focus is back where it was.
    await keys.press("Escape")
    await expect(citizen.viewer).to_be_hidden()
    await expect(citizen.panel).to_be_visible()
    await expect(first).to_be_focused()


async def test_a_voice_message_is_recorded_heard_and_sent(people: People, album: Album) -> None:
    citizen = await sender(people, "microphone")
    page = citizen.page
    await citizen.pick("voice")
    await page.get_by_test_id("voice-start").click()
    await expect(page.get_by_test_id("voice-time")).to_contain_text("1 秒，最长 60 秒")
    # The microphone beeps: some of it is seen.
    await expect(page.locator(".voice-level i")).not_to_have_css("width", "0px")
    await album.take(page, "recording")
    await page.get_by_test_id("voice-stop").click()
    await expect(page.get_by_test_id("voice-send")).to_be_focused()
    await expect(page.get_by_test_id("voice").locator("audio")).to_be_visible()
    # Thrown away: nothing has gone.
    await page.get_by_test_id("voice-drop").click()
    await expect(citizen.own).to_have_count(0)

    await citizen.pick("voice")
    await page.get_by_test_id("voice-start").click()
    await expect(page.get_by_test_id("voice-time")).to_contain_text("1 秒")
    await page.get_by_test_id("voice-stop").click()
    await page.get_by_test_id("voice-send").click()
    player = citizen.shown("voice-player")
    await expect(player.get_by_test_id("voice-length")).to_have_text("1″")
    await player.get_by_role("button", name="播放语音，1 秒").click()
    await expect(
        player.get_by_role("button", name="播放语音，1 秒")
    ).to_be_visible()  # heard to its end
    await expect(player.locator("audio")).to_have_js_property("error", None)
    await album.take(page, "sent")


async def test_a_place_is_sent_after_consent_and_reaches_the_desk(
    people: People, album: Album
) -> None:
    citizen, agent = await sender(people, "geolocation"), await people.agent()
    await citizen.page.context.set_geolocation(PLACE)  # type: ignore[arg-type]
    await citizen.say("我在这里，转人工")
    await agent.take("转人工")
    await citizen.pick("location")
    await citizen.page.get_by_test_id("place-find").click()
    await expect(citizen.page.get_by_test_id("place")).to_contain_text(
        "误差约 25 米 · 纬度 30.27415，经度 120.15515"
    )
    await citizen.page.get_by_test_id("place-label").fill("东门服务厅门口")
    await album.take(citizen.page, "found")
    await citizen.page.get_by_test_id("place-send").click()
    await expect(citizen.shown("place-card")).to_contain_text("东门服务厅门口")
    await expect(agent.log.locator(".msg-place")).to_contain_text(
        "东门服务厅门口 纬度 30.27415，经度 120.15515"
    )
    link = await agent.log.get_by_test_id("place-map").get_attribute("href")
    assert link is not None
    assert "120.15515,30.27415" in link
    await album.take(agent.page, "desk", phone=False)
    await agent.finish()


async def test_what_is_pasted_or_dropped_is_asked_about_first(people: People, album: Album) -> None:
    citizen = await sender(people)
    await citizen.page.evaluate(
        "(bytes) => { window.given = btoa(String.fromCharCode(...bytes)); }",
        list(picture(320, 180, "PNG")),
    )
    await citizen.page.evaluate(GIVE, [".field", "paste"])
    await expect(citizen.page.get_by_test_id("ask-send")).to_be_focused()
    await expect(
        citizen.page.get_by_test_id("send-ask").get_by_role("img", name="image.png")
    ).to_be_visible()
    await album.take(citizen.page, "asked")
    await citizen.page.keyboard.press("Escape")
    await expect(citizen.own).to_have_count(0)
    await citizen.page.evaluate(GIVE, [".log", "drop"])
    await citizen.page.get_by_test_id("ask-send").click()
    await expect(citizen.shown("picture")).to_have_count(1)
    # A picture of the screen, too.
    await citizen.pick("screen")
    await expect(
        citizen.page.get_by_test_id("send-ask").get_by_role("img", name="截屏.png")
    ).to_be_visible()
    await citizen.page.get_by_test_id("ask-send").click()
    await expect(citizen.shown("picture")).to_have_count(2)


async def test_an_upload_survives_a_lost_line_and_can_be_called_off(
    people: People, windows: Windows, album: Album
) -> None:
    windows.allow("ERR_INTERNET_DISCONNECTED")
    windows.allow("ERR_CONNECTION_RESET")
    citizen = await sender(people)
    await citizen.say("你好")
    page = citizen.page
    slow = await page.context.new_cdp_session(page)

    async def line(bytes_a_second: int, *, offline: bool = False) -> None:
        await slow.send(
            "Network.emulateNetworkConditions",
            {
                "offline": offline,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": bytes_a_second,
            },
        )

    await line(100_000)
    large = payload("扫描件.pdf", "application/pdf", PDF + random.Random(7).randbytes(1_500_000))
    await citizen.attach("file", large)
    state = page.get_by_test_id("upload-state")
    await expect(state).to_contain_text("正在上传")
    await expect(page.get_by_role("progressbar", name="正在上传 扫描件.pdf")).to_be_visible()
    await album.take(page, "uploading")
    # Called off: nothing of it is left, and what is written next goes out.
    await page.get_by_test_id("upload-cancel").click()
    await expect(page.get_by_test_id("file-draft")).to_be_hidden()
    await citizen.say("先不发了")
    await expect(citizen.own).to_have_count(2)

    # The line breaks, is lost, and comes back: the file arrives once, and the text after it.
    await page.route(UPLOAD, lambda route: route.abort("connectionreset"))
    await citizen.attach("file", large)
    await line(0, offline=True)
    await expect(state).to_contain_text("等待网络")
    await expect(page.get_by_test_id("upload-cancel")).to_be_visible()
    await citizen.field.fill("材料在上面")
    await citizen.field.press("Enter")
    await album.take(page, "offline")
    await page.unroute(UPLOAD)
    await line(-1)
    await expect(citizen.shown("file-card")).to_have_count(1)
    await expect(citizen.own.last).to_contain_text("材料在上面")
    await expect(citizen.own).to_have_count(4)


async def test_on_a_small_phone_in_large_letters_the_composer_stays_usable(
    windows: Windows, product: Product, album: Album
) -> None:
    citizen = Sender(await windows.open({"width": 320, "height": 640}, touch=True))
    page = citizen.page
    await page.goto(product.url)
    await page.get_by_role("button", name="打开在线咨询").last.click()
    await page.get_by_role("button", name="切换为大字").click()
    await citizen.more.click()
    tray = page.get_by_test_id("more")
    kinds = ["图片", "拍照", "视频", "文件", "语音", "位置", "表情"]
    await expect(tray.get_by_role("button")).to_have_text(kinds)
    for each in [citizen.field, citizen.more, *await tray.get_by_role("button").all()]:
        box = await each.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
    field = await citizen.field.bounding_box()
    assert field is not None
    assert field["width"] >= 240
    await album.keep(page, "tray-320-large")
    # The camera of the phone; the browser's own window stands in for it.
    await citizen.attach("camera", payload("IMG_1.jpg", "image/jpeg", picture(300, 200)))
    assert await page.get_by_test_id("file-input").count() == 0
    await expect(citizen.shown("picture")).to_have_count(1)
    # An emoji goes where the caret stands.
    await citizen.field.fill("谢谢")
    await citizen.pick("emoji")
    for each in await page.get_by_test_id("emoji").get_by_role("button").all():
        box = await each.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 320
    await page.get_by_test_id("emoji").get_by_role("button", name="🙏").click()
    await expect(citizen.field).to_have_value("谢谢🙏")
    await album.keep(page, "emoji-320-large")
    await page.set_viewport_size(PHONE)
    await album.keep(page, "emoji-390-large")
