"""The official account's carrier against the stand-in: every kind of bubble, files, refusals, typing."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from channels.tencent.carrier import (
    NotThisWay,
    RepliesSpent,
    TooLong,
    Unfollowed,
    WindowClosed,
)
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.models import MediaUpload
from channels.tencent.pages.links import PageLinks
from channels.tencent.rendering.bubbles import (
    Bubble,
    CardBubble,
    MediaBubble,
    MenuBubble,
    TextBubble,
)
from channels.tencent.sending.media_out import MediaOut
from channels.wechat import following
from channels.wechat.accounts import Account
from channels.wechat.carrier import WeChatCarrier
from channels.wechat.following import Followers
from channels.wechat.reminders import Reminders
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import Attachments
from core.conversation.models import Inbox
from core.conversation.ports import DeliveryRefused
from core.errors import Unavailable
from core.ids import new_id
from tests.integration.wechat.conftest import INBOX, World

UPLOAD = "/cgi-bin/media/upload"
SEND = "/cgi-bin/message/custom/send"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Post:
    """A connected account, a citizen who has just written, and the carrier between them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.attachments = Attachments(world.uows, world.files)
        self.carrier = WeChatCarrier(
            accounts=world.accounts, apis=world.apis,
            media=MediaOut(uows=world.uows, attachments=self.attachments),
            links=PageLinks("secret", world.clock, "http://product.test"),
            reminders=Reminders(uows=world.uows, apis=world.apis),
            followers=Followers(world.uows),
            public_url="http://product.test",
        )  # fmt: skip

    async def account(self) -> Account:
        async with self.world.uows.read() as session:
            return await self.carrier.account(session, await session.get_one(Inbox, INBOX))

    async def send(self, bubble: Bubble, *, openid: str = "oCitizen") -> None:
        await self.carrier.send(await self.account(), openid, bubble, key="k")

    async def file(self, content: bytes, **more: Any) -> MediaBubble:
        """A file of the citizen's conversation, as an agent's upload leaves it."""
        conversation = await self.world.conversation()
        given = {
            "kind": "image", "name": "图.jpg", "media_type": "image/jpeg", "state": "sent",
            "sha256": f"{hash(content) & 0xFFFF:064x}",
        } | more  # fmt: skip
        row = Attachment(
            id=new_id(), conversation_id=conversation.id, uploader_kind="agent",
            uploader_id=new_id(), size=len(content), created_at=self.world.clock.now(), **given,
        )  # fmt: skip
        await self.world.files.save(row.id, content)
        async with self.world.uows.write() as uow:
            uow.session.add(row)
        return MediaBubble(given["kind"], row.id, given["name"])  # type: ignore[arg-type]

    async def fault(self, path: str = SEND, **fault: Any) -> None:
        await self.world.wechat.post("/_control/faults", json={"path": path, **fault})

    async def last(self, openid: str = "oCitizen") -> dict[str, Any]:
        return (await self.world.chat(openid))[-1]

    async def uploads(self) -> int:
        state = (await self.world.wechat.get("/_control/state")).json()
        return int(state["calls"].get(UPLOAD, 0))


def picture(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if kind == "WEBP" else "RGB", (30, 20), "#c00").save(out, kind)
    return out.getvalue()


@pytest.fixture
async def post(world: World) -> Post:
    await world.connect()
    await world.say("你好")
    return Post(world)


@on_sqlite
async def test_a_card_opens_the_page_of_the_whole_answer(post: Post) -> None:
    await post.send(CardBubble("租房可以提取吗", "可以。", "http://product.test/answer/x"))
    shown = await post.last()
    assert shown["kind"] == "news"
    assert shown["data"]["title"] == "租房可以提取吗"
    assert shown["data"]["url"] == "http://product.test/answer/x"


async def test_a_picture_goes_up_once_whoever_is_shown_it(post: Post) -> None:
    bubble = await post.file(picture())
    await post.world.say("你好", openid="oOther")
    await post.send(bubble)
    await post.send(bubble, openid="oOther")
    assert [(await post.last())["kind"], (await post.last("oOther"))["kind"]] == ["image", "image"]
    assert await post.uploads() == 1


async def test_after_its_three_days_a_picture_goes_up_again(post: Post) -> None:
    bubble = await post.file(picture())
    await post.send(bubble)
    post.world.clock.advance(timedelta(days=3, minutes=1))
    await post.world.say("还在吗")
    await post.send(bubble)
    assert (await post.last())["kind"] == "image"
    assert await post.uploads() == 2
    async with post.world.uows.read() as session:
        assert await session.scalar(select(func.count()).select_from(MediaUpload)) == 1


@on_sqlite
async def test_a_medium_wechat_has_lost_goes_up_again_once(post: Post) -> None:
    bubble = await post.file(picture())
    await post.fault(errcode=40007)
    await post.send(bubble)
    assert (await post.last())["kind"] == "image"
    assert await post.uploads() == 2
    await post.fault(errcode=40007, times=2)
    await post.send(bubble)
    assert "点这里查看：http://product.test/file/" in (await post.last())["text"]


@on_sqlite
async def test_a_webp_picture_is_written_anew_for_wechat(post: Post) -> None:
    await post.send(await post.file(picture("WEBP"), media_type="image/webp", name="图.webp"))
    assert (await post.last())["kind"] == "image"


