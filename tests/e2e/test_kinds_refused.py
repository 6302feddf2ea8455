"""A microphone or a place that may not be used: it is said plainly, and there is another way."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.sending import sender
from tests.e2e.windows import Album


async def test_a_refused_microphone_is_said_plainly(people: People, album: Album) -> None:
    citizen = await sender(people, "geolocation")
    await citizen.pick("voice")
    await citizen.page.get_by_test_id("voice-start").click()
    await expect(citizen.page.get_by_test_id("voice-problem")).to_contain_text("没有允许使用麦克风")
    await album.take(citizen.page, "refused")
    await citizen.page.keyboard.press("Escape")
    await expect(citizen.page.get_by_test_id("kind-voice")).to_be_visible()
    await citizen.page.keyboard.press("Escape")
    await expect(citizen.more).to_be_focused()
    await expect(citizen.panel).to_be_visible()


async def test_who_refuses_the_place_writes_the_address(people: People, album: Album) -> None:
    citizen = await sender(people, "microphone")
    await citizen.pick("location")
    await citizen.page.get_by_test_id("place-find").click()
    await expect(citizen.page.get_by_test_id("place-problem")).to_contain_text("没有允许获取位置")
    await citizen.page.get_by_test_id("place-address").fill("人民路 1 号")
    await album.take(citizen.page, "refused")
    await citizen.page.get_by_test_id("place-address").press("Enter")
    await expect(citizen.own.last).to_contain_text("我的位置：人民路 1 号")
