"""The pages that open from chats: for whoever has the address, for as long as it holds, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from app import http_errors
from channels.tencent.pages.chat_pages import build_router
from channels.tencent.pages.links import ANSWER_VALID, FILE_VALID, PageLinks
from channels.tencent.pages.rating import SAY_MORE_FOR, ChatRatings, Tap
from core.auth.actor import Actor
from core.clock import FixedClock
from core.conversation import thread
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.content import (
    AnswerContent,
    ChoicesContent,
    Citation,
    Content,
    Personal,
    Table,
    TextContent,
)
from core.conversation.handoffs import BOT_AUTHOR
from core.conversation.intake import InboundMessage
from core.conversation.models import Inbox
from core.conversation.rating import GivenRating
from core.conversation.schemas import Author
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from handoff.ratings.settings import CONFIG_NAME, InboxRatings, RatingSettings
from tests.integration.handoff.conftest import World, open_world

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ANSWER = AnswerContent(
    text_md="**可以**。<script>alert(1)</script>\n\n|项目|金额|\n|-|-|\n|租房|1500|\n\n[坏](javascript:alert(1))",
    article_id="a",
    question="租房可以提取公积金吗",
    score=0.9,
    citations=[
        Citation(document="住房公积金管理条例", clause="第二十四条", link="https://gov.example/a"),
        Citation(document="<b>办法</b>", link="javascript:alert(1)"),
    ],
)  # fmt: skip


class Site:
    def __init__(self, world: World, clock: FixedClock) -> None:
        self.world, self.clock = world, clock
        self.links = PageLinks("secret", clock, "http://gjj.example")
        self.ratings = ChatRatings(uows=world.uows, ratings=world.people.ratings, links=self.links)
        app = FastAPI()
        http_errors.install(app)
        app.include_router(
            build_router(
                uows=world.uows, links=self.links, files=FileLinks("secret", clock),
                ratings=self.ratings,
            )
        )  # fmt: skip
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://gjj.example"
        )

    async def said(
        self, content: Content, *, private: bool = False, personal: Personal | None = None,
        author: Author = BOT_AUTHOR,
    ) -> str:  # fmt: skip
        """Says it in a conversation of WeChat's; the address of the page."""
        conversation_id = await self.conversation()
        async with self.world.uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            message = await thread.append(
                uow, conversation, author, content, private=private, personal=personal
            )
            return self.links.address("answer", message.id, valid=ANSWER_VALID)

    async def conversation(self, text: str = "你好") -> str:
        message = InboundMessage("wx", "oCitizen", TextContent(text=text), external_id=new_id())
        receipt = await self.world.engine.receive(message)
        await self.world.turns.idle()
        return receipt.conversation.id

    async def served(self) -> tuple[str, Actor]:
        """A service that has ended; its id."""
        agent = await self.world.agent(f"a{new_id()[-6:]}")
        conversation_id = await self.conversation("转人工")
        await self.world.people.taking.claim(conversation_id, agent)
        await self.world.people.ending.close(conversation_id, agent)
        asked = (await self.world.thread(conversation_id))[-1].content["data"]["rating"]
        return asked["service"], agent

    async def rating_of(self, service: str) -> GivenRating | None:
        async with self.world.uows.read() as session:
            found = await self.world.people.ratings.service(session, service)
        assert found is not None
        return found.service.rating


@pytest.fixture
async def site(uow_factory: UnitOfWorkFactory, clock: FixedClock) -> AsyncIterator[Site]:
    async with open_world(uow_factory, clock) as world:
        async with uow_factory.write() as uow:
            now = uow.clock.now()
            uow.session.add(Inbox(id="wx", channel="wechat", name="公众号", created_at=now))
        yield Site(world, clock)


