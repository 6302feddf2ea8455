"""An agent's files on WeChat: a line with an address that opens for three days, and no longer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from core.conversation import thread
from core.conversation.attachments.links import FileLinks, LinkExpired, path_of
from core.conversation.content import FileContent
from core.conversation.schemas import Author
from core.errors import NotFound
from core.ids import new_id
from tests.integration.wechat.conftest import World

ADDRESS = re.compile(
    r"http://product\.test/api/v1/conversations/([^/]+)/attachments/([^/]+)/([^?]+)\?key=(\S+)"
)


async def test_a_file_is_a_line_with_an_address_that_opens_for_three_days(world: World) -> None:
    await world.connect()
    await world.say("你好")
    conversation = await world.conversation()
    file_id = new_id()
    content = FileContent(
        type="image", attachment_id=file_id, name="材料 清单.png", size=9, media_type="image/png",
        url=path_of(conversation.id, file_id, "材料 清单.png"),
    )  # fmt: skip
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, conversation.id)
        await thread.append(uow, row, Author(kind="agent", id=new_id(), name="王芳"), content)
    await world.settle()
    line = (await world.answers())[-1]
    assert line.startswith("[图片] 材料 清单.png\n")
    found = ADDRESS.search(line)
    assert found is not None, line
    links = FileLinks("secret", world.clock)
    where, key = found.groups()[:2], found[4]
    assert where == (conversation.id, file_id)
    world.clock.advance(timedelta(days=3) - timedelta(minutes=1))
    links.check(*where, key)
    with pytest.raises(NotFound):
        links.check(where[0], new_id(), key)
    world.clock.advance(timedelta(hours=2))
    with pytest.raises(LinkExpired):
        links.check(*where, key)
    # What is stored holds no key.
    stored = (await world.thread())[-1].content["url"]
    assert "key" not in stored
