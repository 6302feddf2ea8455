"""How long what was sent beside texts is kept: numbers in names go with those in texts, files when settings say so."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import Attachments
from core.conversation.content import AttachedFile, FileContent, LocationContent
from core.conversation.intake import InboundMessage
from core.conversation.keeping import (
    CONFIG_NAME,
    EXPIRED,
    PersonalSettings,
    arm,
    timer_handlers,
)
from core.conversation.models import Conversation
from core.conversation.sent import Inbound
from core.ids import new_id
from core.storage.local import LocalFiles
from core.timers.sweeper import TimerSweeper
from core.uploads import StreamedUpload
from tests.integration.handoff.conftest import World
from tests.unit.core.test_media import PDF

IDENTITY = "110101199001011234"


class Closed:
    """A conversation that was closed after the citizen had sent a paper and a place with a number in their names."""

    def __init__(self, world: World, files: LocalFiles) -> None:
        self.world, self.files = world, files
        self.attachments = Attachments(world.uows, files)
        self.sweeper = TimerSweeper(world.uows, timer_handlers())
        self.id = ""
        self.sent: FileContent | None = None

    async def say(self, content: Inbound) -> Any:
        message = InboundMessage("web", "visitor-1", content, client_msg_id=new_id())
        return (await self.world.engine.receive(message)).message

    async def hold(self) -> None:
        agent = await self.world.agent("a")
        self.id = await self.world.say("转人工")
        await self.world.people.taking.claim(self.id, agent)
        await self.say(LocationContent(latitude=30, longitude=120, label=f"{IDENTITY}家"))
        upload = StreamedUpload(
            f"证{IDENTITY}.pdf", "application/pdf", len(PDF), io.BytesIO(PDF), {}
        )
        found = await self.attachments.check("web", upload)
        kept = await self.attachments.store(self.id, upload, found, uploader_kind="visitor")
        named = AttachedFile(type="file", attachment_id=kept.attachment_id)
        self.sent = (await self.say(named)).content
        await self.world.people.ending.close(self.id, agent)
        await arm(self.world.uows)

    async def after(self, days: int) -> list[dict[str, Any]]:
        """The contents of the thread so many days later."""
        self.world.clock.advance(timedelta(days=days))
        await self.sweeper.sweep_once()
        return [row.content for row in await self.world.thread(self.id)]

    async def row(self) -> Attachment | None:
        assert self.sent is not None
        async with self.world.uows.read() as session:
            return await session.get(Attachment, self.sent.attachment_id)


@pytest.fixture
async def closed(world: World, tmp_path: Path) -> Closed:
    closed = Closed(world, LocalFiles(tmp_path / "files"))
    await closed.hold()
    return closed


async def test_numbers_in_names_go_with_those_in_texts_and_the_file_stays(closed: Closed) -> None:
    assert f"证{IDENTITY}.pdf" in [one.get("name") for one in await closed.after(29)]
    contents = await closed.after(2)
    assert "[证件号]家" in [one.get("label") for one in contents]
    (file,) = [one for one in contents if one["type"] == "file"]
    assert (file["name"], IDENTITY in file["url"]) == ("证[证件号].pdf", False)
    row = await closed.row()
    assert row is not None
    assert row.name == "证[证件号].pdf"
    await closed.after(1000)
    assert await closed.attachments.sweep() == 0
    assert await closed.files.keys() == {row.id}


async def test_files_go_when_their_days_are_over_and_a_line_says_so(closed: Closed) -> None:
    settings = PersonalSettings(keep_days=3650, keep_files_days=7)
    await closed.world.configure(CONFIG_NAME, settings)
    await closed.after(6)
    assert await closed.row() is not None
    contents = await closed.after(2)
    assert "文件已过保存期限，已删除。" in [one.get("text") for one in contents]
    assert [one["type"] for one in contents].count("file") == 0
    assert EXPIRED in [one.get("kind") for one in contents]
    assert await closed.row() is None
    # A file's id says when it was made, by the real clock: nothing is too young then.
    real = datetime.now(UTC) - closed.world.clock.now()
    closed.world.clock.advance(max(real, timedelta()) + timedelta(days=2))
    await closed.attachments.sweep()
    assert await closed.files.keys() == set()
    async with closed.world.uows.read() as session:
        conversation = await session.get_one(Conversation, closed.id)
        assert ".pdf" not in conversation.preview