@on_sqlite
async def test_an_answer_is_readable_without_a_login_and_runs_nothing(site: Site) -> None:
    response = await site.http.get(await site.said(ANSWER))
    assert response.status_code == 200
    page = response.text
    assert "<h1>租房可以提取公积金吗</h1>" in page
    assert "<td>租房</td>" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert '<a href="https://gov.example/a">《住房公积金管理条例》第二十四条</a>' in page
    assert "&lt;b&gt;办法&lt;/b&gt;" in page
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in response.headers["x-robots-tag"]
    assert "no-store" in response.headers["cache-control"]


@on_sqlite
async def test_a_long_table_of_the_bot_stands_on_the_page_whole(site: Site) -> None:
    rows = [[str(n), "4,003.40"] for n in range(360)]
    content = ChoicesContent(
        text="每月还款：", choices=[], table=Table(caption="还款表", columns=["月", "月供"], rows=rows)
    )  # fmt: skip
    page = (await site.http.get(await site.said(content))).text
    assert page.count("<tr>") == 361


async def test_what_is_not_for_everybody_is_on_no_page(site: Site) -> None:
    until = site.clock.now() + timedelta(days=1)
    text = TextContent(text="余额 1234.50 元")
    addresses = [
        await site.said(text, personal=Personal("余额", until)),
        await site.said(TextContent(text="别告诉他"), private=True, author=Author(kind="agent")),
        await site.said(TextContent(text="您的身份证是 110101199003071233")),
        await site.said(text, author=Author(kind="visitor")),
        site.links.address("answer", new_id(), valid=ANSWER_VALID),
    ]
    for address in addresses:
        response = await site.http.get(address)
        assert response.status_code == 404
        assert "1234" not in response.text
        assert "110101" not in response.text


@on_sqlite
async def test_an_address_holds_for_its_time_its_thing_and_its_kind_of_page(site: Site) -> None:
    address = await site.said(ANSWER)
    token = address.rpartition("/")[2]
    assert len(token) <= 48
    flipped = ("A" if token[5] != "A" else "B").join([token[:5], token[6:]])
    for wrong in (f"/answer/{flipped}", f"/file/{token}", f"/rate/{token}", "/answer/x", "/answer/%C3%A9"):  # fmt: skip
        assert (await site.http.get(wrong)).status_code == 404
    site.clock.advance(ANSWER_VALID + timedelta(hours=1))
    over = await site.http.get(address)
    assert over.status_code == 410
    assert "链接已过期" in over.text


@on_sqlite
async def test_what_an_agent_wrote_stands_there_for_three_days(site: Site) -> None:
    address = await site.said(TextContent(text="说明。" * 800), author=Author(kind="agent"))
    assert (await site.http.get(address)).status_code == 200
    site.clock.advance(FILE_VALID + timedelta(hours=2))
    assert (await site.http.get(address)).status_code == 410


@on_sqlite
async def test_a_file_has_its_name_and_a_key_until_it_is_taken_back(site: Site) -> None:
    conversation_id = await site.conversation()
    file = Attachment(
        id=new_id(), conversation_id=conversation_id, uploader_kind="agent", uploader_id=new_id(),
        kind="file", name='申请"表<1>.docx', media_type="application/x", size=3 * 1024 * 1024,
        sha256="0" * 64, state="sent", created_at=site.clock.now(),
    )  # fmt: skip
    async with site.world.uows.write() as uow:
        uow.session.add(file)
    address = site.links.address("file", file.id, valid=FILE_VALID)
    page = (await site.http.get(address)).text
    assert "<h1>申请&quot;表&lt;1&gt;.docx</h1>" in page
    assert "3.0 MB" in page
    key = re.search(r"\?key=([0-9a-f]+\.[\w-]+)", page)
    assert key is not None
    FileLinks("secret", site.clock).check(conversation_id, file.id, key[1])
    async with site.world.uows.write() as uow:
        (await uow.session.get_one(Attachment, file.id)).state = "recalled"
    assert (await site.http.get(address)).status_code == 404


