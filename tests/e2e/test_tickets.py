"""A complaint from the conversation to its closed ticket: through two departments, with a review, told and rated."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import People
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.tickets import Office, TicketWindow
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import Album, Windows

SAID = "我要投诉，我们单位三个月没给我交公积金，请转人工"
TITLE = "单位三个月未缴公积金"
ANSWER = "经核实，单位已补缴 7 至 9 月的公积金。"
PROOF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


async def file_from_conversation(agent: AgentWindow, album: Album) -> str:
    """The agent files what the citizen said as a complaint; the address of the ticket's page."""
    page = agent.page
    await page.get_by_test_id("file-ticket").click()
    form = page.get_by_test_id("ticket-form")
    await expect(form.get_by_text("已按会话内容预先填写")).to_be_visible()
    await expect(form.get_by_test_id("ticket-description")).to_have_value(
        re.compile("三个月没给我交公积金")
    )
    await form.get_by_test_id("ticket-type").click()
    await page.get_by_role("option", name="投诉", exact=True).click()
    await form.get_by_test_id("ticket-title").fill("")
    await page.get_by_test_id("ticket-submit").click()
    await expect(form.get_by_text("请填写标题")).to_be_visible()
    await form.get_by_test_id("ticket-title").fill(TITLE)
    await form.get_by_test_id("ticket-citizen-name").fill("李四")
    await form.get_by_test_id("ticket-file-input").last.set_input_files(
        {"name": "工资流水.pdf", "mimeType": "application/pdf", "buffer": PROOF}
    )
    await expect(form.get_by_test_id("tray-file")).to_have_count(1)
    await expect(form.locator("progress")).to_have_count(0)
    await album.take(page, "filing", phone=False)
    assert await violations(page, ".ticket-form") == []
    await page.get_by_test_id("ticket-submit").click()
    await page.get_by_test_id("panel-ticket").filter(has_text=TITLE).get_by_role("link").click()
    ticket = TicketWindow(page)
    await expect(ticket.status).to_have_text("待受理")
    await expect(ticket.turn).to_have_text("等待分派")
    await expect(ticket.detail.get_by_test_id("deadline-resolve")).to_contain_text("还有")
    await ticket.detail.get_by_test_id("deadline-why").first.click()
    await expect(ticket.detail.locator(".deadline-why")).to_contain_text("时限为")
    await album.take(page, "filed", phone=False)
    return page.url


async def through_the_departments(
    office: Office, windows: Windows, album: Album, address: str, lead: TicketWindow
) -> None:  # fmt: skip
    """Given to the wrong department, returned, given to the right one, sent back in review, approved."""
    await lead.open(address)
    await lead.give_to(office.first)
    await album.take(lead.page, "dispatching", phone=False)
    assert await violations(lead.page, ".ticket") == []
    await lead.send()

    wrong = TicketWindow(await windows.open())
    await office.enter(wrong, "zhao")
    await expect(wrong.page.get_by_role("link", name="工作台")).to_have_count(0)
    await wrong.open(address)
    await wrong.detail.get_by_test_id("step-accept").click()
    await expect(wrong.turn).to_have_text("轮到您办理")
    await wrong.take("return", "欠缴由执法科查处，请转执法科。")

    # Whoever dispatches sees it without asking.
    await expect(lead.news).to_contain_text("欠缴由执法科查处")
    await expect(lead.turn).to_have_text("等待分派")
    await album.take(lead.page, "returned", phone=False)
    await lead.give_to(office.second)
    await lead.send()

    right = TicketWindow(await windows.open({"width": 1024, "height": 768}))
    await office.enter(right, "sun")
    await right.open(address)
    await right.detail.get_by_test_id("step-accept").click()
    await right.begin("submit", "已补缴。")
    await album.keep(right.page, "answering-1024")
    await right.send()
    await expect(right.detail.get_by_test_id("step-approve")).to_have_count(0)

    head = TicketWindow(await windows.open())
    await office.enter(head, "zhou")
    await head.open(address)
    await expect(head.detail.get_by_test_id("ticket-draft")).to_contain_text("已补缴。")
    await head.take("send_back", "请写明补缴的月份。")

    await expect(right.news).to_contain_text("请写明补缴的月份")
    await right.begin("submit")
    await expect(right.words).to_have_value("已补缴。")
    await right.words.fill(ANSWER)
    await album.keep(right.page, "sent-back-1024")
    await right.send()

    await expect(head.detail.get_by_test_id("ticket-draft")).to_contain_text(ANSWER)
    await head.begin("approve")
    await album.take(head.page, "approving", phone=False)
    await head.send()
    await expect(head.status).to_have_text("已办结")


