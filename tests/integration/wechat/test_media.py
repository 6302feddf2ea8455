"""What citizens send beside texts: stored at once, fetched afterwards, and what is said when it cannot be had."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from channels.tencent.errors import ApiFailed
from channels.tencent.receiving.amr import decoder
from channels.tencent.receiving.fetching import Medium
from channels.tencent.receiving.media import ASKED, LONGER, MEDIA_TOPIC, OVER, MediaIntake
from core.configs import put_config
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import Attachments
from core.conversation.attachments.settings import CONFIG_NAME, ExchangeSettings, InboxExchange
from core.conversation.models import Message
from core.outbox.worker import OutboxWorker
from core.storage.local import LocalFiles
from tests.integration.wechat.conftest import INBOX, World, handlers

AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100


def jpeg(side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "#c00").save(out, "JPEG")
    return out.getvalue()


@dataclass
class Shelf:
    """What WeChat has under each media id: a file, or an error."""

    media: dict[str, bytes | ApiFailed] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, inbox_id: str, media_id: str) -> AsyncIterator[Medium]:
        assert inbox_id == INBOX
        self.asked.append(media_id)
        found = self.media[media_id]
        if isinstance(found, ApiFailed):
            raise found
        yield Medium("", _pieces(found))


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


@dataclass
class Sending:
    """A citizen who sends media, and the product that fetches them."""

    world: World
    shelf: Shelf
    intake: MediaIntake
    files: LocalFiles
    sent: int = 0

    async def send(self, kind: Any, media_id: str = "m1", **more: Any) -> Message:
        self.sent += 1
        receipt = await self.intake.receive(
            "wechat", inbox_id=INBOX, external_contact="oCitizen", external_id=f"x{self.sent}",
            media_id=media_id, kind=kind, **more,
        )  # fmt: skip
        return await self.again(receipt.message.id)

    async def again(self, message_id: str) -> Message:
        async with self.world.uows.read() as session:
            return await session.get_one(Message, message_id)

    async def attachments(self) -> list[Attachment]:
        async with self.world.uows.read() as session:
            return list(await session.scalars(select(Attachment)))

    async def asked(self) -> list[str]:
        """How the citizen was asked to send something again."""
        return [row.content["text"] for row in await self.world.thread() if ASKED in row.meta]


@pytest.fixture
async def sending(world: World, tmp_path: Path) -> Sending:
    await world.connect()
    files, shelf = LocalFiles(tmp_path / "files"), Shelf()
    intake = MediaIntake(
        uows=world.uows, receiver=world.engine, attachments=Attachments(world.uows, files)
    )
    intake.serve("wechat", shelf.open)
    world.outbox = OutboxWorker(
        world.uows, {**handlers(world.uows, world.courier), MEDIA_TOPIC: intake.fetch}
    )
    return Sending(world, shelf, intake, files)


async def test_a_picture_is_a_message_at_once_and_has_its_file_soon(sending: Sending) -> None:
    sending.shelf.media["m1"] = jpeg()
    message = await sending.send("image")
    assert message.content["state"] == "pending"
    assert not sending.shelf.asked
    await sending.world.settle()
    content = (await sending.again(message.id)).content
    assert (content["type"], content["media_type"]) == ("image", "image/jpeg")
    assert (content["width"], content["height"]) == (40, 40)
    assert "state" not in content
    (attachment,) = await sending.attachments()
    assert attachment.state == "sent"
    assert attachment.id in await sending.files.keys()
    # The bot answers as on the website.
    assert "图片收到了" in (await sending.world.texts())[1][1]


async def test_a_push_that_comes_again_is_one_message_and_one_fetch(sending: Sending) -> None:
    sending.shelf.media["m1"] = jpeg()
    first = await sending.send("image")
    sending.sent -= 1
    assert (await sending.send("image")).id == first.id
    await sending.world.settle()
    assert sending.shelf.asked == ["m1"]


async def test_the_order_of_what_is_sent_is_kept(sending: Sending) -> None:
    for number in range(3):
        sending.shelf.media[f"m{number}"] = jpeg()
        await sending.send("image", f"m{number}")
        await sending.world.say(f"第{number}张")
    kinds = [
        row.content["type"] for row in await sending.world.thread() if row.author_kind == "visitor"
    ]
    assert kinds == ["image", "text"] * 3


async def test_the_bot_hears_what_wechat_understood_and_agents_get_the_sound_too(
    sending: Sending,
) -> None:
    sending.shelf.media["m1"] = AMR
    message = await sending.send("voice", spoken="怎么提取公积金")
    await sending.world.settle()
    assert sending.world.bot.turns[-1].text == "怎么提取公积金"
    content = (await sending.again(message.id)).content
    assert content["text"] == "怎么提取公积金"
    # Decoded where the library is installed.
    assert content["voice"]["media_type"] == ("audio/wav" if decoder() else "audio/amr")
    assert content["voice"]["seconds"] == 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("image", b"MZ\x90\x00" + bytes(200)),
        ("image", AMR),
        ("voice", jpeg()),
        ("image", jpeg()[:200]),
        ("video", b""),
        ("file", b"PK\x03\x04" + bytes(100)),
    ],
)
async def test_a_file_that_is_not_what_it_says_is_refused_as_an_upload_would_be(
    sending: Sending, kind: str, body: bytes
) -> None:
    sending.shelf.media["m1"] = body
    message = await sending.send(kind)
    await sending.world.settle()
    content = (await sending.again(message.id)).content
    assert content["state"] == "failed"
    assert content["reason"]
    assert len(await sending.asked()) == 1
    assert await sending.attachments() == []
    assert await sending.files.keys() == set()


async def test_what_is_larger_than_the_inbox_takes_is_not_read_to_its_end(sending: Sending) -> None:
    async with sending.world.uows.write() as uow:
        await put_config(
            uow, CONFIG_NAME, ExchangeSettings(default=InboxExchange(max_mb=1)), actor="t"
        )
    sending.shelf.media["m1"] = bytes(3 * 1024 * 1024)
    message = await sending.send("image")
    await sending.world.settle()
    assert "1 MB" in (await sending.again(message.id)).content["reason"]


async def test_a_medium_that_is_over_is_said_to_both_and_asked_for_once(
    sending: Sending,
) -> None:
    answer = ApiFailed("refused", errcode=40007)
    for number in range(3):
        sending.shelf.media[f"m{number}"] = answer
        await sending.send("image", f"m{number}")
    await sending.world.settle()
    states = [row.content for row in await sending.world.thread() if row.author_kind == "visitor"]
    assert [(one["state"], one["reason"]) for one in states] == [("failed", OVER)] * 3
    assert await sending.asked() == ["抱歉，您刚才发的图片没有接收成功，请重新发送一次。"]
    # Another one later is another matter.
    await sending.send("image", "m0")
    await sending.world.settle()
    assert len(await sending.asked()) == 2


BUSY: list[bytes | ApiFailed] = [
    ApiFailed("refused", errcode=-1),
    ApiFailed("refused", errcode=45009),
    ApiFailed("no answer"),
    b"<!DOCTYPE html><html>login</html>",
]


@pytest.mark.parametrize("answer", BUSY)
async def test_what_cannot_be_had_now_is_fetched_later(
    sending: Sending, answer: bytes | ApiFailed
) -> None:
    sending.shelf.media["m1"] = answer
    message = await sending.send("image")
    await sending.world.settle()
    assert (await sending.again(message.id)).content["state"] == "pending"
    assert await sending.asked() == []
    sending.shelf.media["m1"] = jpeg()
    await sending.world.retry()
    assert (await sending.again(message.id)).content["media_type"] == "image/jpeg"


async def test_an_agent_is_told_that_it_takes_longer_and_after_three_days_that_it_is_over(
    sending: Sending,
) -> None:
    sending.shelf.media["m1"] = ApiFailed("no answer")
    message = await sending.send("image")
    for _ in range(6):
        await sending.world.settle()
        sending.world.clock.advance(timedelta(seconds=10))
    assert (await sending.again(message.id)).content["reason"] == LONGER
    for _ in range(80):
        await sending.world.retry()
    assert (await sending.again(message.id)).content["state"] == "failed"
    tries = len(sending.shelf.asked)
    assert tries < 90
    await sending.world.retry()
    assert len(sending.shelf.asked) == tries


async def test_a_paper_that_wechat_does_not_give_away_is_said_so(sending: Sending) -> None:
    message = await sending.send("file", "", name="证明.pdf")
    await sending.world.settle()
    content = (await sending.again(message.id)).content
    assert (content["name"], content["state"]) == ("证明.pdf", "failed")
    assert "照片" in (await sending.asked())[0]
    assert sending.shelf.asked == []


async def test_a_recording_goes_with_the_words_that_are_covered(sending: Sending) -> None:
    sending.shelf.media["m1"] = AMR
    message = await sending.send("voice", spoken="身份证号110101199001011234能查余额吗")
    await sending.world.settle()
    content = (await sending.again(message.id)).content
    assert "110101199001011234" not in content["text"]
    assert "voice" not in content
    # What came after that belongs to nobody and is not kept.
    assert await sending.attachments() == []
    assert await sending.files.keys() == set()
