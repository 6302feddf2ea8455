"""From the bot to the queue: by the citizen's words, by what the bot does not know, by repetition."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import Album

BUTTON = "转人工"


async def _is_waiting(citizen: CitizenWindow) -> None:
    await expect(citizen.panel.get_by_text("正在为您转接人工客服", exact=True)).to_be_visible()
    await expect(citizen.panel.get_by_role("button", name="取消排队")).to_be_visible()


async def test_who_asks_for_a_person_sees_the_place_in_the_queue_and_may_cancel(
    people: People, album: Album
) -> None:
    first, second = await people.citizen(), await people.citizen()
    await first.say("我要转人工")
    await _is_waiting(first)
    await expect(first.panel.get_by_text("您排在最前面")).to_be_visible()
    await second.panel.get_by_role("button", name=BUTTON, exact=True).last.click()
    await _is_waiting(second)
    await expect(second.panel.get_by_text("您排在第 2 位，前面还有 1 人")).to_be_visible()
    await album.take(second.page, "queued")

    await first.cancel_waiting()
    await expect(second.panel.get_by_text("您排在最前面")).to_be_visible()
    await expect(first.log.get_by_text("取消")).to_be_visible()
    await album.take(first.page, "cancelled")
    await first.ask("租房可以提取公积金吗", "依据（")
    await second.cancel_waiting()


async def test_questions_the_bot_cannot_answer_lead_to_a_person(
    people: People, album: Album
) -> None:
    citizen = await people.citizen()
    await citizen.ask("量子力学的基本原理是什么", "转人工")
    await citizen.ask("哈利波特的魔杖是什么木头做的", "转人工")
    await citizen.say("大熊猫有几颗牙齿")
    await _is_waiting(citizen)
    await expect(citizen.log.get_by_text("没能答上来")).to_be_visible()
    await album.take(citizen.page, "queued")
    await citizen.cancel_waiting()


async def test_the_same_question_in_other_words_again_and_again_leads_to_a_person(
    people: People, album: Album
) -> None:
    citizen = await people.citizen()
    await citizen.ask("租房可以提取公积金吗", "依据（")
    await citizen.ask("租房能不能提取公积金", "依据（")
    await citizen.say("那租房可以提取公积金吗")
    await _is_waiting(citizen)
    await expect(citizen.log.get_by_text("没有解决您的问题")).to_be_visible()
    await album.take(citizen.page, "queued")
    await citizen.cancel_waiting()