async def told_and_rated(citizen: CitizenWindow, album: Album) -> None:
    await expect(citizen.log.get_by_text(ANSWER)).to_be_visible()
    await album.take(citizen.page, "citizen-told")
    await citizen.panel.get_by_test_id("tickets-open").click()
    sheet = citizen.page.get_by_test_id("ticket-sheet")
    await sheet.get_by_test_id("ticket-row").filter(has_text=TITLE).click()
    await expect(sheet.get_by_test_id("ticket-answer")).to_contain_text(ANSWER)
    rating = sheet.get_by_test_id("ticket-rating")
    await rating.get_by_text("满意", exact=True).click()
    await rating.get_by_role("button", name="提交").click()
    await expect(sheet.get_by_test_id("ticket-rated")).to_be_visible()
    await album.take(citizen.page, "citizen-rated")


async def on_paper(page: Page, address: str, album: Album) -> None:
    """The print view fits A4, with every step and lines to sign."""
    paper = await page.context.new_page()
    await paper.goto(f"{address.partition('?')[0]}/print")
    sheet = paper.get_by_test_id("ticket-paper")
    await expect(sheet.get_by_text(TITLE)).to_be_visible()
    await expect(sheet).to_contain_text("审核人签字")
    await expect(sheet).to_contain_text("请写明补缴的月份")
    await paper.emulate_media(media="print")
    await paper.set_viewport_size({"width": 720, "height": 1020})
    wide = await paper.evaluate("document.documentElement.scrollWidth")
    assert wide <= 720, "wider than A4 between its margins"
    await expect(sheet.get_by_test_id("print-now")).to_be_hidden()
    await album.keep(paper, "on-paper")
    pdf = await paper.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    await paper.close()


async def test_a_complaint_goes_from_the_conversation_through_two_departments_and_a_review_to_its_end(
    people: People, product: Product, windows: Windows, album: Album,
    supervisor_login: tuple[str, str],
) -> None:  # fmt: skip
    office = Office(product)
    await office.set_up()
    citizen, agent = await people.citizen(), await people.agent()
    await citizen.say(SAID)
    await agent.take("三个月没给我交公积金")
    address = await file_from_conversation(agent, album)
    await expect(citizen.log.get_by_text("已为您登记工单")).to_be_visible()

    lead = TicketWindow(await windows.open())
    await lead.log_in(product, *supervisor_login)
    await through_the_departments(office, windows, album, address, lead)
    await told_and_rated(citizen, album)

    mine = TicketWindow(agent.page)
    await expect(mine.detail.get_by_test_id("ticket-score")).to_contain_text(
        re.compile("满意|4 分")
    )
    await expect(mine.entry("tell").get_by_test_id("ticket-delivery")).to_be_visible()
    assert await violations(mine.page) == []
    await mine.begin("follow_up", "电话回访，市民表示已经收到补缴。")
    await mine.detail.get_by_text("满意", exact=True).click()
    await album.take(mine.page, "following-up", phone=False)
    await mine.send()
    await mine.take("close")
    await expect(mine.status).to_have_text("已关闭")
    await album.take(mine.page, "closed", phone=False)
    await on_paper(mine.page, address, album)
