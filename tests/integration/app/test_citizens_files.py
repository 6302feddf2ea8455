"""Files and places that citizens send: uploaded with the window's token, shown to the bot and to people."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from PIL import Image
from sqlalchemy import select, update

from core.clock import FixedClock
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import Attachments
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.filetypes import SMALL_SIDE
from core.ids import new_id
from core.storage import small_of
from core.unit_of_work import UnitOfWorkFactory
from tests.fakes import ScriptedBot
from tests.integration.app.clients import VisitorClient
from tests.integration.app.site import Site, on_sqlite
from tests.integration.app.uploads import kept, photo, show
from tests.unit.core.test_filetypes import with_place
from tests.unit.core.test_media import PDF, webm


async def test_the_first_thing_a_citizen_sends_may_be_a_picture(
    site: Site, citizen: VisitorClient, bot: ScriptedBot
) -> None:
    """Stored once however often it is sent; the bot says that it cannot see, and is asked nothing."""
    exchange = citizen.session["exchange"]
    assert sorted(exchange["kinds"]) == ["file", "image", "video", "voice"]
    assert exchange["max_mb"] == 20
    content = await kept(site, citizen, with_place(), "..\\证件.JPG", "image/jpeg")
    assert (content["type"], content["name"]) == ("image", "证件.jpg")
    key = new_id()
    sent = await show(citizen, content, key)
    assert await show(citizen, content, key) == sent
    assert sent["data"]["content"]["url"] == content["url"]
    opened = await site.http.get(content["url"])
    assert opened.status_code == 200
    assert b"maker" not in opened.content
    reply = await citizen.hear_text("还看不懂图片")
    assert reply["content"]["choices"] == [{"label": "转人工", "value": "转人工"}]
    await site.container.turns.idle()
    assert bot.turns == []
    assert [m["content"]["type"] for m in await citizen.thread()] == ["image", "choices"]
    assert (await show(citizen, content))["error"]["code"] == "attachment_unknown"


@on_sqlite
async def test_a_large_picture_has_a_small_one_beside_it(
    site: Site, citizen: VisitorClient
) -> None:
    """It opens for whom the picture opens, and goes with it."""
    content = await kept(site, citizen, photo(), "照片.jpg", "image/jpeg")
    sent = (await show(citizen, content))["data"]["content"]
    small = await site.http.get(sent["thumbnail_url"])
    assert (small.status_code, small.headers["content-type"]) == (200, "image/webp")
    assert int(small.headers["content-length"]) == len(small.content) < content["size"] / 3
    with Image.open(io.BytesIO(small.content)) as picture:
        assert max(picture.size) == SMALL_SIDE
    bare, _, key = sent["thumbnail_url"].partition("?key=")
    assert (await site.http.get(bare)).status_code == 401
    assert (await site.http.get(f"{bare}?key={key}x")).status_code == 404
    async with site.agent("wang") as desk:
        await citizen.call("request_handoff")
        where = {"conversation_id": content["url"].split("/")[4]}
        await desk.ack("claim_conversation", where)
        (seen,) = [
            m for m in (await desk.call("list_messages", **where))["messages"]
            if m["content"]["type"] == "image"
        ]  # fmt: skip
        assert seen["content"]["thumbnail_url"] == bare
        login = {"authorization": f"Bearer {await site.log_in('wang')}"}
        assert (await site.http.get(bare, headers=login)).content == small.content
    files = site.container.files.attachments._files
    assert await files.keys() == {content["attachment_id"], small_of(content["attachment_id"])}
    async with site.container.uows.write() as uow:
        long_ago = datetime.now(UTC) - timedelta(days=40)
        await uow.session.execute(update(Attachment).values(state="recalled", created_at=long_ago))
    later = FixedClock(datetime.now(UTC) + timedelta(days=2))
    swept = Attachments(UnitOfWorkFactory(site.container.database, later), files)
    assert await swept.sweep() == 1
    assert await files.keys() == set()


@on_sqlite
async def test_what_the_bot_is_asked_next_knows_nothing_of_the_file(
    site: Site, citizen: VisitorClient, bot: ScriptedBot
) -> None:
    await citizen.say("提取需要什么")
    content = await kept(site, citizen, webm(b"A_OPUS"), "a.webm", "audio/webm", seconds="4")
    assert (content["type"], content["seconds"]) == ("voice", 4)
    await show(citizen, content)
    await citizen.hear_text("还听不懂语音")
    await citizen.say("那租房呢")
    await citizen.hear_text("您说：那租房呢")
    assert bot.turns[-1].earlier == ("提取需要什么",)
    assert bot.turns[-1].missed == ()


@on_sqlite
async def test_a_place_is_shown_to_the_agent_by_name_and_numbers(
    site: Site, citizen: VisitorClient
) -> None:
    async with site.agent("wang") as desk:
        place = {
            "type": "location", "latitude": 30.2741555, "longitude": 120.1551, "label": " 市民\n中心 ",
        }  # fmt: skip
        stored = await citizen.call("send_message", client_msg_id=new_id(), content=place)
        assert stored["content"] == {
            "type": "location", "latitude": 30.27416, "longitude": 120.1551, "label": "市民 中心",
        }  # fmt: skip
        await citizen.hear_text("还不会按位置查找")
        await citizen.call("request_handoff")
        await desk.ack("claim_conversation", {"conversation_id": stored["conversation_id"]})
        file = await kept(site, citizen)
        await show(citizen, file)
        seen = await desk.hear("message.created", lambda m: m["content"]["type"] == "file")
        assert "key=" not in seen["content"]["url"]
        page = await desk.call("list_messages", conversation_id=stored["conversation_id"])
        assert page["messages"][0]["content"] == stored["content"]
        async with site.container.uows.read() as session:
            conversation = await session.get_one(Conversation, stored["conversation_id"])
            assert conversation.preview == "[文件] a.pdf"


@on_sqlite
async def test_what_is_no_content_of_a_citizen_is_refused(citizen: VisitorClient) -> None:
    for content in (
        {"type": "location", "latitude": 91, "longitude": 0},
        {"type": "location", "latitude": float("nan"), "longitude": 0},
        {"type": "location", "latitude": 1, "longitude": 1, "label": "长" * 101},
        {"type": "location", "latitude": 1, "longitude": 1, "map": "x"},
        {"type": "image", "attachment_id": "../../etc/passwd"},
        {"type": "image", "attachment_id": new_id(), "url": "https://x"},
        {"type": "answer", "text_md": "x"},
        {"type": "form", "data": {}},
    ):
        payload = {"client_msg_id": new_id(), "content": content}
        assert await citizen.refusal("send_message", payload) == "invalid_input", content


@on_sqlite
async def test_another_citizens_file_cannot_be_sent(site: Site, citizen: VisitorClient) -> None:
    content = await kept(site, citizen)
    async with site.visitor() as other:
        await other.say("你好")
        assert (await show(other, content))["error"]["code"] == "attachment_unknown"


@on_sqlite
async def test_what_was_uploaded_before_the_conversation_closed_is_sent_in_the_next(
    site: Site, citizen: VisitorClient
) -> None:
    content = await kept(site, citizen)
    await citizen.call("close_conversation")
    sent = await show(citizen, content)
    shown = sent["data"]["content"]
    assert shown["attachment_id"] == content["attachment_id"]
    assert shown["url"] != content["url"]
    assert (await site.http.get(shown["url"])).content == PDF
    assert (await site.http.get(content["url"])).status_code == 404


@on_sqlite
async def test_what_a_citizen_never_sent_is_gone_after_a_day(
    site: Site, citizen: VisitorClient
) -> None:
    content = await kept(site, citizen)
    async with site.container.uows.write() as uow:
        old = datetime.now(UTC) - timedelta(days=2)
        await uow.session.execute(update(Attachment).values(created_at=old))
        conversation = await uow.session.scalar(select(Conversation))
        assert conversation is not None
        assert conversation.status == ConversationStatus.BOT
    assert await site.container.files.attachments.sweep() == 1
    assert (await show(citizen, content))["error"]["code"] == "attachment_unknown"