async def test_a_tap_rates_the_service_it_names_and_nobody_elses(site: Site) -> None:
    service, _ = await site.served()
    assert await site.ratings.tapped("wx", "oCitizen", Tap(service, 5)) == (
        "感谢您的评价！您选择了“非常满意”。"
    )
    assert await site.ratings.tapped("wx", "oCitizen", Tap(service, 5)) == (
        "您已经评价过了：非常满意。谢谢！"
    )
    assert await site.ratings.tapped("wx", "oCitizen", Tap(service, 4)) == "已改为“满意”。"
    await site.world.engine.receive(
        InboundMessage("wx", "oStranger", TextContent(text="你好"), external_id=new_id())
    )
    for who, what in (("oStranger", service), ("oCitizen", new_id()), ("oNobody", service)):
        assert "没有找到这次服务" in await site.ratings.tapped("wx", who, Tap(what, 1))


async def test_the_first_of_two_services_can_still_be_rated_after_the_second(site: Site) -> None:
    first, _ = await site.served()
    second, _ = await site.served()
    assert first != second
    await site.ratings.tapped("wx", "oCitizen", Tap(first, 2))
    one, other = await site.rating_of(first), await site.rating_of(second)
    assert (one and one.score, other) == (2, None)


@on_sqlite
async def test_a_tap_that_comes_too_late_is_answered_politely(site: Site) -> None:
    service, _ = await site.served()
    site.clock.advance(timedelta(days=8))
    told = await site.ratings.tapped("wx", "oCitizen", Tap(service, 5))
    assert told == "评价时间已过，不能再评价这次服务。"


async def test_a_bad_rating_is_asked_why_on_a_page(site: Site) -> None:
    service, agent = await site.served()
    told = await site.ratings.tapped("wx", "oCitizen", Tap(service, 1))
    address = re.search(r"http://gjj\.example/rate/[\w-]+", told)
    assert address is not None
    page = (await site.http.get(address[0])).text
    assert f"您对{agent.name}的这次服务评价是“非常不满意”" in page
    assert 'name="tag" value="等待太久"' in page
    sent = await site.http.post(address[0], data={"tag": ["等待太久"], "comment": "等了 20 分钟"})
    assert (sent.status_code, "感谢您的评价" in sent.text) == (200, True)
    again = (await site.http.get(address[0])).text
    assert 'value="等待太久" checked' in again
    assert "等了 20 分钟</textarea>" in again
    given = await site.rating_of(service)
    assert given is not None
    assert (given.score, given.tags) == (1, ["等待太久"])


@on_sqlite
async def test_where_a_reason_is_demanded_the_tap_leads_to_the_page(site: Site) -> None:
    settings = RatingSettings(default=InboxRatings(reason_up_to=2))
    await site.world.configure(CONFIG_NAME, settings)
    service, _ = await site.served()
    told = await site.ratings.tapped("wx", "oCitizen", Tap(service, 2))
    assert told.startswith("您选择了“不满意”。请点这里选择原因后提交：http://gjj.example/rate/")
    address = told[told.index("http") :]
    empty = await site.http.post(address, data={"comment": " "})
    assert empty.status_code == 422
    assert 'role="alert">请选择原因，或者写几句话' in empty.text
    assert (await site.http.post(address, data={"comment": "没说清楚"})).status_code == 200


@on_sqlite
async def test_bad_input_of_the_rating_page_is_refused_and_kept_in_the_form(site: Site) -> None:
    service, _ = await site.served()
    address = site.links.address("rate", service, valid=SAY_MORE_FOR, detail=1)
    unknown = await site.http.post(address, data={"tag": ["<b>"], "comment": "<i>"})
    assert unknown.status_code == 409
    assert "&lt;i&gt;</textarea>" in unknown.text
    assert (await site.http.post(address, data={"comment": "长" * 501})).status_code == 422
    assert (await site.http.post(address, content=b"x" * 40_000)).status_code == 422
    assert (await site.http.post(address, content=b"\xff\xfe=\x00")).status_code == 422
    stranger = site.links.address("rate", new_id(), valid=SAY_MORE_FOR, detail=1)
    assert (await site.http.get(stranger)).status_code == 404
    assert (await site.http.post(stranger, data={"comment": "x"})).status_code == 404
