"""Every state the citizen's window can be in, in the order in which one person goes through them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.e2e.desk import AgentWindow

QUESTION = "租房可以提取公积金吗"
# A red square of 120 x 120.
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAB4CAIAAAC2BqGFAAAAs0lEQVR42u3QMQ0AAAgDsEmZfxVIwwU8"
    "TaqgmZYDUSBaNKJFi7YgWjSiRYu2IFo0okWLRrRoRIsWjWjRiBYtGtGiES1aNKJFI1q0aESLRrRo0YgW"
    "jWjRohEtGtGiRSNaNKJFi0a0aESLFo1o0YgWLRrRohEtWjSiRSNatGhEi0a0aNGIFo1o0aIRLRrRokUj"
    "WjSiRYtGtGhEixaNaNGIFi0a0aIRLVo0okUjWrRoRItG9L8FwMdDSVm898kAAAAASUVORK5CYII="
)


@dataclass(frozen=True)
class Visit:
    """A citizen and the agent who serves. Parts are found by what they are, not by their words: the window speaks
    two languages."""

    page: Page
    agent: AgentWindow

    def part(self, selector: str) -> Locator:
        return self.page.locator(f"#bangban-widget {selector}")

    def test(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    async def say(self, text: str) -> None:
        own = self.part("article.item-own")
        before = await own.count()
        await self.part("textarea.field").fill(text)
        await self.part("textarea.field").press("Enter")
        await expect(own).to_have_count(before + 1)

    async def shows(self, selector: str) -> None:
        await expect(self.part(selector).last).to_be_visible()


Step = Callable[[Visit], Awaitable[None]]
STATES: dict[str, Step] = {}


def state(step: Step) -> Step:
    STATES[step.__name__.replace("_", " ")] = step
    return step


@state
async def answer(visit: Visit) -> None:
    await visit.say(QUESTION)
    await visit.shows(".basis")


@state
async def legal_basis(visit: Visit) -> None:
    await visit.part(".basis summary").last.click()
    await visit.shows(".basis li")


@state
async def verdict(visit: Visit) -> None:
    await visit.test("unhelpful").last.click()
    await expect(visit.test("unhelpful").last).to_have_attribute("aria-pressed", "true")


@state
async def choices(visit: Visit) -> None:
    await visit.say("提取")
    await visit.shows(".choice")


@state
async def menu(visit: Visit) -> None:
    await visit.test("menu-open").click()
    await expect(visit.test("menu")).to_be_visible()


@state
async def tray(visit: Visit) -> None:
    await visit.page.keyboard.press("Escape")
    await expect(visit.test("menu")).to_be_hidden()
    await visit.test("more-open").click()
    await expect(visit.test("kind-image")).to_be_visible()


@state
async def emoji(visit: Visit) -> None:
    await visit.test("kind-emoji").click()
    await expect(visit.test("emoji").first).to_be_visible()
    await visit.page.keyboard.press("Escape")


@state
async def place(visit: Visit) -> None:
    await visit.test("kind-location").click()
    await expect(visit.test("place")).to_be_visible()
    await visit.page.keyboard.press("Escape")


@state
async def recording(visit: Visit) -> None:
    await visit.test("kind-voice").click()
    await visit.test("voice-start").click()
    await expect(visit.test("voice-stop")).to_be_visible()


@state
async def recorded(visit: Visit) -> None:
    await visit.test("voice-stop").click()
    await expect(visit.test("voice-send")).to_be_visible()
    await visit.page.keyboard.press("Escape")


async def _send_picture(visit: Visit) -> None:
    async with visit.page.expect_file_chooser() as chooser:
        await visit.test("kind-image").click()
    await (await chooser.value).set_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": PICTURE}
    )


@state
async def upload_failed(visit: Visit) -> None:
    uploads = re.compile("/visitor/attachments")
    refusal = {"error": {"code": "file_refused", "message": "这个文件不能发送。", "details": {}}}
    await visit.page.route(uploads, lambda route: route.fulfill(status=415, json=refusal))
    await _send_picture(visit)
    await expect(visit.test("upload-failed")).to_be_visible()
    await visit.page.unroute(uploads)


@state
async def picture(visit: Visit) -> None:
    await visit.test("upload-retry").click()
    await expect(visit.test("picture").last).to_be_visible()


@state
async def viewer(visit: Visit) -> None:
    await visit.test("picture").last.click()
    await expect(visit.test("viewer")).to_be_visible()


@state
async def queued(visit: Visit) -> None:
    await visit.test("viewer-close").click()
    await expect(visit.test("viewer")).to_be_hidden()
    await visit.say("转人工")
    await visit.shows(".bar-queue")


@state
async def assigned(visit: Visit) -> None:
    await visit.agent.take("转人工")
    await visit.agent.say("您好，请讲。")
    await visit.shows(".avatar-agent, article.item-other >> text=您好，请讲")


@state
async def typing(visit: Visit) -> None:
    await visit.agent.page.get_by_test_id("composer").press_sequentially("正在查")
    await visit.shows(".typing")


@state
async def asked_whether_to_end(visit: Visit) -> None:
    await visit.part(".head-button").first.click()
    await visit.shows("[role=alertdialog]")
    await visit.part("[role=alertdialog] button").last.click()


@state
async def offline(visit: Visit) -> None:
    await visit.page.context.set_offline(True)
    await visit.shows(".bar-warn")
    await visit.say("我在电梯里")


@state
async def rating(visit: Visit) -> None:
    await visit.page.context.set_offline(False)
    await expect(visit.part(".bar-warn")).to_have_count(0)
    await visit.agent.say("好的，再见。")
    await visit.agent.finish()
    await expect(visit.test("rating")).to_be_visible()


@state
async def rating_with_reasons(visit: Visit) -> None:
    await visit.part(".rate-level").nth(3).click()
    await visit.part(".rate-tags button").first.click()
    await visit.shows(".rate-comment")


@state
async def rated(visit: Visit) -> None:
    await visit.part(".rate-actions .primary").click()
    await expect(visit.test("rating-thanks")).to_be_visible()


@state
async def a_new_conversation(visit: Visit) -> None:
    await visit.say(QUESTION)
    await expect(visit.test("rate")).to_be_visible()


@state
async def a_service_of_before_to_rate(visit: Visit) -> None:
    await visit.test("rate").click()
    await expect(visit.test("rating")).to_be_visible()
