"""The main job: a citizen is helped by the bot, then by a person, and rates the service."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.desk import AgentWindow
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import Album

QUESTION = "租房可以提取公积金吗"


async def test_a_citizen_is_helped_by_a_person_who_sees_everything_and_files_a_ticket(
    people: People, album: Album
) -> None:
    agent = await people.agent()
    citizen = await people.citizen()
    await citizen.ask(QUESTION, "依据（")
    await citizen.say("还是不明白，转人工")
    await expect(citizen.panel.get_by_text("您排在最前面")).to_be_visible()
    await agent.page.get_by_test_id("tab-queued").click()
    await expect(agent.waiting("转人工")).to_be_visible()
    await album.take(agent.page, "desk-waiting")

    await agent.take("转人工")
    await expect(citizen.panel.get_by_text("王芳 正在为您服务")).to_be_visible()
    await expect(agent.log.get_by_text(QUESTION)).to_be_visible()
    await expect(agent.log.get_by_text("依据（").first).to_be_visible()
    reason = agent.page.get_by_test_id("handoff")
    await expect(reason).to_contain_text("转人工")
    await expect(reason).to_contain_text("关键词")
    await album.take(agent.page, "desk-taken")

    suggestion = agent.page.get_by_test_id("suggestion").first
    await expect(suggestion).to_contain_text("租房")
    await suggestion.get_by_test_id("send-answer").click()
    await expect(citizen.last).to_contain_text("王芳")
    await expect(citizen.last.get_by_text("依据（")).to_be_visible()
    await album.take(citizen.page, "citizen-got-suggestion")

    await citizen.say("那我单位没给我缴公积金怎么办？")
    await expect(agent.log.get_by_text("那我单位没给我缴公积金怎么办")).to_be_visible()
    await expect(agent.page.get_by_test_id("suggestion").first).to_contain_text("单位")
    await agent.note("欠缴，转执法科")
    await agent.say("我给您登记一张工单，三个工作日内答复您。")
    await expect(citizen.last).to_contain_text("三个工作日内答复您")
    await expect(citizen.log.get_by_text("转执法科")).to_have_count(0)
    await expect(citizen.own.last.get_by_text("已读")).to_be_visible()
    await citizen.say("好的，谢谢")
    await expect(agent.log.get_by_text("好的，谢谢")).to_be_visible()
    await album.take(citizen.page, "citizen-talking")
    await album.take(agent.page, "desk-talking")

    await _file_ticket(agent, album)
    await agent.finish()
    await _rate(citizen, album)
    # The thread says when it was rated, the card beside it how.
    await expect(agent.log.get_by_text("市民评价：非常满意").first).to_be_visible()
    await expect(agent.page.get_by_test_id("card-rating")).to_contain_text("非常满意 · 王芳")
    await expect(agent.page.get_by_test_id("card-rating")).to_contain_text("很耐心")
    await album.take(agent.page, "desk-rated")
    await _handle_ticket(agent, album)


async def _file_ticket(agent: AgentWindow, album: Album) -> None:
    await agent.page.get_by_test_id("file-ticket").click()
    await expect(agent.page.get_by_text("已按会话内容预先填写")).to_be_visible()
    # A matter that one person settles; what several do is in test_tickets.py.
    await agent.page.get_by_test_id("ticket-type").click()
    await agent.page.get_by_role("option", name="其他", exact=True).click()
    await agent.page.get_by_test_id("ticket-title").fill("单位欠缴公积金")
    await agent.page.get_by_test_id("ticket-description").fill(
        "市民反映单位三个月没有缴存，请核查。"
    )
    await agent.page.get_by_test_id("ticket-by-hand").click()
    await agent.page.get_by_test_id("pick-person").click()
    await agent.page.get_by_role("option", name="王芳").click()
    await album.take(agent.page, "ticket-form", phone=False)
    await agent.page.get_by_test_id("ticket-submit").click()
    await expect(agent.page.get_by_text("工单已登记")).to_be_visible()
    await expect(agent.page.get_by_role("link", name="单位欠缴公积金")).to_be_visible()


async def _handle_ticket(agent: AgentWindow, album: Album) -> None:
    """From the conversation's ticket to its end; the summary still to be written does not lie over it."""
    page = agent.page
    summary = page.get_by_test_id("wrap-up").get_by_test_id("wrap-up-summary")
    await summary.fill("已登记工单")
    await page.get_by_role("link", name="单位欠缴公积金").click()
    await expect(summary).to_be_hidden()
    status = page.get_by_test_id("ticket-status")
    await expect(status).to_have_text("待受理")
    await page.get_by_test_id("step-accept").click()
    await expect(status).to_have_text("办理中")
    await album.take(page, "ticket-open")
    await page.get_by_test_id("step-resolve").click()
    await page.get_by_test_id("step-reason").fill("已责令单位补缴，市民已知悉。")
    await page.get_by_test_id("step-send").click()
    await expect(status).to_have_text("已办结")
    await expect(page.get_by_role("main").get_by_text("已责令单位补缴").first).to_be_visible()
    await album.take(page, "ticket-resolved")
    await page.get_by_role("link", name="工作台").click()
    await expect(summary).to_have_value("已登记工单")


async def _rate(citizen: CitizenWindow, album: Album) -> None:
    form = citizen.panel.get_by_role("form", name="请评价本次服务")
    await expect(form).to_be_visible()
    await album.take(citizen.page, "rating-asked")
    # The radio buttons themselves are for the ear; eyes and fingers meet their labels.
    await form.get_by_text("非常满意", exact=True).click()
    await form.get_by_role("button", name="解答清楚").click()
    await form.get_by_role("textbox").fill("很耐心")
    await album.take(citizen.page, "rating-filled")
    await form.get_by_role("button", name="提交评价").click()
    await expect(citizen.log.get_by_text(re.compile("感谢您的评价.*非常满意"))).to_be_visible()
    await album.take(citizen.page, "rated")