@on_sqlite
async def test_a_file_wechat_does_not_take_comes_as_a_link(post: Post) -> None:
    bubble = await post.file(picture(), name="申请表.jpg")
    for code in (40004, 40009, 45001, 48001):
        await post.fault(UPLOAD, errcode=code)
        await post.send(bubble)
        shown = await post.last()
        assert shown["kind"] == "text"
        assert shown["text"].startswith("[图片] 申请表.jpg\n点这里查看：http://product.test/file/")


@on_sqlite
async def test_voice_and_video_are_played_in_the_chat_and_a_long_recording_is_a_link(
    post: Post,
) -> None:
    voice = {"kind": "voice", "name": "语音.amr", "media_type": "audio/amr"}
    frame = b"\x3c" + bytes(31)  # 20 ms
    await post.send(await post.file(b"#!AMR\n" + frame * 100, **voice))
    assert (await post.last())["kind"] == "voice"
    await post.send(await post.file(b"#!AMR\n" + frame * 50 * 61, **voice))
    assert (await post.last())["text"].startswith("[语音] 语音.amr\n点这里查看：")
    video = {"kind": "video", "name": "演示.mp4", "media_type": "video/mp4"}
    await post.send(await post.file(b"\0\0\0\x18ftypmp42" + bytes(64), **video))
    assert (await post.last())["kind"] == "video"


@on_sqlite
async def test_a_file_that_was_taken_back_is_not_sent(post: Post) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        await post.send(await post.file(picture(), state="recalled"))
    assert refused.value.code == "file_gone"
    assert await post.uploads() == 0


@on_sqlite
async def test_an_upload_without_an_answer_is_certainly_no_message(post: Post) -> None:
    bubble = await post.file(picture())
    before = len(await post.world.chat())
    for kind in ("html", "drop"):
        await post.fault(UPLOAD, kind=kind)
        with pytest.raises(ApiFailed) as failed:
            await post.send(bubble)
        assert not isinstance(failed.value, ApiUnsure)
    assert len(await post.world.chat()) == before


async def test_a_picture_sent_to_several_at_once_reaches_them_all(post: Post) -> None:
    bubble = await post.file(picture())
    account, upload = await post.account(), post.carrier._media.upload
    attachment = await post.carrier._media.attachment(bubble)
    client = post.world.apis.of(account).client
    ids = await asyncio.gather(*(upload("wechat/wx", client, attachment) for _ in range(5)))
    assert all(ids)
    async with post.world.uows.read() as session:
        assert await session.scalar(select(MediaUpload.media_id)) in ids


@on_sqlite
async def test_while_our_own_store_is_away_a_file_waits(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(key: str, *, start: int = 0) -> AsyncIterator[bytes]:
        raise Unavailable(part="files")

    bubble = await post.file(picture())
    monkeypatch.setattr(post.world.files, "open", away)
    with pytest.raises(ApiFailed) as failed:
        await post.send(bubble)
    assert not isinstance(failed.value, ApiUnsure)


@on_sqlite
async def test_a_picture_that_cannot_be_written_anew_comes_as_a_link(post: Post) -> None:
    cut = picture("WEBP")[:40]
    await post.send(await post.file(cut, media_type="image/webp", name="图.webp"))
    assert (await post.last())["text"].startswith("[图片] 图.webp\n点这里查看：")


REFUSALS: list[tuple[int, type[Exception]]] = [
    (40200, NotThisWay),
    (45098, NotThisWay),
    (43004, Unfollowed),
    (48002, Unfollowed),
    (45002, TooLong),
    (45015, WindowClosed),
    (45047, RepliesSpent),
    (48001, DeliveryRefused),
    (-1, ApiFailed),
    (50002, ApiFailed),
]


@on_sqlite
async def test_what_wechat_refuses_is_told_apart(post: Post) -> None:
    for code, error in REFUSALS:
        await post.fault(errcode=code)
        with pytest.raises(error) as refused:
            await post.send(TextBubble("您好"))
        if isinstance(refused.value, DeliveryRefused):
            assert refused.value.code == str(code)
            assert any(c >= "\u4e00" for c in refused.value.reason)


@on_sqlite
async def test_a_list_shows_its_head_and_its_tail(post: Post) -> None:
    await post.send(MenuBubble("选一个", (("m:0", "甲"), ("m:1", "乙")), "谢谢"))
    shown = await post.last()
    assert (shown["text"], shown["tail"]) == ("选一个", "谢谢")
    assert shown["menu"] == [["m:0", "甲"], ["m:1", "乙"]]


@on_sqlite
async def test_typing_is_shown_and_its_troubles_are_none(post: Post) -> None:
    async def shown() -> bool:
        chat = (await post.world.wechat.get("/_citizen/oCitizen/messages")).json()
        return bool(chat["typing"])

    account = await post.account()
    await post.carrier.typing(account, "oCitizen")
    assert await shown()
    await post.carrier.typing(account, "oCitizen")  # 45081
    post.world.clock.advance(timedelta(minutes=2))
    await post.carrier.typing(account, "oCitizen")  # 45080
    await post.fault("/cgi-bin/message/custom/typing", kind="html")
    await post.carrier.typing(account, "oCitizen")
    assert not await shown()


@on_sqlite
async def test_who_has_unfollowed_is_not_even_called_for(post: Post) -> None:
    async with post.world.uows.write() as uow:
        await following.left(uow, INBOX, "oCitizen")
    before = (await post.world.wechat.get("/_control/state")).json()["calls"].get(SEND, 0)
    with pytest.raises(Unfollowed) as refused:
        await post.send(TextBubble("您好"))
    assert refused.value.code == "43004"
    after = (await post.world.wechat.get("/_control/state")).json()["calls"].get(SEND, 0)
    assert after == before
